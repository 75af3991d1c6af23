"""What is wrong with an event or an agenda, seen without a clock or a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventsapp.agenda import rules as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.rules import EventDetails, problems
from eventsapp.events.service import check
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.rules import is_slug, slugged

START = datetime(2027, 10, 14, 9)


def details(**values: Any) -> EventDetails:
    plain: dict[str, Any] = {
        "slug": "reflection-day",
        "title": {"en": "Reflection Day"},
        "timezone": "Europe/Brussels",
        "starts_at": START,
        "ends_at": START + timedelta(hours=8),
    }
    return EventDetails(**plain | values)


def session(name: str = "Talk", hour: int = 9, minutes: int = 60, **values: Any) -> SessionDetails:
    starts = START.replace(hour=hour)
    plain: dict[str, Any] = {"starts_at": starts, "ends_at": starts + timedelta(minutes=minutes)}
    return SessionDetails(**plain | {"title": {"en": name}} | values)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"capacity": 1},
        {"mode": "online", "online_capacity": 200, "online_url": "https://meet.example.org/x"},
        {"mode": "hybrid", "capacity": 80, "online_capacity": 200},
        {"title": {"en": "Reflection Day", "fr": "Journée de réflexion", "ar": "يوم التأمل"}},
        {"title": {"en": "👩🏽‍🚒 <b>Day</b> =cmd()"}},
        {"registration_opens_at": START - timedelta(days=30), "registration_closes_at": START},
        {"venue": VenueDetails(name="Manos Premier")},
        {"ends_at": START + timedelta(days=3)},
    ],
)
def test_a_good_event_has_no_problems(values: dict[str, Any]) -> None:
    assert problems(details(**values)) == []


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"slug": ""}, ["slug"]),
        ({"slug": "Reflection Day"}, ["slug"]),
        ({"slug": "-day"}, ["slug"]),
        ({"slug": "d" * 81}, ["slug"]),
        ({"language": "English"}, ["language", "title"]),
        ({"title": {}}, ["title"]),
        ({"title": {"en": " \u200b\x00 "}}, ["title"]),
        ({"title": {"fr": "Journée"}}, ["title"]),
        ({"title": {"en": "T" * 201}}, ["title"]),
        ({"kind": "k" * 81}, ["kind"]),
        ({"summary": {"en": "s" * 1001}}, ["summary"]),
        ({"description": {"en": "d" * 20_001}}, ["description"]),
        ({"description": {"e\x00n!": "text"}}, ["description"]),
        ({"ends_at": START}, ["ends_at"]),
        ({"ends_at": START - timedelta(minutes=1)}, ["ends_at"]),
        ({"starts_at": START.replace(second=30)}, ["starts_at"]),
        ({"starts_at": START.replace(tzinfo=UTC)}, ["starts_at"]),
        ({"starts_at": datetime(1, 1, 1), "ends_at": datetime(9999, 12, 31)}, ["starts_at", "ends_at"]),
        ({"registration_opens_at": START}, ["registration_opens_at"]),
        (
            {"registration_opens_at": START - timedelta(days=1), "registration_closes_at": START - timedelta(days=1)},
            ["registration_opens_at"],
        ),
        ({"registration_closes_at": START + timedelta(days=1)}, ["registration_closes_at"]),
        ({"promotion_ends_at": START + timedelta(minutes=1)}, ["promotion_ends_at"]),
        ({"mode": "virtual"}, ["mode"]),
        ({"visibility": "secret"}, ["visibility"]),
        ({"promotion": "lottery"}, ["promotion"]),
        ({"capacity": 0}, ["capacity"]),
        ({"capacity": -1}, ["capacity"]),
        ({"capacity": 10**30}, ["capacity"]),
        ({"mode": "online", "capacity": 80}, ["capacity"]),
        ({"online_capacity": 80}, ["online_capacity"]),
        ({"mode": "hybrid", "online_url": "http://meet.example.org"}, ["online_url"]),
        ({"mode": "hybrid", "online_url": "javascript:alert(1)"}, ["online_url"]),
        ({"mode": "hybrid", "online_url": "https://user@meet.example.org"}, ["online_url"]),
        ({"mode": "hybrid", "online_url": "https://[broken"}, ["online_url"]),
        ({"mode": "hybrid", "online_url": "https://meet.example.org/" + "x" * 1000}, ["online_url"]),
        ({"venue": VenueDetails(name="", address="a" * 401)}, ["venue.name", "venue.address"]),
    ],
)
def test_a_bad_event_names_its_fields(values: dict[str, Any], fields: list[str]) -> None:
    assert [problem.field for problem in problems(details(**values))] == fields


def test_problems_read_as_sentences() -> None:
    assert [str(problem) for problem in problems(details(capacity=0))] == [
        "must be a whole number from 1 to 100000; without one the places are unlimited"
    ]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"timezone": "Europe/Atlantis"}, {"timezone": "is no time zone such as Europe/Brussels"}),
        ({"timezone": "+02:00"}, {"timezone": "is no time zone such as Europe/Brussels"}),
        (
            {"starts_at": datetime(2027, 3, 28, 2, 30), "ends_at": datetime(2027, 3, 28, 17)},
            {"starts_at": "2027-03-28 02:30 does not exist in Europe/Brussels: the clocks skip it; choose another"},
        ),
        (
            {"starts_at": datetime(2027, 10, 30, 20), "ends_at": datetime(2027, 10, 31, 2, 30)},
            {
                "ends_at": "2027-10-31 02:30 comes twice in Europe/Brussels: the clocks go back; "
                "choose a time outside that hour"
            },
        ),
        ({"registration_opens_at": datetime(2027, 3, 28, 2, 30), "timezone": "Asia/Tokyo"}, {}),
    ],
)
def test_wall_times_are_asked_about_when_the_clocks_change(values: dict[str, Any], found: dict[str, str]) -> None:
    assert {problem.field: str(problem) for problem in check(details(**values))} == found


def test_texts_are_cleaned_when_details_are_made() -> None:
    made = details(
        title={"en": "  Reflection\r\n\x07Day ", "fr": "  "},
        description={"en": "\r\nOne \r\n\r\nTwo\x00\n\n"},
        venue=VenueDetails(name=" Manos\nPremier ", address="Chaussée de Charleroi 100"),
    )
    assert made.title == {"en": "Reflection Day"}
    assert made.description == {"en": "One\n\nTwo"}
    assert made.venue is not None
    assert made.venue.name == "Manos Premier"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Coffee Break", "coffee-break"),
        ("Plenary session: presenting discussions' conclusions", "plenary-session-presenting-discussions-conclusions"),
        ("Journée d’étude à Liège", "journee-detude-a-liege"),
        ("Straße & Łódź", "strasse-lodz"),
        ("يوم", "session"),
        ("x" * 200, "x" * 80),
    ],
)
def test_slugs_are_made_of_titles(title: str, slug: str) -> None:
    assert slugged(title, "session") == slug
    assert is_slug(slug)


def test_keys_are_made_of_titles_and_avoid_those_given() -> None:
    sessions = [session("Coffee Break"), session("Coffee Break"), session("Talk", key="coffee-break-2")]
    assert [each.key for each in agenda.keyed(sessions, "en")] == ["coffee-break", "coffee-break-3", "coffee-break-2"]


def test_a_long_key_stays_short_enough_when_numbered() -> None:
    keys = [each.key for each in agenda.keyed([session("x" * 90), session("x" * 90)], "en")]
    assert keys == ["x" * 80, "x" * 78 + "-2"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": {}}, "title"),
        ({"title": {"en": "T" * 301}}, "title"),
        ({"key": "Not A Slug"}, "key"),
        ({"ends_at": START - timedelta(minutes=1)}, "ends_at"),
        ({"kind": "coffee"}, "kind"),
        ({"room": "r" * 121}, "room"),
        ({"speakers": ("s" * 201,)}, "speakers"),
        ({"speakers": ("s",) * 51}, "speakers"),
        ({"capacity": 0}, "capacity"),
    ],
)
def test_a_bad_session_is_told_by_its_number(values: dict[str, Any], field: str) -> None:
    found = agenda.problems([session(), session(**values)], "en")
    assert [(problem.item, problem.field) for problem in found] == [(1, field)]


def test_the_same_key_twice_is_a_problem() -> None:
    found = agenda.problems([session(key="talk"), session(key="talk")], "en")
    assert [(problem.item, problem.field) for problem in found] == [(1, "key")]


def test_side_by_side_are_those_that_overlap_not_those_that_touch() -> None:
    sessions = [session(hour=9), session(hour=10), session(hour=10, minutes=30), session(hour=12)]
    assert agenda.side_by_side(sessions) == {1, 2}


def test_outside_are_those_that_leave_the_event() -> None:
    sessions = [session(hour=8), session(hour=9), session(hour=16, minutes=61)]
    assert agenda.outside(sessions, START, START.replace(hour=17)) == [0, 2]
