"""One row of an agenda at a time: added, changed, moved, taken off, and which of it raises its SEQUENCE.

Belongs to the service: the event's row is locked, its transaction is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.models import Event

_IN_CALENDAR = frozenset({"starts_wall", "ends_wall", "starts_at", "ends_at", "room", "cancelled_at"})


def rows_of(session: Session, event: Event) -> Sequence[AgendaSession]:
    """All of them, those taken off included."""
    statement = select(AgendaSession).where(AgendaSession.event_id == event.id).order_by(AgendaSession.id)
    return session.scalars(statement).all()


def was_seen(event: Event) -> bool:
    """Whether the public ever saw an agenda of this event, so that calendars may have its sessions."""
    return event.agenda_number > 0


def values_of(event: Event, details: SessionDetails, position: int) -> dict[str, Any]:
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
        "online_capacity": details.online_capacity,
        "cancelled_at": None,
    }


def keep(session: Session, event: Event, row: AgendaSession | None, values: dict[str, Any], now: datetime) -> bool:
    """Add or change one row; False when all was so already."""
    if row is None:
        session.add(AgendaSession(event_id=event.id, changed_at=now, **values))
        return True
    different = {name for name, value in values.items() if getattr(row, name) != value}
    for name in different:
        setattr(row, name, values[name])
    if different & _IN_CALENDAR and was_seen(event):
        row.calendar_sequence += 1
    if different:
        row.changed_at = now
    return bool(different)


def remove_others(
    session: Session, event: Event, rows: dict[str, AgendaSession], keep: set[str], now: datetime
) -> list[str]:
    gone = [row for key, row in rows.items() if key not in keep and row.cancelled_at is None]
    for row in gone:
        if not was_seen(event):
            session.delete(row)
        else:
            row.cancelled_at = row.changed_at = now
            row.calendar_sequence += 1
    return [row.key for row in gone]


def move(row: AgendaSession, event: Event, shift: timedelta, now: datetime) -> bool:
    walls = {"starts_wall": row.starts_wall + shift, "ends_wall": row.ends_wall + shift}
    instants = {
        "starts_at": clock.instant_of(walls["starts_wall"], event.timezone),
        "ends_at": clock.instant_of(walls["ends_wall"], event.timezone),
    }
    different = {name: value for name, value in (walls | instants).items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    if different:
        row.changed_at = now
        row.calendar_sequence += 1 if was_seen(event) else 0
    return bool(different)


def printed(row: AgendaSession) -> dict[str, Any]:
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
        "online_capacity": row.online_capacity,
    }
