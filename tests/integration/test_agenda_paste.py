"""Organisers paste the agenda they have, look it through, and put it into the draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from eventsapp.agenda import drafting, queries
from eventsapp.agenda.rules import RESERVED_KEYS, SessionDetails
from eventsapp.events import service as events
from eventsapp.events.models import Event
from tests.browser import Browser
from tests.builders import END, START, make_event
from tests.organising import answers_of, errors, log_in, send_on
from tests.pages import words

PAGE = "/organise/events/day/agenda/paste"
NEWSLETTER = Path(__file__).resolve().parents[1] / "data/newsletter-october-2021.txt"
THREE = """Programme of the day
9.30-10.00: Official welcome
10.00-11.00: Presentation: inspiring practices
11.00-11.30: Coffee Break
What's next?"""


@pytest.fixture
def event(client: Browser) -> Event:
    log_in(client)
    return make_event("day")


def read(client: Browser, text: str, path: str = PAGE) -> TestResponse:
    return send_on(client, client.get(path), path, text=text)


def press(client: Browser, page: TestResponse, act: str, path: str = PAGE, **answers: object) -> TestResponse:
    return send_on(client, page, path, act=act, **answers)


def draft(event: Event) -> list[SessionDetails]:
    return queries.draft_view(event.id).details


def titles(event: Event) -> list[str]:
    return [each.title["en"] for each in draft(event)]


def row_of(page: TestResponse, title: str) -> str:
    """The prefix of the row whose title this is."""
    answers = answers_of(page)
    return next(
        name.removesuffix("-title") for name, value in answers.items() if name.endswith("-title") and value == title
    )


def test_the_agenda_of_the_newsletter_gives_its_eleven_sessions(client: Browser, event: Event) -> None:
    text = NEWSLETTER.read_text(encoding="utf-8")
    agenda = text[text.index(" 09.00-9.30") : text.index("What's Next?")]
    page = read(client, agenda)
    assert page.status_code == 200
    assert "11 sessions were found" in words(page)
    assert draft(event) == []
    answer = press(client, page, "save")
    assert answer.status_code == 303
    sessions = draft(event)
    assert len(sessions) == 11
    assert (sessions[0].starts_at, sessions[-1].ends_at) == (START, END)
    assert sessions[1].title["en"] == "Official welcome & introduction of the CoP Project"
    assert [each.kind for each in sessions].count("break") == 3


def test_the_whole_newsletter_gives_its_eleven_sessions(client: Browser, event: Event) -> None:
    page = read(client, NEWSLETTER.read_text(encoding="utf-8"))
    assert "11 sessions were found" in words(page)


def test_nothing_is_kept_before_it_is_put_into_the_draft(client: Browser, event: Event) -> None:
    read(client, THREE)
    assert draft(event) == []


def test_rows_are_corrected_and_left_out(client: Browser, event: Event) -> None:
    page = read(client, THREE)
    first, second, third = (
        row_of(page, each) for each in ("Official welcome", "Presentation: inspiring practices", "Coffee Break")
    )
    changes = {
        f"{first}-title": "Welcome",
        f"{first}-starts_at": "9.15",
        f"{first}-room": "Hall",
        f"{first}-speakers": "Ana Pereira; Irene Afful",
        f"{second}-kind": "plenary",
        f"{third}-leave_out": "y",
        f"{third}-title": "",
    }
    assert press(client, page, "save", **changes).status_code == 303
    welcome, plenary = draft(event)
    assert (welcome.title["en"], welcome.room, welcome.speakers) == ("Welcome", "Hall", ("Ana Pereira", "Irene Afful"))
    assert welcome.starts_at == datetime(2027, 10, 14, 9, 15)
    assert plenary.kind == "plenary"


WRONG = [
    ({"title": ""}, "title"),
    ({"title": "x" * 301}, "title"),
    ({"starts_at": ""}, "starts_at"),
    ({"ends_at": "25:00"}, "ends_at"),
    ({"ends_at": "9.00"}, "ends_at"),
    ({"on": "never"}, "on"),
    ({"kind": "party"}, "kind"),
    ({"room": "x" * 121}, "room"),
    ({"speakers": "x" * 201}, "speakers"),
    ({"speakers": ";".join("abcdefghijklmnopqrstuvwxyz" * 2)}, "speakers"),
]


def test_what_is_wrong_stands_beside_its_line_and_all_stays(client: Browser, event: Event) -> None:
    page = read(client, THREE)
    row = row_of(page, "Official welcome")
    other = row_of(page, "Coffee Break")
    for answers, field in WRONG:
        changes = {f"{row}-{name}": value for name, value in answers.items()} | {f"{other}-title": "Tea"}
        answer = press(client, page, "save", **changes)
        assert answer.status_code == 422, answers
        if field != "on":
            assert set(errors(answer)) == {f"{row}-{field}"}, answers
        kept = answers_of(answer)
        assert kept[f"{other}-title"] == "Tea"
        if field not in ("kind", "on"):
            assert kept[f"{row}-{field}"].strip() == answers[field]
    assert draft(event) == []


