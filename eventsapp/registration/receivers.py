"""What news of an event means for the people registered. Runs inside the transaction that makes the news true."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.events import signals
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.registration import notifications
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import (
    Locked,
    cancellation,
    invitation,
    lock_event,
    position,
    promote,
    set_times_to_forget,
)
from eventsapp.registration.queries import people_told
from eventsapp.registration.rules import LIVE, State


def connect() -> None:
    """Subscribe; called once by create_app (a second call changes nothing)."""
    signals.event_moved.connect(on_moved)
    signals.event_cancelled.connect(on_cancelled)
    signals.capacity_changed.connect(on_capacity_changed)
    signals.people_to_tell.connect(people_told)


def on_moved(event_id: int, *, old: EventSnapshot, new: EventSnapshot, tell: bool, **_: Any) -> None:
    """New times to forget for all; a letter with the updated entry to everyone who is in or waits, if wished."""
    lock = _lock(event_id)
    for registration in _rows(lock, live_only=False):
        set_times_to_forget(lock, registration)
    if tell:
        for registration in _rows(lock, live_only=True):
            _tell_moved(lock, registration, old, new)
    promote(lock)


def on_cancelled(event_id: int, *, message: str = "", **_: Any) -> None:
    """Called off: no state changes; everyone live is told, whoever has an entry gets its cancellation."""
    lock = _lock(event_id)
    for registration in _rows(lock, live_only=True):
        part = cancellation(lock, registration, called_off=True) if registration.has_entry else None
        key = f"called-off:{event_id}:{lock.event.calendar_sequence}:{registration.id}"
        notifications.write("called_off", lock.snapshot, registration, key, calendar=part, message=message)


def on_capacity_changed(event_id: int, **_: Any) -> None:
    """Free places go to the head of the queue."""
    promote(_lock(event_id))


def _tell_moved(lock: Locked, registration: Registration, old: EventSnapshot, new: EventSnapshot) -> None:
    part = invitation(lock, registration) if registration.state == State.CONFIRMED else None
    waits = registration.state == State.WAITLISTED
    notifications.write(
        "moved",
        new,
        registration,
        f"moved:{new.event_id}:{new.calendar_sequence}:{registration.id}",
        calendar=part,
        old=old.to_facts(),
        position=position(lock, registration) if waits else None,
    )


def _lock(event_id: int) -> Locked:
    lock = lock_event(db.session(), event_id)
    if lock is None:
        raise LookupError(f"event {event_id} told of itself and is not there")
    return lock


def _rows(lock: Locked, *, live_only: bool) -> list[Registration]:
    rows = select(Registration).where(Registration.event_id == lock.event.id).order_by(Registration.queue_no)
    if live_only:
        rows = rows.where(Registration.state.in_(LIVE))
    return list(lock.session.scalars(rows))
