"""The pages of delegations: what organisers set up, and what a contact sees and does with the link alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from eventsapp.delegations import due, service
from eventsapp.delegations.links import PURPOSE
from eventsapp.events import service as events
from eventsapp.registration.links import OWN
from eventsapp.web import tokens
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user, register
from tests.delegating import (
    enter,
    get_delegation,
    make_delegation,
    named,
    names,
    page_of,
    person,
    places_of,
    standing,
)
from tests.letters import last_letter, letters
from tests.organising import change, counted, errors, log_in, send_on
from tests.pages import fill_in, heading, links_of, path, words

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
AFTER_RETURN = datetime(2027, 10, 7, 7, 1, tzinfo=UTC)
ORGANISE = "/organise/events/day/delegations"


@pytest.fixture(autouse=True)
def at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


# Organisers.


def test_an_organiser_holds_places_and_copies_the_link(app: Flask, client: Browser) -> None:
    event = make_event("day", capacity=10)
    log_in(client, Role.editor, series="cop")
    assert "No places are held" in words(client.get(ORGANISE))
    page = client.get(f"{ORGANISE}/new")
    assert 'value="2027-10-07T09:00"' in page.text
    answers = {"organisation": "PZ Antwerpen", "contact_name": "Chris", "contact_email": "chris@example.org"}
    answer = send_on(client, page, f"{ORGANISE}/new", **answers, places="4")
    assert answer.status_code == 303
    shown = client.get(ORGANISE)
    for part in (
        "PZ Antwerpen",
        "0 of 4 places have a name",
        "chris@example.org",
        "Letter under way",
        "7 October 2027",
    ):
        assert part in words(shown)
    assert places_of(event) == (0, 4, 0)
    link = path(str(BeautifulSoup(shown.text, "html.parser").select("code")[0].text))
    assert client.get(link).status_code == 200
    assert link in last_letter("chris@example.org").text


def test_more_than_is_free_is_asked_about(app: Flask, client: Browser) -> None:
    make_event("day", capacity=2)
    log_in(client)
    answers = {"organisation": "PZ", "contact_email": "chris@example.org", "places": "3"}
    answer = change(client, f"{ORGANISE}/new", **answers)
    assert answer.status_code == 422
    assert errors(answer) == {"why": "Only 2 places are free that nobody waits for: give a reason for holding more."}
    assert 'value="PZ"' in answer.text
    assert send_on(client, answer, f"{ORGANISE}/new", why="They pay.").status_code == 303


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"organisation": ""}, "organisation"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"places": ""}, "places"),
        ({"places": "many"}, "places"),
        ({"places": "0"}, "places"),
        ({"returns_wall": ""}, "returns_wall"),
        ({"returns_wall": "2027-10-15T09:00"}, "returns_wall"),
        ({"returns_wall": "2027-01-15T09:00"}, "returns_wall"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    app: Flask, client: Browser, answers: dict[str, str], field: str
) -> None:
    make_event("day")
    log_in(client)
    usual = {"organisation": "PZ", "contact_email": "chris@example.org", "places": "3"}
    answer = change(client, f"{ORGANISE}/new", **usual | answers)
    assert answer.status_code == 422
    assert list(errors(answer)) == [field]
    assert letters() == []


def test_an_organiser_changes_withdraws_and_renews(app: Flask, client: Browser) -> None:
    event = make_event("day")
    it = make_delegation(event, places=3, contact_email="chris@example.org")
    log_in(client)
    assert change(client, f"{ORGANISE}/{it}", places="5").status_code == 303
    assert places_of(event) == (0, 5, 0)
    assert change(client, f"{ORGANISE}/{it}", places="6", tell=None).status_code == 303
    assert [each.kind for each in letters("chris@example.org")] == ["delegation"] * 2
    named(it, "Ann Able")
    old = page_of(it)
    token = client.csrf_token(ORGANISE)
    assert client.post(f"{ORGANISE}/{it}/link", data={"csrf_token": token}).status_code == 303
    assert client.get(old).status_code == 404
    assert client.get(page_of(it)).status_code == 200
    assert last_letter("chris@example.org").subject.startswith("A new link to your places")
    assert fill_in(client, f"{ORGANISE}/{it}/withdraw", why="Not needed.").status_code == 303
    assert places_of(event) == (1, 0, 0)
    assert "No longer held" in words(client.get(ORGANISE))


def test_a_delegation_of_another_event_is_not_there(app: Flask, client: Browser) -> None:
    make_event("day")
    theirs = make_delegation(make_event("theirs", series="other"))
    beside = make_delegation(make_event("beside"))
    log_in(client, Role.owner, series="cop")
    token = client.csrf_token("/organise/password")
    for it in (theirs, beside):
        for end in ("", "/withdraw"):
            assert client.get(f"{ORGANISE}/{it}{end}").status_code == 404
            assert client.post(f"{ORGANISE}/{it}{end}", data={"csrf_token": token}).status_code == 404
        assert client.post(f"{ORGANISE}/{it}/link", data={"csrf_token": token}).status_code == 404
    assert get_delegation(beside).link_version == 1


def test_the_attendee_list_shows_and_filters_by_delegation(app: Flask, client: Browser) -> None:
    event = make_event("day")
    register(event, name="Zoe Other")
    it = make_delegation(event, organisation="PZ Antwerpen")
    make_delegation(event, organisation="PZ Gent")
    named(it, "Ann Able", "Bob Able")
    log_in(client)
    shown = words(client.get(f"/organise/events/day/attendees?columns=delegation&answer-delegation={it}"))
    assert "Ann Able" in shown
    assert "Zoe Other" not in shown
    table = client.get("/organise/events/day/attendees.csv?columns=delegation").text
    assert "PZ Antwerpen" in next(line for line in table.splitlines() if "Ann Able" in line)
    page = client.get(f"/organise/events/day/attendees/{person(it, 'Ann Able').id}")
    assert "Fills a place of PZ Antwerpen." in words(page)
    own = client.get(path(links_of(person(it, "Ann Able")).own_page))
    assert "one of the places that PZ Antwerpen holds" in words(own)


def test_held_places_are_counted_where_places_are(app: Flask, client: Browser) -> None:
    event = make_event("day", capacity=5)
    register(event)
    make_delegation(event, places=4)
    assert register(event).state == "waitlisted"
    log_in(client)
    for address in ("/organise/events/day", "/organise/events/day/attendees", "/organise/"):
        assert "5 of 5 places taken, 4 of them held for delegations, 1 person waits" in words(client.get(address)), (
            address
        )
    assert "Delegations" in words(client.get("/organise/events/day"))


def test_the_log_tells_of_delegations(app: Flask, client: Browser) -> None:
    event = make_event("day")
    it = make_delegation(event, organisation="PZ Antwerpen")
    named(it, "Ann Able")
    log_in(client)
    shown = words(client.get(f"/organise/series/cop/log?event={event.id}"))
    for part in (
        "Places held for a delegation",
        "PZ Antwerpen – Reflection Day",
        "Named by the contact of a delegation",
    ):
        assert part in shown
    assert "The contact of a delegation" in shown


def test_the_list_costs_the_same_however_long(app: Flask, client: Browser) -> None:
    event = make_event("day")
    log_in(client)
    make_delegation(event, places=1)
    client.get(ORGANISE)
    with counted() as few:
        client.get(ORGANISE)
    for _ in range(3):
        make_delegation(event, places=1)
    with counted() as many:
        client.get(ORGANISE)
    assert len(many) == len(few)


# Contacts.


def test_a_contact_enters_people_in_rows(app: Flask, client: Browser) -> None:
    event = make_event(capacity=5)
    it = make_delegation(event, organisation="PZ Antwerpen", places=3)
    page = client.get(page_of(it))
    assert heading(page) == "Places for PZ Antwerpen"
    assert "0 of 3 places have a name" in words(page)
    assert len(BeautifulSoup(page.text, "html.parser").select("fieldset")) == 3
    answer = enter(client, page_of(it), ("Ann Able", "ann@example.org"), ("", ""), ("Bob Able", ""))
    assert answer.status_code == 303
    page = client.get(page_of(it))
    assert "2 names are entered. Letters go out." in page.text
    shown = words(page)
    for part in ("2 of 3 places have a name", "Named, and written to", "you get the letters"):
        assert part in shown
    assert places_of(event) == (2, 1, 0)


@pytest.mark.parametrize(
    ("people", "wrong"),
    [
        ([], {"name_0": "Enter at least one name."}),
        ([("", "ann@example.org")], {"name_0": "Enter the full name."}),
        ([("Ann Able", "nobody")], {"email_0": "Enter an e-mail address like name@example.org."}),
        ([("Ann", ""), ("Bob", ""), ("Cas", "")], {"name_0": "Only 2 places without a name are left."}),
    ],
)
def test_what_a_contact_gets_wrong_is_said_and_kept(
    app: Flask, client: Browser, people: list[tuple[str, str]], wrong: dict[str, str]
) -> None:
    it = make_delegation(make_event(), places=2)
    answer = enter(client, page_of(it), *people)
    assert answer.status_code == 422
    assert errors(answer) == wrong
    for name, email in people:
        assert f'value="{name}"' in answer.text
        assert f'value="{email}"' in answer.text
    assert standing(it) == []


def test_a_contact_corrects_replaces_and_takes_back(app: Flask, client: Browser) -> None:
    event = make_event(capacity=5)
    it = make_delegation(event, places=3)
    (ann,) = named(it, "An Able <ann@example.org>")
    own = page_of(it)
    assert fill_in(client, f"{own}/names/{ann}", corrected="Ann Able").status_code == 303
    assert standing(it) == ["Ann Able"]
    answer = fill_in(client, f"{own}/names/{ann}/replace", name="")
    assert answer.status_code == 422
    assert "Enter the full name." in words(answer)
    answer = fill_in(client, f"{own}/names/{ann}/replace", name="Bob Able", email="bob@example.org")
    assert answer.status_code == 303
    assert standing(it) == ["Bob Able"]
    bob = names(it)[-1].id
    assert "Bob Able no longer comes" in words(client.get(f"{own}/names/{bob}/take-back"))
    assert standing(it) == ["Bob Able"]
    assert fill_in(client, f"{own}/names/{bob}/take-back").status_code == 303
    assert standing(it) == []
    assert client.get(f"{own}/names/{bob}").status_code == 303
    shown = words(client.get(own))
    assert "Taken back by you" in shown
    assert places_of(event) == (0, 3, 0)


def test_a_contact_gives_places_back(app: Flask, client: Browser) -> None:
    event = make_event(capacity=5)
    it = make_delegation(event, places=3)
    own = page_of(it)
    for wrong in ("", "0", "x", "4"):
        assert fill_in(client, f"{own}/places", places=wrong).status_code == 422
    assert fill_in(client, f"{own}/places", places="2").status_code == 303
    assert places_of(event) == (0, 1, 0)
    assert "2 places are given back." in client.get(own).text


def test_the_page_after_the_date_and_after_the_start(app: Flask, client: Browser, at: time_machine.Traveller) -> None:
    it = make_delegation(make_event())
    named(it, "Ann Able")
    at.move_to(AFTER_RETURN)
    for flowed_back in (False, True):
        assert not flowed_back or due.return_due() == 1
        page = client.get(page_of(it))
        assert "Places without a name have gone back" in words(page)
        assert "Enter these names" not in words(page)
        assert "Take back" in words(page)
    at.move_to(datetime(2027, 10, 14, 7, tzinfo=UTC))
    page = client.get(page_of(it))
    assert "The event has started" in words(page)
    assert "Take back" not in words(page)


def test_somebody_registered_already_looks_like_any_other(app: Flask, client: Browser) -> None:
    """Two contacts, of whom one names people who are there already: their pages say the same."""
    event = make_event()
    register(event, "ann@example.org", name="Ann Able")
    shown = []
    for address in ("ann@example.org", "new@example.org"):
        it = make_delegation(event, organisation="PZ")
        enter(client, page_of(it), ("Ann Able", address))
        page = words(client.get(page_of(it)))
        shown.append(page.replace(address, "ADDRESS"))
    assert shown[0] == shown[1]


def test_a_contact_sees_only_what_was_entered_with_the_link(app: Flask, client: Browser) -> None:
    event = make_event()
    register(event, "else@example.org", name="Somebody Else")
    mine, other = make_delegation(event, organisation="PZ Antwerpen"), make_delegation(event, organisation="PZ Gent")
    (ann,) = named(mine, "Ann Able <ann@example.org>")
    (gent,) = named(other, "Gus Gent <gus@example.org>")
    page = client.get(page_of(mine)).text
    for secret in ("Somebody Else", "else@example.org", "Gus Gent", "gus@example.org", "PZ Gent"):
        assert secret not in page
    for end in ("", "/replace", "/take-back"):
        assert client.get(f"{page_of(mine)}/names/{gent}{end}").status_code == 404
        assert client.get(f"{page_of(mine)}/names/{ann}{end}").status_code == 200
    token = client.csrf_token(page_of(mine))
    for end in ("", "/replace", "/take-back"):
        answer = client.post(
            f"{page_of(mine)}/names/{gent}{end}",
            data={"csrf_token": token, "name": "Mine Now", "corrected": "Mine Now"},
        )
        assert answer.status_code == 404
    assert standing(other) == ["Gus Gent"]


def test_a_link_that_is_foreign_or_revoked_opens_nothing(app: Flask, client: Browser) -> None:
    event = make_event()
    it = make_delegation(event)
    (ann,) = named(it, "Ann Able")
    key, version = get_delegation(it).key, get_delegation(it).link_version
    old = tokens.make(PURPOSE, key, version)
    csrf = client.csrf_token(page_of(it))
    service.renew_link(it, by=make_user())
    guest = register(event)
    wrong = [
        old,
        tokens.make(PURPOSE, key, version + 7),
        tokens.make(PURPOSE, guest.key, 1),
        tokens.make(OWN, key, version + 1),
        tokens.make(PURPOSE, key, version + 1)[:-6] + "AAAAAA",
        "nothing",
    ]
    for token in wrong:
        for end in ("", f"/names/{ann}", f"/names/{ann}/replace", f"/names/{ann}/take-back", "/places"):
            assert client.get(f"/delegations/{token}{end}").status_code == 404
            data = {"csrf_token": csrf, "name": "Mine", "corrected": "Mine", "name_0": "Mine", "places": "1"}
            assert client.post(f"/delegations/{token}{end}", data=data).status_code == 404
    assert standing(it) == ["Ann Able"]


def test_the_link_to_a_draft_opens_nothing_yet(app: Flask, client: Browser) -> None:
    event = make_event(publish=False)
    it = make_delegation(event)
    assert client.get(page_of(it)).status_code == 404
    events.publish_event(event.id, by=None)
    assert client.get(page_of(it)).status_code == 200


def test_the_page_is_kept_nowhere(app: Flask, client: Browser) -> None:
    page: TestResponse = client.get(page_of(make_delegation(make_event())))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_looking_changes_nothing(app: Flask, client: Browser) -> None:
    event = make_event()
    it = make_delegation(event)
    (ann,) = named(it, "Ann Able")
    for end in ("", f"/names/{ann}", f"/names/{ann}/replace", f"/names/{ann}/take-back", "/places"):
        assert client.get(page_of(it) + end).status_code == 200
    assert (standing(it), get_event(event.id).room_held) == (["Ann Able"], 2)
