from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.places import Answer, Pool, answer, moving_up

PLACE, WAIT, FULL = Answer.PLACE, Answer.WAIT, Answer.FULL


@pytest.mark.parametrize(
    ("pool", "waitlist", "expected"),
    [
        (Pool(None), True, PLACE),
        (Pool(None, confirmed=10_000), False, PLACE),
        (Pool(1), True, PLACE),
        (Pool(1, confirmed=1), True, WAIT),
        (Pool(1, confirmed=1), False, FULL),
        (Pool(1, offered=1), True, WAIT),
        (Pool(2, confirmed=1, offered=1), False, FULL),
        (Pool(2, confirmed=1), True, PLACE),
        (Pool(5, confirmed=2, waiting=1), True, WAIT),
        (Pool(5, confirmed=2, waiting=1), False, FULL),
        (Pool(None, waiting=1), True, WAIT),
        (Pool(2, confirmed=5), True, WAIT),
        (Pool(0), True, WAIT),
    ],
)
def test_answer(pool: Pool, waitlist: bool, expected: Answer) -> None:
    assert answer(pool, waitlist=waitlist) is expected


@pytest.mark.parametrize(
    ("pool", "open_", "expected"),
    [
        (Pool(3, confirmed=2, waiting=4), True, 1),
        (Pool(3, confirmed=2, waiting=4), False, 0),
        (Pool(9, confirmed=2, waiting=4), True, 4),
        (Pool(3, confirmed=2, offered=1, waiting=4), True, 0),
        (Pool(3, confirmed=7, waiting=4), True, 0),
        (Pool(None, confirmed=7, waiting=4), True, 4),
    ],
)
def test_moving_up(pool: Pool, open_: bool, expected: int) -> None:
    assert moving_up(pool, open_=open_) == expected


numbers = st.integers(0, 500)


@given(st.none() | numbers, numbers, numbers, numbers)
def test_nobody_moves_up_beyond_the_capacity(capacity: int | None, confirmed: int, offered: int, waiting: int) -> None:
    pool = Pool(capacity, confirmed, offered, waiting)
    count = moving_up(pool, open_=True)
    assert 0 <= count <= waiting
    assert count == 0 or capacity is None or pool.taken + count <= capacity
    assert count in (waiting, pool.free)
