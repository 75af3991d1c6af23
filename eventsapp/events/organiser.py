"""The door for organisers: create an event, change it, publish it, call it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp.events import moving, queries, service
from eventsapp.events.defaults import defaults_of
from eventsapp.events.for_organisers import (
    RESERVED_SLUGS,
    changeable_event,
    last_change,
    organisers_event,
    people_to_tell,
    slugs_for,
)
from eventsapp.events.forms import CallOffForm, EventForm, NewEventForm, values_of
from eventsapp.events.rules import Conflict, Created, Edited, EventDetails, Invalid, Refusal
from eventsapp.events.words import title_of
from eventsapp.series import queries as series_queries
from eventsapp.series.words import series_words
from eventsapp.venues import queries as venues
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.problems import show_problems
from eventsapp.web.rules import slugged
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("event_organiser", __name__)


@bp.route("/organise/events/new", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def new() -> Response:
    series = series_queries.list_for_organiser(scope(Role.editor))
    wished = request.args.get("series")
    form = NewEventForm(data={**defaults_of(series, wished), "series": wished})
    form.offer(series)
    form.offer_venues(venues.suggested([each.id for each in series]))
    if series and form.is_submitted() and _is_fine(form, None):
        series_id = next(each.id for each in series if each.slug == form.series.data)
        answer = _create(form, series_id)
        if isinstance(answer, Created):
            flash(gettext("The draft is kept. Nobody else sees it until you publish it."), "good")
            then = "agenda_pasting.paste" if request.form.get("then") == "paste" else "event_organiser.show"
            return redirect(url_for(then, slug=answer.slug), 303)
        _show_refusal(form, answer)
    return make_response(render_template("organise/event_new.html", form=form, has_series=bool(series)), form.status)


@bp.route("/organise/events/<slug>/edit", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str) -> Response:
    event = changeable_event(slug)
    before = queries.details_of(event)
    form = _edit_form(event, before)
    if not form.is_submitted() or form.back.data or not _is_fine(form, before):
        return _edit_page(form, event)
    details = form.details(before)
    people = people_to_tell(event.id) if event.status == "published" and moving.is_moved(before, details) else 0
    if people and form.tell.data not in ("yes", "no"):
        return _ask_page(form, event, details, people)
    tell = form.tell.data != "no"
    answer = service.edit_event(event.id, details, by=user().id, tell=tell, expected_version=form.version())
    if isinstance(answer, Edited):
        flash(_saved(answer, people if tell else 0), "good")
        return redirect(url_for("event_organiser.show", slug=details.slug), 303)
    event = organisers_event(slug, Role.editor)
    if isinstance(answer, Conflict):
        _show_conflict(form, event, answer.version)
        return _edit_page(form, event, 409)
    _show_refusal(form, answer)
    return _edit_page(form, event)


@bp.post("/organise/events/<slug>/publish")
@organiser_page(Role.editor)
def publish(slug: str) -> Response:
    event = organisers_event(slug, Role.editor)
    answer = service.publish_event(event.id, by=user().id)
    if isinstance(answer, Refusal):
        flash(gettext("This event was called off. It cannot be published again."), "off")
    elif answer.changes:
        flash(gettext("The event is published."), "good")
    return redirect(url_for("event_organiser.show", slug=slug), 303)


@bp.route("/organise/events/<slug>/call-off", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def call_off(slug: str) -> Response:
    event = organisers_event(slug, Role.editor)
    if event.status != "published":
        abort(409, description=gettext("Only an event that is published can be called off."))
    form = CallOffForm()
    if form.validate_on_submit():
        people = people_to_tell(event.id)
        service.call_off_event(event.id, by=user().id, message=form.message.data)
        done = gettext("The event is called off.")
        flash(f"{done} {_letters(people)}" if people else done, "good")
        return redirect(url_for("event_organiser.show", slug=slug), 303)
    words = {"series": series_words(event.series), "title": title_of(event), "people": people_to_tell(event.id)}
    return make_response(render_template("organise/call_off.html", form=form, event=event, **words), form.status)


def _is_fine(form: EventForm, before: EventDetails | None) -> bool:
    """Checks all there is to check at once, so that nobody is told of one slip after the other."""
    fine = form.validate()
    if "slug" in form and form.slug.data in RESERVED_SLUGS:
        _show_refusal(form, Refusal.SLUG_TAKEN)
        fine = False
    if form.starts_at.data is None or form.ends_at.data is None:
        return False
    details = form.details(before, slug=slugged(form.title.data, "event"))
    return not show_problems(form, service.check(details)) and bool(fine)


def _create(form: NewEventForm, series_id: int) -> Created | Refusal | Invalid:
    """A draft of the name that was typed, or else of the first free one that the title gives."""
    typed = form.slug.data
    answer: Created | Refusal | Invalid = Refusal.SLUG_TAKEN
    for slug in [typed] if typed else slugs_for(form.title.data):
        if slug not in RESERVED_SLUGS:
            answer = service.create_event(series_id, form.details(slug=slug), by=user().id)
        if answer is not Refusal.SLUG_TAKEN:
            return answer
    return answer


def _edit_form(event: Event, before: EventDetails) -> EventForm:
    form = EventForm(data=values_of(before))
    form.language.keep(before.language)
    form.offer_venues(venues.suggested([event.series_id]))
    if event.status != "draft":
        del form.slug
    if not form.is_submitted():
        form.show_version(event.details_version)
    return form


def _edit_page(form: EventForm, event: Event, status: int | None = None) -> Response:
    words = {"series": series_words(event.series), "title": title_of(event)}
    page = render_template("organise/event_edit.html", form=form, event=event, **words)
    return make_response(page, status or form.status)


def _ask_page(form: EventForm, event: Event, details: EventDetails, people: int) -> Response:
    """Old and new in words, and whether to tell. All that was typed goes along, hidden."""
    old = queries.snapshot_of(event)
    sent = [(name, value) for name, value in request.form.items(multi=True) if name in form and name != "csrf_token"]
    page = render_template(
        "organise/event_move.html",
        event=event,
        series=series_words(event.series),
        title=title_of(event),
        changes=moving.in_words(old, moving.moved(old, details)),
        people=people,
        sent=sent,
    )
    return make_response(page)


def _saved(answer: Edited, told: int) -> str:
    if not answer.changes:
        return str(gettext("Nothing was changed."))
    saved = str(gettext("The changes are saved."))
    return f"{saved} {_letters(told)}" if told else saved


def _letters(people: int) -> str:
    return str(ngettext("%(num)d person gets a letter.", "%(num)d people get a letter.", people))


def _show_refusal(form: EventForm, answer: Created | Edited | Conflict | Refusal | Invalid) -> None:
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    elif answer is Refusal.SLUG_TAKEN and "slug" in form:
        form.slug.errors = [gettext("Another event has this name in its address. Choose another.")]
    else:
        form.form_errors.append(gettext("The event was published or called off meanwhile. Load this page again."))


def _show_conflict(form: EventForm, event: Event, version: int) -> None:
    """Who was quicker and with what; sending the form once more puts it in place of that."""
    who, names = last_change(event.id)
    fields = [str(each.label.text) for each in form if each.name in names]
    form.show_version(version)
    form.form_errors.append(
        gettext(
            "%(who)s changed this event while you had it open: %(fields)s. What you typed is still here; "
            "save again to put it in place of that.",
            who=who or gettext("Somebody"),
            fields=", ".join(fields) or gettext("something that is not on this page"),
        )
    )
