"""One form for several people of one organisation: places, addresses, the answer, and what everybody is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.questions.models import Answer
from eventsapp.questions.rules import Kind
from eventsapp.registration import handling, integrity, inviting, queries, service
from eventsapp.registration.colleagues import (
    Colleague,
    NotInvited,
    Party,
    PartyForm,
    TooFew,
    members_of,
    register_party,
)
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import Refusal
from tests.asking import ask, ask_consents
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user, register, reload
from tests.letters import last_letter, letters
from tests.organising import log_in
from tests.pages import fill_in, heading, words

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
ANN, BEN, COR = Colleague("Ann", "ann@example.org"), Colleague("Ben", "ben@example.org"), Colleague("Cor")


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def send(event: Event, *people: Colleague, key: str = "form", **values: Any) -> Any:
    return register_party(event.slug, PartyForm(people=people or (ANN, BEN, COR), **values), submission=key)


def people_of(event: Event) -> list[tuple[str, str | None, int, str]]:
    """Name, address, number in the mailbox and state of everybody, in order of arrival."""
    db.session.rollback()
    rows = db.session.query(Registration).filter_by(event_id=event.id).order_by(Registration.queue_no)
    return [(row.name, row.email, row.person_no, row.state) for row in rows]


def test_each_gets_a_registration_and_whoever_has_no_address_comes_under_the_first() -> None:
    event = make_event(capacity=3)
    party = send(event, organisation="Unia", language="nl")
    assert isinstance(party, Party)
    assert people_of(event) == [
        ("Ann", "ann@example.org", 1, "confirmed"),
        ("Ben", "ben@example.org", 1, "confirmed"),
        ("Cor", "ann@example.org", 2, "confirmed"),
    ]
    rows = db.session.query(Registration).all()
    assert {(row.party, row.organisation, row.language) for row in rows} == {(party.key, "Unia", "nl")}
    assert [letter.kind for letter in letters()] == ["place"] * 3
    assert list(integrity.problems()) == []


def test_the_letter_says_who_registered_whom() -> None:
    send(make_event())
    said = "Ann has registered you for this event, together with colleagues."
    assert said in last_letter("ben@example.org").text
    assert said in last_letter("ben@example.org").html
    assert [said in letter.text for letter in letters("ann@example.org")] == [False, False]


def test_as_many_as_there_are_places_get_one_and_the_others_wait_in_order() -> None:
    event = make_event(capacity=1)
    send(event)
    assert [state for *_, state in people_of(event)] == ["confirmed", "waitlisted", "waitlisted"]
    ben = db.session.query(Registration).filter_by(name="Ben").one()
    assert queries.position_of(ben) == 1
    assert list(integrity.problems()) == []


def test_all_or_nobody_registers_nobody_where_there_are_too_few_places() -> None:
    event = make_event(capacity=2)
    assert send(event, together=True) == TooFew(2)
    assert people_of(event) == []
    assert letters() == []
    assert isinstance(send(event, ANN, BEN, together=True), Party)
    assert [state for *_, state in people_of(event)] == ["confirmed", "confirmed"]


def test_all_or_nobody_counts_online_where_that_is_fine() -> None:
    event = make_event(mode="hybrid", capacity=2, online_capacity=1)
    assert send(event, together=True) == TooFew(2)
    assert isinstance(send(event, together=True, online_fine=True), Party)
    rows = db.session.query(Registration).order_by(Registration.queue_no).all()
    assert [(row.attends, row.wish) for row in rows] == [("room", None), ("room", None), ("online", "room")]
    assert list(integrity.problems()) == []


def test_without_a_waitlist_there_are_places_for_all_or_for_nobody() -> None:
    event = make_event(capacity=2, waitlist=False)
    assert send(event) == TooFew(2)
    assert people_of(event) == []
    register(event), register(event)
    assert send(event) is Refusal.FULL


def test_whoever_is_known_needs_no_place_and_is_written_to() -> None:
    event = make_event(capacity=3)
    ben = register(event, "ben@example.org", name="Benedict")
    party = send(event, ANN, BEN, Colleague("Eva", "BEN@example.org"), Colleague("Dan"), together=True)
    assert isinstance(party, Party)
    assert [name for name, *_ in people_of(event)] == ["Benedict", "Ann", "Dan"]
    assert [letter.kind for letter in letters("ben@example.org")] == ["place", "already_registered"]
    assert reload(ben).party is None
    found = [(each.registration.name, each.known) for each in members_of(event.id, party.key)]
    assert found == [("Ann", False), ("Benedict", True), ("Benedict", True), ("Dan", False)]
    assert list(integrity.problems()) == []


def test_nobody_comes_in_under_a_known_address_that_was_only_typed() -> None:
    event = make_event()
    register(event, "ann@example.org", name="Ann")
    send(event)
    assert [name for name, *_ in people_of(event)] == ["Ann", "Ben"]
    assert [letter.kind for letter in letters("ann@example.org")] == ["place", "already_registered"]


def test_who_gave_up_returns_with_the_others() -> None:
    event = make_event()
    ann = register(event, "ann@example.org", name="Ann")
    service.give_up(ann.id)
    party = send(event)
    assert people_of(event) == [
        ("Ann", "ann@example.org", 1, "confirmed"),
        ("Ben", "ben@example.org", 1, "confirmed"),
        ("Cor", "ann@example.org", 2, "confirmed"),
    ]
    assert reload(ann).party == party.key
    assert list(integrity.problems()) == []


def test_the_same_form_twice_does_nothing_more() -> None:
    event = make_event()
    first = send(event)
    assert send(event) == first
    assert len(people_of(event)) == 3
    assert send(event, ANN, key="another") != first


def test_an_address_has_its_limit_of_a_day() -> None:
    event = make_event(party_max=20)
    many = [Colleague("Ann", "ann@example.org"), *(Colleague(f"Person {number}") for number in range(10))]
    assert send(event, *many) is Refusal.TOO_MANY
    assert people_of(event) == []
    assert isinstance(send(event, *many[:10]), Party)


def test_a_closed_event_lets_in_only_who_is_invited() -> None:
    event = make_event(visibility="closed")
    inviting.set_invited(event.id, ["ann@example.org"], by=make_user())
    assert send(event) == NotInvited((1,))
    assert people_of(event) == []
    inviting.set_invited(event.id, ["@example.org"], by=make_user())
    assert isinstance(send(event), Party)


def test_organisers_decide_on_each() -> None:
    event = make_event(capacity=1, approval=True)
    assert isinstance(send(event, together=True), Party)
    rows = db.session.query(Registration).order_by(Registration.queue_no).all()
    for row in rows:
        handling.approve(row.id, by=make_user())
    assert [state for *_, state in people_of(event)] == ["confirmed", "waitlisted", "waitlisted"]


# The pages.

FORM = "/events/day/register/colleagues"
THREE = {
    "person1-name": "Ann",
    "person1-email": "ann@example.org",
    "person2-name": "Ben",
    "person2-email": "ben@example.org",
    "person4-name": "Cor",
    "organisation": "Unia",
    "together": "as_many",
}


def test_the_form_leads_to_a_page_that_says_where_each_stands(client: Browser) -> None:
    event = make_event("day", capacity=1)
    register(make_event("other"), "ben@example.org")
    assert "Register several people at once" in words(client.get("/events/day/register"))
    answer = fill_in(client, FORM, **THREE)
    assert answer.status_code == 303
    page = words(client.get(answer.location or ""))
    assert "Ann You have a place" in page
    assert "Ben No place yet: number 1 in line The letter goes to ben@example.org." in page
    assert "Cor No place yet: number 2 in line The letter goes to ann@example.org." in page
    assert len(people_of(event)) == 3


def test_the_page_tells_nothing_of_who_was_known(client: Browser) -> None:
    event = make_event("day", capacity=1)
    register(event, "ben@example.org", name="Benedict XVI", organisation="Vatican")
    answer = fill_in(client, FORM, **THREE | {"person2-email": "Ben@example.org"})
    page = words(client.get(answer.location or ""))
    assert "ben@example.org We have written to this address" in page
    assert "Bened" not in page
    assert "Vatican" not in page


def test_a_confidential_event_shows_the_neutral_page_whoever_is_known(client: Browser) -> None:
    make_event("day", confidential=True)
    assert (fill_in(client, FORM, **THREE).location or "").endswith("/events/day/received")
    assert (fill_in(client, FORM, **THREE).location or "").endswith("/events/day/received")
    assert fill_in(client, FORM, **THREE | {"person1-name": ""}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"person1-name": ""}, "Person 1: Enter the full name."),
        ({"person1-email": ""}, "Person 1: Enter an e-mail address: the letters go there."),
        ({"person2-name": ""}, "Person 2: Enter the full name."),
        ({"person2-email": "ben@"}, "Person 2: Enter an e-mail address like name@example.org."),
        ({"person4-name": "ann"}, "Person 4: This person stands in the form twice."),
        ({"together": "else"}, "Not a valid choice."),
    ],
)
def test_what_is_wrong_is_said_of_whom_it_is(client: Browser, changes: dict[str, str], said: str) -> None:
    event = make_event("day")
    answer = fill_in(client, FORM, **THREE | changes)
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="Unia"' in answer.text
    assert people_of(event) == []


def test_too_few_places_are_said_and_the_form_is_kept(client: Browser) -> None:
    event = make_event("day", capacity=2)
    answer = fill_in(client, FORM, **THREE | {"together": "together"})
    assert answer.status_code == 422
    assert "Nobody was registered: there are 2 places, which is not enough for all of you." in words(answer)
    assert 'value="ben@example.org"' in answer.text
    assert people_of(event) == []


def test_who_is_not_invited_is_named(client: Browser) -> None:
    event = make_event("day", visibility="closed")
    inviting.set_invited(event.id, ["ann@example.org"], by=make_user())
    answer = fill_in(client, FORM, **THREE)
    assert answer.status_code == 422
    assert "Person 2: This address is not on the list of invited people." in words(answer)
    inviting.renew_link(event.id, by=make_user())
    token = inviting.link_token(get_event(event.id))
    assert fill_in(client, f"/events/day/invited/{token}/colleagues", **THREE).status_code == 303


def test_what_must_be_answered_is_asked_of_each_and_the_rest_of_nobody(client: Browser) -> None:
    event = make_event("day")
    must = ask(event, "Which workshop", Kind.SHORT_TEXT, required=True)
    ask(event, "Anything else")
    ask_consents(event, photos="Photos of me may be shown.")
    page = words(client.get(FORM))
    assert page.count("Which workshop") == 5
    assert "Anything else" not in page
    assert "Photos" not in page
    name = f"questions-{must.key.hex}"
    refused = fill_in(client, FORM, **THREE | {f"person1-{name}": "A"})
    assert "Person 2: “Which workshop”" in words(refused)
    said = {f"person1-{name}": "A", f"person2-{name}": "B", f"person4-{name}": "C"}
    assert fill_in(client, FORM, **THREE | said).status_code == 303
    assert sorted(row.value for row in db.session.query(Answer)) == ["A", "B", "C"]


def test_an_event_where_everybody_registers_alone_has_no_such_form(client: Browser) -> None:
    make_event("day", party_max=1)
    assert client.get(FORM).location == "/events/day/register"
    assert "several people" not in words(client.get("/events/day/register"))


def test_the_page_after_it_opens_with_its_own_link_alone(client: Browser) -> None:
    make_event("day"), make_event("other")
    address = fill_in(client, FORM, **THREE).location or ""
    assert heading(client.get(address)) == "Your registrations"
    assert client.get(address[:-3] + "AAA").status_code == 404
    assert client.get(address.replace("/day/", "/other/")).status_code == 404


def test_organisers_see_who_came_together(client: Browser) -> None:
    event = make_event("day")
    send(event)
    log_in(client)
    ann = db.session.query(Registration).filter_by(name="Ann").one()
    page = words(client.get(f"/organise/events/day/attendees/{ann.id}"))
    assert "Registered together with Ben Cor" in page
