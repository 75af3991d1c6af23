"""One set of hostile texts in every field of every form and in every query: never a fault, never at work, never lost.

The forms are found on the pages, so that a field added later is covered by itself.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from config import Config
from eventsapp.database import db
from eventsapp.web.text import clean_line
from tests.browser import Browser
from tests.hostile import STRINGS, TEXTS, Sheet, harm, one_of_each, send, sheets, site, walk
from tests.letters import letters
from tests.organising import errors, log_in
from tests.settings import config_for

ANSWERS = {200, 303, 403, 404, 409, 410, 422, 429}
PASSWORDS = {"password", "again", "current"}
REFUSED_ALWAYS = PASSWORDS | {
    "email", "contact_email", "online_url", "embed_hosts", "slug", "starts_at", "ends_at", "registration_opens_at",
    "registration_closes_at", "promotion_ends_at", "evidence_until", "capacity", "online_capacity", "link",
    "minimum", "maximum", "keep_days", "starts_on", "places", "party_max", "until", "person1-email", "person2-email",
    "person3-email", "person4-email", "person5-email", "returns_wall", "text",
    f"questions-{1:032x}", f"questions-{2:032x}",
}  # fmt: skip
"""Fields in which no free text is ever right; "text" is that of an agenda, which has times."""


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One database is enough: what reaches the other is the same. `test_intruders` walks addresses on both."""
    return sqlite_database_url


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return replace(config_for(database_url, tmp_path / "instance"), rate_limits=False)


@pytest.fixture
def starts(app: Flask, client: Browser) -> list[str]:
    """Where a walk over the whole site starts; the client is an owner of every series."""
    found = site()
    log_in(client)
    client.csrf_token("/organise/password")
    return found


