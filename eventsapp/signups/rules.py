"""Which agenda sessions people sign up for, which working groups they rank, and what overlaps. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from eventsapp.agenda.rules import Timed


class Sized(Timed, Protocol):
    """An agenda session as these rules see it: `agenda.models.AgendaSession`, or a value in a test."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def online_capacity(self) -> int | None: ...


S = TypeVar("S", bound=Sized)
T = TypeVar("T", bound=Timed)

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
