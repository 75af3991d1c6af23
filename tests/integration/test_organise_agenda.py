"""Organisers put an agenda together in plain forms."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from eventsapp.agenda.queries import draft_view
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.models import Event
from eventsapp.web.access import Role
from tests.agendas import add_session
from tests.browser import Browser
from tests.builders import END, START, make_event
from tests.organising import answers_of, change, errors, log_in, send_on
from tests.pages import words

PAGE = "/organise/events/day/agenda"
LUNCH = {"title": "Lunch", "starts_at": "12:30", "ends_at": "13:30", "kind": "break", "speakers": "", "room": ""}


@pytest.fixture
def event(client: Browser) -> Event:
    log_in(client)
    return make_event("day")


def add_opening(event: Event, **values: object) -> None:
    given = {"starts_at": START, "ends_at": START + timedelta(minutes=30), "title": {"en": "Opening"}, "capacity": 20}
    details = SessionDetails(**given | values)  # type: ignore[arg-type]
    add_session(event.id, details)


def sessions(event: Event) -> list[SessionDetails]:
    """As organisers see them."""
    return draft_view(event.id).details


def test_a_session_is_added_on_the_day_of_the_event(client: Browser, event: Event) -> None:
    answer = change(client, PAGE, **LUNCH | {"room": "Foyer", "speakers": "Ana Pereira\n\n  Irene Afful "})
    assert answer.status_code == 303
    (lunch,) = sessions(event)
    assert (lunch.starts_at, lunch.ends_at) == (datetime(2027, 10, 14, 12, 30), datetime(2027, 10, 14, 13, 30))
    assert (lunch.key, lunch.kind, lunch.room, lunch.speakers) == (
        "lunch",
        "break",
        "Foyer",
        ("Ana Pereira", "Irene Afful"),
    )
    assert "12:30–13:30" in words(client.get(PAGE))


def test_the_next_session_begins_where_the_last_one_ends(client: Browser, event: Event) -> None:
    assert answers_of(client.get(PAGE))["starts_at"] == "09:00"
    change(client, PAGE, **LUNCH)
    assert answers_of(client.get(PAGE))["starts_at"] == "13:30"


def test_times_are_taken_as_printed(client: Browser, event: Event) -> None:
    assert change(client, PAGE, **LUNCH | {"starts_at": "9.30", "ends_at": "16:45"}).status_code == 303
    assert [each.starts_at.time().isoformat() for each in sessions(event)] == ["09:30:00"]


def test_a_session_may_end_after_midnight(client: Browser, event: Event) -> None:
    evening = LUNCH | {"starts_at": "22:00", "ends_at": "00:30"}
    answer = change(client, PAGE, **evening)
    assert (answer.status_code, set(errors(answer))) == (422, {"ends_at"})
    assert send_on(client, answer, PAGE, after_midnight="y").status_code == 303
    assert sessions(event)[0].ends_at == datetime(2027, 10, 15, 0, 30)
    assert "lie outside the time of the event" in words(client.get(PAGE))


def test_an_event_of_two_days_asks_for_the_day(client: Browser, event: Event) -> None:
    two = make_event("two", ends_at=END + timedelta(days=1))
    page = "/organise/events/two/agenda"
    assert change(client, page, **LUNCH, on="2027-10-15").status_code == 303
    assert sessions(two)[0].starts_at == datetime(2027, 10, 15, 12, 30)
    assert set(errors(change(client, page, **LUNCH, on="2027-10-17"))) == {"on"}


WRONG: list[tuple[dict[str, str], set[str]]] = [
    ({"title": ""}, {"title"}),
    ({"title": "x" * 301}, {"title"}),
    ({"starts_at": ""}, {"starts_at"}),
    ({"ends_at": "25:00"}, {"ends_at"}),
    ({"ends_at": "12:00"}, {"ends_at"}),
    ({"kind": "party"}, {"kind"}),
    ({"room": "x" * 121}, {"room"}),
    ({"speakers": "x" * 201}, {"speakers"}),
    ({"speakers": "a\n" * 51}, {"speakers"}),
]


def test_wrong_answers_come_back(client: Browser, event: Event) -> None:
    for answers, wrong in WRONG:
        answer = change(client, PAGE, **LUNCH | answers)
        assert (answer.status_code, set(errors(answer))) == (422, wrong), answers
        kept = answers_of(answer)
        texts = {name: text.strip() for name, text in answers.items() if name != "kind"}
        assert {name: kept[name].strip() for name in texts} == texts
    assert sessions(event) == []


def test_a_time_that_the_clocks_skip_is_asked_about(client: Browser, event: Event) -> None:
    make_event("spring", starts_at=datetime(2027, 3, 28, 1), ends_at=datetime(2027, 3, 28, 12))
    answer = change(client, "/organise/events/spring/agenda", **LUNCH | {"starts_at": "02:30", "ends_at": "04:00"})
    assert set(errors(answer)) == {"starts_at"}


def test_an_edit_keeps_what_the_form_does_not_ask_for(client: Browser, event: Event) -> None:
    add_opening(event, title={"en": "Opening", "fr": "Ouverture"}, speakers=("Ana Pereira",))
    assert change(client, f"{PAGE}/opening", room="Hall").status_code == 303
    (opening,) = sessions(event)
    assert opening.title == {"en": "Opening", "fr": "Ouverture"}
    assert (opening.key, opening.capacity, opening.speakers, opening.room) == ("opening", 20, ("Ana Pereira",), "Hall")


def test_places_are_asked_for_in_the_kinds_that_the_event_has(client: Browser, event: Event) -> None:
    mixed = make_event("mixed", mode="hybrid", online_capacity=50)
    page = "/organise/events/mixed/agenda"
    assert change(client, page, **LUNCH, capacity="12", online_capacity="30").status_code == 303
    assert "Sign-up: 12 places, 30 places online" in words(client.get(page))
    (lunch,) = sessions(mixed)
    assert (lunch.capacity, lunch.online_capacity) == (12, 30)
    assert "online_capacity" not in answers_of(client.get(PAGE))
    assert set(errors(change(client, page, **LUNCH, capacity="0"))) == {"capacity"}


def test_an_edit_of_something_that_changed_meanwhile_is_asked_about(client: Browser, event: Event) -> None:
    add_opening(event)
    page = client.get(f"{PAGE}/opening")
    change(client, f"{PAGE}/opening", room="Hall")
    answer = send_on(client, page, f"{PAGE}/opening", title="Welcome")
    assert answer.status_code == 409
    assert [(each.title["en"], each.room) for each in sessions(event)] == [("Opening", "Hall")]
    assert send_on(client, answer, f"{PAGE}/opening").status_code == 303
    assert [(each.title["en"], each.room) for each in sessions(event)] == [("Welcome", "")]


def test_two_organisers_at_two_sessions_are_not_in_each_others_way(client: Browser, event: Event) -> None:
    add_opening(event)
    page = client.get(f"{PAGE}/opening")
    change(client, PAGE, **LUNCH)
    assert send_on(client, page, f"{PAGE}/opening", title="Welcome").status_code == 303
    assert [each.title["en"] for each in sessions(event)] == ["Welcome", "Lunch"]


def test_a_session_is_removed_after_a_question(client: Browser, event: Event) -> None:
    add_opening(event, title={"en": "<b>Opening</b>"}, key="opening")
    question = client.get(f"{PAGE}/opening/remove")
    assert "Remove “<b>Opening</b>”?" in words(question)
    assert len(sessions(event)) == 1
    assert send_on(client, question, f"{PAGE}/opening/remove").status_code == 303
    assert sessions(event) == []
    assert client.get(f"{PAGE}/opening").status_code == 404


def test_a_viewer_sees_the_agenda_without_forms(client: Browser, event: Event) -> None:
    add_opening(event)
    watcher = Browser(client.application)
    log_in(watcher, Role.viewer, series="cop")
    page = watcher.get(PAGE)
    assert "Opening" in words(page)
    assert "Add a session" not in words(page)
    assert "/remove" not in page.text
