"""Which sessions people sign up for, which groups they rank, what overlaps, and what comes of a wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.signups.rules import (
    Plan,
    Standing,
    group_choices,
    moving_up_open,
    overlap,
    overlapping,
    plan,
    to_sign_up,
)

DAY = datetime(2027, 10, 14)
WISHED, TAKEN, WAITING = Standing.WISHED, Standing.TAKEN, Standing.WAITING


@dataclass(frozen=True)
class One:
    key: str
    starts_at: datetime
    ends_at: datetime
    kind: str = "talk"
    capacity: int | None = 1
    online_capacity: int | None = None


def one(
    key: str, start: float, end: float, *, kind: str = "talk", room: int | None = 1, online: int | None = None
) -> One:
    hour = timedelta(hours=1)
    return One(key, DAY + start * hour, DAY + end * hour, kind, room, online)


A, B, C = one("a", 9, 11), one("b", 10, 12), one("c", 11, 12)
"""a and b overlap, b and c, not a and c."""
GROUPS = [one("blue", 14, 15, kind="working_group"), one("red", 14, 16, kind="working_group", room=None)]
ALONE = one("green", 16, 17, kind="working_group")

OVERLAPS = [
    ("apart", one("x", 9, 10), one("y", 11, 12), False),
    ("touching", one("x", 9, 10), one("y", 10, 11), False),
    ("partly", one("x", 9, 10), one("y", 9.5, 11), True),
    ("within", one("x", 9, 12), one("y", 10, 11), True),
    ("the same time", one("x", 9, 10), one("y", 9, 10), True),
    ("a moment within", one("x", 9, 12), one("y", 10, 10), True),
    ("a moment at the start", one("x", 9, 12), one("y", 9, 9), False),
]


@pytest.mark.parametrize(("x", "y", "expected"), [case[1:] for case in OVERLAPS], ids=[case[0] for case in OVERLAPS])
def test_sessions_overlap_when_one_starts_before_the_other_ends(x: One, y: One, expected: bool) -> None:
    assert (overlap(x, y), overlap(y, x)) == (expected, expected)


def test_a_session_does_not_overlap_itself() -> None:
    assert overlapping(B, [A, B, C]) == [A, C]


SIGN_UP = [
    ("places in the room", [A], False, ["a"]),
    ("places online alone", [one("x", 9, 10, room=None, online=3)], False, ["x"]),
    ("no number of places", [one("x", 9, 10, room=None)], False, []),
    ("groups that nobody ranks", GROUPS, False, ["blue"]),
    ("groups that are ranked", [*GROUPS, ALONE], True, ["green"]),
]


@pytest.mark.parametrize(
    ("sessions", "ranks", "expected"), [case[1:] for case in SIGN_UP], ids=[case[0] for case in SIGN_UP]
)
def test_people_sign_up_for_what_has_places_and_is_not_ranked(
    sessions: list[One], ranks: bool, expected: list[str]
) -> None:
    assert [each.key for each in to_sign_up(sessions, ranks_groups=ranks)] == expected


def test_groups_that_start_together_form_a_choice() -> None:
    later = one("later", 15, 16, kind="working_group"), one("too", 15, 16, kind="working_group")
    assert group_choices([*later, *GROUPS, ALONE, A], ranks_groups=True) == {
        GROUPS[0].starts_at: tuple(GROUPS),
        later[0].starts_at: later,
    }
    assert group_choices(GROUPS, ranks_groups=False) == {}


def test_people_move_up_until_the_session_begins() -> None:
    before, begun = A.starts_at - timedelta(minutes=1), A.starts_at
    assert moving_up_open(A, "published", before)
    assert not moving_up_open(A, "published", begun)
    assert not moving_up_open(A, "cancelled", before)


Keys = set[str]
PLANS: list[tuple[str, Mapping[str, Standing], Keys, Keys, Keys, Plan[One]]] = [
    ("nothing", {}, set(), set(), set(), Plan()),
    ("a place", {}, {"a"}, set(), set(), Plan(sign_up=(A,))),
    ("two that fit", {}, {"a", "c"}, set(), set(), Plan(sign_up=(A, C))),
    ("two at one time", {}, {"a", "b"}, set(), set(), Plan(clashes=((A, B),))),
    ("a place beside a held one", {"a": TAKEN}, {"b"}, set(), set(), Plan(clashes=((A, B),))),
    ("a wish beside a wish", {"a": WISHED}, {"b"}, set(), set(), Plan(clashes=((A, B),))),
    ("in line beside a held one", {"a": TAKEN}, {"b"}, set(), {"b"}, Plan(sign_up=(B,))),
    ("a place beside a line", {"a": WAITING}, {"b"}, set(), set(), Plan(sign_up=(B,))),
    ("in two lines at one time", {}, {"a", "b"}, set(), {"a", "b"}, Plan(sign_up=(A, B))),
    ("given back", {"a": TAKEN}, set(), {"a"}, set(), Plan(leave=(A,))),
    ("a swap", {"a": TAKEN}, {"b"}, {"a"}, set(), Plan(leave=(A,), sign_up=(B,))),
    ("a swap into a line", {"a": TAKEN}, {"b"}, {"a"}, {"b"}, Plan(sign_up=(B,), keep=(A,))),
    ("out of one line into another", {"a": WAITING}, {"b"}, {"a"}, {"b"}, Plan(leave=(A,), sign_up=(B,))),
    ("two for one, one of them full", {"b": TAKEN}, {"a", "c"}, {"b"}, {"c"}, Plan(leave=(B,), sign_up=(A, C))),
    ("what one has", {"a": TAKEN}, {"a"}, set(), {"a"}, Plan()),
    ("what one has not", {}, set(), {"a"}, set(), Plan()),
    ("overlaps that the agenda made", {"a": TAKEN, "b": TAKEN}, set(), {"b"}, set(), Plan(leave=(B,))),
    ("beside overlaps", {"a": TAKEN, "b": TAKEN}, {"c"}, {"b"}, set(), Plan(leave=(B,), sign_up=(C,))),
]


@pytest.mark.parametrize(
    ("mine", "take", "leave", "waits", "expected"), [case[1:] for case in PLANS], ids=[case[0] for case in PLANS]
)
def test_what_comes_of_a_wish(
    mine: Mapping[str, Standing], take: Keys, leave: Keys, waits: Keys, expected: Plan[One]
) -> None:
    assert plan([A, B, C], mine, take=take, leave=leave, waits=waits) == expected


SPANS = st.tuples(st.integers(0, 8), st.integers(1, 3))


@st.composite
def wishes(draw: st.DrawFn) -> tuple[list[One], dict[str, Standing], Keys, Keys, Keys]:
    spans = draw(st.lists(SPANS, min_size=1, max_size=6))
    sessions = [one(f"s{number}", start, start + length) for number, (start, length) in enumerate(spans)]
    keys = [each.key for each in sessions]
    mine: dict[str, Standing] = {}
    for each in sessions:
        state = draw(st.sampled_from([None, TAKEN, WAITING]))
        held = [other for other in sessions if mine.get(other.key) is TAKEN]
        if state is not None and not (state is TAKEN and overlapping(each, held)):
            mine[each.key] = state
    some = st.sets(st.sampled_from(keys))
    return sessions, mine, draw(some), draw(some), draw(some)


@given(wishes())
def test_nobody_ever_holds_two_places_at_one_time(
    drawn: tuple[list[One], dict[str, Standing], Keys, Keys, Keys],
) -> None:
    sessions, mine, take, leave, waits = drawn
    found = plan(sessions, mine, take=take, leave=leave, waits=waits)
    if found.clashes:
        assert found == Plan(clashes=found.clashes)
        return
    now = {key: standing for key, standing in mine.items() if key not in {each.key for each in found.leave}}
    now |= {each.key: WAITING if each.key in waits else TAKEN for each in found.sign_up}
    held = [each for each in sessions if now.get(each.key) is TAKEN]
    assert not any(overlapping(each, held) for each in held)
    assert {each.key for each in found.sign_up} == take - leave - set(mine)
    gone = {each.key for each in (*found.leave, *found.keep)}
    assert gone == (leave - take) & set(mine)
    assert all(overlapping(each, [other for other in sessions if other.key in take & waits]) for each in found.keep)
