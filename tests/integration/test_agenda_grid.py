"""What the grid asks for when sessions are moved about: done, refused in words, or told that somebody was quicker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from eventsapp.agenda import drafting, queries
from eventsapp.agenda.draft import DraftRow
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.events.models import Event
from tests.browser import Browser
from tests.builders import END, START, make_event, make_user
from tests.organising import counted, log_in
from tests.pages import words

PAGE = "/organise/events/day/agenda/grid"


@pytest.fixture
def event(client: Browser) -> Event:
    """Two days: an opening, then two talks side by side."""
    log_in(client)
    event = make_event("day", ends_at=END + timedelta(days=1))
    sessions = [session("Opening", 9, 10), session("Talk", 10, 11, room="Hall"), session("Other talk", 10, 11)]
    drafting.replace_draft(event.id, sessions, by=None)
    return event


def session(title: str, start: int, end: int, **values: Any) -> SessionDetails:
    at = START.replace(hour=start)
    return SessionDetails(starts_at=at, ends_at=at.replace(hour=end), title={"en": title}, **values)


def row(event: Event, key: str) -> DraftRow:
    found = queries.draft_view(event.id).find(key)
    assert found is not None
    return found


def state_of(page: TestResponse) -> dict[str, Any]:
    editor = BeautifulSoup(page.text, "html.parser").select_one("[data-grid]")
    assert editor is not None
    state: dict[str, Any] = json.loads(str(editor["data-grid"]))
    return state


def send(client: Browser, key: str, act: str, **fields: Any) -> TestResponse:
    """As the script does, with the token of the page."""
    page = BeautifulSoup(client.get(PAGE).text, "html.parser").select_one("[data-token]")
    assert page is not None
    return client.post(f"{PAGE}/{key}/{act}", data={"csrf_token": page["data-token"], **fields})


def move(client: Browser, event: Event, key: str, **fields: Any) -> TestResponse:
    now = row(event, key)
    given: Mapping[str, Any] = {
        "starts_at": now.starts_wall.isoformat(),
        "ends_at": now.ends_wall.isoformat(),
        "room": now.room,
        "expected_version": now.version,
    }
    return send(client, key, "move", **{**given, **fields})


def test_the_page_has_the_draft_as_wall_times(client: Browser, event: Event) -> None:
    state = state_of(client.get(PAGE))
    assert [each["on"] for each in state["days"]] == ["2027-10-14", "2027-10-15"]
    assert state["rooms"] == ["Hall"]
    assert [(each["key"], each["starts_at"], each["ends_at"]) for each in state["sessions"]] == [
        ("opening", "2027-10-14T09:00", "2027-10-14T10:00"),
        ("talk", "2027-10-14T10:00", "2027-10-14T11:00"),
        ("other-talk", "2027-10-14T10:00", "2027-10-14T11:00"),
    ]
    assert (state["from"], state["to"]) == ("08:00:00", "18:00:00")


def test_the_page_says_what_it_is_and_where_the_forms_are(client: Browser, event: Event) -> None:
    page = client.get(PAGE)
    assert "is a draft: the public sees it when you publish it" in words(page)
    assert "needs JavaScript" in words(page)
    assert '/organise/events/day/agenda"' in page.text


def test_an_empty_agenda_leads_to_the_paste_page(client: Browser, event: Event) -> None:
    make_event("empty")
    page = client.get("/organise/events/empty/agenda/grid")
    assert "/organise/events/empty/agenda/paste" in page.text
    assert "agenda_grid" in page.text


def test_the_grid_makes_room_for_early_and_late_sessions(client: Browser, event: Event) -> None:
    late = SessionDetails(
        starts_at=START.replace(hour=19), ends_at=START.replace(hour=20, minute=30), title={"en": "Bar"}
    )
    drafting.add_to_draft(event.id, [session("Run", 6, 7), late], by=None)
    state = state_of(client.get(PAGE))
    assert (state["from"], state["to"]) == ("06:00:00", "21:00:00")
    night = SessionDetails(starts_at=START.replace(hour=23), ends_at=START + timedelta(hours=16), title={"en": "Night"})
    drafting.add_to_draft(event.id, [night], by=None)
    assert state_of(client.get(PAGE))["to"] == "24:00:00"


def test_what_is_worth_a_second_look_is_said(client: Browser, event: Event) -> None:
    assert state_of(client.get(PAGE))["warnings"] == []
    answer = move(client, event, "other-talk", room="Hall")
    assert answer.get_json()["state"]["warnings"] == [
        "Hall is taken twice at once: Talk (Thu 14 Oct, 10:00–11:00); Other talk (Thu 14 Oct, 10:00–11:00)"
    ]


def test_a_session_moves_to_another_time_day_and_room(client: Browser, event: Event) -> None:
    answer = move(client, event, "talk", starts_at="2027-10-15T14:05", ends_at="2027-10-15T15:00", room="Room B")
    assert answer.status_code == 200
    now = row(event, "talk")
    assert (now.starts_wall, now.ends_wall) == (datetime(2027, 10, 15, 14, 5), datetime(2027, 10, 15, 15))
    assert now.room == "Room B"
    told = answer.get_json()
    assert told["said"] == "“Talk” is now: Friday 15 October 2027, 14:05–15:00, Room B."
    assert [each["room"] for each in told["state"]["sessions"] if each["key"] == "talk"] == ["Room B"]
    assert queries.published_sessions(event.id) == []


def test_a_session_leaves_its_room(client: Browser, event: Event) -> None:
    assert move(client, event, "talk", room="").status_code == 200
    assert row(event, "talk").room == ""


WRONG = [
    {"starts_at": ""},
    {"starts_at": "noon"},
    {"ends_at": "2027-10-14T09:00"},
    {"ends_at": "2027-13-14T09:00"},
    {"starts_at": "0001-01-01T00:00"},
    {"starts_at": "2027-10-14T09:00:30"},
    {"room": "x" * 121},
]


def test_bad_values_are_refused_in_words(client: Browser, event: Event) -> None:
    before = row(event, "talk")
    for fields in WRONG:
        answer = move(client, event, "talk", **fields)
        assert (answer.status_code, bool(answer.get_json()["said"])) == (422, True), fields
    assert row(event, "talk") == before


def test_a_time_that_the_clocks_skip_is_refused(client: Browser, event: Event) -> None:
    answer = move(client, event, "talk", starts_at="2027-03-28T02:30", ends_at="2027-03-28T04:00")
    assert answer.status_code == 422
    assert "clocks" in answer.get_json()["said"]


def test_a_page_that_was_open_too_long_is_told_so(client: Browser, event: Event) -> None:
    answer = client.post(f"{PAGE}/talk/move", data={"starts_at": "2027-10-14T09:00", "ends_at": "2027-10-14T09:30"})
    assert answer.status_code == 400
    assert "send it again" in answer.get_json()["said"]


def test_the_second_of_two_is_told_who_changed_what(client: Browser, event: Event) -> None:
    seen = row(event, "talk").version
    by = make_user("ana@example.org")
    noon = START.replace(hour=12)
    drafting.move_in_draft(
        event.id, "talk", starts_at=noon, ends_at=noon.replace(hour=13), room=None, by=by, expected_version=seen
    )
    answer = move(
        client, event, "talk", starts_at="2027-10-14T15:00", ends_at="2027-10-14T16:00", expected_version=seen
    )
    assert answer.status_code == 409
    told = answer.get_json()
    assert told["said"].startswith("ana@example.org changed this session meanwhile. Thu 14 Oct, 10:00 → 12:00.")
    assert "12:00–13:00" in told["said"]
    assert row(event, "talk").starts_wall == noon
    again = move(
        client,
        event,
        "talk",
        starts_at="2027-10-14T15:00",
        ends_at="2027-10-14T16:00",
        expected_version=told["version"],
    )
    assert again.status_code == 200


def test_two_at_two_sessions_are_not_in_each_others_way(client: Browser, event: Event) -> None:
    seen = row(event, "talk").version
    assert move(client, event, "opening", room="Foyer").status_code == 200
    assert move(client, event, "talk", room="Room B", expected_version=seen).status_code == 200


def test_a_session_taken_off_meanwhile_is_told_of(client: Browser, event: Event) -> None:
    now = row(event, "talk")
    drafting.remove_from_draft(event.id, "talk", by=make_user("ana@example.org"))
    fields = {"starts_at": now.starts_wall.isoformat(), "ends_at": now.ends_wall.isoformat(), "room": "Hall"}
    answer = send(client, "talk", "move", **fields, expected_version=now.version)
    assert answer.status_code == 409
    assert "took this session off" in answer.get_json()["said"]
    assert "version" not in answer.get_json() or answer.get_json()["version"] is None


def test_a_session_is_duplicated_and_the_copy_taken_off(client: Browser, event: Event) -> None:
    answer = send(client, "talk", "duplicate")
    assert (answer.status_code, answer.get_json()["changes"]) == (200, ["talk-2"])
    assert row(event, "talk-2").room == "Hall"
    version = row(event, "talk-2").version
    assert send(client, "talk-2", "remove", expected_version=version - 1).status_code == 409
    assert send(client, "talk-2", "remove", expected_version=version).status_code == 200
    assert queries.draft_view(event.id).find("talk-2") is None


def test_everything_after_is_shifted(client: Browser, event: Event) -> None:
    answer = send(client, "opening", "shift", minutes="15")
    assert answer.get_json()["said"] == "2 sessions moved, 15 min later."
    assert sorted(answer.get_json()["changes"]) == ["other-talk", "talk"]
    assert row(event, "talk").starts_wall == START.replace(hour=10, minute=15)
    assert "15 min earlier" in send(client, "opening", "shift", minutes="-15").get_json()["said"]


@pytest.mark.parametrize("minutes", ["", "soon", "0", "9999", "-99999999999999999999"])
def test_a_shift_by_no_sensible_number_is_refused(client: Browser, event: Event, minutes: str) -> None:
    answer = send(client, "opening", "shift", minutes=minutes)
    assert (answer.status_code, bool(answer.get_json()["said"])) == (422, True)


@pytest.mark.parametrize("act", ["move", "shift", "duplicate", "remove"])
def test_a_session_that_is_not_there_is_404(client: Browser, event: Event, act: str) -> None:
    fields = {"minutes": "5", "starts_at": "2027-10-14T09:00", "ends_at": "2027-10-14T10:00"}
    assert send(client, "nothing", act, **fields).status_code == 404
    assert send(client, "NO%20SLUG", act, **fields).status_code == 404


def test_an_event_that_was_called_off_is_left_alone(client: Browser, event: Event) -> None:
    token = client.csrf_token("/organise/")
    events.call_off_event(event.id, by=None, message="")
    assert client.get(PAGE).status_code == 409
    assert client.post(f"{PAGE}/talk/duplicate", data={"csrf_token": token}).status_code == 409


def test_the_page_asks_the_database_as_often_for_many_sessions(client: Browser, event: Event) -> None:
    def asked() -> int:
        with counted() as statements:
            client.get(PAGE)
        return len(statements)

    few = asked()
    drafting.add_to_draft(event.id, [session(f"Number {n}", 12, 13) for n in range(20)], by=None)
    assert asked() == few
