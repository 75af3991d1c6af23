"""The machinery under the verbs: take the event's lock, move a registration, keep the counters, let people move up.

Everything here runs inside an open `transaction()` whose first act was `lock_event`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from eventsapp import clock, places
from eventsapp.database import locked
from eventsapp.events.models import Event
from eventsapp.events.snapshot import EventSnapshot, snapshot
from eventsapp.registration import extensions, freed, mailboxes, notifications
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.queries import first_queue, kinds_of_place, queues_of, waiting_for
from eventsapp.registration.rules import Actor, State, check_move, contact_until, moving_up_open, offer_end, queues
from eventsapp.series.models import Series
from eventsapp.venues.models import Venue

_PLACED = {State.CONFIRMED: "confirmed", State.OFFERED: "offered"}


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
            held=getattr(event, f"{attends}_held"),
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
    registered_by: str = ""
    """The name of the colleague whose form registered the person, for the first letter."""
    delegation: str = ""
    """The organisation whose contact named the person, or takes the name back."""
    priority: int = 0
    """Of the letter in the outbox."""


TOLD = Telling()
PARTICIPANT = By(Actor.PARTICIPANT)
QUEUE = By(Actor.QUEUE)


def lock_event(session: Session, event_id: int) -> Locked | None:
    """The event, locked until commit: the first statement of every verb that gives or frees a place."""
    return _lock(session, Event.id == event_id)


def lock_shown_event(session: Session, slug: str) -> Locked | None:
    """As `lock_event`, by address: an event the public may know, no draft."""
    return _lock(session, Event.slug == slug, Event.status != "draft")


def _lock(session: Session, *which: ColumnElement[bool]) -> Locked | None:
    event = session.scalars(locked(select(Event).where(*which))).one_or_none()
    if event is None:
        return None
    # Read after the lock, not joined to it: who waited for it would see both as they were before.
    around = select(Series, Venue).outerjoin(Venue, Venue.id == event.venue_id).where(Series.id == event.series_id)
    series, venue = session.execute(around).one()
    return Locked(session, event, series, venue, clock.now())


def draw_queue_no(lock: Locked) -> int:
    lock.event.last_queue_no += 1
    return lock.event.last_queue_no


def move(
    lock: Locked,
    registration: Registration,
    to: State,
    by: By,
    *,
    attends: str | None = None,
    wish: str | None = None,
    written: bool = True,
) -> RegistrationMove:
    """Make a move of the table: state, counters, calendar counter, times to forget, history. Writes no letter;
    `written` says whether one is to be.

    `attends`: the kind of place from now on, where it changes; `wish`: the other kind, which a person with a place
    waits for. Raises ImpossibleMove for a move the table does not have. The returned row has its id.
    """
    origin = State(registration.state) if registration.state else None
    check_move(origin, to, by.actor)
    count(lock.event, registration, origin, -1)
    switched = attends is not None and attends != registration.attends
    registration.attends = attends or registration.attends
    registration.wish = wish
    registration.state = to
    count(lock.event, registration, to, +1)
    _keep_offer(lock, registration, to)
    left = origin is State.CONFIRMED and (to is not State.CONFIRMED or switched)
    if left or (to is State.CONFIRMED and origin is not to and registration.calendar_counter > 0):
        mailboxes.raise_counter(lock, registration)
    if to is State.CONFIRMED and (origin is not to or switched):
        registration.confirmed_at = lock.now
    set_times_to_forget(lock, registration)
    lock.event.version += 1
    if registration in lock.session.new:
        lock.session.flush()
    told = written and registration.writes_to is not None
    step = history_row(lock, registration, origin, by, told=told)
    lock.session.add(step)
    lock.session.flush()
    extensions.moved(lock, registration, step)
    return step


def change_line(lock: Locked, registration: Registration, attends: str, *, online_fine: bool, queue_no: int) -> None:
    """Somebody without a place says anew what they ask or wait for. No letter tells of it: they said it themselves."""
    state = State(registration.state)
    check_move(state, state, Actor.PARTICIPANT)
    count(lock.event, registration, state, -1)
    registration.attends, registration.online_fine, registration.queue_no = attends, online_fine, queue_no
    count(lock.event, registration, state, +1)
    lock.event.version += 1
    step = history_row(lock, registration, state, PARTICIPANT, told=False)
    lock.session.add(step)
    lock.session.flush()
    extensions.moved(lock, registration, step)


def history_row(
    lock: Locked, registration: Registration, origin: State | None, by: By, *, told: bool
) -> RegistrationMove:
    """A line of history: how the registration stands now, and what it came from."""
    pool = lock.pool(registration.attends)
    return RegistrationMove(
        registration_id=registration.id,
        event_id=lock.event.id,
        from_state=origin,
        to_state=registration.state,
        at=lock.now,
        by_user_id=by.user_id,
        actor=by.actor,
        by_hand=by.by_hand,
        why=by.why,
        attends=registration.attends,
        wish=registration.wish,
        online_fine=registration.online_fine,
        delegated=registration.delegation_id is not None,
        queue_no=registration.queue_no,
        takes_place=registration.takes_place,
        capacity=pool.capacity,
        held=pool.held,
        told=told,
    )


def _keep_offer(lock: Locked, registration: Registration, to: State) -> None:
    offered = to is State.OFFERED
    event = lock.event
    registration.offered_at = lock.now if offered else None
    registration.offer_until = offer_end(lock.now, clock.zone(event.timezone), event.starts_at) if offered else None


def set_times_to_forget(lock: Locked, registration: Registration) -> None:
    """Contact data and evidence have an end date from the first day (DESIGN §3.9)."""
    had_place = registration.confirmed_at is not None
    registration.contact_until = contact_until(lock.event.ends_at, had_place=had_place)
    keep = lock.series.evidence_until if had_place else None
    registration.evidence_until = datetime.combine(keep, time.max, UTC) if keep else None
    registration.evidence_reason = lock.series.evidence_reason if keep else ""


def nobody_is_passed(lock: Locked, registration: Registration, attends: str) -> bool:
    """True when no one waits for this kind with a lower number: a place may go to this one by itself."""
    if lock.pool(attends).waiting == 0:
        return True
    ahead = select(Registration.id).where(
        waiting_for(lock.event.id, attends), Registration.queue_no < registration.queue_no
    )
    return lock.session.scalar(ahead.limit(1)) is None


def place_for(lock: Locked, registration: Registration) -> str | None:
    """The kind of place that somebody who has none can have now without passing anybody: the one they take part in, or
    online where that is fine as well. None: they have to wait. Who needs no place never does."""
    if not registration.takes_place:
        return registration.attends
    fine = registration.online_fine and lock.event.mode == "hybrid"
    kinds = dict.fromkeys((registration.attends, "online" if fine else registration.attends))
    free = (kind for kind in kinds if not lock.pool(kind).full and nobody_is_passed(lock, registration, kind))
    return next(free, None)


def wish_beside(lock: Locked, registration: Registration, given: str | None) -> str | None:
    """What somebody who is given this kind of place goes on waiting for: the one they asked for, in an event where
    people wait at all."""
    other = given is not None and given != registration.attends
    return registration.attends if other and lock.event.waitlist else None


def promote(lock: Locked) -> list[Registration]:
    """Give free places to the head of each queue, each with a letter: confirmed or offered, as the event says. A place
    that is left for one of the other kind goes on to whoever waits for it. When nobody moves up by themselves any more,
    those who can come at short notice are told instead."""
    moved: list[Registration] = []
    while batch := _moving_up(lock):
        moved += batch
    freed.tell_free(lock)
    return moved


def _moving_up(lock: Locked) -> list[Registration]:
    moved: list[Registration] = []
    for attends in kinds_of_place(lock.event.mode):
        number = places.moving_up(lock.pool(attends), open_=lock.moving_up_open)
        for registration in _head_of_queue(lock, attends, number) if number else ():
            _give_place(lock, registration, attends)
            moved.append(registration)
    return moved


def _give_place(lock: Locked, registration: Registration, attends: str) -> None:
    """To the head of a queue. Who has a place already, or said that online is fine as well, is not asked first: both
    lose nothing by it. The latter goes on waiting for the room."""
    if registration.state == State.CONFIRMED or registration.attends != attends:
        wish = registration.attends if registration.state == State.WAITLISTED else None
        move_and_tell(lock, registration, State.CONFIRMED, QUEUE, attends=attends, wish=wish)
    elif lock.event.promotion == "offer":
        move_and_tell(lock, registration, State.OFFERED, QUEUE)
    else:
        move_and_tell(lock, registration, State.CONFIRMED, QUEUE)


def move_and_tell(
    lock: Locked,
    registration: Registration,
    to: State,
    by: By,
    telling: Telling = TOLD,
    *,
    attends: str | None = None,
    wish: str | None = None,
) -> None:
    """A move and its letter, with the calendar part that follows from it. `attends` and `wish` as `move` has them."""
    step = move(lock, registration, to, by, attends=attends, wish=wish, written=telling.written)
    tell(lock, registration, step, telling)


def tell(lock: Locked, registration: Registration, step: RegistrationMove, telling: Telling = TOLD) -> None:
    """The letter of a move, if there is to be one. Its position in the queue is that of now: let others move up before,
    if they do."""
    if not step.told:
        return
    to = State(step.to_state)
    part = calendar_after_move(lock, registration, to)
    # Of several who let an offer pass, each is told before the next moves up: the number would not last.
    lines = {} if step.from_state == State.OFFERED else positions(lock, registration)
    notifications.tell_move(
        lock.snapshot,
        registration,
        step,
        lines=lines,
        calendar=part,
        entered_by=telling.entered_by,
        delegation=telling.delegation,
        registered_by=telling.registered_by,
        priority=telling.priority,
    )


def calendar_after_move(lock: Locked, registration: Registration, to: State) -> dict[str, Any] | None:
    """An invitation for whoever got a place, a cancellation for whoever had an invitation; keeps `has_entry`."""
    if to is State.CONFIRMED:
        return mailboxes.invitation(lock, registration)
    return mailboxes.cancellation(lock, registration) if registration.has_entry else None


def position(lock: Locked, registration: Registration) -> int:
    """Place in the queue, counted from 1; meaningful while waitlisted."""
    return _position(lock, registration, first_queue(registration) or registration.attends)


def positions(lock: Locked, registration: Registration) -> dict[str, int]:
    """Place in each queue that the person stands in, by kind of place."""
    return {kind: _position(lock, registration, kind) for kind in queues_of(registration)}


def _position(lock: Locked, registration: Registration, kind: str) -> int:
    ahead = select(func.count()).where(waiting_for(lock.event.id, kind), Registration.queue_no <= registration.queue_no)
    return lock.session.scalar(ahead) or 0


def _head_of_queue(lock: Locked, attends: str, number: int) -> list[Registration]:
    waiting = select(Registration).where(waiting_for(lock.event.id, attends))
    return list(lock.session.scalars(waiting.order_by(Registration.queue_no).limit(number)))


def count(event: Event, registration: Registration, state: State | None, step: int) -> None:
    """Add to, or take from, the counters that this registration counts in while in this state."""
    if not registration.takes_place:
        return
    freed.forget_taken(event)
    attends = registration.attends
    waits = queues(state, attends, wish=registration.wish, online_fine=registration.online_fine)
    counters = [f"{kind}_waiting" for kind in waits]
    if state in _PLACED:
        counters.append(f"{attends}_{_PLACED[state]}")
    for counter in counters:
        setattr(event, counter, getattr(event, counter) + step)
