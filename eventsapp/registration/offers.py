"""A place that is held for the next in line, who accepts it, declines it or lets it pass. The clock decides, not the
worker: what was not accepted by its deadline cannot be accepted any more."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Select, select

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.registration import notifications
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import (
    PARTICIPANT,
    QUEUE,
    By,
    Locked,
    draw_queue_no,
    lock_event,
    move_and_tell,
    promote,
)
from eventsapp.registration.rules import Actor, State, after_lapse, may_hold_until
from eventsapp.registration.service import leave, locked_registration

BATCH = 100


class Answered(Enum):
    """What became of an answer to an offer."""

    ACCEPTED = "accepted"
    """They have a place; also who had one already."""
    DECLINED = "declined"
    TOO_LATE = "too_late"
    """The place goes, or went, to the next in line."""
    NO_OFFER = "no_offer"
    OVER = "over"
    """The event was called off."""


def standing(registration: Registration, event: Event, now: datetime) -> Answered | None:
    """None while the offer can be accepted; else what there is to say."""
    if registration.state == State.CONFIRMED:
        return Answered.ACCEPTED
    if registration.state != State.OFFERED:
        return Answered.TOO_LATE if registration.lapses else Answered.NO_OFFER
    if event.status == "cancelled":
        return Answered.OVER
    until = registration.offer_until
    return Answered.TOO_LATE if until is None or now >= until else None


def accept(registration_id: int) -> Answered:
    """The place is theirs, if its time is not over. Accepting twice does it once."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None:
            return Answered.NO_OFFER
        said = standing(registration, lock.event, lock.now)
        if said is not None:
            return said
        registration.lapses = 0
        move_and_tell(lock, registration, State.CONFIRMED, PARTICIPANT)
        return Answered.ACCEPTED


def decline(registration_id: int) -> Answered:
    """Out; the next in line is offered the place. As long as nobody else has it, it is never too late for this."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or registration.state != State.OFFERED:
            return Answered.NO_OFFER
        if lock.event.status == "cancelled":
            return Answered.OVER
        leave(lock, registration, PARTICIPANT)
        return Answered.DECLINED


def expire_due() -> int:
    """The worker's job: whoever let an offer pass goes to the end of the line, the second time out; the next is offered
    the place. A batch of one event a transaction, under its lock. How many lapsed."""
    lapsed = 0
    while batch := _expire_batch():
        lapsed += batch
    return lapsed


def extend(registration_id: int, until: datetime, *, by: int) -> State | Unable:
    """Hold the place longer, also one whose time is over as long as nobody else was offered it; a letter says so."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration)
        if unable or lock is None or registration is None or registration.offer_until is None:
            return unable or Unable.NOT_IN_THIS_STATE
        held_until, starts_at = registration.offer_until, lock.event.starts_at
        if not may_hold_until(until, held_until=held_until, starts_at=starts_at, now=lock.now):
            return Unable.DEADLINE
        registration.offer_until = until
        key = f"offer-extended:{registration.id}:{registration.offered_at:%Y%m%dT%H%M%S}:{until:%Y%m%dT%H%M}"
        notifications.write("offered", lock.snapshot, registration, key, extended=True)
        before, after = {"offer_until": held_until.isoformat()}, {"offer_until": until.isoformat()}
        _note(lock, registration, "offer extended", by, before=before, after=after)
        return State.OFFERED


def confirm(registration_id: int, *, by: int, why: str = "") -> State | Unable:
    """Accept in the person's stead: they said so by telephone. Also when its time is over and the place still held."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration)
        if unable or lock is None or registration is None:
            return unable or Unable.NOT_THERE
        registration.lapses = 0
        move_and_tell(lock, registration, State.CONFIRMED, By(Actor.ORGANISER, by, why))
        before, after = State.OFFERED.value, State.CONFIRMED.value
        _note(lock, registration, "offer accepted by hand", by, before=before, after=after, why=why)
        return State.CONFIRMED


def never_after_the_start(lock: Locked) -> None:
    """The event moved: offers that would outlast its start end there."""
    held = select(Registration).where(Registration.event_id == lock.event.id, Registration.state == State.OFFERED)
    for registration in lock.session.scalars(held.where(Registration.offer_until > lock.event.starts_at)):
        registration.offer_until = lock.event.starts_at


def _expire_batch() -> int:
    with transaction() as session:
        event_id = session.scalar(_due(clock.now()).with_only_columns(Registration.event_id).limit(1))
        lock = lock_event(session, event_id) if event_id is not None else None
        if lock is None:
            return 0
        due = _due(lock.now).where(Registration.event_id == event_id).limit(BATCH)
        batch = session.scalars(due.execution_options(populate_existing=True)).all()
        for registration in batch:
            _lapse(lock, registration)
        promote(lock)
        return len(batch)


def _due(now: datetime) -> Select[Registration]:
    return (
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.state == State.OFFERED, Registration.offer_until <= now, Event.status == "published")
        .order_by(Registration.offer_until, Registration.queue_no)
    )


def _lapse(lock: Locked, registration: Registration) -> None:
    registration.lapses += 1
    to = after_lapse(registration.lapses)
    if to is State.WAITLISTED:
        registration.queue_no = draw_queue_no(lock)
    move_and_tell(lock, registration, to, QUEUE)


def _unable(lock: Locked | None, registration: Registration | None) -> Unable | None:
    if lock is None or registration is None:
        return Unable.NOT_THERE
    if lock.event.status == "cancelled" or lock.now >= lock.event.ends_at:
        return Unable.EVENT_OVER
    return None if registration.state == State.OFFERED else Unable.NOT_IN_THIS_STATE


def _note(lock: Locked, registration: Registration, action: str, by: int, **details: Any) -> None:
    record(action, f"registration:{registration.id}", by=by, series_id=lock.series.id, **details)