def test_an_end_after_midnight_is_asked_about(client: Browser, event: Event) -> None:
    page = read(client, THREE)
    row = row_of(page, "Coffee Break")
    answer = press(client, page, "save", **{f"{row}-starts_at": "23:00", f"{row}-ends_at": "00:30"})
    assert set(errors(answer)) == {f"{row}-ends_at"}
    assert "It ends after midnight" in words(answer)
    assert press(client, answer, "save", **{f"{row}-after_midnight": "y"}).status_code == 303
    assert draft(event)[-1].ends_at == datetime(2027, 10, 15, 0, 30)


def test_everything_left_out_is_refused(client: Browser, event: Event) -> None:
    page = read(client, "9.00-9.30 Opening")
    answer = press(client, page, "save", **{f"{row_of(page, 'Opening')}-leave_out": "y"})
    assert answer.status_code == 422
    assert "nothing to put into the draft" in words(answer)


@pytest.mark.parametrize("text", ["", "   \n ", "Dear all,\nno times here", "x" * 60_001])
def test_a_text_without_sessions_comes_back(client: Browser, event: Event, text: str) -> None:
    answer = read(client, text)
    assert (answer.status_code, set(errors(answer))) == (422, {"text"})
    assert answers_of(answer)["text"].strip() == text.strip()


def test_a_paste_beyond_all_measure_is_refused(client: Browser, event: Event) -> None:
    assert read(client, "x" * 2_200_000).status_code == 413


def test_lines_that_are_no_session_are_shown_and_can_be_made_one(client: Browser, event: Event) -> None:
    page = read(client, THREE)
    assert "Lines that are no session" in words(page)
    buttons = BeautifulSoup(page.text, "html.parser").select("main li button")
    assert [button["value"] for button in buttons] == ["line-1"]
    assert "Also there, and not kept: “What's next?”" in words(page)
    title = row_of(page, "Coffee Break")
    page = press(client, page, "line-1", **{f"{title}-title": "Tea"})
    assert page.status_code == 200
    row = row_of(page, "Programme of the day")
    assert answers_of(page)[f"{title}-title"] == "Tea"
    assert (answers_of(page)[f"{row}-starts_at"], answers_of(page)["rows"]) == ("", "4")
    assert "Make it a session : Programme" not in words(page)
    answer = press(client, page, "save")
    assert set(errors(answer)) == {f"{row}-starts_at", f"{row}-ends_at"}
    assert press(client, answer, "save", **{f"{row}-starts_at": "9:00", f"{row}-ends_at": "9:30"}).status_code == 303
    assert titles(event)[0] == "Programme of the day"


def test_one_goes_back_and_corrects_the_text(client: Browser, event: Event) -> None:
    text = "9.00-9.30 Opening\n\tand more\n10.00 Talk"
    page = press(client, read(client, text), "back")
    assert page.status_code == 200
    assert answers_of(page)["text"].splitlines() == text.splitlines()
    assert "1 session was found" in words(send_on(client, page, PAGE, text="9.00-9.30 Opening"))


def test_enter_checks_and_keeps_nothing(client: Browser, event: Event) -> None:
    page = read(client, THREE)
    assert press(client, page, "check").status_code == 200
    assert press(client, page, "check", **{f"{row_of(page, 'Coffee Break')}-title": ""}).status_code == 422
    assert draft(event) == []


def test_what_the_reader_was_unsure_of_is_said_at_the_line(client: Browser, event: Event) -> None:
    page = read(client, "9.00 Opening\n10.00 Talk")
    assert "It ends when the next session begins" in words(page) or "it ends when the next session begins" in words(
        page
    )
    assert "how long is it?" in words(page)


def test_an_agenda_that_is_there_is_replaced_or_added_to(client: Browser, event: Event) -> None:
    press(client, read(client, THREE), "save")
    page = read(client, "12.00-13.00 Lunch")
    assert "The agenda has 3 sessions now" in words(page)
    answer = press(client, page, "save")
    assert (answer.status_code, set(errors(answer))) == (422, {"how"})
    assert press(client, answer, "save", how="add").status_code == 303
    assert titles(event) == ["Official welcome", "Presentation: inspiring practices", "Coffee Break", "Lunch"]
    assert press(client, page, "save", how="replace").status_code == 409
    assert press(client, read(client, "12.00-13.00 Lunch"), "save", how="replace").status_code == 303
    assert titles(event) == ["Lunch"]


def test_a_draft_that_changed_meanwhile_is_not_overwritten(client: Browser, event: Event) -> None:
    press(client, read(client, THREE), "save")
    page = read(client, "12.00-13.00 Lunch")
    drafting.remove_from_draft(event.id, "coffee-break", by=None)
    answer = press(client, page, "save", how="replace")
    assert answer.status_code == 409
    assert "Somebody changed the draft" in words(answer)
    assert len(titles(event)) == 2
    assert press(client, answer, "save", how="replace").status_code == 303
    assert titles(event) == ["Lunch"]


