"""The way of taking part of those who are in, when the event changes its own: from a room to online, or back."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from eventsapp.registration import extensions
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import By, Locked, count, history_row
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import LIVE, State


def switch_kinds(lock: Locked, by: By) -> None:
    """Everyone whose kind of place is gone takes part in the way that is left, with place and queue number kept.

    That may fill it beyond its capacity: a change of the event turns nobody out (DESIGN §3.1). Each switch is a row
    of history that leads from a state to the same one, untold: the letter about the event's change tells of it.
    """
    left = kinds_of_place(lock.event.mode)
    stranded = select(Registration).where(
        Registration.event_id == lock.event.id,
        Registration.state.in_(LIVE),
        Registration.attends.not_in(left) | Registration.wish.not_in(left) | Registration.online_fine,
    )
    rows = lock.session.scalars(stranded.order_by(Registration.queue_no)).all()
    for registration in rows:
        state = State(registration.state)
        count(lock.event, registration, state, -1)
        registration.attends = registration.attends if registration.attends in left else left[0]
        registration.wish = None
        registration.online_fine = registration.online_fine and len(left) > 1
        count(lock.event, registration, state, +1)
        step = history_row(lock, registration, state, replace(by, by_hand=True), told=False)
        lock.session.add(step)
        lock.session.flush()
        extensions.moved(lock, registration, step)
