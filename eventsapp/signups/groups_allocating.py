"""Gives everyone exactly one of the working groups that start together. Pure but for its solver.

What is best, in this order:

1. The wishes of all together: a first wish costs 0, a second 1, a third 2 …; a group that somebody did not name costs
   as much as the wish after their last. The sum is as small as it can be. So nobody gains by naming fewer groups, and
   whoever names none takes what is left.
2. Between equally good ways the earliest registered gets the better wish, then the next, and so on.
3. Whoever may as well be in one group as in another evens out the sizes of the groups.
4. What is still equal is settled by the keys of the groups, so that the same people and groups, in whatever order they
   are handed in, always give the same result.

Each step is solved exactly: as a flow of least cost, in whole numbers of any size. A number whose digits are the wishes
of the people in order of registration makes one solution of all that steps 1 and 2 ask for, and so do the sizes and the
places of the groups for steps 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsapp.signups.groups_rules import wish


@dataclass(frozen=True)
class Group:
    key: str
    capacity: int | None = None
    """None: unlimited."""


@dataclass(frozen=True)
class Person:
    id: int
    registered: tuple[datetime, int]
    """When, and which number they drew: who comes first between equals."""
    ranks: tuple[str, ...] = ()
    """Keys of groups, most wished first. Others than those to be given are passed over."""
    fixed: str | None = None
    """The group in which they stay, whatever it holds."""


@dataclass(frozen=True)
class TooFew:
    """There are more people than places."""

    people: int
    places: int


def allocate(people: Iterable[Person], groups: Iterable[Group]) -> dict[int, str] | TooFew:
    """The key of a group by the id of each person."""
    groups = sorted(groups, key=lambda group: group.key)
    people = sorted(people, key=lambda person: (person.registered, person.id))
    placed = {person.id: person.fixed for person in people if person.fixed is not None}
    free = [person for person in people if person.fixed is None]
    left = _left(groups, placed)
    limited = [number for number in left.values() if number is not None]
    if len(limited) == len(left) and len(free) > sum(limited):
        return TooFew(len(people), len(placed) + sum(limited))
    keys = [group.key for group in groups]
    wishes = _wishes(free, keys)
    best = _best(wishes, [left[key] for key in keys])
    alike = [
        [place for place, cost in enumerate(costs) if cost == costs[best[who]]] for who, costs in enumerate(wishes)
    ]
    even = _evened(alike, [left[key] for key in keys], [list(placed.values()).count(key) for key in keys])
    return placed | {person.id: keys[even[who]] for who, person in enumerate(free)}


def _left(groups: Sequence[Group], placed: Mapping[int, str]) -> dict[str, int | None]:
    """Places that are still to be given; a group that was filled beyond its places has none."""
    taken = list(placed.values())
    return {
        group.key: None if group.capacity is None else max(0, group.capacity - taken.count(group.key))
        for group in groups
    }


def _wishes(people: Sequence[Person], keys: Sequence[str]) -> list[list[int]]:
    """For each person what each group costs."""
    known = [list(dict.fromkeys(key for key in person.ranks if key in keys)) for person in people]
    return [[wish(ranks, key) for key in keys] for ranks in known]


def _best(wishes: Sequence[Sequence[int]], left: Sequence[int | None]) -> list[int]:
    """Steps 1 and 2: which group each is given. Between groups that cost a person the same it may be any."""
    digits = _Digits(len(wishes), len(left) + 1)
    arcs = [
        [(place, digits.number(cost, who, cost)) for place, cost in enumerate(costs)]
        for who, costs in enumerate(wishes)
    ]
    return _flow(arcs, [[(number, 0)] for number in left])


def _evened(alike: Sequence[Sequence[int]], left: Sequence[int | None], before: Sequence[int]) -> list[int]:
    """Steps 3 and 4: people among the groups that are all the same to them. One more in a group of five costs more than
    one more in a group of two: so the sizes end as close to each other as they can."""
    settled = {who: places[0] for who, places in enumerate(alike) if len(places) == 1}
    open_ = [who for who in range(len(alike)) if who not in settled]
    if not open_:
        return [settled[who] for who in range(len(alike))]
    digits = _Digits(len(open_), len(left))
    arcs = [[(place, digits.number(0, order, place)) for place in alike[who]] for order, who in enumerate(open_)]
    given = list(settled.values())
    steps: list[list[tuple[int | None, int]]] = []
    for place, number in enumerate(left):
        taken = given.count(place)
        more = len(open_) if number is None else min(number - taken, len(open_))
        steps.append([(1, digits.number(before[place] + taken + one, 0, 0)) for one in range(more)])
    found = _flow(arcs, steps)
    return [settled[who] if who in settled else found[open_.index(who)] for who in range(len(alike))]


class _Digits:
    """Costs that are compared first by their sum, then by what the first person has, then by the second's …: numbers
    with a digit for each person."""

    def __init__(self, people: int, base: int) -> None:
        self.people, self.base = people, base

    def number(self, first: int, who: int, digit: int) -> int:
        most: int = self.base**self.people
        own: int = self.base ** (self.people - 1 - who)
        return first * most + digit * own


def _flow(arcs: Sequence[Sequence[tuple[int, int]]], steps: Sequence[Sequence[tuple[int | None, int]]]) -> list[int]:
    """One group for each person, at the least cost. `arcs`: for each person the groups that they may be given, and what
    each costs; `steps`: for each group how many it takes (None: any number) and what each of these costs."""
    # Here, because it takes a third of a second and much memory, and few processes ever work groups out.
    from networkx import MultiDiGraph, network_simplex

    people, end = len(arcs), len(arcs) + len(steps)
    graph: Any = MultiDiGraph()
    graph.add_nodes_from((who, {"demand": -1}) for who in range(people))
    graph.add_nodes_from(range(people, end))
    graph.add_node(end, demand=people)
    for who, own in enumerate(arcs):
        for place, cost in own:
            graph.add_edge(who, people + place, weight=cost, capacity=1)
    for place, of_group in enumerate(steps):
        for number, cost in of_group:
            limit = {} if number is None else {"capacity": number}
            graph.add_edge(people + place, end, weight=cost, **limit)
    _, flow = network_simplex(graph)
    return [next(place - people for place, used in flow[who].items() if any(used.values())) for who in range(people)]
