"""What people, programs and bad hands type: a clear answer beside the field, what was typed kept, never a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventsapp.database import db
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import make_event, register
from tests.letters import last_letter
from tests.pages import blank_form, fill_in, links_of, path, words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
FORM = "/events/day/register"
GOOD = {"name": "Ann Lee", "email": "ann@example.org", "organisation": "Police Zone Antwerp"}

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One database is enough: nothing here depends on which."""
    return sqlite_database_url


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def people() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration)))


def errors(answer: TestResponse) -> dict[str, str]:
    """What is said beside each field."""
    page = BeautifulSoup(answer.text, "html.parser")
    found = {str(error["id"]).removesuffix("-error"): error for error in page.select(".field-error")}
    return {name: " ".join(error.get_text(" ").split()).removeprefix("Error: ") for name, error in found.items()}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Enter your full name."),
        ("name", "   \t ", "Enter your full name."),
        ("name", "\u200b\u202e\x00", "Enter your full name."),
        ("name", "x" * 201, "Please use at most 200 characters; these are 201."),
        ("organisation", "x" * 201, "Please use at most 200 characters; these are 201."),
        ("email", "", "Enter your e-mail address."),
        ("email", "nobody", "Enter an e-mail address like name@example.org."),
        ("email", "a@b", "Enter an e-mail address like name@example.org."),
        ("email", "a b@example.org", "Enter an e-mail address like name@example.org."),
        ("email", "a@example.org, b@example.org", "Enter an e-mail address like name@example.org."),
        ("email", "Ann <ann@example.org>", "Enter an e-mail address like name@example.org."),
        ("email", "x" * 65 + "@example.org", "Enter an e-mail address like name@example.org."),
        ("email", "a@" + "x" * 60 + ".org" * 80, "Enter an e-mail address like name@example.org."),
        ("email", "jürgen@example.org", "Enter an e-mail address like name@example.org."),
        ("email", "ann@example..org", "Enter an e-mail address like name@example.org."),
        ("email", "ann@[127.0.0.1]", "Enter an e-mail address like name@example.org."),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field_and_kept(client: Browser, field: str, value: str, said: str) -> None:
    make_event("day")
    answer = fill_in(client, FORM, **(GOOD | {field: value}))
    assert answer.status_code == 422
    assert errors(answer) == {field: said}
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.title is not None
    assert page.title.get_text().strip().startswith("Error:")
    (summary,) = page.select(".error-summary a")
    assert (summary["href"], summary.get_text()) == (f"#{field}", said)
    kept = {str(box["name"]): str(box["value"]) for box in page.select("form .input")}
    others = {name: text for name, text in GOOD.items() if name != field}
    assert {name: kept[name] for name in others} == others
    if value.isascii() and value.isprintable():
        assert kept[field] == value.strip()
    assert people() == []


