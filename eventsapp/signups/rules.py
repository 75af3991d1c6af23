"""Which agenda sessions people sign up for, which working groups they rank, and what overlaps. Pure.

Who gets a place in a session and who moves up is the arithmetic of `eventsapp.places`, as for the event itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from itertools import combinations
from typing import Generic, Protocol, TypeVar

from eventsapp.agenda.rules import Timed


class Sized(Protocol):
    """An agenda session as these rules see it: `agenda.models.AgendaSession`, or a value in a test."""

    @property
    def key(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def online_capacity(self) -> int | None: ...


S = TypeVar("S", bound=Sized)
T = TypeVar("T", bound=Timed)
A = TypeVar("A")


class Standing(StrEnum):
    """How a person stands with a session that they signed up for. A row of history has None for before and after."""

    WISHED = "wished"
    """They have no place at the event yet: tried when they get in."""
    TAKEN = "taken"
    WAITING = "waiting"

    @classmethod
    def in_order(cls) -> tuple[Standing, ...]:
        """As lists show them."""
        return cls.TAKEN, cls.WAITING, cls.WISHED


class Bar(Enum):
    """Why somebody cannot sign up for a session. The door puts it in words."""

    GONE = "gone"
    """Not on the agenda any more, or nobody signs up for it."""
    BEGUN = "begun"
    OTHER_KIND = "other_kind"
    """Nobody signs up for it who takes part as this person does."""
    OVERLAPS = "overlaps"
    OVER = "over"
    """The event is over or called off, or the person is not registered any more."""
    NO_REASON = "no_reason"
    NO_PLACE = "no_place"
    """The person has no place at the event."""
    THERE = "there"
    """They have the place already, or are not on the list that they are to be taken off."""


RANKED = "working_group"
"""The kind of session that people rank, in an event that asks for it."""


def group_choices(sessions: Iterable[S], *, ranks_groups: bool) -> dict[datetime, tuple[S, ...]]:
    """The working groups that people rank, by the moment at which they start, in order of time: each choice has two
    or more of them, whatever their capacity. `sessions`: those on the agenda now. `ranks_groups`: as the event says."""
    by_start: defaultdict[datetime, list[S]] = defaultdict(list)
    for session in sessions if ranks_groups else ():
        if session.kind == RANKED:
            by_start[session.starts_at].append(session)
    return {start: tuple(by_start[start]) for start in sorted(by_start) if len(by_start[start]) > 1}


def to_sign_up(sessions: Iterable[S], *, ranks_groups: bool) -> list[S]:
    """Those that people sign up for, in the order given: they have a number of places of some kind, and are not
    ranked."""
    sessions = list(sessions)
    ranked = {group.key for groups in group_choices(sessions, ranks_groups=ranks_groups).values() for group in groups}
    return [session for session in sessions if has_places(session) and session.key not in ranked]


def has_places(session: Sized) -> bool:
    return session.capacity is not None or session.online_capacity is not None


def places_for(session: Sized, attends: str) -> int | None:
    """How many can sign up who take part in this way; None: nobody of them does."""
    return session.capacity if attends == "room" else session.online_capacity


def overlap(one: Timed, other: Timed) -> bool:
    """Whether one starts before the other ends, and the other way round; touching is fine."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def overlapping(wanted: Timed, others: Iterable[T]) -> list[T]:
    """Those of `others` that nobody can attend together with the wanted one, which may be among them."""
    return [other for other in others if other is not wanted and overlap(wanted, other)]


def moving_up_open(session: Timed, status: str, now: datetime) -> bool:
    """Whether a free place goes to the next in line by itself: people are at the event anyway, so until it begins."""
    return status == "published" and now < session.starts_at


@dataclass(frozen=True)
class Plan(Generic[A]):
    """What comes of a wish to leave some sessions and sign up for others. With `clashes` nothing is done."""

    leave: tuple[A, ...] = ()
    sign_up: tuple[A, ...] = ()
    keep: tuple[A, ...] = ()
    """To be left, but the one wished for at that time has no place free: kept until it has."""
    clashes: tuple[tuple[A, A], ...] = ()
    """Nobody can have a place in both."""


def plan(
    sessions: Iterable[S],
    mine: Mapping[str, Standing],
    *,
    take: Collection[str],
    leave: Collection[str],
    waits: Collection[str],
) -> Plan[S]:
    """`sessions`: those to sign up for; `mine`: how the person stands with theirs; `take` and `leave`: keys that they
    want, and want no more; `waits`: keys of those in which a newcomer waits now.

    Nobody holds two places at one time. To wait for a session beside a place held at that time is to wish to swap.
    Overlaps that are there already, because the agenda changed, are the person's to end when they want.
    """
    found = list(sessions)
    new = [each for each in found if each.key in take and each.key not in mine and each.key not in leave]
    had = [each for each in new if each.key not in waits]
    waiting = [each for each in new if each.key in waits]
    gone = [each for each in found if each.key in leave and each.key in mine and each.key not in take]
    keep = [
        each
        for each in gone
        if mine[each.key] is Standing.TAKEN and overlapping(each, waiting) and not overlapping(each, had)
    ]
    left = [each for each in gone if each not in keep]
    held = [each for each in found if mine.get(each.key) in _HOLDS and each not in left]
    clashes = [(other, each) for each in had for other in overlapping(each, held)]
    clashes += [pair for pair in combinations(had, 2) if overlap(*pair)]
    if clashes:
        return Plan(clashes=tuple(clashes))
    return Plan(leave=tuple(left), sign_up=tuple(new), keep=tuple(keep))


_HOLDS = frozenset({Standing.TAKEN, Standing.WISHED})
"""What rules out another session at the same time."""
