"""Working groups by preference: everyone one group, capacities hold, the best there is, the same each time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.signups.groups_allocating import Group, Person, TooFew, allocate
from eventsapp.signups.groups_rules import wish

MORNING = datetime(2027, 9, 1, 9, tzinfo=UTC)


def person(number: int, *ranks: str, fixed: str | None = None, minute: int | None = None) -> Person:
    at = MORNING + timedelta(minutes=number if minute is None else minute)
    return Person(number, (at, number), ranks, fixed)


def groups(**capacities: int | None) -> list[Group]:
    return [Group(key, capacity) for key, capacity in capacities.items()]


def solved(people: Sequence[Person], offered: Sequence[Group]) -> dict[int, str]:
    found = allocate(people, offered)
    assert isinstance(found, dict), found
    return found


@pytest.mark.parametrize(
    ("people", "offered", "result"),
    [
        pytest.param([], groups(a=1, b=1), {}, id="nobody"),
        pytest.param([person(1, "b", "a"), person(2, "a")], groups(a=1, b=1), {1: "b", 2: "a"}, id="first wishes"),
        pytest.param([person(1, "a"), person(2, "a")], groups(a=1, b=1), {1: "a", 2: "b"}, id="the earlier first"),
        pytest.param(
            [person(1, "a", minute=9), person(2, "a", minute=3)], groups(a=1, b=1), {1: "b", 2: "a"}, id="by time"
        ),
        pytest.param(
            [person(1, "a", "b", "c"), person(2, "a", "b", "c"), person(3, "a", "c", "b")],
            groups(a=1, b=1, c=1),
            {1: "a", 2: "b", 3: "c"},
            id="in all the least",
        ),
        pytest.param(
            [person(1, "a", "b"), person(2, "a", "c", "b"), person(3, "b", "a", "c")],
            groups(a=1, b=1, c=1),
            {1: "a", 2: "c", 3: "b"},
            id="best for all",
        ),
        pytest.param([person(1), person(2, "a")], groups(a=1, b=5), {1: "b", 2: "a"}, id="no wish: what is left"),
        pytest.param(
            [person(1), person(2), person(3), person(4)],
            groups(a=None, b=None),
            {1: "a", 2: "a", 3: "b", 4: "b"},
            id="even",
        ),
        pytest.param([person(1, "a", fixed="b"), person(2, "b")], groups(a=1, b=1), {1: "b", 2: "a"}, id="by hand"),
        pytest.param(
            [person(1, fixed="a"), person(2, fixed="a"), person(3, "a")],
            groups(a=1, b=1),
            {1: "a", 2: "a", 3: "b"},
            id="by hand over the places",
        ),
        pytest.param([person(1, "gone", "b"), person(2, "b")], groups(a=1, b=1), {1: "b", 2: "a"}, id="a group is off"),
        pytest.param([person(1, "a", "a", "b"), person(2, "a")], groups(a=1, b=1), {1: "a", 2: "b"}, id="named twice"),
        pytest.param(
            [person(number, "a") for number in range(34)], groups(a=20, b=10), TooFew(34, 30), id="too few places"
        ),
        pytest.param(
            [person(1, fixed="a"), person(2, fixed="a"), person(3), person(4)],
            groups(a=1, b=1),
            TooFew(4, 3),
            id="too few beside those by hand",
        ),
        pytest.param([person(1)], [], TooFew(1, 0), id="no group"),
    ],
)  # fmt: skip
def test_allocate(people: list[Person], offered: list[Group], result: dict[int, str] | TooFew) -> None:
    assert allocate(people, offered) == result


@pytest.mark.parametrize(
    ("ranks", "key", "number"), [((), "a", 0), (("a", "b"), "a", 0), (("a", "b"), "b", 1), (("a", "b"), "c", 2)]
)
def test_wish(ranks: tuple[str, ...], key: str, number: int) -> None:
    assert wish(ranks, key) == number


KEYS = ("a", "b", "c")


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Person], list[Group]]:
    keys = KEYS[: draw(st.integers(1, 3))]
    offered = [Group(key, draw(st.none() | st.integers(0, 4))) for key in keys]
    minutes = draw(st.lists(st.integers(0, 3), max_size=5))
    ranks = st.lists(st.sampled_from(keys), unique=True)
    fixed = st.none() | st.none() | st.sampled_from(keys)
    people = [person(number, *draw(ranks), fixed=draw(fixed), minute=minute) for number, minute in enumerate(minutes)]
    return people, offered


@given(problems(), st.randoms(use_true_random=False))
def test_nothing_is_better_and_the_order_does_not_matter(
    problem: tuple[list[Person], list[Group]], shuffler: random.Random
) -> None:
    people, offered = problem
    ways = list(every_way(people, offered))
    found = allocate(people, offered)
    if isinstance(found, TooFew):
        assert not ways
        assert found.people == len(people)
        assert found.places < found.people
        return
    assert found in ways
    assert worth(people, offered, found) == min(worth(people, offered, way) for way in ways)
    shuffled, other = list(people), list(offered)
    shuffler.shuffle(shuffled)
    shuffler.shuffle(other)
    assert allocate(shuffled, other) == found


def every_way(people: Sequence[Person], offered: Sequence[Group]) -> Iterator[dict[int, str]]:
    """All ways to give everyone a group in which those fixed stay and no other goes beyond the places."""
    free = [each for each in people if each.fixed is None]
    fixed = {each.id: each.fixed for each in people if each.fixed is not None}
    held = Counter(fixed.values())
    for chosen in product([group.key for group in offered], repeat=len(free)):
        sizes = Counter(chosen)
        if all(
            group.capacity is None or sizes[group.key] <= max(0, group.capacity - held[group.key]) for group in offered
        ):
            yield fixed | {each.id: key for each, key in zip(free, chosen, strict=True)}


def worth(people: Sequence[Person], offered: Sequence[Group], way: Mapping[int, str]) -> tuple[object, ...]:
    """The less the better: wishes of all, wishes by registration, evenness, keys by registration."""
    free = sorted((each for each in people if each.fixed is None), key=lambda each: each.registered)
    wishes = [wish(each.ranks, way[each.id]) for each in free]
    sizes = Counter(way.values())
    return sum(wishes), wishes, sum(size * size for size in sizes.values()), [way[each.id] for each in free]


@pytest.mark.parametrize("silent", [0, 0.3, 1])
def test_500_people_and_8_groups(silent: float) -> None:
    """Nobody can swap along any chain of groups such that all are better off; proved without the solver."""
    chance = random.Random(7)  # noqa: S311 - the same people each time
    offered = [Group(f"group-{number}", 65) for number in range(8)]
    people = []
    for number in range(500):
        keys = sorted((group.key for group in offered), key=lambda key: int(key[-1]) * chance.random())
        people.append(person(number, *([] if chance.random() < silent else keys[: chance.randint(1, 8)])))
    found = solved(people, offered)
    assert sorted(found) == [each.id for each in people]
    sizes = Counter(found.values())
    assert max(sizes.values()) <= 65
    assert not can_be_bettered(people, offered, found)
    chance.shuffle(people)
    assert solved(people, list(reversed(offered))) == found


def can_be_bettered(people: Sequence[Person], offered: Sequence[Group], found: Mapping[int, str]) -> bool:
    """Whether a circle of moves from group to group costs less than nothing, ties of registration included: Floyd and
    Warshall over the groups and the places that are free."""
    digit = {each.id: 10 ** (2 * (len(people) - rank)) for rank, each in enumerate(sorted(people, key=_registered))}
    most = 10 ** (2 * len(people) + 2)
    keys = [group.key for group in offered]
    nowhere = most * most
    cost = {(one, other): nowhere for one in [*keys, ""] for other in [*keys, ""]}
    for each in people:
        here = found[each.id]
        for key in keys:
            step = (wish(each.ranks, key) - wish(each.ranks, here)) * (most + digit[each.id])
            cost[here, key] = min(cost[here, key], step)
    sizes = Counter(found.values())
    for group in offered:
        cost["", group.key] = 0 if group.capacity is not None and sizes[group.key] else nowhere
        if group.capacity is None or sizes[group.key] < group.capacity:
            cost[group.key, ""] = 0
    for middle in [*keys, ""]:
        for one, other in product([*keys, ""], repeat=2):
            cost[one, other] = min(cost[one, other], cost[one, middle] + cost[middle, other])
    return any(cost[key, key] < 0 for key in [*keys, ""])


def _registered(each: Person) -> tuple[datetime, int]:
    return each.registered
