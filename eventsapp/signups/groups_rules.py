"""Working groups by preference: how a choice is named, who can be in which group, and the figures. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from eventsapp.signups.rules import Sized

MOST_WISHES = 8
"""So many groups can be ranked: nobody orders more by heart."""

_STAMP = re.compile(r"\d{8}T\d{4}Z", re.ASCII)


def stamp(starts_at: datetime) -> str:
    """The name of a choice in addresses and fields: "20271014T0730Z". Agendas are in whole minutes."""
    return f"{starts_at.astimezone(UTC):%Y%m%dT%H%MZ}"


def read_stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%MZ").replace(tzinfo=UTC) if _STAMP.fullmatch(text) else None
    except ValueError:
        return None


def takes(group: Sized, attends: str, mode: str) -> bool:
    """Whether people who take part in this way can be in the group. At an event in a room and online, a group is for
    the room unless it says how many it takes online."""
    return attends == "room" or mode == "online" or group.online_capacity is not None


def places(group: Sized, attends: str, mode: str) -> int | None:
    """How many of them it takes; None: any number. Those in the room and those online do not take each other's places.
    At an event that is online alone there is one number, whichever of the two it was entered as."""
    if attends == "room":
        return group.capacity
    only = group.capacity if mode == "online" else None
    return only if group.online_capacity is None else group.online_capacity


def cleaned(ranks: Iterable[str], keys: Sequence[str]) -> tuple[str, ...]:
    """Wishes among the groups that there are, each once."""
    return tuple(dict.fromkeys(key for key in ranks if key in keys))


def wish(ranks: Sequence[str], key: str) -> int:
    """Which wish a group is, counted from 0; one that is not named comes after all that are."""
    return ranks.index(key) if key in ranks else len(ranks)


class Got(Enum):
    """What somebody got who did not get one of their wishes."""

    NOT_NAMED = "not_named"
    """They named others."""
    NO_WISH = "no_wish"
    """They named none."""


def got(ranks: Sequence[str], key: str) -> int | Got:
    """Which wish it was, counted from 1, or why it is none."""
    if not ranks:
        return Got.NO_WISH
    return wish(ranks, key) + 1 if key in ranks else Got.NOT_NAMED


@dataclass(frozen=True)
class Figures:
    """How it went, in numbers of people."""

    wishes: tuple[int, ...]
    """Who got their 1st, 2nd … wish, up to the last that anybody got."""
    not_named: int
    no_wish: int
    without: int
    """Who have no group."""

    @property
    def people(self) -> int:
        return sum(self.wishes) + self.not_named + self.no_wish + self.without


def figures(given: Iterable[tuple[Sequence[str], str | None]]) -> Figures:
    """Of people as pairs: what they wished for, and the key of what they got."""
    given = list(given)
    found = [got(ranks, key) for ranks, key in given if key is not None]
    numbers = [each for each in found if isinstance(each, int)]
    return Figures(
        wishes=tuple(numbers.count(number) for number in range(1, max(numbers, default=0) + 1)),
        not_named=found.count(Got.NOT_NAMED),
        no_wish=found.count(Got.NO_WISH),
        without=sum(key is None for _, key in given),
    )


def demand(wishes: Iterable[Sequence[str]], keys: Sequence[str]) -> dict[str, list[int]]:
    """For each group how many wish for it first, second …, as far as groups can be ranked."""
    most = min(len(keys), MOST_WISHES)
    counted = {key: [0] * most for key in keys}
    for ranks in wishes:
        for number, key in enumerate(ranks[:most]):
            counted[key][number] += 1
    return counted
