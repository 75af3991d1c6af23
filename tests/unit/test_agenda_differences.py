"""What differs between two agendas, and what of one is worth a second look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from eventsapp.agenda import rules
from eventsapp.agenda.differences import between, from_json, to_json
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.warnings import no_break, outside_of, same_room_twice, same_speaker_twice

DAY = datetime(2027, 10, 14)


def item(key: str, start: float, end: float, **values: Any) -> SessionDetails:
    hour = timedelta(hours=1)
    given: dict[str, Any] = {"title": {"en": key.capitalize()}, "kind": "talk"}
    return SessionDetails(key=key, starts_at=DAY + start * hour, ends_at=DAY + end * hour, **given | values)


PLENARY, LUNCH = item("plenary", 16, 17, room="Hall"), item("lunch", 12, 13, kind="break")
BLUE, RED = item("blue", 14, 15), item("red", 14, 15)

DIFFERENCES: list[tuple[str, list[SessionDetails], list[SessionDetails], list[tuple[str, str, set[str]]]]] = [
    ("nothing", [LUNCH, PLENARY], [PLENARY, LUNCH], []),
    (
        "moved",
        [PLENARY],
        [item("plenary", 16.25, 17.25, room="Hall")],
        [("changed", "plenary", {"starts_at", "ends_at"})],
    ),
    ("longer", [PLENARY], [item("plenary", 16, 17.25, room="Hall")], [("changed", "plenary", {"ends_at"})]),
    ("another room", [PLENARY], [item("plenary", 16, 17, room="Blue")], [("changed", "plenary", {"room"})]),
    ("new", [LUNCH], [LUNCH, PLENARY], [("added", "plenary", set())]),
    ("gone", [LUNCH, PLENARY], [PLENARY], [("removed", "lunch", set())]),
    ("all", [LUNCH], [PLENARY], [("added", "plenary", set()), ("removed", "lunch", set())]),
    ("title", [LUNCH], [item("lunch", 12, 13, kind="break", title={"en": "Meal"})], [("changed", "lunch", {"title"})]),
    ("speakers", [BLUE], [item("blue", 14, 15, speakers=("Ana",))], [("changed", "blue", {"speakers"})]),
    ("kind", [BLUE], [item("blue", 14, 15, kind="visit")], [("changed", "blue", {"kind"})]),
    ("places", [BLUE], [item("blue", 14, 15, capacity=20)], [("changed", "blue", {"capacity"})]),
    ("places online", [BLUE], [item("blue", 14, 15, online_capacity=9)], [("changed", "blue", {"online_capacity"})]),
    ("the order of parallel ones", [BLUE, RED], [RED, BLUE], [("reordered", "", set())]),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [case[1:] for case in DIFFERENCES], ids=[c[0] for c in DIFFERENCES]
)
def test_differences_are_told_by_session(
    before: list[SessionDetails], after: list[SessionDetails], expected: list[tuple[str, str, set[str]]]
) -> None:
    found = between(before, after)
    assert [(each.what, each.key, set(each.fields)) for each in found] == expected
    assert from_json(to_json(found)) == found


def test_a_session_is_named_as_readers_know_it() -> None:
    (found,) = between([PLENARY], [item("plenary", 16, 17, room="Hall", title={"en": "Closing"})])
    assert found.title == {"en": "Plenary"}
    assert found.fields["title"] == ({"en": "Plenary"}, {"en": "Closing"})


ROOMS: list[tuple[list[SessionDetails], list[tuple[str, ...]]]] = [
    ([item("a", 9, 10, room="Hall"), item("b", 9.5, 11, room="HALL")], [("a", "b")]),
    ([item("a", 9, 10, room="Hall"), item("b", 10, 11, room="Hall")], []),
    ([item("a", 9, 10, room="Hall"), item("b", 9, 10, room="Blue")], []),
    ([item("a", 9, 10), item("b", 9, 10)], []),
    ([item("a", 9, 12, room="Hall"), item("b", 9, 10, room="Hall"), item("c", 11, 12, room="Hall")], [("a", "b", "c")]),
    ([item("a", 9, 9, room="Hall"), item("b", 9, 10, room="Hall")], []),
]


@pytest.mark.parametrize(("sessions", "expected"), ROOMS)
def test_a_room_taken_twice_at_once(sessions: list[SessionDetails], expected: list[tuple[str, ...]]) -> None:
    assert [tuple(each.key for each in found.sessions) for found in same_room_twice(sessions)] == expected


def test_a_speaker_in_two_sessions_at_once_however_the_name_is_written() -> None:
    sessions = [item("a", 9, 10, speakers=("José Peña", "Bo")), item("b", 9.5, 11, speakers=("JOSE PENA",))]
    (found,) = same_speaker_twice(sessions)
    assert (found.name, [each.key for each in found.sessions]) == ("José Peña", ["a", "b"])
    assert same_speaker_twice([item("a", 9, 10, speakers=("Bo",)), item("b", 10, 11, speakers=("Bo",))]) == []


def test_what_lies_outside_the_time_of_the_event() -> None:
    nine, five = DAY.replace(hour=9), DAY.replace(hour=17)
    sessions = [item("early", 8, 9), item("day", 9, 17), item("late", 16, 17.5)]
    (found,) = outside_of(sessions, nine, five)
    assert [each.key for each in found.sessions] == ["early", "late"]
    assert outside_of([item("day", 9, 17)], nine, five) == []


STRETCHES: list[tuple[str, list[SessionDetails], list[tuple[float, float]]]] = [
    ("three hours are fine", [item("a", 9, 12)], []),
    ("more are not", [item("a", 9, 10), item("b", 10, 12.5)], [(9, 12.5)]),
    ("a break divides", [item("a", 9, 11), item("c", 11, 11.5, kind="break"), item("b", 11.5, 13)], []),
    ("a break beside divides", [item("a", 9, 13), item("c", 10.5, 11, kind="break")], []),
    ("a quarter of an hour without anything divides", [item("a", 9, 11), item("b", 11.25, 13)], []),
    ("ten minutes do not", [item("a", 9, 11), item("b", 11 + 1 / 6, 13)], [(9, 13)]),
    ("arrival is no work", [item("w", 8, 10, kind="arrival"), item("a", 10, 12.5)], []),
    ("parallel ones count once", [item("a", 9, 11), item("b", 9, 10), item("c", 11, 13)], [(9, 13)]),
    ("what is left after a break is measured", [item("c", 9, 9.5, kind="break"), item("a", 9, 13)], [(9.5, 13)]),
]


@pytest.mark.parametrize(("sessions", "expected"), [case[1:] for case in STRETCHES], ids=[c[0] for c in STRETCHES])
def test_more_than_three_hours_without_a_break(
    sessions: list[SessionDetails], expected: list[tuple[float, float]]
) -> None:
    found = [(each.since, each.until) for each in no_break(rules.ordered(sessions))]
    hour = timedelta(hours=1)
    assert found == [(DAY + since * hour, DAY + until * hour) for since, until in expected]


def test_what_comes_after_a_session_on_its_day() -> None:
    sessions = [item("a", 9, 10), item("beside", 9.5, 11), item("b", 10, 11), item("c", 12, 13), item("next", 34, 35)]
    assert rules.after(sessions[0], sessions) == [2, 3]


@pytest.mark.parametrize(
    ("session", "hours", "stays"),
    [
        (item("a", 22, 23), 1, True),
        (item("a", 22, 23), 2, False),
        (item("a", 23, 24), -1, True),
        (item("a", 0, 1), -1, False),
    ],
)
def test_nothing_is_shifted_to_another_day(session: SessionDetails, hours: int, stays: bool) -> None:
    assert (rules.shifted(session, timedelta(hours=hours)) is not None) is stays


def test_a_pasted_session_is_recognised_by_its_title() -> None:
    there = [item("opening", 9, 10, title={"en": "Opening", "fr": "Ouverture"}, room="Hall", capacity=9)]
    pasted = item("", 10, 11, title={"en": "OPENING"})
    (found,) = rules.recognised([pasted], there, "en")
    assert (found.key, found.title, found.room, found.capacity) == (
        "opening",
        {"en": "OPENING", "fr": "Ouverture"},
        "Hall",
        9,
    )
    assert [each.key for each in rules.recognised([pasted, pasted], there, "en")] == ["opening", ""]
