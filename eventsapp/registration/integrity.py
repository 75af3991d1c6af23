"""Proof over the whole database of what must always hold (DESIGN §3.1, §3.2), from the history of every move."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import String, cast, func, literal, select

from eventsapp import clock
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.mail.models import Letter
from eventsapp.places import moving_up
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.queries import pools_of
from eventsapp.registration.rules import HOLDS_PLACE, LIVE, MOVES, Actor, State, moving_up_open


@dataclass
class _Replay:
    """One kind of place of one event, as the moves built it up."""

    states: dict[int, State] = field(default_factory=dict)
    queue: dict[int, int] = field(default_factory=dict)
    """Who waits: registration -> queue number."""
    order: list[tuple[int, int]] = field(default_factory=list)
    taken: int = 0

    def head(self) -> int | None:
        """The lowest number that waits now."""
        while self.order and self.queue.get(self.order[0][1]) != self.order[0][0]:
            heapq.heappop(self.order)
        return self.order[0][0] if self.order else None

    def leave(self, registration_id: int, state: State | None) -> None:
        if state in HOLDS_PLACE:
            self.taken -= 1
        self.queue.pop(registration_id, None)

    def arrive(self, registration_id: int, state: State, queue_no: int) -> None:
        if state in HOLDS_PLACE:
            self.taken += 1
        if state is State.WAITLISTED:
            self.queue[registration_id] = queue_no
            heapq.heappush(self.order, (queue_no, registration_id))


def problems() -> Iterator[str]:
    """Each thing that does not hold, as one line; nothing when all is well. Reads everything, as of one moment."""
    _at_one_moment()
    yield from _counters()
    yield from _free_while_waiting()
    yield from _waiting_without_need()
    yield from _replayed()
    yield from _untold()


def _at_one_moment() -> None:
    """Each statement of PostgreSQL's usual isolation sees a later moment; counters and rows would seem to differ."""
    db.session.rollback()
    db.session.expire_all()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _counters() -> Iterator[str]:
    counted = (
        select(Registration.event_id, Registration.attends, Registration.state, func.count())
        .where(Registration.takes_place)
        .group_by(Registration.event_id, Registration.attends, Registration.state)
    )
    rows = {(event, attends, state): n for event, attends, state, n in db.session.execute(counted)}
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        for attends in ("room", "online"):
            for state, name in (("confirmed", "confirmed"), ("offered", "offered"), ("waitlisted", "waiting")):
                kept = getattr(event, f"{attends}_{name}")
                real = rows.get((event.id, attends, state), 0)
                if kept != real:
                    yield f"event {event.slug}: the counter says {kept} {state} ({attends}), the rows say {real}"


def _free_while_waiting() -> Iterator[str]:
    now = clock.now()
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        open_ = moving_up_open(event.status, event.starts_at, event.promotion_ends_at, now)
        for attends, pool in pools_of(event).items():
            idle = moving_up(pool, open_=open_)
            if idle:
                yield f"event {event.slug}: {idle} could move up ({attends}) and did not"


def _waiting_without_need() -> Iterator[str]:
    waiting = select(Registration.id, Registration.state).where(
        ~Registration.takes_place, Registration.state.in_((State.WAITLISTED, State.OFFERED))
    )
    for registration_id, state in db.session.execute(waiting.order_by(Registration.id)):
        yield f"registration {registration_id} is {state} and needs no place"


def _replayed() -> Iterator[str]:
    moves = select(RegistrationMove).order_by(RegistrationMove.event_id, RegistrationMove.id)
    found = db.session.scalars(moves.execution_options(yield_per=1000))
    for event_id, of_event in groupby(found, key=lambda move: move.event_id):
        replays = {"room": _Replay(), "online": _Replay()}
        states: dict[int, State] = {}
        for move in of_event:
            for fault in _step(replays, states, move):
                yield f"event {event_id}, move {move.id} of registration {move.registration_id}: {fault}"
        yield from _end_states(event_id, states)


def _step(replays: dict[str, _Replay], states: dict[int, State], move: RegistrationMove) -> Iterator[str]:
    before, to = states.get(move.registration_id), State(move.to_state)
    told_before = State(move.from_state) if move.from_state else None
    if before is not told_before:
        yield f"starts from {move.from_state}, but the one before ended in {before}"
    if not _allowed(told_before, to, Actor(move.actor)):
        yield f"{move.actor} cannot move from {move.from_state} to {move.to_state}"
    states[move.registration_id] = to
    if not move.takes_place:
        return
    for replay in replays.values():
        replay.leave(move.registration_id, before if move.registration_id in replay.states else None)
        replay.states.pop(move.registration_id, None)
    replay = replays[move.attends]
    if to in HOLDS_PLACE and before not in HOLDS_PLACE and not move.by_hand:
        yield from _given_rightly(replay, move)
    replay.arrive(move.registration_id, to, move.queue_no)
    replay.states[move.registration_id] = to


def _allowed(before: State | None, to: State, actor: Actor) -> bool:
    """By the table of moves; an event that changes from a room to online, or back, leads to the same state."""
    if before is to:
        return actor is Actor.ORGANISER and to in LIVE
    return actor in MOVES.get((before, to), frozenset())


def _given_rightly(replay: _Replay, move: RegistrationMove) -> Iterator[str]:
    if move.capacity is not None and replay.taken >= move.capacity:
        yield f"a place was given while {replay.taken} of {move.capacity} were taken"
    head = replay.head()
    if head is not None and head < move.queue_no:
        yield f"number {move.queue_no} in the queue passed number {head}"


def _end_states(event_id: int, states: dict[int, State]) -> Iterator[str]:
    rows = select(Registration.id, Registration.state).where(Registration.event_id == event_id)
    for registration_id, state in db.session.execute(rows):
        if states.get(registration_id) != state:
            yield f"registration {registration_id} is {state}, its history ends in {states.get(registration_id)}"


def _untold() -> Iterator[str]:
    key = literal("move:") + cast(RegistrationMove.id, String)
    untold = (
        select(RegistrationMove.id, RegistrationMove.registration_id, RegistrationMove.to_state)
        .outerjoin(Letter, Letter.dedupe_key == key)
        .where(Letter.id.is_(None), RegistrationMove.told)
        .where(RegistrationMove.from_state.is_distinct_from(RegistrationMove.to_state))
        .order_by(RegistrationMove.id)
    )
    for move_id, registration_id, to_state in db.session.execute(untold):
        yield f"move {move_id} of registration {registration_id} to {to_state} has no letter"
