"""People of hybrid events say anew how they take part: in the room, online, or whichever they can have."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.places import Answer, answer
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import (
    PARTICIPANT,
    Locked,
    change_line,
    draw_queue_no,
    move,
    move_and_tell,
    place_for,
    promote,
    wish_beside,
)
from eventsapp.registration.queries import kinds_of_place, queues_of
from eventsapp.registration.rules import LIVE, State
from eventsapp.registration.service import locked_registration


class Switched(Enum):
    """What came of it. The door puts it in words."""

    SWITCHED = "switched"
    """They take part in the other way from now on; a letter says so."""
    WAITS = "waits"
    """They keep the place they have, and stand at the end of the line for the other kind."""
    STOPPED = "stopped"
    """They keep the place they have, and wait for no other."""
    PLACE = "place"
    """They waited, and have a place now; a letter says so."""
    CHANGED = "changed"
    """They wait, or ask, for what they said."""
    UNCHANGED = "unchanged"


class CannotSwitch(Enum):
    """Why nobody can switch. The door puts it in words."""

    NOT_LIVE = "not_live"
    TOO_LATE = "too_late"
    """The event has begun, or was called off."""
    ONE_KIND = "one_kind"
    """The event is in the room or online alone."""
    DELEGATED = "delegated"
    OFFERED = "offered"
    """A place is held: it is accepted or declined first."""
    FULL = "full"
    """No place of the other kind, and the event has no waitlist."""


def why_not(registration: Registration, event: Event, now: datetime) -> CannotSwitch | None:
    """None while this person may say anew how they take part."""
    if registration.state not in LIVE:
        return CannotSwitch.NOT_LIVE
    if event.status != "published" or now >= event.starts_at:
        return CannotSwitch.TOO_LATE
    if len(kinds_of_place(event.mode)) == 1:
        return CannotSwitch.ONE_KIND
    if registration.delegation_id is not None:
        return CannotSwitch.DELEGATED
    return CannotSwitch.OFFERED if registration.state == State.OFFERED else None


def switch(registration_id: int, attends: str, *, online_fine: bool = False) -> Switched | CannotSwitch:
    """Take part so from now on, or wait for it. The same again changes nothing.

    Who has a place and cannot have the other at once keeps it, and draws a new number: the line they join stands
    before them. Who waits keeps the number in a line they stand in already. `online_fine` is for those who wait.
    """
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None:
            return CannotSwitch.NOT_LIVE
        cannot = why_not(registration, lock.event, lock.now)
        if cannot:
            return cannot
        if registration.state == State.CONFIRMED:
            return _with_place(lock, registration, attends)
        return _without_place(lock, registration, attends, online_fine=online_fine and attends == "room")


def is_free(lock: Locked, attends: str) -> bool:
    """Whether a newcomer would get a place of this kind at once."""
    return answer(lock.pool(attends), waitlist=False) is Answer.PLACE


def _with_place(lock: Locked, registration: Registration, attends: str) -> Switched | CannotSwitch:
    wish = attends if attends != registration.attends else None
    if wish == registration.wish:
        return Switched.UNCHANGED
    if wish is None:
        move(lock, registration, State.CONFIRMED, PARTICIPANT, written=False)
        return Switched.STOPPED
    if not registration.takes_place or is_free(lock, wish):
        move_and_tell(lock, registration, State.CONFIRMED, PARTICIPANT, attends=wish)
        promote(lock)
        return Switched.SWITCHED
    if not lock.event.waitlist:
        return CannotSwitch.FULL
    registration.queue_no = draw_queue_no(lock)
    move(lock, registration, State.CONFIRMED, PARTICIPANT, wish=wish, written=False)
    return Switched.WAITS


def _without_place(lock: Locked, registration: Registration, attends: str, *, online_fine: bool) -> Switched:
    if (attends, online_fine) == (registration.attends, registration.online_fine):
        return Switched.UNCHANGED
    state, before = State(registration.state), queues_of(registration)
    stays = state is State.PENDING or attends in before
    number = registration.queue_no if stays else draw_queue_no(lock)
    change_line(lock, registration, attends, online_fine=online_fine, queue_no=number)
    given = place_for(lock, registration) if state is State.WAITLISTED else None
    if given is None or given in before:
        # A place that stayed free in a line where they stood before is no news: organisers fill it by hand.
        return Switched.CHANGED
    wish = wish_beside(lock, registration, given)
    move_and_tell(lock, registration, State.CONFIRMED, PARTICIPANT, attends=given, wish=wish)
    return Switched.PLACE
