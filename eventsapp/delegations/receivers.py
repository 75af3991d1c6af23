"""What news of an event means for its delegations. Runs inside the transaction that makes the news true."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.delegations import notifications
from eventsapp.delegations.holding import flow_back, recounted, set_returns
from eventsapp.delegations.models import Delegation
from eventsapp.delegations.notifications import ENDED
from eventsapp.delegations.rules import moved_along
from eventsapp.delegations.service import tell_held
from eventsapp.events import signals
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.registration.moves import Locked, lock_event
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import contact_until


def connect() -> None:
    """Subscribe; called once by create_app (a second call changes nothing)."""
    signals.event_rescheduled.connect(on_rescheduled)
    signals.event_moved.connect(on_moved)
    signals.event_published.connect(on_published)
    signals.event_cancelled.connect(on_cancelled)


def on_rescheduled(event_id: int, *, old: EventSnapshot, new: EventSnapshot, **_: Any) -> None:
    """The date on which places flow back moves along with the start."""
    lock = _lock(event_id)
    for delegation in _delegations(lock):
        wall = moved_along(delegation.returns_wall, old.starts_wall, new.starts_wall)
        set_returns(delegation, wall, new.timezone, new.starts_at)
        if delegation.contact_until > lock.now:
            delegation.contact_until = contact_until(new.ends_at, had_place=True)


def on_moved(event_id: int, *, tell: bool, **_: Any) -> None:
    """Contacts with something in hand are told of another time or place as the people are."""
    if not tell:
        return
    lock = _lock(event_id)
    for delegation in _delegations(lock):
        if delegation.places:
            tell_held(lock, delegation, "moved")


def on_published(event_id: int, **_: Any) -> None:
    """The links work from now on: the first letters go out. While it was a draft, nothing followed a kind of place that
    went."""
    lock = _lock(event_id)
    take_the_kind_left(lock)
    for delegation in _delegations(lock):
        tell_held(lock, delegation, "new")


def on_cancelled(event_id: int, *, message: str = "", **_: Any) -> None:
    """Called off: nothing is held any more, and every contact is told."""
    lock = _lock(event_id)
    for delegation in _delegations(lock):
        if delegation.returned_at is None:
            flow_back(lock, delegation)
        key = f"called-off:{lock.event.calendar_sequence}"
        notifications.write(ENDED, lock.snapshot, delegation, key, why="called_off", message=message)


def take_the_kind_left(lock: Locked) -> None:
    """The event takes place in another way: who holds places of a kind that is gone holds as many of the one that is
    left. That may be more than there are: a change of the event takes nothing from anybody."""
    left = kinds_of_place(lock.event.mode)
    for delegation in _delegations(lock):
        if delegation.attends not in left:
            with recounted(lock, delegation):
                delegation.attends = left[0]


def _delegations(lock: Locked) -> list[Delegation]:
    rows = select(Delegation).where(Delegation.event_id == lock.event.id).order_by(Delegation.id)
    return list(lock.session.scalars(rows.execution_options(populate_existing=True)))


def _lock(event_id: int) -> Locked:
    lock = lock_event(db.session(), event_id)
    if lock is None:
        raise LookupError(f"event {event_id} told of itself and is not there")
    return lock
