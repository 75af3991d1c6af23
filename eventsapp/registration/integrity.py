"""Proof over the whole database of what must always hold (DESIGN §3.1, §3.2), from the history of every move."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import String, cast, func, literal, select

from eventsapp import clock
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.mail.models import Letter
from eventsapp.places import moving_up
from eventsapp.registration import extensions
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.queries import pools_of
from eventsapp.registration.rules import HOLDS_PLACE, LIVE, MOVES, Actor, State, moving_up_open, queues

_COUNTERS = tuple(f"{kind}_{what}" for kind in ("room", "online") for what in ("confirmed", "offered", "waiting"))


@dataclass(frozen=True)
class _Standing:
    """How a registration stands after a move."""

    state: State
    attends: str
    wish: str | None
    online_fine: bool

    @property
    def holds(self) -> str | None:
        """The kind of place that nobody else can have."""
        return self.attends if self.state in HOLDS_PLACE else None

    @property
    def waits_for(self) -> tuple[str, ...]:
        return queues(self.state, self.attends, wish=self.wish, online_fine=self.online_fine)


@dataclass
class _Replay:
    """One kind of place of one event, as the moves built it up."""

    queue: dict[int, int] = field(default_factory=dict)
    """Who waits: registration -> queue number."""
    order: list[tuple[int, int]] = field(default_factory=list)
    taken: int = 0

    def head(self) -> int | None:
        """The lowest number that waits now."""
        while self.order and self.queue.get(self.order[0][1]) != self.order[0][0]:
            heapq.heappop(self.order)
        return self.order[0][0] if self.order else None

    def wait(self, registration_id: int, queue_no: int) -> None:
        self.queue[registration_id] = queue_no
        heapq.heappush(self.order, (queue_no, registration_id))


def problems() -> Iterator[str]:
    """Each thing that does not hold, as one line; nothing when all is well. Reads everything, as of one moment."""
    _at_one_moment()
    yield from _counters()
    yield from _free_while_waiting()
    yield from _waiting_without_need()
    yield from _held_too_long()
    yield from _replayed()
    yield from _untold()
    yield from extensions.problems()


def _at_one_moment() -> None:
    """Each statement of PostgreSQL's usual isolation sees a later moment; counters and rows would seem to differ."""
    db.session.rollback()
    db.session.expire_all()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _counters() -> Iterator[str]:
    columns = (Registration.event_id, Registration.state, Registration.attends, Registration.wish)
    grouped = (*columns, Registration.online_fine)
    counted = select(*grouped, func.count()).where(Registration.takes_place).group_by(*grouped)
    rows: Counter[tuple[int, str]] = Counter()
    for event_id, state, attends, wish, online_fine, number in db.session.execute(counted):
        for counter in _counted(_Standing(State(state), attends, wish, online_fine)):
            rows[event_id, counter] += number
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        for counter in _COUNTERS:
            kept, real = getattr(event, counter), rows[event.id, counter]
            if kept != real:
                yield f"event {event.slug}: the counter {counter} says {kept}, the rows say {real}"


def _counted(standing: _Standing) -> Iterator[str]:
    yield from (f"{kind}_waiting" for kind in standing.waits_for)
    if standing.holds:
        yield f"{standing.holds}_{standing.state}"


def _free_while_waiting() -> Iterator[str]:
    now = clock.now()
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        open_ = moving_up_open(event.status, event.starts_at, event.promotion_ends_at, now)
        for attends, pool in pools_of(event).items():
            idle = moving_up(pool, open_=open_)
            if idle:
                yield f"event {event.slug}: {idle} could move up ({attends}) and did not"


def _waiting_without_need() -> Iterator[str]:
    waits = Registration.state.in_((State.WAITLISTED, State.OFFERED)) | Registration.wish.is_not(None)
    waiting = select(Registration.id, Registration.state).where(~Registration.takes_place, waits)
    for registration_id, state in db.session.execute(waiting.order_by(Registration.id)):
        yield f"registration {registration_id} is {state} and needs no place"


def _held_too_long() -> Iterator[str]:
    """A place is held until a moment, and never past the start; nothing is held for anybody else."""
    held = select(Registration.id, Registration.state, Registration.offer_until, Event.starts_at).join(
        Event, Event.id == Registration.event_id
    )
    endless = (Registration.state == State.OFFERED) & Registration.offer_until.is_(None)
    late = (Event.status == "published") & (Registration.offer_until > Event.starts_at)
    stray = (Registration.state != State.OFFERED) & Registration.offer_until.is_not(None)
    for registration_id, state, until, starts_at in db.session.execute(held.where(endless | late | stray)):
        yield f"registration {registration_id} is {state}, a place is held until {until}, the event starts {starts_at}"


def _replayed() -> Iterator[str]:
    moves = select(RegistrationMove).order_by(RegistrationMove.event_id, RegistrationMove.id)
    found = db.session.scalars(moves.execution_options(yield_per=1000))
    for event_id, of_event in groupby(found, key=lambda move: move.event_id):
        replays = {"room": _Replay(), "online": _Replay()}
        standings: dict[int, _Standing] = {}
        counted: dict[int, _Standing] = {}
        for move in of_event:
            for fault in _step(replays, standings, counted, move):
                yield f"event {event_id}, move {move.id} of registration {move.registration_id}: {fault}"
        yield from _end_states(event_id, {who: standing.state for who, standing in standings.items()})


def _step(
    replays: Mapping[str, _Replay],
    standings: dict[int, _Standing],
    counted: dict[int, _Standing],
    move: RegistrationMove,
) -> Iterator[str]:
    who, to = move.registration_id, State(move.to_state)
    before = standings[who].state if who in standings else None
    told_before = State(move.from_state) if move.from_state else None
    if before is not told_before:
        yield f"starts from {move.from_state}, but the one before ended in {before}"
    if not _allowed(told_before, to, Actor(move.actor)):
        yield f"{move.actor} cannot move from {move.from_state} to {move.to_state}"
    now = standings[who] = _Standing(to, move.attends, move.wish, move.online_fine)
    old = counted.pop(who, None)
    if old is not None:
        for kind in old.waits_for:
            replays[kind].queue.pop(who, None)
        if old.holds:
            replays[old.holds].taken -= 1
    if not move.takes_place:
        return
    if now.holds and (old is None or old.holds != now.holds) and not move.by_hand:
        yield from _given_rightly(replays[now.holds], move)
    counted[who] = now
    for kind in now.waits_for:
        replays[kind].wait(who, move.queue_no)
    if now.holds:
        replays[now.holds].taken += 1


def _allowed(before: State | None, to: State, actor: Actor) -> bool:
    """By the table of moves; an event that changes from a room to online, or back, leads to the same state."""
    if before is to and actor is Actor.ORGANISER:
        return to in LIVE
    return actor in MOVES.get((before, to), frozenset())


def _given_rightly(replay: _Replay, move: RegistrationMove) -> Iterator[str]:
    taken = replay.taken + move.held
    if move.capacity is not None and taken >= move.capacity:
        yield f"a place was given while {taken} of {move.capacity} were taken"
    head = replay.head()
    by_themselves = move.actor == Actor.PARTICIPANT and move.from_state == State.WAITLISTED
    if head is not None and head < move.queue_no and not (move.delegated or by_themselves):
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
        .order_by(RegistrationMove.id)
    )
    for move_id, registration_id, to_state in db.session.execute(untold):
        yield f"move {move_id} of registration {registration_id} to {to_state} has no letter"