def test_everything_missing_is_told_at_once(client: Browser) -> None:
    make_event("day")
    answer = client.post(FORM, data=blank_form(client, FORM))
    assert answer.status_code == 422
    assert set(errors(answer)) == {"name", "email"}
    assert "2 answers need another look" in words(answer)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann \t  Lee\r\n", "Ann Lee"),
        ("Ann\x00\x07\x1b Lee", "Ann Lee"),
        ("\u202eeeL nnA\u202c", "eeL nnA"),
        ("Zoe\u0308", "Zoë"),
        ("👩‍🏫 José 𝒜", "👩‍🏫 José 𝒜"),
        ("דנה לוי", "דנה לוי"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('O\'Neill & "Sons" {{ 7*7 }} %(x)s', 'O\'Neill & "Sons" {{ 7*7 }} %(x)s'),
        ("x" * 200, "x" * 200),
        ("😀" * 200, "😀" * 200),
    ],
)
def test_names_of_every_kind_are_taken_and_shown_as_typed(client: Browser, typed: str, kept: str) -> None:
    make_event("day")
    answer = fill_in(client, FORM, name=typed, email="ann@example.org", organisation=typed)
    assert answer.status_code == 303
    (ann,) = people()
    assert (ann.name, ann.organisation) == (kept, kept)
    page = client.get(path(links_of(ann).own_page))
    assert page.status_code == 200
    assert " ".join(kept.split()) in words(page)
    assert "<script>alert" not in page.text
    letter = last_letter("ann@example.org")
    assert "<script>alert" not in letter.html
    part = letter.rendered.calendar
    assert part is not None
    assert b"\x07" not in part.content


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" ann@example.org ", "ann@example.org"),
        ("Ann.Lee+x@EXAMPLE.org", "Ann.Lee+x@example.org"),
        ("ann@müller.example.org", "ann@xn--mller-kva.example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_addresses_are_kept_as_mail_servers_take_them(client: Browser, typed: str, kept: str) -> None:
    make_event("day")
    assert fill_in(client, FORM, name="Ann", email=typed).status_code == 303
    assert [person.email for person in people()] == [kept]


@pytest.mark.parametrize(
    "slug", ["unknown", "DAY", "day%00", "..%2f..", "%F0%9F%98%80", "x" * 3000, "day'--", "{{7*7}}", "%ff%fe"]
)
def test_unknown_slugs_are_not_there(client: Browser, slug: str) -> None:
    make_event("day")
    for address in (f"/events/{slug}", f"/events/{slug}/register", f"/events/{slug}/event.ics", f"/series/{slug}"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "There is no such page" in answer.text


@pytest.mark.parametrize("address", ["/registrations/{}", "/registrations/{}/cancel", "/feeds/{}.ics"])
@pytest.mark.parametrize(
    "token", ["x", "%00", "a.b.c", ".1.", "é", "A" * 5000, "AAAAAAAAAAAAAAAAAAAAAA.99999999999999999999.AA"]
)
def test_unknown_tokens_are_not_there(client: Browser, address: str, token: str) -> None:
    assert client.get(address.format(token)).status_code == 404
    assert client.post(address.format(token)).status_code in (404, 405)


def test_a_body_over_the_limit_is_refused(client: Browser) -> None:
    make_event("day")
    form = blank_form(client, FORM)
    answer = client.post(FORM, data=form | GOOD | {"name": "x" * 400_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.text
    assert people() == []


def test_a_form_of_many_parts_is_refused(client: Browser) -> None:
    make_event("day")
    data = {f"field-{number}": "x" for number in range(2000)}
    answer = client.post(FORM, data=data, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b'{"name": "Ann"}', "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"name=%FF%FE&email=%00", "application/x-www-form-urlencoded"),
    ],
)
def test_bodies_that_make_no_sense_are_no_fault(client: Browser, data: bytes, content_type: str) -> None:
    make_event("day")
    answer = client.post(FORM, data=data, content_type=content_type)
    assert answer.status_code == 400
    assert people() == []


def test_a_foreign_host_is_refused(client: Browser) -> None:
    make_event("day")
    assert client.get("/events/day", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("field", ["name", "email", "organisation", "submission", "csrf_token"])
def test_a_field_sent_twice_is_no_fault(client: Browser, field: str) -> None:
    make_event("day")
    data: dict[str, object] = {**blank_form(client, FORM), **GOOD}
    data[field] = [data[field], "again"]
    assert client.post(FORM, data=data).status_code in (303, 400, 422)


@pytest.mark.parametrize(
    ("act", "answers", "said"),
    [
        ("details", {"name": "x" * 201, "organisation": ""}, "Please use at most 200 characters"),
        ("details", {"name": "\x00", "organisation": ""}, "Enter your full name."),
        ("address", {"email": "a@b"}, "Enter an e-mail address like name@example.org."),
        ("another", {"name": "", "organisation": "x" * 201}, "Enter the full name."),
    ],
)
def test_the_forms_of_the_own_page_say_what_is_wrong(
    client: Browser, act: str, answers: dict[str, str], said: str
) -> None:
    ann = register(make_event("day"))
    answer = fill_in(client, f"{path(links_of(ann).own_page)}/{act}", **answers)
    assert answer.status_code == 422
    assert said in words(answer)


def test_methods_that_a_page_does_not_take_are_refused(client: Browser) -> None:
    make_event("day")
    for address in ("/", "/events/day", "/series/cop", "/events/day/event.ics"):
        assert client.post(address).status_code == 405
        assert client.delete(address).status_code == 405
