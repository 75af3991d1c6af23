from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from eventsapp.registration.rules import (
    MOVES,
    Actor,
    ImpossibleMove,
    Refusal,
    State,
    Window,
    check_move,
    contact_until,
    moving_up_open,
    promotion_end,
    refusal,
)

START = datetime(2027, 10, 14, 7, tzinfo=UTC)
END = START + timedelta(hours=8)
HOUR = timedelta(hours=1)


def window(**values: object) -> Window:
    defaults: dict[str, object] = {
        "status": "published",
        "visibility": "public",
        "starts_at": START,
        "ends_at": END,
        "opens_at": None,
        "closes_at": None,
        "full": False,
    }
    return Window(**defaults | values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "now", "expected"),
    [
        ({}, START - HOUR, None),
        ({}, START, Refusal.CLOSED),
        ({}, END - HOUR, Refusal.CLOSED),
        ({}, END, Refusal.PAST),
        ({"status": "cancelled"}, START - HOUR, Refusal.CANCELLED),
        ({"status": "cancelled"}, END, Refusal.CANCELLED),
        ({"visibility": "closed"}, START - HOUR, Refusal.BY_INVITATION),
        ({"visibility": "unlisted"}, START - HOUR, None),
        ({"opens_at": START - HOUR}, START - 2 * HOUR, Refusal.NOT_YET_OPEN),
        ({"opens_at": START - HOUR}, START - HOUR, None),
        ({"closes_at": START - HOUR}, START - HOUR, Refusal.CLOSED),
        ({"closes_at": START - HOUR}, START - HOUR - timedelta(microseconds=1), None),
        ({"closes_at": START + HOUR}, START, None),
        ({"closes_at": END + HOUR}, END, Refusal.PAST),
        ({"full": True}, START - HOUR, Refusal.FULL),
        ({"full": True, "closes_at": START - HOUR}, START - HOUR, Refusal.CLOSED),
    ],
)
def test_refusal(values: dict[str, object], now: datetime, expected: Refusal | None) -> None:
    assert refusal(window(**values), now) is expected


@pytest.mark.parametrize(("origin", "to", "actor"), list(product((None, *State), State, Actor)))
def test_only_moves_of_the_table_are_possible(origin: State | None, to: State, actor: Actor) -> None:
    if actor in MOVES.get((origin, to), frozenset()):
        check_move(origin, to, actor)
    else:
        with pytest.raises(ImpossibleMove):
            check_move(origin, to, actor)


def test_declined_people_do_not_reenter_by_themselves() -> None:
    assert [to for (origin, to) in MOVES if origin is State.DECLINED] == []


def test_nobody_confirms_themselves_from_the_queue() -> None:
    assert Actor.PARTICIPANT not in MOVES[(State.WAITLISTED, State.CONFIRMED)]


@pytest.mark.parametrize(
    ("status", "set_end", "now", "expected"),
    [
        ("published", None, START - 49 * HOUR, True),
        ("published", None, START - 48 * HOUR, False),
        ("published", START - HOUR, START - 2 * HOUR, True),
        ("published", START - HOUR, START - HOUR, False),
        ("published", START + HOUR, START, False),
        ("cancelled", None, START - 49 * HOUR, False),
        ("draft", None, START - 49 * HOUR, False),
    ],
)
def test_moving_up_open(status: str, set_end: datetime | None, now: datetime, expected: bool) -> None:
    assert moving_up_open(status, START, set_end, now) is expected


def test_promotion_end_never_lies_after_the_start() -> None:
    assert promotion_end(START, START + HOUR) == START


def test_contact_until_depends_on_having_had_a_place() -> None:
    assert contact_until(END, had_place=True) == END + timedelta(days=180)
    assert contact_until(END, had_place=False) == END + timedelta(days=30)
