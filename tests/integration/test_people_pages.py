"""The pages with which organisers enter, correct, write to, note and merge people."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from eventsapp.database import db
from eventsapp.registration import integrity, service
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import make_event, register, reload
from tests.letters import letters
from tests.organising import answers_of, counted, errors, log_in
from tests.pages import heading, words

NEW = "/organise/events/day/attendees/new"
PERSON = "/organise/events/day/attendees/{}"


@pytest.fixture
def organiser(client: Browser) -> int:
    return log_in(client)


def send(client: Browser, path: str, **answers: Any) -> Any:
    """The form of a page with these answers; None leaves one out, as an empty box does."""
    sent = answers_of(client.get(path)) | answers
    return client.post(path, data={name: value for name, value in sent.items() if value is not None})


def told(page: Any) -> str:
    """The message that an act leaves for the next page."""
    found = BeautifulSoup(page.text, "html.parser").select_one(".flashes")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_a_person_is_added_with_a_role_and_a_contact(client: Browser, organiser: int) -> None:
    make_event("day", mode="hybrid", online_capacity=3)
    answer = send(
        client,
        NEW,
        name="Ann Lee",
        attends="online",
        role="speaker",
        takes_place=None,
        contact_name="Bob",
        contact_email="bob@example.org",
        source="phone",
        language="fr",
    )
    row = db.session.query(Registration).one()
    assert answer.headers["Location"] == PERSON.format(row.id)
    assert (row.attends, row.role, row.takes_place, row.contact_email) == (
        "online",
        "speaker",
        False,
        "bob@example.org",
    )
    assert (row.source, row.entered_by, row.language) == ("phone", organiser, "fr")
    shown = client.get(answer.headers["Location"])
    assert told(shown) == "Entered, with a place. A letter goes out."
    page = words(shown)
    assert "Speaker (needs no place)" in page
    assert "by telephone" in page
    assert "Send back to the waitlist" not in page
    assert [letter.recipient for letter in letters()] == ["bob@example.org"]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Ann", "email": "ann@"}, "email"),
        ({"name": "Ann", "contact_email": "bob"}, "contact_email"),
        ({"name": "Ann", "wish": "x"}, "wish"),
        ({"name": "Ann", "tell": "perhaps"}, "tell"),
        ({"name": "Ann", "wish": "confirmed"}, "why"),
    ],
    ids=["no name", "long name", "no address", "no contact", "no such wish", "no choice", "no reason"],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Browser, organiser: int, answers: dict[str, Any], field: str
) -> None:
    register(make_event("day", capacity=1), name="Somebody")
    answer = send(client, NEW, organisation="Typed <b>already</b>", **answers)
    assert answer.status_code == 422
    assert field in errors(answer)
    assert answers_of(answer)["organisation"] == "Typed <b>already</b>"
    assert db.session.query(Registration).count() == 1


def test_possible_doubles_come_first_and_what_was_typed_stays(client: Browser, organiser: int) -> None:
    known = register(make_event("day"), "ann@example.org", name="Ann <i>Lee</i>")
    answer = send(client, NEW, name="<i>lee</i>, ann", organisation="PZ")
    assert answer.status_code == 422
    assert PERSON.format(known.id) in answer.text
    assert "<i>" not in answer.text
    assert answers_of(answer)["organisation"] == "PZ"
    sent = answers_of(answer) | {"another": "y", "tell": "no"}
    assert client.post(NEW, data=sent).status_code == 303
    assert len(letters()) == 1
    assert list(integrity.problems()) == []


def test_a_draft_takes_nobody(client: Browser, organiser: int) -> None:
    make_event("day", publish=False)
    answer = send(client, NEW, name="Ann")
    assert answer.status_code == 422
    assert "Publish the event first" in words(answer)


def test_a_person_is_edited(client: Browser, organiser: int) -> None:
    row = register(make_event("day"), "ann@example.org", name="Ann")
    path = f"{PERSON.format(row.id)}/edit"
    assert errors(send(client, path, email="ann@"))["email"]
    answer = send(client, path, name="Ann Lee", email="lee@example.org")
    assert answer.status_code == 303
    assert "Letters go to the new address" in told(client.get(answer.headers["Location"]))
    assert (reload(row).name, reload(row).email) == ("Ann Lee", "lee@example.org")


def test_who_gave_up_is_shown_and_not_edited(client: Browser, organiser: int) -> None:
    row = register(make_event("day"))
    service.give_up(row.id)
    answer = client.get(f"{PERSON.format(row.id)}/edit", follow_redirects=True)
    assert "this registration has moved on meanwhile" in told(answer)
    assert f"{PERSON.format(row.id)}/edit" not in answer.text


def test_a_note_is_text_and_shown_to_the_team(client: Browser, organiser: int) -> None:
    row = register(make_event("day"))
    path = f"{PERSON.format(row.id)}/note"
    assert send(client, path, note="<script>alert(1)</script>\nCall first").status_code == 303
    page = client.get(PERSON.format(row.id))
    assert "<script>alert" not in page.text
    assert "Call first" in words(page)
    long = send(client, path, note="x" * 2001)
    assert long.status_code == 422
    assert answers_of(long)["note"] == "x" * 2001


def test_the_letter_is_sent_again(client: Browser, organiser: int) -> None:
    row = register(make_event("day"), "ann@example.org")
    page = client.get(PERSON.format(row.id))
    sent = answers_of(page, "/resend")
    answer = client.post(f"{PERSON.format(row.id)}/resend", data=sent, follow_redirects=True)
    assert told(answer) == "A letter goes out that says where this person stands."
    assert len(letters("ann@example.org")) == 2


def test_two_are_merged_after_a_question(client: Browser, organiser: int) -> None:
    event = make_event("day")
    first, second = register(event, name="Ann Lee"), register(event, name="Lee Ann")
    path = f"{PERSON.format(second.id)}/merge/{first.id}"
    page = client.get(path)
    assert heading(page) == "Merge two registrations?"
    assert "gets a letter about it" in words(page)
    answer = client.post(path, data=answers_of(page))
    assert answer.headers["Location"] == PERSON.format(first.id)
    assert reload(second).state == "cancelled"


@pytest.mark.parametrize("other", [0, 999_999])
def test_nobody_is_merged_with_nobody(client: Browser, organiser: int, other: int) -> None:
    row = register(make_event("day"))
    assert client.get(f"{PERSON.format(row.id)}/merge/{other}").status_code == 404


def test_nobody_is_merged_with_themselves(client: Browser, organiser: int) -> None:
    row = register(make_event("day"))
    answer = client.get(f"{PERSON.format(row.id)}/merge/{row.id}", follow_redirects=True)
    assert "these two cannot be merged" in told(answer)


def test_nobody_is_merged_across_events(client: Browser, organiser: int) -> None:
    row, other = register(make_event("day")), register(make_event("other"))
    assert client.get(f"{PERSON.format(row.id)}/merge/{other.id}").status_code == 404


def test_a_person_s_page_costs_the_same_among_many(client: Browser, app: Flask, organiser: int) -> None:
    event = make_event("day")
    row = register(event, name="Ann Lee")
    numbers = []
    for more in (1, 8):
        for _ in range(more):
            register(event, name="Ann Lee")
        with counted() as statements:
            assert client.get(PERSON.format(row.id)).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
