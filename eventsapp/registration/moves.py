"""The machinery under the verbs: take the event's lock, move a registration, keep the counters, let people move up.

Everything here runs inside an open `transaction()` whose first act was `lock_event`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsapp import clock, places
from eventsapp.database import locked
from eventsapp.events.models import Event
from eventsapp.events.snapshot import EventSnapshot, snapshot
from eventsapp.registration import mailboxes, notifications
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import Actor, State, check_move, contact_until, moving_up_open
from eventsapp.series.models import Series
from eventsapp.venues.models import Venue

_COUNTED = {State.CONFIRMED: "confirmed", State.OFFERED: "offered", State.WAITLISTED: "waiting"}


@dataclass(frozen=True)
class Locked:
    """An event under its lock, and what letters say of it."""

    session: Session
    event: Event
    series: Series
    venue: Venue | None
    now: datetime

    @property
    def snapshot(self) -> EventSnapshot:
        return snapshot(self.event, self.series, self.venue)

    def pool(self, attends: str) -> places.Pool:
        event = self.event
        return places.Pool(
            capacity=event.capacity if attends == "room" else event.online_capacity,
            confirmed=getattr(event, f"{attends}_confirmed"),
            offered=getattr(event, f"{attends}_offered"),
            waiting=getattr(event, f"{attends}_waiting"),
        )

    @property
    def moving_up_open(self) -> bool:
        event = self.event
        return moving_up_open(event.status, event.starts_at, event.promotion_ends_at, self.now)


@dataclass(frozen=True)
class By:
    """Who makes a move, and why."""

    actor: Actor
    user_id: int | None = None
    why: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Telling:
    """How a move is told."""

    written: bool = True
    """False: an organiser chose to write to nobody."""
    entered_by: str | None = None
    """The name of whoever entered the person, for the first letter; empty: they gave none. None: nobody did."""
    priority: int = 0
    """Of the letter in the outbox."""


TOLD = Telling()
PARTICIPANT = By(Actor.PARTICIPANT)
QUEUE = By(Actor.QUEUE)


def lock_event(session: Session, event_id: int) -> Locked | None:
    """The event, locked until commit: the first statement of every verb that gives or frees a place."""
    event = session.scalars(locked(select(Event).where(Event.id == event_id))).one_or_none()
    if event is None:
        return None
    series = session.get_one(Series, event.series_id)
    venue = session.get(Venue, event.venue_id) if event.venue_id else None
    return Locked(session, event, series, venue, clock.now())


def draw_queue_no(lock: Locked) -> int:
    lock.event.last_queue_no += 1
    return lock.event.last_queue_no


def move(lock: Locked, registration: Registration, to: State, by: By, *, written: bool = True) -> RegistrationMove:
    """Make a move of the table: state, counters, calendar counter, times to forget, history. Writes no letter;
    `written` says whether one is to be.

    Raises ImpossibleMove for one the table does not have. The returned row has its id.
    """
    origin = State(registration.state) if registration.state else None
    check_move(origin, to, by.actor)
    count(lock.event, registration, origin, -1)
    count(lock.event, registration, to, +1)
    registration.state = to
    if origin is State.CONFIRMED or (to is State.CONFIRMED and registration.calendar_counter > 0):
        mailboxes.raise_counter(lock, registration)
    if to is State.CONFIRMED:
        registration.confirmed_at = lock.now
    set_times_to_forget(lock, registration)
    lock.event.version += 1
    if registration in lock.session.new:
        lock.session.flush()
    step = RegistrationMove(
        registration_id=registration.id,
        event_id=lock.event.id,
        from_state=origin,
        to_state=to,
        at=lock.now,
        by_user_id=by.user_id,
        actor=by.actor,
        by_hand=by.by_hand,
        why=by.why,
        attends=registration.attends,
        queue_no=registration.queue_no,
        takes_place=registration.takes_place,
        capacity=lock.pool(registration.attends).capacity,
        told=written and registration.writes_to is not None,
    )
    lock.session.add(step)
    lock.session.flush()
    return step


def set_times_to_forget(lock: Locked, registration: Registration) -> None:
    """Contact data and evidence have an end date from the first day (DESIGN §3.9)."""
    had_place = registration.confirmed_at is not None
    registration.contact_until = contact_until(lock.event.ends_at, had_place=had_place)
    keep = lock.series.evidence_until if had_place else None
    registration.evidence_until = datetime.combine(keep, time.max, UTC) if keep else None
    registration.evidence_reason = lock.series.evidence_reason if keep else ""


def nobody_is_passed(lock: Locked, registration: Registration) -> bool:
    """True when no one of the same kind waits with a lower number: a place may go to this one by itself."""
    if lock.pool(registration.attends).waiting == 0:
        return True
    ahead = select(Registration.id).where(
        Registration.event_id == lock.event.id,
        Registration.attends == registration.attends,
        Registration.state == State.WAITLISTED,
        Registration.queue_no < registration.queue_no,
    )
    return lock.session.scalar(ahead.limit(1)) is None


def promote(lock: Locked) -> list[Registration]:
    """Confirm from the head of each queue as many as there are free places, each with a letter."""
    moved: list[Registration] = []
    for attends in kinds_of_place(lock.event.mode):
        number = places.moving_up(lock.pool(attends), open_=lock.moving_up_open)
        if number:
            moved += _head_of_queue(lock, attends, number)
    for registration in moved:
        move_and_tell(lock, registration, State.CONFIRMED, QUEUE)
    return moved


def move_and_tell(lock: Locked, registration: Registration, to: State, by: By, telling: Telling = TOLD) -> None:
    """A move and its letter, with the calendar part that follows from it."""
    tell(lock, registration, move(lock, registration, to, by, written=telling.written), telling)


def tell(lock: Locked, registration: Registration, step: RegistrationMove, telling: Telling = TOLD) -> None:
    """The letter of a move, if there is to be one. Its position in the queue is that of now: let others move up before,
    if they do."""
    if not step.told:
        return
    to = State(step.to_state)
    part = calendar_after_move(lock, registration, to)
    place_in_line = position(lock, registration) if to is State.WAITLISTED else None
    notifications.tell_move(
        lock.snapshot,
        registration,
        step,
        position=place_in_line,
        calendar=part,
        entered_by=telling.entered_by,
        priority=telling.priority,
    )


def calendar_after_move(lock: Locked, registration: Registration, to: State) -> dict[str, Any] | None:
    """An invitation for whoever got a place, a cancellation for whoever had an invitation; keeps `has_entry`."""
    if to is State.CONFIRMED:
        return mailboxes.invitation(lock, registration)
    return mailboxes.cancellation(lock, registration) if registration.has_entry else None


def position(lock: Locked, registration: Registration) -> int:
    """Place in the queue, counted from 1; meaningful while waitlisted."""
    ahead = select(func.count()).where(
        Registration.event_id == lock.event.id,
        Registration.attends == registration.attends,
        Registration.state == State.WAITLISTED,
        Registration.queue_no <= registration.queue_no,
    )
    return lock.session.scalar(ahead) or 0


def _head_of_queue(lock: Locked, attends: str, number: int) -> list[Registration]:
    waiting = (
        select(Registration)
        .where(
            Registration.event_id == lock.event.id,
            Registration.attends == attends,
            Registration.state == State.WAITLISTED,
        )
        .order_by(Registration.queue_no)
        .limit(number)
    )
    return list(lock.session.scalars(waiting))


def count(event: Event, registration: Registration, state: State | None, step: int) -> None:
    """Add to, or take from, the counter that this registration counts in while in this state."""
    name = _COUNTED.get(state) if state else None
    if name and registration.takes_place:
        counter = f"{registration.attends}_{name}"
        setattr(event, counter, getattr(event, counter) + step)
