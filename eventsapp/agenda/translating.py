"""Writes an event's public texts in one language, through the verbs of the event and its agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import joinedload

from eventsapp.agenda import draft_rows, drafting
from eventsapp.agenda.queries import draft_view
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.service import check, set_agenda
from eventsapp.agenda.wording import EVENT_TEXTS, VENUE_TEXTS, session_name
from eventsapp.database import transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.queries import details_of
from eventsapp.events.rules import Conflict, Edited, EventDetails, Invalid, Refusal
from eventsapp.events.service import lock_event
from eventsapp.web.rules import Problem


class _Undone(Exception):
    """The agenda refused; what the event took is given back with the transaction."""

    def __init__(self, answer: Conflict | Refusal | Invalid) -> None:
        super().__init__()
        self.answer = answer


def set_texts(
    event_id: int, language: str, texts: Mapping[str, str], *, by: int | None, expected_version: int | None = None
) -> Edited | Conflict | Refusal | Invalid:
    """Make the texts of these names (`wording.Wording`) read so in `language`; an empty one takes its translation
    away. Other texts and languages stay, nobody is written to, and no SEQUENCE rises. All or nothing.

    `expected_version` is the event's `details_version` that the form was shown with.
    """
    try:
        with transaction() as session:
            events.lock_event(session, event_id)
            event = session.get_one(Event, event_id, options=[joinedload(Event.venue)], populate_existing=True)
            details = _translated(details_of(event), language, texts)
            edited = events.edit_event(event_id, details, by=by, tell=False, expected_version=expected_version)
            if not isinstance(edited, Edited):
                return edited
            titled = _set_titles(event_id, language, texts, by)
            return Edited(event_id, event.details_version, edited.changes + titled)
    except _Undone as undone:
        return undone.answer


def translate_titles(
    event_id: int, language: str, titles: Mapping[str, str], *, by: int | None
) -> Edited | Conflict | Refusal | Invalid:
    """Make the titles of these keys read so in `language`; an empty one takes its translation away. What translates a
    published title is public at once. What translates a title that stands in the draft alone, or is worded anew there,
    stays in the draft. `Problem.item` is the place in what organisers see."""
    with transaction() as session:
        event = lock_event(session, event_id)
        seen, public = draft_rows.seen(session, event), draft_rows.published(session, event)
        after = _titled(seen, language, titles)
        if after == seen:
            return Edited(event.id, event.agenda_version)
        if found := check(after, timezone=event.timezone, language=event.language):
            return Invalid(tuple(found))
        drafted = draft_rows.find_draft(session, event) is not None
        wording = {each.key: _originals(each, language) for each in seen}
        same = {each.key for each in public if wording.get(each.key) == _originals(each, language)}
        known = {key: title for key, title in titles.items() if key in same}
        answer = set_agenda(event_id, _titled(public, language, known), by=by, keep_draft=True)
        if isinstance(answer, Edited) and drafted:
            return drafting.put(session, event, after, by, "translated")
        return answer


def _translated(details: EventDetails, language: str, texts: Mapping[str, str]) -> EventDetails:
    changes: dict[str, Any] = {
        name: {**getattr(details, name), language: texts[name]} for name in EVENT_TEXTS if name in texts
    }
    venue = details.venue
    if venue is not None:
        notes: dict[str, Any] = {
            name: {**getattr(venue, name), language: texts[f"venue_{name}"]}
            for name in VENUE_TEXTS
            if f"venue_{name}" in texts
        }
        venue = replace(venue, **notes)
    return replace(details, venue=venue, **changes)


def _set_titles(event_id: int, language: str, texts: Mapping[str, str], by: int | None) -> tuple[str, ...]:
    """The keys of sessions that changed. An agenda whose titles stay is left alone, whatever else is wrong with it."""
    keys = [row.key for row in draft_view(event_id).rows]
    titles = {key: texts[name] for key in keys if (name := session_name(key)) in texts}
    answer = translate_titles(event_id, language, titles, by=by)
    if isinstance(answer, Invalid):
        raise _Undone(Invalid(tuple(_named(each, keys) for each in answer.problems)))
    if not isinstance(answer, Edited):
        raise _Undone(answer)
    return answer.changes


def _named(problem: Problem, keys: list[str]) -> Problem:
    """A problem of one session, as one of the text that it is shown beside."""
    if problem.item is None or problem.item >= len(keys):
        return problem
    return Problem(session_name(keys[problem.item]), problem.message, problem.params)


def _titled(sessions: Sequence[SessionDetails], language: str, titles: Mapping[str, str]) -> list[SessionDetails]:
    return [
        replace(each, title={**each.title, language: titles[each.key]}) if each.key in titles else each
        for each in sessions
    ]


def _originals(session: SessionDetails, language: str) -> dict[str, str]:
    return {each: text for each, text in session.title.items() if each != language}
