"""Places that come free when nobody moves up by themselves any more: who can come at short notice is written to, and
the first who takes one has it (short_notice.py).

An event's row knows of how many free places these people were told (`room_told`, `online_told`): a place that is taken
is forgotten there, so that more free places than that means that one came free. Everything here runs under the event's
lock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from eventsapp.events.rules import LARGEST_CAPACITY
from eventsapp.mail import outbox
from eventsapp.registration import notifications
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import pools_of, waiting_for
from eventsapp.registration.rules import State, short_notice_open

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.places import Pool
    from eventsapp.registration.moves import Locked

KIND = "short_notice"
TOLD_LATELY = timedelta(hours=1)
"""Who was told so short a while ago of a place that is still free is not told of another one."""


def is_open(event: Event, now: datetime) -> bool:
    return short_notice_open(event.status, event.starts_at, event.promotion_ends_at, now)


def free_places(pool: Pool) -> int:
    """A number also where there is no limit."""
    return LARGEST_CAPACITY if pool.free is None else pool.free


def forget_taken(event: Event) -> None:
    """Places that are taken by now were told of for nothing. Called before counters change, and before a telling."""
    for kind, pool in pools_of(event).items():
        told = f"{kind}_told"
        setattr(event, told, min(getattr(event, told), free_places(pool)))


def tell_free(lock: Locked) -> int:
    """Write to those who wait and can come at short notice about places that came free; how many letters."""
    event = lock.event
    if not is_open(event, lock.now):
        event.room_told = event.online_told = 0
        return 0
    forget_taken(event)
    return sum(_tell(lock, kind, pool) for kind, pool in pools_of(event).items() if pool.waiting)


def _tell(lock: Locked, kind: str, pool: Pool) -> int:
    told, free = getattr(lock.event, f"{kind}_told"), free_places(pool)
    if free <= told:
        return 0
    setattr(lock.event, f"{kind}_told", free)
    ready = select(Registration).where(
        waiting_for(lock.event.id, kind), Registration.state == State.WAITLISTED, Registration.short_notice
    )
    lately = _told_lately(lock) if told else set()
    people = lock.session.scalars(ready.order_by(Registration.queue_no))
    people_to_tell = [each for each in people if f"registration:{each.id}" not in lately]
    for registration in people_to_tell:
        key = f"short-notice:{registration.id}:{lock.event.version}:{kind}:{free}"
        notifications.write(KIND, lock.snapshot, registration, key, free_kind=kind)
    return len(people_to_tell)


def _told_lately(lock: Locked) -> set[str]:
    return outbox.people_written_to(f"event:{lock.event.id}", KIND, since=lock.now - TOLD_LATELY)
