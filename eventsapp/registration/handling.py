"""What organisers do with a registration: approve, decline, withdraw, move up by hand, put back in the queue.

`by` is the account. Passing the queue or the capacity takes a reason, which is kept in the history.
"""

from __future__ import annotations

from enum import Enum

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import (
    By,
    Locked,
    move,
    move_and_tell,
    nobody_is_passed,
    place_for,
    promote,
    tell,
    wish_beside,
)
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import LIVE, Actor, State
from eventsapp.registration.service import leave, locked_registration


class Unable(Enum):
    """Why an organiser's act did nothing. The door puts it in words."""

    NOT_THERE = "not_there"
    NOT_IN_THIS_STATE = "not_in_this_state"
    NO_REASON = "no_reason"
    EVENT_OVER = "event_over"
    NO_PLACE = "no_place"
    """Full, and the event has no waitlist."""
    NOBODY_WAITS = "nobody_waits"
    """The place would come straight back to the same person."""
    DELEGATED = "delegated"
    """The place is held for a delegation, as it is."""
    NEEDS_NO_PLACE = "needs_no_place"
    """A speaker or a member of staff who is not counted: there is nothing to wait for."""
    DRAFT = "draft"
    """Nobody can be entered for an event that the public does not know."""
    NO_ADDRESS = "no_address"
    DEADLINE = "deadline"
    """An offer can be held longer only, into the future, and not past the start."""
    TOO_OFTEN = "too_often"
    """The same letter was sent again often enough within the hour."""


def approve(registration_id: int, *, by: int) -> State | Unable:
    """Confirm a request, or let it wait at the place its date gives it; says which."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration, State.PENDING)
        if unable or lock is None or registration is None:
            return unable or Unable.NOT_THERE
        given = place_for(lock, registration)
        if given is None and not lock.event.waitlist:
            return Unable.NO_PLACE
        to = State.WAITLISTED if given is None else State.CONFIRMED
        wish = wish_beside(lock, registration, given)
        move_and_tell(lock, registration, to, By(Actor.ORGANISER, by), attends=given, wish=wish)
        _note(lock, registration, "registration approved", by, before=State.PENDING.value, after=to.value)
        return to


def decline(registration_id: int, *, by: int, why: str = "") -> State | Unable:
    """Refuse a request; the person is told and does not re-enter by themselves. `why` is kept, not told."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration, State.PENDING)
        if unable or lock is None or registration is None:
            return unable or Unable.NOT_THERE
        move_and_tell(lock, registration, State.DECLINED, By(Actor.ORGANISER, by, why))
        before, after = State.PENDING.value, registration.state
        _note(lock, registration, "registration declined", by, before=before, after=after, why=why)
        return State.DECLINED


def withdraw(registration_id: int, *, by: int, why: str) -> State | Unable:
    """Take a live registration out; the person is told, the next in the queue moves up. Takes a reason."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration, *LIVE) or _reasonless(why)
        if unable or lock is None or registration is None:
            return unable or Unable.NOT_THERE
        before = registration.state
        leave(lock, registration, By(Actor.ORGANISER, by, why))
        _note(lock, registration, "registration withdrawn", by, before=before, after=registration.state, why=why)
        return State.CANCELLED


def move_up(registration_id: int, *, by: int, why: str) -> State | Unable:
    """Give a waiting person a place by hand, past the queue and the capacity if need be. Takes a reason."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration, State.WAITLISTED) or _reasonless(why)
        if unable or lock is None or registration is None:
            return unable or Unable.NOT_THERE
        move_and_tell(lock, registration, State.CONFIRMED, By(Actor.ORGANISER, by, why, by_hand=True))
        before, after = State.WAITLISTED.value, State.CONFIRMED.value
        _note(lock, registration, "moved up by hand", by, before=before, after=after, why=why)
        return State.CONFIRMED


def put_back(registration_id: int, *, by: int, why: str) -> State | Unable:
    """Send a confirmed person to the end of the queue; the head of the queue gets the place. Takes a reason."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration, State.CONFIRMED) or _reasonless(why)
        if unable or lock is None or registration is None:
            return unable or Unable.NOT_THERE
        if not registration.takes_place:
            return Unable.NEEDS_NO_PLACE
        if _comes_straight_back(lock, registration.attends):
            return Unable.NOBODY_WAITS
        lock.event.last_queue_no += 1
        registration.queue_no = lock.event.last_queue_no
        step = move(lock, registration, State.WAITLISTED, By(Actor.ORGANISER, by, why, by_hand=True))
        promote(lock)
        tell(lock, registration, step)
        before, after = State.CONFIRMED.value, registration.state
        _note(lock, registration, "put back in the queue", by, before=before, after=after, why=why)
        return State(registration.state)


def switch(registration_id: int, attends: str, *, by: int, why: str = "") -> State | Unable:
    """Let a person with a place take part so from now on. Past the queue or the capacity it takes a reason; the place
    that is left goes to the next in line."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        unable = _unable(lock, registration, State.CONFIRMED)
        if unable or lock is None or registration is None:
            return unable or Unable.NOT_THERE
        if attends == registration.attends or attends not in kinds_of_place(lock.event.mode):
            return Unable.NOT_IN_THIS_STATE
        if registration.delegation_id is not None:
            return Unable.DELEGATED
        by_hand = registration.takes_place and not _next_for(lock, registration, attends)
        if by_hand and (unable := _reasonless(why)):
            return unable
        organiser = By(Actor.ORGANISER, by, why if by_hand else "", by_hand=by_hand)
        before = registration.attends
        move_and_tell(lock, registration, State.CONFIRMED, organiser, attends=attends)
        promote(lock)
        _note(lock, registration, "switched by hand", by, before=before, after=attends, why=organiser.why)
        return State.CONFIRMED


def _next_for(lock: Locked, registration: Registration, attends: str) -> bool:
    """Whether a place of this kind is free, and nobody waits for it who would come first."""
    pool = lock.pool(attends)
    if registration.wish == attends:
        return not pool.full and nobody_is_passed(lock, registration, attends)
    return not pool.full and pool.waiting == 0


def _unable(lock: Locked | None, registration: Registration | None, *states: State) -> Unable | None:
    if lock is None or registration is None:
        return Unable.NOT_THERE
    if lock.event.status == "cancelled" or lock.now >= lock.event.ends_at:
        return Unable.EVENT_OVER
    return None if registration.state in states else Unable.NOT_IN_THIS_STATE


def _comes_straight_back(lock: Locked, attends: str) -> bool:
    pool = lock.pool(attends)
    freed = pool.capacity is None or pool.taken - 1 < pool.capacity
    return lock.moving_up_open and pool.waiting == 0 and freed


def _reasonless(why: str) -> Unable | None:
    return None if why.strip() else Unable.NO_REASON


def _note(lock: Locked, registration: Registration, action: str, by: int, **details: str) -> None:
    record(action, f"registration:{registration.id}", by=by, series_id=lock.series.id, **details)
