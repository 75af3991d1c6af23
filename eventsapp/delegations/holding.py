"""The machinery under the verbs: a delegation under its event's lock, and the event's counter of held places.

Everything here runs inside an open `transaction()`; the event's row is locked first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.delegations import rules
from eventsapp.delegations.models import Delegation, DelegationName
from eventsapp.delegations.rules import Standing
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked, lock_event


def locked_delegation(session: Session, delegation_id: int) -> tuple[Locked | None, Delegation | None]:
    """A delegation as it is under its event's lock: read again after the lock, never before."""
    event_id = session.scalar(select(Delegation.event_id).where(Delegation.id == delegation_id))
    lock = lock_event(session, event_id) if event_id is not None else None
    if lock is None:
        return None, None
    return lock, session.get(Delegation, delegation_id, populate_existing=True)


def held_by(delegation: Delegation) -> int:
    return rules.held(delegation.places, delegation.filled, returned=delegation.returned_at is not None)


@contextmanager
def recounted(lock: Locked, delegation: Delegation) -> Iterator[None]:
    """Whatever changes in the delegation within, the event's counters follow, and all that is shown of them."""
    _count(lock, delegation, -1)
    yield
    _count(lock, delegation, +1)
    lock.event.version += 1


def _count(lock: Locked, delegation: Delegation, step: int) -> None:
    counter = f"{delegation.attends}_held"
    setattr(lock.event, counter, getattr(lock.event, counter) + step * held_by(delegation))


def flow_back(lock: Locked, delegation: Delegation) -> int:
    """Nothing is held any more; gives how many places that frees. Let people move up afterwards."""
    freed = held_by(delegation)
    with recounted(lock, delegation):
        delegation.returned_at = lock.now
        delegation.places = delegation.filled
    return freed


def let_go(lock: Locked, delegation: Delegation, row: Registration) -> None:
    """The person fills its place no more. It is held again, or goes to the queue once the places flowed back."""
    with recounted(lock, delegation):
        delegation.filled -= 1
        if delegation.returned_at is not None:
            delegation.places -= 1
    row.delegation_id = None


def standing_of(lock: Locked, delegation: Delegation) -> Standing:
    event = lock.event
    return Standing(event.status, event.starts_at, delegation.returns_at, delegation.returned_at is not None)


def names_of(lock: Locked, delegation: Delegation) -> list[DelegationName]:
    """Those that stand, in the order entered."""
    standing = select(DelegationName).where(
        DelegationName.delegation_id == delegation.id, DelegationName.ended.is_(None)
    )
    return list(lock.session.scalars(standing.order_by(DelegationName.id)))


def set_returns(delegation: Delegation, wall: datetime, timezone: str, starts_at: datetime) -> None:
    """When unfilled places flow back. A wall time that our own shifting made, and that the clocks skip or show twice,
    is taken as the later one: it gives the contact an hour more."""
    try:
        instant = clock.instant_of(wall, timezone)
    except clock.AmbiguousTime:
        instant = clock.instant_of(wall, timezone, second=True)
    except clock.ImpossibleTime:
        wall += timedelta(hours=1)
        instant = clock.instant_of(wall, timezone)
    delegation.returns_wall = wall
    delegation.returns_at = min(instant, starts_at)
