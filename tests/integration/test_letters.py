"""The letters: what they begin with, what they say, their one button, and that text and HTML say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from icalendar import Calendar

from eventsapp.agenda import draft_ends, drafting
from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.rules import Edited
from eventsapp.registration import addresses, handling, merging, offers, service
from eventsapp.registration.entering import Form
from eventsapp.registration.notifications import KINDS
from eventsapp.registration.switching import switch
from eventsapp.series.palette import PALETTE
from tests.builders import END, START, VENUE, event_details, make_event, make_series, make_user, register, reload
from tests.letters import Read, last_letter, letters
from tests.pages import links_of

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
HOUR = timedelta(hours=1)
NO_TRAVEL = "Please do not book travel yet."

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One database is enough: nothing here depends on which."""
    return sqlite_database_url


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def day(**values: Any) -> Event:
    make_series(
        "cop",
        contact_email="team@example.org",
        funder_statement={"en": "Financed by the European Union."},
        grant_number="REC-101",
        accent="plum",
    )
    return make_event("day", **values)


def place() -> Read:
    register(day(), ANN, name="Ann Lee")
    return last_letter(ANN)


def waiting() -> Read:
    event = day(capacity=1)
    register(event)
    register(event)
    register(event, ANN)
    return last_letter(ANN)


def moved_up() -> Read:
    event = day(capacity=1)
    first = register(event)
    register(event, ANN)
    service.give_up(first.id)
    return last_letter(ANN)


def switched() -> Read:
    event = day(mode="hybrid", capacity=1, online_capacity=1)
    ann = register(event, ANN, attends="online")
    switch(ann.id, "room")
    return last_letter(ANN)


def offered() -> Read:
    event = day(capacity=1, promotion="offer")
    first = register(event)
    register(event, ANN)
    service.give_up(first.id)
    return last_letter(ANN)


def lapsed() -> Read:
    event = day(capacity=1, promotion="offer")
    first = register(event)
    register(event, ANN)
    register(event)
    service.give_up(first.id)
    with time_machine.travel(datetime(2027, 7, 19, 10, tzinfo=UTC), tick=False):
        offers.expire_due()
    return last_letter(ANN)


def short_notice() -> Read:
    event = day(capacity=1, promotion_ends_at=datetime(2027, 7, 14, 12))
    first = register(event)
    register(event, ANN, short_notice=True)
    service.give_up(first.id)
    return last_letter(ANN)


def put_back() -> Read:
    event = day(capacity=1)
    ann = register(event, ANN)
    register(event)
    handling.put_back(ann.id, by=make_user(), why="entered twice")
    return last_letter(ANN)


def received() -> Read:
    register(day(approval=True), ANN)
    return last_letter(ANN)


def not_accepted() -> Read:
    handling.decline(register(day(approval=True), ANN).id, by=make_user(), why="kept inside")
    return last_letter(ANN)


def given_up() -> Read:
    service.give_up(register(day(), ANN).id)
    return last_letter(ANN)


def withdrawn() -> Read:
    handling.withdraw(register(day(), ANN).id, by=make_user(), why="kept inside")
    return last_letter(ANN)


def moved(**changes: Any) -> Read:
    event = day()
    register(event, ANN)
    changes = changes or {"starts_at": START + timedelta(days=1), "ends_at": END + timedelta(days=1)}
    events.edit_event(event.id, event_details(event, **changes), by=None, tell=True)
    return last_letter(ANN)


def called_off() -> Read:
    event = day()
    register(event, ANN)
    events.call_off_event(event.id, by=None, message="The venue burnt down.\nWe hope for next year.")
    return last_letter(ANN)


def already_registered() -> Read:
    event = day(capacity=1)
    first = register(event, ANN, name="Ann Lee")
    service.register_another(first.id, Form("Bert Lee", ""), submission="another")
    service.register(event.slug, Form("Somebody", ANN), submission="once more")
    return last_letter(ANN)


