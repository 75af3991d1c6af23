"""The rows of a draft: read, written, thrown away. Belongs to the services: the event's row is locked, their
transaction is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.agenda.changes import rows_of
from eventsapp.agenda.differences import Difference, between
from eventsapp.agenda.models import AgendaDraft, AgendaSession, DraftSession
from eventsapp.agenda.queries import details_of
from eventsapp.agenda.rules import SessionDetails, positions
from eventsapp.events.models import Event


def find_draft(session: Session, event: Event) -> AgendaDraft | None:
    return session.get(AgendaDraft, event.id)


def published(session: Session, event: Event) -> list[SessionDetails]:
    """What the public sees, or, before the event is published, what a file gave."""
    return [details_of(row) for row in _live(session, event)]


def seen(session: Session, event: Event) -> list[SessionDetails]:
    """What organisers see: the draft, or else what is published."""
    return [details_of(row) for row in _rows(session, event)]


def versions(session: Session, event: Event) -> dict[str, int]:
    """Of each session that organisers see."""
    return {row.key: row.version for row in _rows(session, event)}


def write(session: Session, event: Event, wanted: Sequence[SessionDetails], by: int | None) -> None:
    """Make the draft these sessions, which have keys. A draft that differs in nothing from what is published goes.
    `event.agenda_version` is that of this change."""
    if not between(published(session, event), wanted):
        drop(session, event)
        return
    now = clock.now()
    before = {row.key: row for row in _rows(session, event)}
    changed = {each.key for each in between(seen(session, event), wanted)}
    draft = find_draft(session, event)
    if draft is None:
        draft = AgendaDraft(event_id=event.id, based_on=event.agenda_number, begun_at=now, changed_at=now)
        session.add(draft)
        session.flush()
    draft.changed_at, draft.changed_by = now, by
    rows = {row.key: row for row in _draft_rows(session, event)}
    _remove_others(session, rows, {details.key for details in wanted})
    for details, position in positions(wanted):
        row = rows.get(details.key)
        if row is None:
            row = _new_row(event, before.get(details.key), now)
            session.add(row)
        for name, value in _values(details, position).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        if details.key in changed:
            row.version, row.changed_at, row.changed_by = event.agenda_version, now, by
    session.flush()


def drop(session: Session, event: Event) -> tuple[Difference, ...]:
    """Throw the draft away; what it differed in from what is published. Empty: there was none."""
    draft = find_draft(session, event)
    if draft is None:
        return ()
    lost = between(published(session, event), seen(session, event))
    _remove_others(session, {row.key: row for row in _draft_rows(session, event)}, ())
    session.delete(draft)
    session.flush()
    return lost


def move(session: Session, event: Event, shift: timedelta) -> None:
    """All of it by as much on the wall clock; `event.agenda_version` is that of this change."""
    now = clock.now()
    for row in _draft_rows(session, event):
        row.starts_wall += shift
        row.ends_wall += shift
        row.version, row.changed_at = event.agenda_version, now
    session.flush()


def _rows(session: Session, event: Event) -> Sequence[AgendaSession] | Sequence[DraftSession]:
    if find_draft(session, event) is not None:
        return _draft_rows(session, event)
    return _live(session, event)


def _live(session: Session, event: Event) -> list[AgendaSession]:
    rows = [row for row in rows_of(session, event) if row.cancelled_at is None]
    return sorted(rows, key=lambda row: (row.starts_at, row.position, row.id))


def _draft_rows(session: Session, event: Event) -> Sequence[DraftSession]:
    order = (DraftSession.starts_wall, DraftSession.position, DraftSession.id)
    return session.scalars(select(DraftSession).where(DraftSession.event_id == event.id).order_by(*order)).all()


def _remove_others(session: Session, rows: dict[str, DraftSession], keep: Collection[str]) -> None:
    for key in [key for key in rows if key not in keep]:
        session.delete(rows.pop(key))
    session.flush()


def _new_row(event: Event, before: AgendaSession | DraftSession | None, now: datetime) -> DraftSession:
    """A session that was published before a draft was begun comes into it with its version, changed by nobody yet."""
    if before is None:
        return DraftSession(event_id=event.id, version=event.agenda_version, changed_at=now)
    return DraftSession(event_id=event.id, version=before.version, changed_at=before.changed_at)


def _values(details: SessionDetails, position: int) -> dict[str, Any]:
    return {
        "key": details.key,
        "starts_wall": details.starts_at,
        "ends_wall": details.ends_at,
        "position": position,
        "title": dict(details.title),
        "kind": details.kind,
        "room": details.room,
        "speakers": list(details.speakers),
        "capacity": details.capacity,
        "online_capacity": details.online_capacity,
    }
