"""Sessions on pages: chosen in the form, changed on one's own page, and seen by organisers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from eventsapp.registration import integrity
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import find_by_key
from eventsapp.signups import service
from eventsapp.web import tokens
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import get_event, register, reload
from tests.organising import change, counted, errors, log_in
from tests.pages import fill_in, links_of, path, words
from tests.signups import change_agenda, event_with, put_agenda, session, sign_up, standings

WORKSHOP, VISIT, TALK = session("workshop", 1), session("visit", 1.5), session("talk", 3, capacity=20)
FORM = "/events/day/register"
PERSON = {"name": "Ana Pereira", "email": "ana@example.org", "organisation": ""}


def own(registration: Registration, ending: str = "") -> str:
    return path(links_of(registration).own_page) + ending


def receipt_of(address: str) -> Registration:
    claim = tokens.read("receipt", address.rpartition("/")[2])
    assert claim is not None
    found = find_by_key(claim.key)
    assert found is not None
    return found


def test_the_form_lets_people_choose_sessions(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT, TALK, slug="day")
    sign_up(register(event), "workshop")
    shown = words(client.get(FORM))
    assert "Choose your sessions" in shown
    assert "10:00–11:00 full, you can wait for a place" in shown
    assert "12:00–13:00 20 of 20 places left" in shown
    answer = fill_in(client, FORM, **PERSON, **{"sessions-workshop": "y", "sessions-talk": "y"})
    assert answer.status_code == 303
    assert standings(receipt_of(answer.location)) == {"workshop": "waiting 1", "talk": "taken"}
    assert list(integrity.problems()) == []


def test_the_form_refuses_sessions_at_one_time_and_keeps_the_ticks(client: Browser, app: Flask) -> None:
    event_with(WORKSHOP, VISIT, TALK, slug="day")
    answer = fill_in(client, FORM, **PERSON, **{"sessions-workshop": "y", "sessions-visit": "y"})
    assert answer.status_code == 422
    assert errors(answer) == {"sessions-visit": "“Workshop” and “Visit” are at the same time: choose one of them."}
    assert answer.text.count("checked") == 2


def test_none_of_the_sessions_is_required(client: Browser, app: Flask) -> None:
    event_with(WORKSHOP, slug="day")
    answer = fill_in(client, FORM, **PERSON)
    assert standings(receipt_of(answer.location)) == {}


def test_an_event_without_places_in_sessions_asks_for_none(client: Browser, app: Flask) -> None:
    event = event_with(replace(WORKSHOP, capacity=None), slug="day")
    assert "Choose your sessions" not in client.get(FORM).text
    one = register(event)
    assert "Your sessions" not in client.get(own(one)).text
    assert client.get(own(one, "/sessions")).status_code == 303


def test_who_takes_part_otherwise_does_not_sign_up(client: Browser, app: Flask) -> None:
    online = replace(TALK, capacity=None, online_capacity=5)
    event_with(WORKSHOP, online, slug="day", mode="hybrid", online_capacity=50)
    shown = words(client.get(FORM))
    assert "Only if you take part online." in shown
    ticks = {"attends": "online", "sessions-workshop": "y", "sessions-talk": "y"}
    answer = fill_in(client, FORM, **PERSON, **ticks)
    assert standings(receipt_of(answer.location)) == {"talk": "taken"}


def test_the_own_page_shows_changes_and_gives_back(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT, TALK)
    one, two = register(event), register(event)
    assert "You have not signed up for any session." in words(client.get(own(one)))
    answer = fill_in(client, own(one, "/sessions"), **{"sessions-workshop": "y", "sessions-talk": "y"})
    assert (answer.status_code, answer.location) == (303, own(one) + "#sessions")
    page = client.get(own(one))
    assert "Your sessions are saved." in page.text
    assert "10:00–11:00 Workshop You have a place" in words(page)
    sign_up(two, "workshop")
    assert "Number 1 in line" in words(client.get(own(two)))
    fill_in(client, own(one, "/sessions"), **{"sessions-talk": "y"})
    assert [standings(one), standings(two)] == [{"talk": "taken"}, {"workshop": "taken"}]


def test_a_page_that_was_open_for_long_gives_nothing_back_unseen(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, TALK)
    one = register(event)
    seen = client.get(own(one, "/sessions"))
    sign_up(one, "talk")
    token = client.csrf_token(own(one, "/sessions"))
    assert 'name="sessions-had"' in seen.text
    sent = {"csrf_token": token, "sessions-had": "", "sessions-workshop": "y"}
    assert client.post(own(one, "/sessions"), data=sent).status_code == 303
    assert standings(one) == {"workshop": "taken", "talk": "taken"}


def test_a_place_that_would_overlap_is_refused_with_a_sentence(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT)
    one = register(event)
    sign_up(one, "workshop")
    ticks = {"sessions-workshop": "y", "sessions-visit": "y"}
    answer = fill_in(client, own(one, "/sessions"), **ticks)
    assert answer.status_code == 409
    assert "“Visit” and “Workshop” are at the same time: choose one of them." in words(answer)
    assert standings(one) == {"workshop": "taken"}


def test_a_swap_says_that_the_old_place_is_kept(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT)
    one, two = register(event), register(event)
    sign_up(one, "visit")
    sign_up(two, "workshop")
    fill_in(client, own(two, "/sessions"), **{"sessions-visit": "y"})
    said = client.get(own(two))
    assert "You keep “Workshop” until a place comes free in the session that you want instead." in said.text
    assert "Visit Number 1 in line" in words(said)


def test_overlaps_that_the_agenda_made_are_named(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, TALK)
    one = register(event)
    sign_up(one, "workshop", "talk")
    change_agenda(event, talk=session("talk", 1.25, capacity=20))
    assert "“Workshop” and “Talk” are at the same time now. You keep both" in words(client.get(own(one)))


def test_the_event_page_says_how_many_places_are_left(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, TALK, slug="day")
    before = get_event(event.id).version
    sign_up(register(event), "workshop", "talk")
    shown = words(client.get("/events/day"))
    assert "Talk 19 of 20 places left" in shown
    assert "Workshop full, you can wait for a place" in shown
    assert get_event(event.id).version > before


def test_the_own_calendar_holds_what_was_chosen_and_what_needs_no_sign_up(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT, replace(TALK, capacity=None))
    one, two = register(event), register(event)
    sign_up(one, "workshop")
    sign_up(two, "workshop")
    mine = client.get(own(one, "/agenda.ics")).text
    assert [each in mine for each in ("Workshop", "Visit", "Talk")] == [True, False, True]
    feed = client.get(path(links_of(two).feed)).text
    assert [each in feed for each in ("Workshop", "Visit", "Talk")] == [False, False, True]
    service.give_back(one.id, "workshop")
    assert "Workshop" not in client.get(own(one, "/agenda.ics")).text


def test_organisers_see_each_session(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, TALK, slug="day")
    one, two = register(event, name="Ana"), register(event, name="Ben")
    sign_up(one, "workshop")
    sign_up(two, "workshop")
    log_in(client, Role.viewer, series="cop")
    shown = words(client.get("/organise/events/day/sessions"))
    assert "10:00–11:00 Workshop 1 of 1 1 0" in shown
    people = words(client.get("/organise/events/day/sessions/workshop"))
    assert "Has a place (1)" in people
    assert "Waits (1)" in people
    assert "Give a place" not in people
    csv = client.get("/organise/events/day/sessions/workshop.csv").text
    assert [(line.split('"')[1], line.split('"')[7]) for line in csv.splitlines()[1:]] == [
        ("Ana", "place"),
        ("Ben", "waiting"),
    ]
    assert client.get("/organise/events/day/sessions/workshop.xlsx").data.startswith(b"PK")
    assert "/organise/events/day/sessions" in client.get("/organise/events/day/attendees").text
    assert "/organise/events/day/sessions" in client.get("/organise/events/day/agenda").text


def test_organisers_act_with_a_reason(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, TALK, slug="day")
    one, two, three = (register(event) for _ in range(3))
    sign_up(one, "workshop")
    sign_up(two, "workshop")
    log_in(client, Role.editor, series="cop")
    page = "/organise/events/day/sessions/workshop"
    assert client.get(f"{page}/{one.id}/move-up").status_code == 404
    assert client.get(f"{page}/{three.id}/remove").status_code == 404
    assert set(errors(change(client, f"{page}/{two.id}/move-up", why=" "))) == {"why"}
    assert change(client, f"{page}/{two.id}/move-up", why="Speaks there.").status_code == 303
    assert change(client, f"{page}/{one.id}/remove", why="Asked us.").status_code == 303
    token = client.csrf_token(page)
    wrong = client.post(f"{page}/place", data={"csrf_token": token, "person": "999", "why": "x"})
    assert set(errors(wrong)) == {"person"}
    sent = {"csrf_token": token, "person": str(three.id), "why": "Host."}
    assert client.post(f"{page}/place", data=sent).status_code == 303
    assert [standings(each) for each in (one, two, three)] == [{}, {"workshop": "taken"}, {"workshop": "taken"}]
    assert "Workshop" in words(client.get(f"/organise/events/day/attendees/{two.id}"))


def test_the_attendee_list_has_a_column_of_sessions(client: Browser, app: Flask) -> None:
    event = event_with(WORKSHOP, TALK, slug="day")
    one, two = register(event, name="Ana"), register(event, name="Ben")
    sign_up(one, "workshop", "talk")
    sign_up(two, "workshop")
    log_in(client)
    csv = client.get("/organise/events/day/attendees.csv").text
    assert "Workshop; Talk" in csv
    assert "Workshop (waits)" in csv
    found = words(client.get("/organise/events/day/attendees?answer-sessions=workshop"))
    assert "Ana" in found
    assert "Ben" not in found


@pytest.mark.parametrize(
    "page", ["/events/day", FORM, "/organise/events/day/sessions", "/organise/events/day/attendees.csv"]
)
def test_pages_read_sessions_in_a_constant_number_of_statements(client: Browser, app: Flask, page: str) -> None:
    event = event_with(WORKSHOP, slug="day")
    log_in(client)
    sign_up(register(event), "workshop")
    client.get(page)
    with counted() as few:
        client.get(page)
    put_agenda(event, WORKSHOP, VISIT, TALK)
    for _ in range(3):
        sign_up(reload(register(event)), "workshop", "talk")
    with counted() as many:
        client.get(page)
    assert len(many) == len(few)
