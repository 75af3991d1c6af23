"""Views of an event's attendee list that the team keeps by name."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.database import db, transaction
from eventsapp.registration.models import SavedFilter
from eventsapp.registration.moves import Locked, lock_event

MOST = 50
LONGEST_QUERY = 2000


class NotKept(Enum):
    """Why a filter was not kept. The door puts it in words."""

    NAME_TAKEN = "name_taken"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    NOT_THERE = "not_there"


def filters_of(event_id: int) -> Sequence[SavedFilter]:
    """By name."""
    kept = select(SavedFilter).where(SavedFilter.event_id == event_id)
    return db.session.scalars(kept.order_by(SavedFilter.name, SavedFilter.id)).all()


def find_filter(event_id: int, filter_id: int) -> SavedFilter | None:
    """A filter of this event and no other."""
    wanted = select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.event_id == event_id)
    return db.session.scalars(wanted).one_or_none()


def keep(event_id: int, name: str, query: str, *, by: int) -> NotKept | None:
    """Keep a view under a name that no other one of the event has. None: it is kept."""
    if len(query) > LONGEST_QUERY:
        return NotKept.TOO_LONG
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is None:
            return NotKept.NOT_THERE
        names = _names(session, event_id)
        if name in names:
            return NotKept.NAME_TAKEN
        if len(names) >= MOST:
            return NotKept.TOO_MANY
        kept = SavedFilter(event_id=event_id, name=name, query=query, created_by=by, created_at=clock.now())
        session.add(kept)
        session.flush()
        _note(lock, kept, "filter.kept", by, name=name)
        return None


def rename(event_id: int, filter_id: int, name: str, *, by: int) -> NotKept | None:
    """None: it has that name now."""
    with transaction() as session:
        lock, kept = _locked(session, event_id, filter_id)
        if lock is None or kept is None:
            return NotKept.NOT_THERE
        if kept.name == name:
            return None
        if name in _names(session, event_id):
            return NotKept.NAME_TAKEN
        _note(lock, kept, "filter.renamed", by, before=kept.name, after=name)
        kept.name = name
        return None


def remove(event_id: int, filter_id: int, *, by: int) -> bool:
    """False: it was gone already."""
    with transaction() as session:
        lock, kept = _locked(session, event_id, filter_id)
        if lock is None or kept is None:
            return False
        _note(lock, kept, "filter.removed", by, name=kept.name)
        session.delete(kept)
        return True


def _locked(session: Session, event_id: int, filter_id: int) -> tuple[Locked | None, SavedFilter | None]:
    lock = lock_event(session, event_id)
    kept = select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.event_id == event_id)
    return lock, session.scalars(kept).one_or_none()


def _names(session: Session, event_id: int) -> set[str]:
    return set(session.scalars(select(SavedFilter.name).where(SavedFilter.event_id == event_id)))


def _note(lock: Locked, kept: SavedFilter, action: str, by: int, **details: str) -> None:
    record(action, f"filter:{kept.id}", by=by, series_id=lock.series.id, **details)
