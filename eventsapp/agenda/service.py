"""Writes agendas. The event's row is locked first; every verb is the one diff of `set_agenda`, by key.

A session's own `calendar_sequence` rises when its time, room or being there changes after the event was published;
the event's stays (CALENDAR.md §1.2). What is taken off a published agenda stays as a cancelled row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.agenda import rules
from eventsapp.agenda.models import AgendaEdition, AgendaSession
from eventsapp.agenda.queries import details_of, published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit import service as audit
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal, wall_problems
from eventsapp.events.service import lock_event, wall_clock_problems
from eventsapp.web.rules import Problem

_IN_CALENDAR = frozenset({"starts_wall", "ends_wall", "starts_at", "ends_at", "room", "cancelled_at"})


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


def move_along(event_id: int, days: timedelta, *, by: int | None) -> Problem | None:
    """Move every session by whole days and derive its instants anew in the event's zone: the wall clock of the
    agenda stays. Gives the problem, and changes nothing, when the clocks of the new day skip or repeat a time."""
    with transaction() as session:
        event = lock_event(session, event_id)
        rows = _rows(session, event)
        for wall in {
            wall + days for row in rows if row.cancelled_at is None for wall in (row.starts_wall, row.ends_wall)
        }:
            for problem in wall_clock_problems("starts_at", wall, event.timezone):
                return problem
        now = clock.now()
        moved = [row.key for row in rows if row.cancelled_at is None and _move(row, event, days, now)]
        if moved:
            _finish(session, event, by, moved)
        return None


def call_off(event_id: int) -> None:
    """With the event every session is off: each one's SEQUENCE rises; the rows stay as they were planned."""
    with transaction() as session:
        event = lock_event(session, event_id)
        for row in _rows(session, event):
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
    rows = {row.key: row for row in _rows(session, event)}
    now = clock.now()
    changed = _remove_others(session, event, rows, {details.key for details in wanted}, now)
    together: dict[datetime, int] = {}
    for details in rules.ordered(wanted):
        position = together.get(details.starts_at, 0)
        together[details.starts_at] = position + 1
        if _keep(session, event, rows.get(details.key), _values(event, details, position), now):
            changed.append(details.key)
    if changed:
        _finish(session, event, by, changed)
    return Edited(event.id, event.details_version, tuple(changed))


def _rows(session: Session, event: Event) -> Sequence[AgendaSession]:
    """All of them, those taken off included."""
    statement = select(AgendaSession).where(AgendaSession.event_id == event.id).order_by(AgendaSession.id)
    return session.scalars(statement).all()


def _values(event: Event, details: SessionDetails, position: int) -> dict[str, Any]:
    return {
        "key": details.key,
        "starts_wall": details.starts_at,
        "ends_wall": details.ends_at,
        "starts_at": clock.instant_of(details.starts_at, event.timezone),
        "ends_at": clock.instant_of(details.ends_at, event.timezone),
        "position": position,
        "title": dict(details.title),
        "kind": details.kind,
        "room": details.room,
        "speakers": list(details.speakers),
        "capacity": details.capacity,
        "cancelled_at": None,
    }


def _keep(session: Session, event: Event, row: AgendaSession | None, values: dict[str, Any], now: datetime) -> bool:
    """Add or change one row; False when all was so already."""
    if row is None:
        session.add(AgendaSession(event_id=event.id, changed_at=now, **values))
        return True
    different = {name for name, value in values.items() if getattr(row, name) != value}
    for name in different:
        setattr(row, name, values[name])
    if different & _IN_CALENDAR and event.published_at is not None:
        row.calendar_sequence += 1
    if different:
        row.changed_at = now
    return bool(different)


def _remove_others(
    session: Session, event: Event, rows: dict[str, AgendaSession], keep: set[str], now: datetime
) -> list[str]:
    gone = [row for key, row in rows.items() if key not in keep and row.cancelled_at is None]
    for row in gone:
        if event.published_at is None:
            session.delete(row)
        else:
            row.cancelled_at = row.changed_at = now
            row.calendar_sequence += 1
    return [row.key for row in gone]


def _move(row: AgendaSession, event: Event, days: timedelta, now: datetime) -> bool:
    walls = {"starts_wall": row.starts_wall + days, "ends_wall": row.ends_wall + days}
    instants = {
        "starts_at": clock.instant_of(walls["starts_wall"], event.timezone),
        "ends_at": clock.instant_of(walls["ends_wall"], event.timezone),
    }
    different = {name: value for name, value in (walls | instants).items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    if different:
        row.changed_at = now
        row.calendar_sequence += 1 if event.published_at is not None else 0
    return bool(different)


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
    sessions = [_plain(row) for row in published_sessions(event.id)]
    if not sessions and event.agenda_number == 0:
        return
    event.agenda_number += 1
    edition = AgendaEdition(event_id=event.id, number=event.agenda_number, published_at=clock.now(), published_by=by)
    edition.sessions = sessions
    session.add(edition)


def _plain(row: AgendaSession) -> dict[str, Any]:
    """As JSON: wall times as they were printed."""
    return {
        "key": row.key,
        "uid_key": str(row.uid_key),
        "starts_at": row.starts_wall.isoformat(timespec="minutes"),
        "ends_at": row.ends_wall.isoformat(timespec="minutes"),
        "title": row.title,
        "kind": row.kind,
        "room": row.room,
        "speakers": row.speakers,
        "capacity": row.capacity,
    }


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
