"""The way of taking part of those who are in, when the event changes its own: from a room to online, or back."""

from __future__ import annotations

from sqlalchemy import select

from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.moves import By, Locked, count
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import LIVE, State


def switch_kinds(lock: Locked, by: By) -> None:
    """Everyone whose kind of place is gone takes part in the way that is left, with place and queue number kept.

    That may fill it beyond its capacity: a change of the event turns nobody out (DESIGN §3.1). Each switch is a row
    of history that leads from a state to the same one; the letter about the event's change tells of it.
    """
    left = kinds_of_place(lock.event.mode)
    stranded = select(Registration).where(
        Registration.event_id == lock.event.id, Registration.state.in_(LIVE), Registration.attends.not_in(left)
    )
    rows = lock.session.scalars(stranded.order_by(Registration.queue_no)).all()
    for registration in rows:
        state = State(registration.state)
        count(lock.event, registration, state, -1)
        registration.attends = left[0]
        count(lock.event, registration, state, +1)
        lock.session.add(_switched(lock, registration, by))
    lock.session.flush()


def _switched(lock: Locked, registration: Registration, by: By) -> RegistrationMove:
    return RegistrationMove(
        registration_id=registration.id,
        event_id=lock.event.id,
        from_state=registration.state,
        to_state=registration.state,
        at=lock.now,
        by_user_id=by.user_id,
        actor=by.actor,
        by_hand=True,
        attends=registration.attends,
        queue_no=registration.queue_no,
        takes_place=registration.takes_place,
        capacity=lock.pool(registration.attends).capacity,
    )
