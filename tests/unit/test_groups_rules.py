"""Working groups: names of choices, who can be where, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from eventsapp.signups.groups_rules import Figures, Got, cleaned, demand, figures, got, places, read_stamp, stamp, takes

AT = datetime(2027, 10, 14, 8, tzinfo=UTC)


@dataclass
class Session:
    """As the rules see one."""

    key: str = "crime"
    kind: str = "working_group"
    starts_at: datetime = AT
    ends_at: datetime = AT + timedelta(hours=1)
    capacity: int | None = None
    online_capacity: int | None = None


def test_a_choice_is_named_by_its_instant() -> None:
    assert stamp(AT) == "20271014T0800Z"
    assert stamp(AT.astimezone(timezone(timedelta(hours=2)))) == "20271014T0800Z"
    assert read_stamp(stamp(AT)) == AT


@pytest.mark.parametrize(
    "text", ["", "nothing", "20271014T0800", "20271314T0800Z", "20271014T0860Z", "２０271014T0800Z"]
)
def test_what_names_no_choice(text: str) -> None:
    assert read_stamp(text) is None


@pytest.mark.parametrize(
    ("attends", "mode", "online", "there", "number"),
    [
        ("room", "in_person", None, True, 7),
        ("room", "hybrid", 3, True, 7),
        ("online", "hybrid", 3, True, 3),
        ("online", "hybrid", 0, True, 0),
        ("online", "hybrid", None, False, None),
        ("online", "online", 3, True, 3),
        ("online", "online", None, True, 7),
    ],
)
def test_who_can_be_in_a_group(attends: str, mode: str, online: int | None, there: bool, number: int | None) -> None:
    group = Session(capacity=7, online_capacity=online)
    assert takes(group, attends, mode) is there
    assert places(group, attends, mode) == number


def test_without_a_number_a_group_takes_everybody() -> None:
    assert places(Session(), "room", "in_person") is None
    assert places(Session(), "online", "online") is None


def test_wishes_are_cleaned() -> None:
    assert cleaned(["b", "gone", "a", "b"], ("a", "b", "c")) == ("b", "a")


@pytest.mark.parametrize(
    ("ranks", "key", "what"),
    [(("a", "b"), "a", 1), (("a", "b"), "b", 2), (("a",), "c", Got.NOT_NAMED), ((), "c", Got.NO_WISH)],
)
def test_what_somebody_got(ranks: tuple[str, ...], key: str, what: int | Got) -> None:
    assert got(ranks, key) == what


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ([], Figures((), 0, 0, 0)),
        (
            [(("a",), "a"), (("b", "a", "c"), "c"), (("a",), "b"), ((), "a"), (("a",), None)],
            Figures((1, 0, 1), 1, 1, 1),
        ),
    ],
)
def test_figures(given: list[tuple[tuple[str, ...], str | None]], result: Figures) -> None:
    assert figures(given) == result
    assert result.people == len(given)


def test_demand_counts_each_wish() -> None:
    assert demand([("a", "b"), ("b",), ("b", "a")], ("a", "b", "c")) == {"a": [1, 1, 0], "b": [2, 1, 0], "c": [0, 0, 0]}