def test_what_is_worth_a_second_look_is_said_before_it_is_kept(client: Browser, event: Event) -> None:
    page = read(client, "9.00-10.00 One\n9.30-10.30 Two")
    assert "taken twice" not in words(page)
    rooms = {f"{row_of(page, each)}-room": "Hall" for each in ("One", "Two")}
    page = press(client, page, "check", **rooms)
    assert "Hall is taken twice at once: One (09:00–10:00); Two (09:30–10:30)" in words(page)
    assert press(client, page, "save").status_code == 303


def test_several_days_are_read_and_shown(client: Browser, event: Event) -> None:
    two = make_event("two", ends_at=END + timedelta(days=1))
    page = "/organise/events/two/agenda/paste"
    preview = read(client, "Thursday 14 October\n9.00-10.00 Opening\nFriday 15 October\n9.00-10.00 Visit", page)
    assert press(client, preview, "save", page).status_code == 303
    assert [each.starts_at.date().day for each in draft(two)] == [14, 15]


def test_a_day_that_is_not_the_events_is_marked(client: Browser, event: Event) -> None:
    page = read(client, "Thursday 14 October\n9.00-10.00 Opening\nFriday 15 October\n9.00-10.00 Visit")
    assert "This day is not a day of the event." in words(page)
    assert "outside the time of the event" in words(read(client, "7.00-8.00 Early birds"))
    assert press(client, page, "save").status_code == 303


def test_three_hundred_sessions_fit(client: Browser, event: Event) -> None:
    lines = [f"{9 + n // 60:02}:{n % 60:02}-{9 + n // 60:02}:{n % 60:02} Number {n}" for n in range(300)]
    page = read(client, "\n".join(lines))
    assert "300 sessions were found" in words(page)
    assert press(client, page, "save").status_code == 303
    assert len(draft(event)) == 300


def test_more_than_an_agenda_takes_is_said_and_nothing_dropped(client: Browser, event: Event) -> None:
    lines = [f"{9 + n // 60:02}:{n % 60:02}-{9 + n // 60:02}:{n % 60:02} Number {n}" for n in range(500)]
    assert read(client, "\n".join([*lines, "17:20-17:30 One more"])).status_code == 422
    page = press(client, read(client, "\n".join(["Programme", *lines])), "line-1")
    row = row_of(page, "Programme")
    answer = press(client, page, "save", **{f"{row}-starts_at": "08:00", f"{row}-ends_at": "08:30"})
    assert answer.status_code == 422
    assert "too many" in words(answer)
    assert answers_of(answer)["rows"] == "501"


def test_hostile_values_are_refused_or_ignored(client: Browser, event: Event) -> None:
    page = read(client, THREE)
    assert press(client, page, "save", rows="many").status_code == 422
    assert press(client, page, "save", rows="999999999").status_code == 422
    assert press(client, page, "line-99").status_code == 200
    odd = {"s0-unsure": "nothing <b>", "s0-line": "-5", "s0-notes": "<script>", "s0-on": "9999-12-31"}
    answer = press(client, page, "check", **odd)
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert press(client, page, "save", **odd, **{"s0-after_midnight": "y"}).status_code == 422
    old = press(client, page, "save", csrf_token="old")
    assert old.status_code == 400
    assert draft(event) == []


def test_an_event_that_was_called_off_takes_no_paste(client: Browser, event: Event) -> None:
    page = read(client, THREE)
    events.call_off_event(event.id, by=None, message="")
    assert press(client, page, "save").status_code == 409


def test_a_title_that_is_the_name_of_a_page_makes_another_key(client: Browser, event: Event) -> None:
    press(client, read(client, "9.00-10.00 Grid\n10.00-11.00 Paste"), "save")
    keys = [each.key for each in draft(event)]
    assert keys == ["grid-2", "paste-2"]
    pages = [client.get(f"/organise/events/day/agenda/{key}") for key in keys]
    assert [answers_of(page)["title"] for page in pages] == ["Grid", "Paste"]


def test_every_page_beneath_an_agenda_has_a_name_that_no_session_gets(app: Flask) -> None:
    beneath = "/organise/events/<slug>/agenda/"
    rules = [rule.rule.removeprefix(beneath) for rule in app.url_map.iter_rules() if rule.rule.startswith(beneath)]
    assert {rule.partition("/")[0] for rule in rules} == RESERVED_KEYS | {"<key>"}


def test_a_new_event_leads_to_the_paste_page(client: Browser, event: Event) -> None:
    answer = send_on(
        client,
        client.get("/organise/events/new"),
        "/organise/events/new",
        title="Fresh",
        starts_at="2027-10-14T09:00",
        ends_at="2027-10-14T17:00",
        then="paste",
    )
    assert answer.headers["Location"] == "/organise/events/fresh/agenda/paste"