@pytest.fixture
def put_back(client: Browser, starts: list[str], tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Makes the database and the login what they were before the test."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    with closing(sqlite3.connect(tmp_path / "test.sqlite")) as live, closing(sqlite3.connect(":memory:")) as kept:
        live.backup(kept)

        def put_back() -> None:
            db.session.rollback()
            kept.backup(live)
            client.set_cookie("session", cookie.value)

        yield put_back


def lost(sheet: Sheet, answer: TestResponse) -> list[str]:
    """Fields of a form that came back without what was typed there. Passwords are never sent back."""
    (back,) = [
        each for each in sheets({sheet.action: answer}) if (each.action, each.typed) == (sheet.action, sheet.typed)
    ]
    return [
        name
        for name in sheet.typed
        if name not in PASSWORDS and clean_line(back.answers.get(name, "")) != clean_line(sheet.answers[name])
    ]


@pytest.fixture
def forms(client: Browser, starts: list[str]) -> list[Sheet]:
    """One form of each kind there is."""
    found = one_of_each(sheets(walk(client, starts)))
    assert len(found) > 20
    return found


def test_every_form_bears_everything(client: Browser, forms: list[Sheet], put_back: Callable[[], None]) -> None:
    """In one test, because finding all forms takes as long as sending them something."""
    _bear_texts(client, forms, put_back)
    _bear_nonsense(client, forms, put_back)
    _bear_bytes(client, forms, put_back)


def _bear_texts(client: Browser, forms: list[Sheet], put_back: Callable[[], None]) -> None:
    for sheet in forms:
        for name, text in STRINGS.items() if sheet.typed else ():
            filled = sheet.filled(text)
            answer = send(client, filled)
            told = f"{name} in {', '.join(sheet.typed)} of {sheet.method} {sheet.action}: {answer.status_code}"
            assert answer.status_code in ANSWERS, told
            assert harm(answer) == [], told
            if answer.status_code == 422:
                assert lost(filled, answer) == [], told
            else:
                put_back()


def _bear_nonsense(client: Browser, forms: list[Sheet], put_back: Callable[[], None]) -> None:
    """In every choice and hidden field."""
    for sheet in forms:
        others = [name for name in sheet.answers if name not in sheet.typed and name != "csrf_token"]
        for text in ("", TEXTS[0], "9" * 5000, "\0١") if others else ():
            answer = send(client, replace(sheet, answers=sheet.answers | dict.fromkeys(others, text)))
            told = f"{text[:20]!r} in {', '.join(others)} of {sheet.action}: {answer.status_code}"
            assert answer.status_code in ANSWERS, told
            # Hidden fields come back as they were sent; only their sender sees them.
            assert [each for each in harm(answer) if not each.startswith("control")] == [], told
            put_back()


def _bear_bytes(client: Browser, forms: list[Sheet], put_back: Callable[[], None]) -> None:
    """That are no text."""
    raw = b"\xff\xfe\x00\xed\xa0\x80\xc0\xaf\xf8\x88\x80\x80\x80"
    for sheet in forms:
        values = {name: quote(value) for name, value in sheet.answers.items()} | dict.fromkeys(sheet.typed, quote(raw))
        sent = "&".join(f"{name}={value}" for name, value in values.items())
        if sheet.method == "get":
            answer = client.get(f"{sheet.action}?{sent}")
        else:
            answer = client.post(sheet.action, data=sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in ANSWERS, sheet.action
        assert harm(answer) == [], sheet.action
        put_back()


def test_every_query_bears_every_text(app: Flask, client: Browser, starts: list[str]) -> None:
    names = ("page", "status", "q", "next", "version", "series", "month", "place", "kind", "lang")
    values = [TEXTS[0], STRINGS["controls"], STRINGS["huge"], "-1", "9223372036854775808"]
    adapter = app.url_map.bind("localhost")
    kinds = {adapter.match(address.partition("?")[0])[0]: address.partition("?")[0] for address in walk(client, starts)}
    assert len(kinds) > 25
    for address in kinds.values():
        for value in values:
            answer = client.get(address, query_string=dict.fromkeys(names, value))
            assert answer.status_code in ANSWERS, f"{address}: {value[:20]!r}"
            assert harm(answer) == [], f"{address}: {value[:20]!r}"


def poison(client: Browser, sheet: Sheet, text: str) -> set[str]:
    """Send a form with the text in every field that takes it, and give these: the others stay as they were."""
    # A colleague's name is taken only beside an address.
    colleagues = {name: f"{name}@example.org" for name in sheet.typed if re.fullmatch(r"person\d-email", name)}
    taking = set(sheet.typed) - set(colleagues)
    for _ in range(3):
        answer = send(client, replace(sheet, answers=sheet.answers | colleagues | dict.fromkeys(taking, text)))
        assert harm(answer) == [], f"{sheet.action}: {harm(answer)}"
        back = sheets({sheet.action: answer})
        newer = [each for each in back if each.action == sheet.action and "expected_version" in each.answers]
        if answer.status_code == 409 and newer:
            answer = send(client, newer[0])
        asked = [each for each in back if "tell" in each.answers]
        if answer.status_code == 200 and asked:
            answer = send(client, asked[0])
        if answer.status_code == 303:
            return taking
        taking -= set(errors(answer))
    return set()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_a_text_wherever_it_is_shown(
    client: Browser, starts: list[str], forms: list[Sheet], text: str
) -> None:
    found = [sheet for sheet in forms if not sheet.action.endswith("/logout")]
    taken = {name for sheet in found if not sheet.ends_something for name in poison(client, sheet, text)}
    shown = walk(client, starts)
    taken |= {name for sheet in found if sheet.ends_something for name in poison(client, sheet, text)}
    assert {name for sheet in found if sheet.method == "post" for name in sheet.typed} - taken <= REFUSED_ALWAYS
    assert {address: harm(answer) for address, answer in shown.items() if harm(answer)} == {}
    visible = clean_line(text).replace(" ", "")
    where = {address for address, answer in shown.items() if visible in _visible(answer)}
    assert {"/", "/events/day", "/organise/", "/organise/events/day/attendees", "/series/cop/privacy"} <= where
    _look_at_files(shown)
    _look_at_letters(client, text)


def _visible(answer: TestResponse) -> str:
    return (
        "".join(BeautifulSoup(answer.text, "html.parser").get_text().split()) if answer.mimetype == "text/html" else ""
    )


def _look_at_files(shown: dict[str, TestResponse]) -> None:
    kinds = {answer.mimetype for answer in shown.values()}
    assert {"text/calendar", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} <= kinds
    for answer in shown.values():
        if answer.mimetype == "text/calendar":
            _look_at_calendar(answer.data)
        if str(answer.mimetype).endswith("sheet"):
            cells = [cell for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows() for cell in row]
            assert {cell.data_type for cell in cells} <= {"s", "n"}
            assert not [cell.hyperlink for cell in cells if cell.hyperlink]


def _look_at_calendar(content: bytes) -> None:
    """Nothing in it but what we put there: no people in feeds, no alarms, links to us alone."""
    calendar = Calendar.from_ical(content)
    assert {part.name for part in calendar.walk()} <= {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}
    for entry in calendar.walk("VEVENT"):
        assert {str(entry[name]) for name in ("URL",) if name in entry} == {"http://localhost/events/" + _slug(entry)}
        assert "ATTACH" not in entry


def _slug(entry: object) -> str:
    return str(entry["URL"]).rsplit("/", 1)[-1]  # type: ignore[index]


def _look_at_letters(client: Browser, text: str) -> None:
    read = letters()
    assert {"place", "waiting", "moved_up", "given_up", "called_off"} <= {each.kind for each in read}
    for each in read:
        assert each.subject == clean_line(each.subject)
        page = BeautifulSoup(each.html, "html.parser")
        assert page.find_all(["script", "img", "iframe", "form", "object"]) == []
        strangers = [a["href"] for a in page.select("a[href]") if not str(a["href"]).startswith("http://localhost/")]
        assert strangers == []
        assert "1337" not in each.text + each.html
        if each.rendered.calendar is not None:
            _look_at_calendar(each.rendered.calendar.content)
