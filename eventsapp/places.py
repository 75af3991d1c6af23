"""Capacity arithmetic: who gets a place, who waits, how many move up. Pure: numbers in, numbers out.

All of it is decided under the event's lock, in the transaction that writes the registration (DESIGN §3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    PLACE = "place"
    WAIT = "wait"
    FULL = "full"


@dataclass(frozen=True)
class Pool:
    """One kind of place (in the room, or online) at one moment."""

    capacity: int | None
    """None is unlimited."""
    confirmed: int = 0
    offered: int = 0
    waiting: int = 0
    held: int = 0
    """For delegations, and not filled yet."""

    @property
    def taken(self) -> int:
        """Places that nobody else can have: confirmed, and held for people who have yet to accept or be named."""
        return self.confirmed + self.offered + self.held

    @property
    def free(self) -> int | None:
        """Never negative: a capacity lowered below what is taken turns nobody out. None is unlimited."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def full(self) -> bool:
        return self.free == 0


def answer(pool: Pool, *, waitlist: bool) -> Answer:
    """What a newcomer gets. Somebody waiting comes first, even while a place is free."""
    if not pool.full and pool.waiting == 0:
        return Answer.PLACE
    return Answer.WAIT if waitlist else Answer.FULL


def moving_up(pool: Pool, *, open_: bool) -> int:
    """How many of those who wait move up now, from the head of the queue."""
    if not open_:
        return 0
    return pool.waiting if pool.free is None else min(pool.free, pool.waiting)
