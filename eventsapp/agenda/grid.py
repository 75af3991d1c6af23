"""The door of the agenda's grid: a page, and the answers to its script. Each change is a verb of the draft; whoever has
no script, or does not want it, does the same with the forms of the agenda's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, jsonify, make_response, render_template
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp.agenda import drafting, queries
from eventsapp.agenda.draft import DraftConflict
from eventsapp.agenda.forms import SeenForm, ShiftForm
from eventsapp.agenda.grid_forms import MoveForm, words_of
from eventsapp.agenda.grid_state import change_lines, state_of, title_of, where_words
from eventsapp.events.for_organisers import changeable_event
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from eventsapp.events.words import language, when_of
from eventsapp.events.words import title_of as event_title
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.forms import BaseForm
from eventsapp.web.problems import show_problems
from eventsapp.web.rules import is_slug
from eventsapp.web.security import keeps_input
from eventsapp.web.text import pick

if TYPE_CHECKING:
    from eventsapp.agenda.draft import DraftRow
    from eventsapp.events.models import Event

bp = Blueprint("agenda_grid", __name__)


@bp.get("/organise/events/<slug>/agenda/grid")
@organiser_page(Role.editor)
def show(slug: str) -> str:
    event = changeable_event(slug)
    return render_template(
        "organise/agenda_grid.html",
        state=state_of(event, queries.draft_view(event.id)),
        form=SeenForm(),
        event=event,
        series=series_words(event.series),
        title=event_title(event),
        zone=when_of(event).zone,
    )


@bp.post("/organise/events/<slug>/agenda/grid/<key>/move")
@organiser_page(Role.editor)
@keeps_input
def move(slug: str, key: str) -> Response:
    event, form = changeable_event(slug), MoveForm()
    starts_at, ends_at, room = form.starts_at.data, form.ends_at.data, form.room.data
    row = _row(event, key)
    if not form.validate_on_submit() or starts_at is None or ends_at is None:
        return _refused(event, form) if row is not None else abort(404)
    answer = _verb(
        drafting.move_in_draft,
        event,
        key,
        starts_at=starts_at,
        ends_at=ends_at,
        room=room,
        expected_version=form.version(),
    )
    name = title_of(event, row) if row is not None else ""
    return _answer(event, form, answer, where_words(event, name, starts_at, ends_at, room))


@bp.post("/organise/events/<slug>/agenda/grid/<key>/duplicate")
@organiser_page(Role.editor)
@keeps_input
def duplicate(slug: str, key: str) -> Response:
    event, form = changeable_event(slug), SeenForm()
    row = _row(event, key) or abort(404)
    if not form.validate_on_submit():
        return _refused(event, form)
    answer = _verb(drafting.duplicate_in_draft, event, key)
    return _answer(event, form, answer, gettext("“%(title)s” is there twice now.", title=title_of(event, row)))


@bp.post("/organise/events/<slug>/agenda/grid/<key>/shift")
@organiser_page(Role.editor)
@keeps_input
def shift(slug: str, key: str) -> Response:
    event, form = changeable_event(slug), ShiftForm()
    _row(event, key) or abort(404)
    if not form.validate_on_submit():
        return _refused(event, form)
    minutes = form.minutes.data
    answer = _verb(drafting.shift_after, event, key, minutes)
    moved = len(answer.changes) if isinstance(answer, Edited) else 0
    return _answer(event, form, answer, _shifted(moved, minutes))


@bp.post("/organise/events/<slug>/agenda/grid/<key>/remove")
@organiser_page(Role.editor)
@keeps_input
def remove(slug: str, key: str) -> Response:
    """What undoing a duplicate needs."""
    event, form = changeable_event(slug), SeenForm()
    row = _row(event, key) or abort(404)
    if not form.validate_on_submit():
        return _refused(event, form)
    answer = _verb(drafting.remove_from_draft, event, key, expected_version=form.version())
    return _answer(event, form, answer, gettext("“%(title)s” is off the agenda.", title=title_of(event, row)))


def _shifted(moved: int, minutes: int) -> str:
    if minutes > 0:
        return str(
            ngettext(
                "%(num)d session moved, %(minutes)d min later.",
                "%(num)d sessions moved, %(minutes)d min later.",
                moved,
                minutes=minutes,
            )
        )
    return str(
        ngettext(
            "%(num)d session moved, %(minutes)d min earlier.",
            "%(num)d sessions moved, %(minutes)d min earlier.",
            moved,
            minutes=-minutes,
        )
    )


def _row(event: Event, key: str) -> DraftRow | None:
    return queries.draft_view(event.id).find(key) if is_slug(key) else abort(404)


def _verb(
    verb: Any, event: Event, *arguments: Any, **values: Any
) -> Edited | DraftConflict | Conflict | Refusal | Invalid:
    try:
        answer: Edited | DraftConflict | Refusal | Invalid = verb(event.id, *arguments, by=user().id, **values)
    except drafting.SessionNotFound:
        abort(404)
    return answer


def _answer(
    event: Event, form: BaseForm, answer: Edited | DraftConflict | Conflict | Refusal | Invalid, done: str
) -> Response:
    """What was done in words, and the agenda as it is now."""
    if isinstance(answer, Edited):
        changes = [key for key in answer.changes if key]
        return _told(event.slug, done, 200, changes=changes)
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
        return _refused(event, form)
    if isinstance(answer, DraftConflict):
        return _told(event.slug, _quicker(event, answer), 409, version=answer.version if answer.now else None)
    return _told(event.slug, gettext("This event was called off. It takes no more changes."), 409)


def _quicker(event: Event, answer: DraftConflict) -> str:
    """Who was quicker, and with what."""
    who = next((each.by for each in answer.changes if each.by), "") or gettext("Somebody")
    if answer.now is None:
        return str(gettext("%(who)s took this session off meanwhile. Your change was not kept.", who=who))
    now = answer.now
    where = where_words(event, pick(now.title, language(), event.language), now.starts_at, now.ends_at, now.room)
    changes = change_lines(event, answer.changes)
    told = f"{changes}. {where}" if changes else where
    return str(gettext("%(who)s changed this session meanwhile. %(now)s Your change was not kept.", who=who, now=told))


def _refused(event: Event, form: BaseForm) -> Response:
    return _told(event.slug, words_of(form), form.status)


def _told(slug: str, said: str, status: int, **more: object) -> Response:
    event = changeable_event(slug)
    state = state_of(event, queries.draft_view(event.id))
    return make_response(jsonify(said=said, state=state, **more), status)