def prove_address() -> Read:
    addresses.ask_new_address(register(day(), BOB).id, ANN)
    return last_letter(ANN)


def agenda_changed() -> Read:
    event = day()
    opening = SessionDetails(key="opening", starts_at=START, ends_at=START + HOUR, title={"en": "Opening"}, room="Hall")
    agenda.set_agenda(event.id, [opening], by=None)
    register(event, ANN)
    later = drafting.move_in_draft(
        event.id,
        "opening",
        starts_at=START + HOUR / 4,
        ends_at=START + HOUR * 5 / 4,
        room="Blue room",
        by=None,
        expected_version=None,
    )
    assert isinstance(later, Edited)
    draft_ends.publish_draft(event.id, by=None, tell=True, expected_version=later.version)
    return last_letter(ANN)


def merged() -> Read:
    """The earlier registration stays; this mailbox had the later one."""
    event = day()
    kept = register(event, BOB, name="Ann Lee")
    merging.merge(register(event, ANN, name="Ann Lee").id, kept.id, by=make_user())
    return last_letter(ANN)


def new_address() -> Read:
    bob = register(day(), BOB)
    addresses.ask_new_address(bob.id, ANN)
    addresses.prove_address(bob.id, reload(bob).new_email_version)
    return last_letter(ANN)


def address_changed() -> Read:
    new_address()
    return last_letter(BOB)


MAKERS = {
    "received": received,
    "place": place,
    "waiting": waiting,
    "moved_up": moved_up,
    "switched": switched,
    "offered": offered,
    "lapsed": lapsed,
    "short_notice": short_notice,
    "put_back": put_back,
    "given_up": given_up,
    "withdrawn": withdrawn,
    "merged": merged,
    "not_accepted": not_accepted,
    "moved": moved,
    "agenda_changed": agenda_changed,
    "called_off": called_off,
    "already_registered": already_registered,
    "prove_address": prove_address,
    "address_changed": address_changed,
    "new_address": new_address,
}
BEGINNINGS = {
    "received": "Awaiting approval",
    "place": "You have a place",
    "waiting": "No place yet: number 2 in line",
    "moved_up": "You now have a place",
    "switched": "You now have a place in the room",
    "offered": "A place is held for you until Monday 19 July 2027, 12:00, Brussels time (UTC+2)",
    "lapsed": "The place is no longer held for you",
    "short_notice": "A place came free: the first to take it gets it",
    "put_back": "No place yet: number 1 in line",
    "given_up": "You gave up your place",
    "withdrawn": "Your place was withdrawn",
    "merged": "You were registered twice",
    "not_accepted": "Not accepted",
    "moved": "New time",
    "agenda_changed": "Agenda changed",
    "called_off": "Will not take place",
    "already_registered": "You are already registered",
    "prove_address": "Please confirm your new address",
    "address_changed": "Your address was changed",
    "new_address": "Your new address is confirmed",
}
BUTTONS = {
    "received": "See where you stand",
    "place": "Give up my place",
    "waiting": "See where you stand",
    "moved_up": "Give up my place",
    "switched": "Give up my place",
    "offered": "Accept the place",
    "lapsed": "See where you stand",
    "short_notice": "Take the place",
    "put_back": "See where you stand",
    "given_up": "Register again",
    "withdrawn": "See the event",
    "merged": None,
    "not_accepted": "See the event",
    "moved": "Give up my place",
    "agenda_changed": "See the programme",
    "called_off": "See the event",
    "already_registered": "Register another person",
    "prove_address": "Confirm this address",
    "address_changed": None,
    "new_address": "Give up my place",
}
METHODS = {
    "place": "REQUEST",
    "moved_up": "REQUEST",
    "switched": "REQUEST",
    "put_back": "CANCEL",
    "given_up": "CANCEL",
    "withdrawn": "CANCEL",
    "merged": "CANCEL",
    "moved": "REQUEST",
    "called_off": "CANCEL",
    "address_changed": "CANCEL",
    "new_address": "REQUEST",
}
"""Letters with a calendar part; people who wait or are not in get none."""


