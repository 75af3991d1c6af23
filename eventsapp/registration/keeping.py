"""The door for the team's filters of an attendee list: keep one by name, rename it, remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from eventsapp.events.for_organisers import organisers_event
from eventsapp.registration import saved
from eventsapp.registration.asked import LIST, asked_by_query
from eventsapp.registration.list_forms import FilterForm, KeepForm, RemoveForm
from eventsapp.registration.list_page import arguments, list_page, page_words
from eventsapp.registration.saved import NotKept
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("filters", __name__)

_FILTER = f"{LIST}/filters/<int(max=2147483647):filter_id>"
_NOT_KEPT = {
    NotKept.NAME_TAKEN: lazy_gettext("Another filter of this event has this name. Choose another one."),
    NotKept.TOO_MANY: lazy_gettext("This event has as many filters as it can have. Remove one first."),
    NotKept.TOO_LONG: lazy_gettext("This filter is too long to keep. Choose fewer things in it."),
    NotKept.NOT_THERE: lazy_gettext("This filter is not there any more."),
}


@bp.post(f"{LIST}/filters")
@organiser_page(Role.editor)
@keeps_input
def keep(slug: str) -> Response:
    event = organisers_event(slug, Role.editor)
    form = KeepForm()
    this = asked_by_query(event, form.query.data or "")
    if form.validate_on_submit():
        refused = saved.keep(event.id, form.name.data, this.view.query(), by=user().id)
        if refused is None:
            flash(gettext("The filter “%(name)s” is kept for the whole team.", name=form.name.data), "good")
            return redirect(url_for("attendees.list", slug=slug, **arguments(this.view)), 303)
        form.name.errors = [str(_NOT_KEPT[refused])]
        # The verb let go of what was read before it.
        this = asked_by_query(organisers_event(slug, Role.editor), form.query.data or "")
    return make_response(list_page(this, form), form.status)


@bp.get(_FILTER)
@organiser_page(Role.editor)
def change(slug: str, filter_id: int) -> Response:
    event = organisers_event(slug, Role.editor)
    kept = saved.find_filter(event.id, filter_id) or abort(404)
    return _page(event, filter_id, FilterForm(formdata=None, name=kept.name))


@bp.post(_FILTER)
@organiser_page(Role.editor)
@keeps_input
def rename(slug: str, filter_id: int) -> Response:
    event = organisers_event(slug, Role.editor)
    if saved.find_filter(event.id, filter_id) is None:
        abort(404)
    form = FilterForm()
    if form.validate_on_submit():
        refused = saved.rename(event.id, filter_id, form.name.data, by=user().id)
        if refused is None:
            flash(gettext("The filter has a new name."), "good")
            return redirect(url_for("attendees.list", slug=slug), 303)
        form.name.errors = [str(_NOT_KEPT[refused])]
        event = organisers_event(slug, Role.editor)
    return _page(event, filter_id, form)


@bp.post(f"{_FILTER}/remove")
@organiser_page(Role.editor)
def remove(slug: str, filter_id: int) -> Response:
    event = organisers_event(slug, Role.editor)
    if not saved.remove(event.id, filter_id, by=user().id):
        abort(404)
    flash(gettext("The filter is removed. Nobody was changed."), "good")
    return redirect(url_for("attendees.list", slug=slug), 303)


def _page(event: Event, filter_id: int, form: FilterForm) -> Response:
    html = render_template(
        "organise/attendees_filter.html",
        form=form,
        remove=RemoveForm(formdata=None),
        filter_id=filter_id,
        **page_words(event),
    )
    return make_response(html, form.status)
