"""Proof over all sign-ups of what must hold of them, from the history of every change (`check-integrity`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, groupby

from sqlalchemy import select

from eventsapp import clock
from eventsapp.agenda.models import AgendaSession
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.places import moving_up
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import LIVE, State
from eventsapp.signups.models import SessionSignup, SignupMove
from eventsapp.signups.queries import counts_of, pool_of, sessions_to_sign_up
from eventsapp.signups.rules import Standing, moving_up_open, overlap, places_for

_KINDS = ("room", "online")


@dataclass
class _Line:
    """One kind of place of one session, as the moves built it up."""

    taken: set[int] = field(default_factory=set)
    waiting: dict[int, int] = field(default_factory=dict)
    """Registration -> number in the queue."""


def problems() -> Iterator[str]:
    yield from _replayed()
    yield from _people()
    yield from _free_while_waiting()


def _replayed() -> Iterator[str]:
    moves = select(SignupMove).order_by(SignupMove.session_id, SignupMove.id)
    rows = {
        (row.session_id, row.registration_id): (row.state, row.attends)
        for row in db.session.scalars(select(SessionSignup))
    }
    for session_id, of_session in groupby(db.session.scalars(moves), key=lambda move: move.session_id):
        lines = {kind: _Line() for kind in _KINDS}
        ends: dict[int, tuple[str, str]] = {}
        for move in of_session:
            for fault in _step(lines, ends, move):
                yield f"session {session_id}, move {move.id} of registration {move.registration_id}: {fault}"
        for who, (state, attends) in ends.items():
            row = rows.pop((session_id, who), None)
            if row != (state, attends):
                yield f"session {session_id}: registration {who} is {row}, its moves end in {(state, attends)}"
    for session_id, who in rows:
        yield f"session {session_id}: registration {who} signed up and no move says so"


def _step(lines: dict[str, _Line], ends: dict[int, tuple[str, str]], move: SignupMove) -> Iterator[str]:
    who = move.registration_id
    before = ends.pop(who, (None, ""))[0]
    if before != move.from_state:
        yield f"starts from {move.from_state}, but the one before ended in {before}"
    for line in lines.values():
        line.taken.discard(who)
        line.waiting.pop(who, None)
    line = lines[move.attends]
    if move.to_state == Standing.TAKEN and not move.by_hand:
        if move.capacity is None or len(line.taken) >= move.capacity:
            yield f"got a place ({move.attends}) that was not there"
        if any(number < move.queue_no for number in line.waiting.values()):
            yield "passed somebody in the queue"
    if move.to_state == Standing.TAKEN:
        line.taken.add(who)
    if move.to_state == Standing.WAITING:
        line.waiting[who] = move.queue_no
    if move.to_state is not None:
        ends[who] = (move.to_state, move.attends)


def _people() -> Iterator[str]:
    """Only who has a place at the event has places in sessions, of the kind in which they take part; and no two at one
    time, unless the agenda changed since."""
    rows = (
        select(SessionSignup, AgendaSession, Registration.state, Registration.attends, Registration.event_id)
        .join(AgendaSession, AgendaSession.id == SessionSignup.session_id)
        .join(Registration, Registration.id == SessionSignup.registration_id)
        .order_by(SessionSignup.registration_id, AgendaSession.starts_at, AgendaSession.id)
    )
    for who, of_person in groupby(db.session.execute(rows), key=lambda row: row[0].registration_id):
        held: list[tuple[AgendaSession, datetime]] = []
        for signup, session, state, attends, event_id in of_person:
            for fault in _misplaced(signup, session, state, attends, event_id):
                yield f"session {session.id}: registration {who} {fault}"
            if signup.taken_at is not None:
                held.append((session, signup.taken_at))
        for (one, at), (other, then) in combinations(held, 2):
            moved = max(one.changed_at, other.changed_at)
            if overlap(one, other) and moved < max(at, then):
                yield f"registration {who} has places in sessions {one.id} and {other.id}, which overlap"


def _misplaced(signup: SessionSignup, session: AgendaSession, state: str, attends: str, event_id: int) -> Iterator[str]:
    if session.event_id != event_id:
        yield "is of another event"
    if (signup.state == Standing.WISHED) != (state != State.CONFIRMED):
        yield f"is {state} at the event and {signup.state} here"
    if state not in LIVE:
        yield f"is {state} at the event and still signed up"
    if signup.attends != attends:
        yield f"takes part {attends} and has signed up {signup.attends}"
    if (signup.state == Standing.TAKEN) != (signup.taken_at is not None):
        yield "has a place since no time, or none since some time"
    if session.cancelled_at is None and places_for(session, signup.attends) is None:
        yield f"signed up {signup.attends}, which nobody does for it"


def _free_while_waiting() -> Iterator[str]:
    now = clock.now()
    for event in db.session.scalars(select(Event).where(Event.status == "published").order_by(Event.id)):
        counts = counts_of(event.id)
        for session in sessions_to_sign_up(event) if counts else ():
            open_ = moving_up_open(session, event.status, now)
            for attends in _KINDS:
                idle = moving_up(pool_of(session, attends, counts), open_=open_)
                if idle:
                    yield f"event {event.slug}, session {session.key}: {idle} could move up ({attends}) and did not"