def page(letter: Read) -> BeautifulSoup:
    return BeautifulSoup(letter.html, "html.parser")


def test_every_kind_of_letter_is_tried_here() -> None:
    for known in (MAKERS, BEGINNINGS, BUTTONS):
        assert set(known) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_begins_with_what_is_so_and_has_one_button(kind: str) -> None:
    letter = MAKERS[kind]()
    assert letter.kind == kind
    assert letter.subject == f"{BEGINNINGS[kind]} – Reflection Day"
    assert letter.text.startswith(f"{BEGINNINGS[kind]}\n")
    (title,) = page(letter).select("h1")
    assert title.get_text() == BEGINNINGS[kind]
    buttons = [button.get_text() for button in page(letter).select("a.button")]
    assert buttons == ([BUTTONS[kind]] if BUTTONS[kind] else [])
    part = letter.rendered.calendar
    assert (part.method if part else None) == METHODS.get(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_what_when_and_where_and_who_pays(kind: str) -> None:
    letter = MAKERS[kind]()
    assert letter.rendered.reply_to == "team@example.org"
    assert letter.rendered.sender_name == "Community Policing without Borders"
    said = " ".join(page(letter).get_text(" ").split())
    when = "Friday 15 October 2027" if kind == "moved" else "Thursday 14 October 2027"
    for part in (
        "Reflection Day",
        f"{when}, 09:00 to 17:00",
        "Brussels time (UTC+2)",
        "Manos Premier, Chaussée de Charleroi 100, 1060 Brussels",
        "Financed by the European Union. – Grant number REC-101",
        "Just answer this letter.",
    ):
        assert part in said
        assert part in letter.text


@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_say_the_same_with_the_same_links(kind: str) -> None:
    letter = MAKERS[kind]()
    hrefs = [str(link["href"]) for link in page(letter).select("a")]
    assert re.findall(r"https?://\S+", letter.text) == hrefs
    sentences = [part.get_text() for part in page(letter).select("p")]
    flat = " ".join(letter.text.split())
    assert [said for said in sentences if " ".join(said.split()).removesuffix(":") not in flat] == []
    assert "{" not in letter.text
    assert not re.search(r"\bNone\b", letter.text)
    assert "&" not in letter.text
    assert "\n\n\n" not in letter.text


@pytest.mark.parametrize("kind", KINDS)
def test_only_who_has_a_place_may_book_travel(kind: str) -> None:
    letter = MAKERS[kind]()
    without_a_place = {"received", "waiting", "offered", "short_notice", "put_back"}
    assert (NO_TRAVEL in letter.text) is (kind in without_a_place)
    assert ("Now you can book your travel." in letter.text) is (kind in ("moved_up", "switched"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_first_letter_has_i_did_not_register(kind: str) -> None:
    letter = MAKERS[kind]()
    assert ("I did not register" in letter.text) is (kind in {"received", "place", "waiting"})
    assert ("/not-me" in letter.html) is (kind in {"received", "place", "waiting"})


@pytest.mark.parametrize("kind", KINDS)
def test_reasons_kept_inside_are_told_nobody(kind: str) -> None:
    letter = MAKERS[kind]()
    assert "kept inside" not in letter.text + letter.html


def test_who_waits_in_a_moved_event_is_told_without_an_entry() -> None:
    event = day(capacity=1)
    register(event)
    register(event, ANN)
    later = {"starts_at": START + timedelta(days=1), "ends_at": END + timedelta(days=1)}
    events.edit_event(event.id, event_details(event, **later), by=None, tell=True)
    letter = last_letter(ANN)
    assert letter.subject == "New time – Reflection Day"
    assert NO_TRAVEL in letter.text
    assert "No place yet: number 1 in line" in letter.text
    assert letter.rendered.calendar is None


def test_a_new_time_is_told_with_the_old_one() -> None:
    letter = moved()
    assert "The event is now on Friday 15 October 2027, 09:00 to 17:00, Brussels time (UTC+2)." in letter.text
    assert "Before: Thursday 14 October 2027, 09:00 to 17:00, Brussels time (UTC+2)" in letter.text
    assert letter.text.count("Before: ") == 1
    assert "You keep your place." in letter.text
    part = letter.rendered.calendar
    assert part is not None
    assert Calendar.from_ical(part.content).walk("VEVENT")[0]["sequence"] == 1


def test_a_new_place_is_told_with_the_old_one() -> None:
    letter = moved(venue=replace(VENUE, name="Flagey", address="Place Sainte-Croix, 1050 Brussels"))
    assert letter.subject == "New place – Reflection Day"
    assert "here: Flagey, Place Sainte-Croix, 1050 Brussels." in letter.text
    assert "Before: Manos Premier, Chaussée de Charleroi 100, 1060 Brussels" in letter.text
    assert letter.text.count("Before: ") == 1


def test_a_new_time_and_place_are_told_together() -> None:
    letter = moved(starts_at=START + timedelta(hours=1), venue=replace(VENUE, name="Flagey"))
    assert letter.subject.startswith("New time")
    assert "Before: Thursday 14 October 2027, 09:00 to 17:00" in letter.text
    assert "Before: Manos Premier" in letter.text


def test_a_new_zone_is_a_new_time() -> None:
    letter = moved(timezone="Europe/Lisbon")
    assert letter.subject.startswith("New time")
    assert "Lisbon time (UTC+1)" in letter.text
    assert "Before: Thursday 14 October 2027, 09:00 to 17:00, Brussels time (UTC+2)" in letter.text


def test_a_changed_agenda_is_told_session_by_session_without_an_entry() -> None:
    letter = agenda_changed()
    assert "There is a change in the agenda. The event begins and ends as before." in letter.text
    assert "• Opening: 09:00 → 09:15; moved to Blue room (before: Hall)" in letter.text
    assert "You keep your place, and there is nothing for you to do." in letter.text
    assert letter.rendered.calendar is None


def test_who_waits_for_an_event_with_a_changed_agenda_does_not_travel_yet() -> None:
    event = day(capacity=1)
    register(event)
    register(event, ANN)
    opening = SessionDetails(starts_at=START, ends_at=START + HOUR, title={"en": "Opening"})
    added = drafting.add_to_draft(event.id, [opening], by=None)
    assert isinstance(added, Edited)
    draft_ends.publish_draft(event.id, by=None, tell=True, expected_version=added.version)
    letter = last_letter(ANN)
    assert "• New: Opening, 09:00–10:00" in letter.text
    assert "No place yet: number 1 in line" in letter.text
    assert NO_TRAVEL in letter.text


def test_the_organiser_s_word_is_in_the_letter_about_an_event_called_off() -> None:
    letter = called_off()
    assert "The venue burnt down." in letter.text
    assert "We hope for next year." in letter.html
    assert "You have a place" not in letter.text


def test_the_letter_to_a_known_address_lists_each_person_with_their_link() -> None:
    letter = already_registered()
    ann = last_links("Ann Lee", letter)
    bert = last_links("Bert Lee", letter)
    assert ann != bert
    assert "Ann Lee – You have a place" in letter.text
    assert "Bert Lee – No place yet: number 1 in line" in letter.text


def last_links(name: str, letter: Read) -> str:
    """The address that stands with a name."""
    (link,) = [link for link in page(letter).select("a") if link.get_text().startswith(name)]
    return str(link["href"])


def test_the_old_address_gets_no_link_to_the_registration() -> None:
    letter = address_changed()
    assert "/registrations/" not in letter.text + letter.html


def test_the_letter_to_an_unproved_address_tells_nothing_of_the_person() -> None:
    bob = register(day(), BOB, name="Bob Secret", organisation="Hidden")
    addresses.ask_new_address(bob.id, ANN)
    letter = last_letter(ANN)
    assert links_of(bob).own_token not in letter.html
    for secret in ("Bob Secret", "Hidden", BOB, "You have a place"):
        assert secret not in letter.text + letter.html


@pytest.mark.parametrize("kind", ["place", "already_registered"])
def test_a_name_cannot_carry_links_or_markup_into_a_letter(kind: str) -> None:
    event = day()
    name = "Win at https://evil.example/now <b>x</b> joe@evil.example"
    register(event, ANN, name=name)
    if kind == "already_registered":
        service.register(event.slug, Form("Ann", ANN), submission="again")
    letter = last_letter(ANN)
    assert letter.kind == kind
    assert "evil.example" not in letter.text + letter.html
    assert page(letter).select("b") == []
    assert "Win at https: //evil. example/now" in letter.text


def test_a_title_with_a_line_break_stays_in_its_subject() -> None:
    register(make_event("day", title={"en": "Day\r\nBcc: all@example.org"}), ANN)
    assert last_letter(ANN).subject == "You have a place – Day Bcc: all@example.org"


def test_only_people_with_a_place_online_get_the_link_of_the_online_room() -> None:
    link = "https://meet.example.org/x"
    event = day(mode="hybrid", capacity=1, online_capacity=1, online_url=link)
    for address, attends in ((ANN, "online"), (BOB, "online"), ("cy@example.org", "room")):
        register(event, address, attends=attends)
    told = {letter.recipient: link in letter.text for letter in letters()}
    assert told == {ANN: True, BOB: False, "cy@example.org": False}


def test_nobody_is_told_to_travel_to_an_online_event() -> None:
    event = day(mode="online", online_capacity=1)
    register(event)
    register(event, ANN)
    assert "travel" not in last_letter(ANN).text


@pytest.mark.parametrize(
    ("state", "subject", "said"),
    [
        ("waitlisted", "You gave up your place in line", "no longer wait"),
        ("pending", "You took back your request", "took back your request"),
    ],
)
def test_giving_up_something_else_than_a_place_says_what(state: str, subject: str, said: str) -> None:
    event = day(capacity=1, approval=state == "pending")
    register(event)
    ann = register(event, ANN)
    assert ann.state == state
    service.give_up(ann.id)
    letter = last_letter(ANN)
    assert letter.subject == f"{subject} – Reflection Day"
    assert said in letter.text
    assert letter.rendered.calendar is None


def test_an_approved_request_that_has_to_wait_says_both() -> None:
    event = day(capacity=1, approval=True)
    by = make_user()
    handling.approve(register(event).id, by=by)
    handling.approve(register(event, ANN).id, by=by)
    letter = last_letter(ANN)
    assert letter.subject.startswith("No place yet: number 1 in line")
    assert "have accepted your request" in letter.text
    assert "I did not register" not in letter.text


def test_letters_have_the_accent_of_their_series() -> None:
    letter = place()
    assert PALETTE["plum"].light in letter.html


def test_a_declined_address_is_not_told_that_it_is_registered() -> None:
    event = make_event(approval=True)
    row = register(event, "sid@example.org")
    handling.decline(row.id, by=make_user())
    service.register(event.slug, Form(name="Sid", email="sid@example.org"), submission="again")
    letter = last_letter("sid@example.org")
    assert (letter.kind, letter.subject) == ("already_registered", "Not accepted – Reflection Day")
    assert "another person" not in letter.text


def test_who_did_not_register_is_not_thanked_for_giving_up() -> None:
    row = register(make_event(), "victim@example.org")
    service.disown(row.id)
    letter = last_letter("victim@example.org")
    assert letter.subject == "The registration is removed – Reflection Day"
    assert "register again" not in letter.text.lower()
    assert letter.rendered.calendar is not None
