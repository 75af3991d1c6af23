"""What organisers do with many registrations at once: all of it in one transaction, under the event's lock.

People are taken as they are under the lock: who moved on meanwhile is left out, and the outcome says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.registration import handling
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import By, Locked, lock_event, move_and_tell, promote
from eventsapp.registration.rules import LIVE, Actor, State

MOST = 500
"""People in one go: the lock keeps everybody else waiting."""


@dataclass(frozen=True)
class Outcome:
    """What became of one person."""

    registration_id: int
    name: str
    answer: State | Unable
    """The state it led to, or why nothing was done."""
    state: State
    """In which the person is now."""


def withdraw_many(event_id: int, ids: Sequence[int], *, by: int, why: str) -> list[Outcome] | Unable:
    """Take all live ones of these out, each with a letter; then the queue moves up, once. Takes a reason.

    Nobody moves up in between: it might be somebody who is to be taken out as well, and be told so the next moment.
    """
    with transaction() as session:
        lock = lock_event(session, event_id)
        unable = _unable(lock) or (None if why.strip() else Unable.NO_REASON)
        if unable or lock is None:
            return unable or Unable.NOT_THERE
        outcomes = []
        for each in _people(session, event_id, ids):
            answer = _withdraw(lock, each, by, why)
            outcomes.append(Outcome(each.id, each.name, answer, State(each.state)))
        promote(lock)
        _note(lock, "attendees.withdrawn", outcomes, by, why)
        return outcomes


def confirm_many(event_id: int, ids: Sequence[int], *, by: int, why: str) -> list[Outcome] | Unable:
    """Approve those who asked and move up those who wait, in order of arrival, as `handling` does with one.

    A reason is taken as soon as somebody waits. Who is approved without a place being free waits from then on.
    """
    with transaction() as session:
        lock = lock_event(session, event_id)
        unable = _unable(lock)
        if unable or lock is None:
            return unable or Unable.NOT_THERE
        people = _people(session, event_id, ids)
        if not why.strip() and any(each.state == State.WAITLISTED for each in people):
            return Unable.NO_REASON
        # Decided before the first act: who is approved and waits is not moved up by the same click.
        started = [(each, State(each.state)) for each in people]
        outcomes = []
        for each, state in started:
            answer = _confirm(each.id, state, by, why)
            outcomes.append(Outcome(each.id, each.name, answer, State(each.state)))
        _note(lock, "attendees.confirmed", outcomes, by, why)
        return outcomes


def _withdraw(lock: Locked, registration: Registration, by: int, why: str) -> State | Unable:
    if registration.state not in LIVE:
        return Unable.NOT_IN_THIS_STATE
    before = registration.state
    move_and_tell(lock, registration, State.CANCELLED, By(Actor.ORGANISER, by, why))
    subject, after = f"registration:{registration.id}", registration.state
    record("registration withdrawn", subject, by=by, series_id=lock.series.id, before=before, after=after, why=why)
    return State.CANCELLED


def _confirm(registration_id: int, state: State, by: int, why: str) -> State | Unable:
    if state is State.PENDING:
        return handling.approve(registration_id, by=by)
    if state is State.WAITLISTED:
        return handling.move_up(registration_id, by=by, why=why)
    return Unable.NOT_IN_THIS_STATE


def _people(session: Session, event_id: int, ids: Sequence[int]) -> Sequence[Registration]:
    """Of this event, read under its lock, in order of arrival. Raises ValueError for more than MOST."""
    if len(ids) > MOST:
        raise ValueError(f"at most {MOST} people at once")
    rows = select(Registration).where(Registration.event_id == event_id, Registration.id.in_(ids))
    rows = rows.order_by(Registration.queue_no, Registration.id)
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def _unable(lock: Locked | None) -> Unable | None:
    if lock is None:
        return Unable.NOT_THERE
    over = lock.event.status == "cancelled" or lock.now >= lock.event.ends_at
    return Unable.EVENT_OVER if over else None


def _note(lock: Locked, action: str, outcomes: Sequence[Outcome], by: int, why: str) -> None:
    """One entry for the whole act, beside each person's own; the reason is kept with the people alone."""
    done = [each.registration_id for each in outcomes if isinstance(each.answer, State)]
    left_out = [each.registration_id for each in outcomes if isinstance(each.answer, Unable)]
    subject = f"event:{lock.event.id}"
    record(action, subject, by=by, series_id=lock.series.id, done=done, left_out=left_out, reason=bool(why))
