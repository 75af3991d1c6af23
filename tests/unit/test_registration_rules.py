from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from eventsapp.registration.rules import (
    MOVES,
    Actor,
    ImpossibleMove,
    Refusal,
    State,
    Window,
    after_lapse,
    check_move,
    contact_until,
    may_hold_until,
    moving_up_open,
    offer_end,
    promotion_end,
    queues,
    refusal,
    short_notice_open,
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


@pytest.mark.parametrize(
    ("state", "attends", "wish", "online_fine", "expected"),
    [
        (State.WAITLISTED, "room", None, False, ("room",)),
        (State.WAITLISTED, "room", None, True, ("room", "online")),
        (State.WAITLISTED, "online", None, True, ("online",)),
        (State.CONFIRMED, "room", None, True, ()),
        (State.CONFIRMED, "online", "room", True, ("room",)),
        (State.OFFERED, "room", None, True, ()),
        (State.PENDING, "room", None, True, ()),
        (State.CANCELLED, "room", None, True, ()),
        (None, "room", None, True, ()),
    ],
)
def test_who_waits_for_what(
    state: State | None, attends: str, wish: str | None, online_fine: bool, expected: tuple[str, ...]
) -> None:
    assert queues(state, attends, wish=wish, online_fine=online_fine) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-06-07 09:00", "2027-06-09 12:00"),
        ("2027-06-07 12:00", "2027-06-09 12:00"),
        ("2027-06-07 12:01", "2027-06-10 12:00"),
        ("2027-06-09 13:00", "2027-06-14 12:00"),
        ("2027-06-10 09:00", "2027-06-14 12:00"),
        ("2027-10-29 09:00", "2027-11-01 12:00"),
        ("2027-11-08 09:00", "2027-11-10 12:00"),
        ("2027-11-09 20:00", "2027-11-11 09:00"),
    ],
)
def test_an_offer_ends_at_noon_on_a_weekday_and_never_after_the_start(now: str, expected: str) -> None:
    """Monday, to the minute; a noon too soon; over a weekend; over the end of summer time; just before the start."""
    zone = ZoneInfo("Europe/Brussels")
    starts_at = datetime(2027, 11, 11, 9, tzinfo=zone)
    at = datetime.fromisoformat(now).replace(tzinfo=zone)
    assert offer_end(at, zone, starts_at).astimezone(zone).strftime("%Y-%m-%d %H:%M") == expected


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


@pytest.mark.parametrize(
    ("status", "set_end", "now", "expected"),
    [
        ("published", None, START - 49 * HOUR, False),
        ("published", None, START - 48 * HOUR, True),
        ("published", None, START - timedelta(microseconds=1), True),
        ("published", None, START, False),
        ("published", START - HOUR, START - 2 * HOUR, False),
        ("published", START - HOUR, START - HOUR, True),
        ("published", START, START - timedelta(microseconds=1), False),
        ("cancelled", None, START - HOUR, False),
        ("draft", None, START - HOUR, False),
    ],
)
def test_short_notice_open(status: str, set_end: datetime | None, now: datetime, expected: bool) -> None:
    """From the end of moving up to the start, and never together with moving up."""
    assert short_notice_open(status, START, set_end, now) is expected
    assert not (expected and moving_up_open(status, START, set_end, now))


@pytest.mark.parametrize(("lapses", "to"), [(1, State.WAITLISTED), (2, State.CANCELLED), (3, State.CANCELLED)])
def test_where_a_lapse_leads(lapses: int, to: State) -> None:
    assert after_lapse(lapses) is to


@pytest.mark.parametrize(
    ("until", "now", "expected"),
    [
        (START - HOUR, START - 9 * HOUR, True),
        (START, START - 9 * HOUR, True),
        (START + timedelta(minutes=1), START - 9 * HOUR, False),
        (START - 5 * HOUR, START - 9 * HOUR, False),
        (START - 6 * HOUR, START - 9 * HOUR, False),
        (START - 4 * HOUR, START - 3 * HOUR, False),
        (START - 3 * HOUR, START - 3 * HOUR, False),
        (START - 2 * HOUR, START - 3 * HOUR, True),
    ],
)
def test_how_long_a_place_may_be_held(until: datetime, now: datetime, expected: bool) -> None:
    """It was held until five hours before the start."""
    assert may_hold_until(until, held_until=START - 5 * HOUR, starts_at=START, now=now) is expected


def test_promotion_end_never_lies_after_the_start() -> None:
    assert promotion_end(START, START + HOUR) == START


def test_contact_until_depends_on_having_had_a_place() -> None:
    assert contact_until(END, had_place=True) == END + timedelta(days=180)
    assert contact_until(END, had_place=False) == END + timedelta(days=30)
