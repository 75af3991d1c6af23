"""Writes agendas. The event's row is locked first; every verb is the one diff of `set_agenda`, by key.

A session's own `calendar_sequence` rises when its time, room or being there changes after the event was published;
the event's stays (CALENDAR.md §1.2). What is taken off a published agenda stays as a cancelled row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.agenda import rules
from eventsapp.agenda.changes import keep, move, printed, remove_others, rows_of, values_of
from eventsapp.agenda.models import AgendaEdition
from eventsapp.agenda.queries import details_of, published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit import service as audit
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal, wall_problems
from eventsapp.events.service import lock_event, wall_clock_problems
from eventsapp.web.rules import Problem


class SessionNotFound(LookupError):
    """The agenda has no such key now."""


def check(sessions: Sequence[SessionDetails], *, timezone: str, language: str) -> list[Problem]:
    """Everything wrong, wall times included; `item` says which session. An unknown zone is the event's problem."""
    found = rules.problems(sessions, language)
    if not clock.is_zone(timezone):
        return found
    for item, session in enumerate(sessions):
        for name in ("starts_at", "ends_at"):
            wall = getattr(session, name)
            if not list(wall_problems(name, wall)):
                faults = wall_clock_problems(name, wall, timezone)
                found += [Problem(each.field, each.message, each.params, item) for each in faults]
    return found


def set_agenda(
    event_id: int, sessions: Sequence[SessionDetails], *, by: int | None, expected_version: int | None = None
) -> Edited | Conflict | Refusal | Invalid:
    """Make the agenda these sessions and no others. `changes` are the keys added, changed or removed.

    Keys that are missing are made from titles. `expected_version` is the event's `details_version` that the form was
    shown with. On a published event each change makes a new edition.
    """
    with transaction() as session:
        event = lock_event(session, event_id)
        if expected_version not in (None, event.details_version):
            return Conflict(event.details_version)
        return _set(session, event, sessions, by)


def add_session(
    event_id: int, details: SessionDetails, *, by: int | None, expected_version: int | None = None
) -> Edited | Conflict | Refusal | Invalid:
    """One more; its key, made from the title when empty, is the one in `changes`. A key that was taken off comes
    back as the same session."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if expected_version not in (None, event.details_version):
            return Conflict(event.details_version)
        there = [details_of(row) for row in published_sessions(event_id)]
        return _only_item(_set(session, event, [*there, details], by), len(there))


def edit_session(
    event_id: int, key: str, details: SessionDetails, *, by: int | None, expected_version: int | None = None
) -> Edited | Conflict | Refusal | Invalid:
    """Make the session of this key as `details` say; the key stays, whatever they say. Raises SessionNotFound."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if expected_version not in (None, event.details_version):
            return Conflict(event.details_version)
        there = [details_of(row) for row in published_sessions(event_id)]
        item = _place_of(key, there)
        there[item] = SessionDetails(**vars(details) | {"key": key})
        return _only_item(_set(session, event, there, by), item)


def remove_session(
    event_id: int, key: str, *, by: int | None, expected_version: int | None = None
) -> Edited | Conflict | Refusal | Invalid:
    """Take it off. Raises SessionNotFound."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if expected_version not in (None, event.details_version):
            return Conflict(event.details_version)
        there = [details_of(row) for row in published_sessions(event_id)]
        del there[_place_of(key, there)]
        return _set(session, event, there, by)


def publish_first_edition(event_id: int, *, by: int | None) -> None:
    """At the event's publication: its agenda becomes edition 1. An empty agenda makes none."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if event.agenda_number == 0:
            _publish(session, event, by)


def move_along(event_id: int, shift: timedelta, *, by: int | None) -> Problem | None:
    """Move every session by this much on the wall clock and derive its instants anew in the event's zone. Gives the
    problem, and changes nothing, when the clocks of the new day skip or repeat a time."""
    with transaction() as session:
        event = lock_event(session, event_id)
        rows = rows_of(session, event)
        for wall in {
            wall + shift for row in rows if row.cancelled_at is None for wall in (row.starts_wall, row.ends_wall)
        }:
            for problem in wall_clock_problems("starts_at", wall, event.timezone):
                return problem
        now = clock.now()
        moved = [row.key for row in rows if row.cancelled_at is None and move(row, event, shift, now)]
        if moved:
            _finish(session, event, by, moved)
        return None


def call_off(event_id: int) -> None:
    """With the event every session is off: each one's SEQUENCE rises; the rows stay as they were planned."""
    with transaction() as session:
        event = lock_event(session, event_id)
        for row in rows_of(session, event):
            if row.cancelled_at is None:
                row.calendar_sequence += 1
                row.changed_at = clock.now()


def _set(
    session: Session, event: Event, sessions: Sequence[SessionDetails], by: int | None
) -> Edited | Refusal | Invalid:
    if event.status == "cancelled":
        return Refusal.CANCELLED
    if found := check(sessions, timezone=event.timezone, language=event.language):
        return Invalid(tuple(found))
    wanted = rules.keyed(sessions, event.language)
    rows = {row.key: row for row in rows_of(session, event)}
    now = clock.now()
    changed = remove_others(session, event, rows, {details.key for details in wanted}, now)
    together: dict[datetime, int] = {}
    for details in rules.ordered(wanted):
        position = together.get(details.starts_at, 0)
        together[details.starts_at] = position + 1
        if keep(session, event, rows.get(details.key), values_of(event, details, position), now):
            changed.append(details.key)
    if changed:
        _finish(session, event, by, changed)
    return Edited(event.id, event.details_version, tuple(changed))


def _finish(session: Session, event: Event, by: int | None, changed: list[str]) -> None:
    event.version += 1
    event.details_version += 1
    session.flush()
    actor = "command" if by is None else "organiser"
    subject = f"event:{event.id}"
    audit.record("agenda.changed", subject, by=by, actor=actor, series_id=event.series_id, keys=changed)
    if event.status == "published":
        _publish(session, event, by)


def _publish(session: Session, event: Event, by: int | None) -> None:
    """A new edition of what the agenda is now; the very first one is not made of nothing."""
    sessions = [printed(row) for row in published_sessions(event.id)]
    if not sessions and event.agenda_number == 0:
        return
    event.agenda_number += 1
    edition = AgendaEdition(event_id=event.id, number=event.agenda_number, published_at=clock.now(), published_by=by)
    edition.sessions = sessions
    session.add(edition)


def _place_of(key: str, sessions: Sequence[SessionDetails]) -> int:
    for item, details in enumerate(sessions):
        if details.key == key:
            return item
    raise SessionNotFound(key)


def _only_item(answer: Edited | Refusal | Invalid, item: int) -> Edited | Refusal | Invalid:
    """Problems of the one session that a form showed, without its place in the list."""
    if not isinstance(answer, Invalid):
        return answer
    mine = [each for each in answer.problems if each.item in (item, None)] or answer.problems
    return Invalid(tuple(Problem(each.field, each.message, each.params) for each in mine))
