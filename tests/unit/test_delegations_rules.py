"""What a delegation may hold, and what its contact may do when: the tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.delegations.rules import (
    Act,
    Refusal,
    Standing,
    beyond_capacity,
    can_hold,
    default_returns,
    held,
    moved_along,
    needs_reason,
    refusal,
)
from eventsapp.places import Pool

START = datetime(2027, 10, 14, 7, tzinfo=UTC)
RETURNS = START - timedelta(days=7)
WALL = datetime(2027, 10, 14, 9)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("places", "filled", "returned", "expected"),
    [(5, 0, False, 5), (5, 3, False, 2), (5, 5, False, 0), (5, 3, True, 0), (3, 3, True, 0)],
)
def test_held(places: int, filled: int, returned: bool, expected: int) -> None:
    assert held(places, filled, returned=returned) == expected


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (Pool(10), 10),
        (Pool(10, confirmed=4, offered=1, held=2), 3),
        (Pool(10, confirmed=10), 0),
        (Pool(10, confirmed=12), 0),
        (Pool(10, confirmed=4, waiting=1), 0),
        (Pool(None, confirmed=4, waiting=1), None),
    ],
)
def test_only_free_places_that_nobody_waits_for_are_held_without_a_reason(pool: Pool, expected: int | None) -> None:
    assert can_hold(pool) == expected
    if expected is not None:
        assert not needs_reason(pool, expected)
        assert needs_reason(pool, expected + 1)
    else:
        assert not needs_reason(pool, 4000)


@pytest.mark.parametrize(
    ("pool", "expected"),
    [(Pool(10, confirmed=8, held=2), False), (Pool(10, confirmed=9, held=2), True), (Pool(None, held=2), False)],
)
def test_a_place_held_beyond_the_capacity(pool: Pool, expected: bool) -> None:
    assert beyond_capacity(pool) is expected


@pytest.mark.parametrize(
    ("now", "status", "returned", "name", "change"),
    [
        (RETURNS - HOUR, "published", False, None, None),
        (RETURNS, "published", False, Refusal.FLOWED_BACK, None),
        (RETURNS - HOUR, "published", True, Refusal.FLOWED_BACK, None),
        (START - HOUR, "published", True, Refusal.FLOWED_BACK, None),
        (START, "published", False, Refusal.STARTED, Refusal.STARTED),
        (START, "published", True, Refusal.STARTED, Refusal.STARTED),
        (RETURNS - HOUR, "cancelled", True, Refusal.CALLED_OFF, Refusal.CALLED_OFF),
        (START, "cancelled", True, Refusal.CALLED_OFF, Refusal.CALLED_OFF),
        (RETURNS - HOUR, "draft", False, Refusal.NOT_THERE, Refusal.NOT_THERE),
    ],
)
def test_what_a_contact_may_do_when(
    now: datetime, status: str, returned: bool, name: Refusal | None, change: Refusal | None
) -> None:
    standing = Standing(status, START, RETURNS, returned)
    assert (refusal(Act.NAME, standing, now), refusal(Act.RETURN, standing, now)) == (name, name)
    assert refusal(Act.CHANGE, standing, now) is change


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (WALL - timedelta(days=30), WALL - timedelta(days=7)),
        (WALL - timedelta(days=7), WALL),
        (WALL - timedelta(days=3), WALL),
    ],
)
def test_places_flow_back_a_week_before_the_start_unless_it_is_nearer(now: datetime, expected: datetime) -> None:
    assert default_returns(WALL, now) == expected


@pytest.mark.parametrize(
    ("returns", "new_start", "expected"),
    [
        (WALL - timedelta(days=7), WALL + timedelta(days=30), WALL + timedelta(days=23)),
        (WALL - timedelta(days=7), WALL - timedelta(days=2), WALL - timedelta(days=9)),
        (WALL, WALL + HOUR, WALL + HOUR),
    ],
)
def test_the_date_moves_along_with_the_start(returns: datetime, new_start: datetime, expected: datetime) -> None:
    assert moved_along(returns, WALL, new_start) == expected
