"""Who can come at short notice takes a place that is free when nobody moves up by themselves any more: the first to
take it has it. Nobody comes by a place in this way before that moment, or after the start."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from sqlalchemy import or_, select

from eventsapp import clock
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.registration import freed
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import By, Locked, lock_event, move_and_tell, wish_beside
from eventsapp.registration.queries import pools_of, queues_of
from eventsapp.registration.rules import PROMOTION_ENDS, Actor, State
from eventsapp.registration.service import locked_registration

WHY = "short notice"
"""The reason kept with the move."""


class Take(Enum):
    """What became of it."""

    TAKEN = "taken"
    """They have a place; also who had one already."""
    NONE_FREE = "none_free"
    """Somebody was faster."""
    NOT_NOW = "not_now"
    """Places go by the queue, or the event has begun or was called off."""
    NOT_READY = "not_ready"
    """They did not say that they can come at short notice."""
    NOT_WAITING = "not_waiting"


def may_take(registration: Registration, event: Event, now: datetime) -> Take | str:
    """The kind of place that this person could take now; or why none."""
    if registration.state == State.CONFIRMED:
        return Take.TAKEN
    if registration.state != State.WAITLISTED:
        return Take.NOT_WAITING
    if not freed.is_open(event, now):
        return Take.NOT_NOW
    pools = pools_of(event)
    kind = next((kind for kind in queues_of(registration) if kind in pools and not pools[kind].full), None)
    if kind is None:
        return Take.NONE_FREE
    return kind if registration.short_notice else Take.NOT_READY


def take(registration_id: int) -> Take:
    """The place if one is still free, past those who wait longer; decided under the event's lock."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None:
            return Take.NOT_WAITING
        kind = may_take(registration, lock.event, lock.now)
        if isinstance(kind, Take):
            return kind
        wish = wish_beside(lock, registration, kind)
        by = By(Actor.PARTICIPANT, why=WHY)
        move_and_tell(lock, registration, State.CONFIRMED, by, attends=kind, wish=wish)
        return Take.TAKEN


def set_ready(registration_id: int, ready: bool) -> bool:
    """Keep whether somebody who waits can come at short notice. False: they do not wait any more."""
    with transaction() as session:
        _, registration = locked_registration(session, registration_id)
        if registration is None or registration.state not in (State.WAITLISTED, State.PENDING):
            return False
        registration.short_notice = ready
        return True


def tell_due() -> int:
    """The worker's job: at the end of moving up there may be places left while people wait. How many letters."""
    return sum(_tell(event_id) for event_id in _events_with_news())


def _tell(event_id: int) -> int:
    with transaction() as session:
        lock: Locked | None = lock_event(session, event_id)
        return freed.tell_free(lock) if lock is not None else 0


def _events_with_news() -> list[int]:
    """Where people may have to be told; decided again under the lock."""
    now = clock.now()
    ended = or_(
        Event.promotion_ends_at <= now, Event.promotion_ends_at.is_(None) & (Event.starts_at <= now + PROMOTION_ENDS)
    )
    with transaction() as session:
        events = session.scalars(select(Event).where(Event.status == "published", Event.starts_at > now, ended))
        return [event.id for event in events if _has_news(event)]


def _has_news(event: Event) -> bool:
    return any(
        pool.waiting and freed.free_places(pool) > getattr(event, f"{kind}_told")
        for kind, pool in pools_of(event).items()
    )
