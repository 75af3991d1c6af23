"""The door for organisers: copy an event to another date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from eventsapp.copying import service
from eventsapp.events.for_organisers import RESERVED_SLUGS, organisers_event, slugs_for
from eventsapp.events.rules import FIRST_YEAR, LAST_YEAR, TITLE_LENGTH, Created, Invalid, Refusal
from eventsapp.events.words import title_of, when_of
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.fields import DateField
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("copying", __name__)


class CopyForm(BaseForm):
    title = CleanString(
        lazy_gettext("Title"), [Required(lazy_gettext("Give the event a title.")), MaxLength(TITLE_LENGTH)]
    )
    starts_on = DateField(lazy_gettext("First day"), [Required(lazy_gettext("Choose the day it begins on."))])
    slug = CleanString(lazy_gettext("Name in the address of its page"))


@bp.route("/organise/events/<slug>/copy", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def copy(slug: str) -> Response:
    event = organisers_event(slug, Role.editor)
    if event.series.archived_at is not None:
        abort(409, description=gettext("The series is put away. It takes no new events."))
    form = CopyForm(data={"title": event.title.get(event.language, "")})
    if form.validate_on_submit() and _year_is_fine(form):
        answer = _copied(event, form)
        if isinstance(answer, Created):
            flash(gettext("The copy is kept as a draft. Nobody else sees it until you publish it."), "good")
            return redirect(url_for("event_organiser.show", slug=answer.slug), 303)
        if isinstance(answer, Invalid):
            show_problems(form, answer.problems)
        else:
            form.slug.errors = [gettext("Another event has this name in its address. Choose another.")]
        event = organisers_event(slug, Role.editor)
    page = render_template(
        "organise/event_copy.html",
        form=form,
        event=event,
        series=series_words(event.series),
        title=title_of(event),
        when=when_of(event),
    )
    return make_response(page, form.status)


def _year_is_fine(form: CopyForm) -> bool:
    on = form.starts_on.data
    if on is not None and FIRST_YEAR < on.year < LAST_YEAR:
        return True
    form.starts_on.errors = [
        gettext("Choose a day in a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
    ]
    return False


def _copied(event: Event, form: CopyForm) -> Created | Refusal | Invalid:
    """Under the name that was typed, or else the first free one that the title gives."""
    typed, on = form.slug.data, form.starts_on.data
    if on is None:
        raise ValueError("a form that was not valid has no day")
    answer: Created | Refusal | Invalid = Refusal.SLUG_TAKEN
    for slug in [typed] if typed else slugs_for(form.title.data):
        if slug not in RESERVED_SLUGS:
            wishes = service.Wishes(slug=slug, title=form.title.data, starts_on=on)
            answer = service.copy_event(event.id, wishes, by=user().id)
        if answer is not Refusal.SLUG_TAKEN:
            break
    return answer
