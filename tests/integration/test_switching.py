"""Places in the room and online: one that is fine as well, a switch of kind, and who waits for which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventsapp.database import db, transaction
from eventsapp.delegations.models import Delegation
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.mail.models import Letter
from eventsapp.registration import integrity, queries, service
from eventsapp.registration.entering import Form
from eventsapp.registration.entering_by_hand import Entered, Person, enter_person
from eventsapp.registration.models import Registration
from eventsapp.registration.statistics import Kind, by_day, by_kind
from eventsapp.registration.switching import CannotSwitch, Switched, switch
from tests.browser import Browser
from tests.builders import event_details, get_event, make_event, make_user, register, reload
from tests.letters import last_letter, letters
from tests.mailboxes import Calendars
from tests.organising import log_in
from tests.pages import fill_in, links_of, words

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
JOIN = "https://meet.example.org/secret-room"


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def hybrid(room: int | None = 1, online: int | None = 1, **values: Any) -> Event:
    return make_event(mode="hybrid", capacity=room, online_capacity=online, online_url=JOIN, **values)


def stands(row: Registration) -> tuple[str, str, str | None, dict[str, int]]:
    """State, kind of place, the other kind that is wished for, and the number in each line."""
    now = reload(row)
    return now.state, now.attends, now.wish, queries.positions_of(now)


def way_of(mailbox: str, event: Event) -> str | None:
    """How the mailbox's calendar says that one takes part."""
    entry = Calendars(db.session.scalars(select(Letter).order_by(Letter.id))).holds(mailbox, event.id)
    return entry.attends if entry is not None else None


def assert_sound(event: Event) -> None:
    assert list(integrity.problems()) == []
    for row in db.session.scalars(select(Registration).where(Registration.event_id == event.id)).all():
        assert way_of(row.mailbox_key or "", event) == (row.attends if row.state == "confirmed" else None)


def test_who_takes_either_gets_online_at_once_and_waits_for_the_room() -> None:
    event = hybrid()
    holder = register(event)
    ann = register(event, "ann@example.org", online_fine=True)
    assert stands(ann) == ("confirmed", "online", "room", {"room": 1})
    letter = last_letter("ann@example.org")
    assert letter.subject == "You have a place – Reflection Day"
    assert "you go on waiting for one in the room. In the room: number 1 in line." in letter.text
    assert "Please do not book travel before." in letter.text
    service.give_up(holder.id)
    assert stands(ann) == ("confirmed", "room", None, {})
    assert last_letter("ann@example.org").kind == "switched"
    assert_sound(event)


def test_who_takes_either_stands_in_both_lines_and_takes_what_comes_first() -> None:
    event = hybrid()
    in_room, online = register(event), register(event, attends="online")
    ann = register(event, "ann@example.org", online_fine=True)
    ben = register(event, attends="online")
    assert stands(ann) == ("waitlisted", "room", None, {"room": 1, "online": 1})
    assert stands(ben) == ("waitlisted", "online", None, {"online": 2})
    text = last_letter("ann@example.org").text
    assert "In the room: number 1 in line. Online: number 1 in line." in text
    service.give_up(online.id)
    assert stands(ann) == ("confirmed", "online", "room", {"room": 1})
    assert last_letter("ann@example.org").kind == "moved_up"
    assert "Now you can book your travel." not in last_letter("ann@example.org").text
    assert stands(ben)[3] == {"online": 1}
    service.give_up(in_room.id)
    assert stands(ann) == ("confirmed", "room", None, {})
    assert stands(ben) == ("confirmed", "online", None, {})
    assert_sound(event)


def test_without_a_waitlist_online_is_had_and_the_room_not_waited_for() -> None:
    event = hybrid(waitlist=False)
    register(event)
    ann = register(event, online_fine=True)
    assert stands(ann) == ("confirmed", "online", None, {})
    assert switch(ann.id, "room") is CannotSwitch.FULL
    assert_sound(event)


def test_a_free_place_of_the_other_kind_is_taken_at_once_and_the_one_left_goes_on() -> None:
    event = hybrid(room=1, online=2)
    ann = register(event, "ann@example.org")
    ben = register(event, "ben@example.org")
    assert switch(ann.id, "online") is Switched.SWITCHED
    assert stands(ann) == ("confirmed", "online", None, {})
    assert stands(ben) == ("confirmed", "room", None, {})
    letter = last_letter("ann@example.org")
    assert letter.subject == "You now have a place online – Reflection Day"
    assert "As you wished, you take part online from now on. Your place in the room is given up." in letter.text
    assert f"Online: {JOIN}" in letter.text
    assert switch(ann.id, "online") is Switched.UNCHANGED
    assert_sound(event)


def test_who_cannot_have_the_other_kind_keeps_the_place_and_waits_at_the_end() -> None:
    event = hybrid(room=1, online=1)
    in_room, ann = register(event), register(event, "ann@example.org", attends="online")
    cor = register(event)
    assert switch(ann.id, "room") is Switched.WAITS
    assert stands(ann) == ("confirmed", "online", "room", {"room": 2})
    assert len(letters("ann@example.org")) == 1
    assert (get_event(event.id).room_waiting, get_event(event.id).online_confirmed) == (2, 1)
    service.give_up(in_room.id)
    assert stands(cor) == ("confirmed", "room", None, {})
    dan = register(event, attends="online")
    service.give_up(cor.id)
    assert stands(ann) == ("confirmed", "room", None, {})
    assert "A place in the room came free and it is yours. Your place online is given up." in (
        last_letter("ann@example.org").text
    )
    assert stands(dan) == ("confirmed", "online", None, {})
    assert_sound(event)


def test_waiting_for_the_other_kind_can_be_stopped() -> None:
    event = hybrid(room=1, online=1)
    in_room, ann = register(event), register(event, attends="online")
    switch(ann.id, "room")
    assert switch(ann.id, "room") is Switched.UNCHANGED
    assert switch(ann.id, "online") is Switched.STOPPED
    assert stands(ann) == ("confirmed", "online", None, {})
    service.give_up(in_room.id)
    assert stands(ann) == ("confirmed", "online", None, {})
    assert_sound(event)


def test_one_entry_follows_each_switch() -> None:
    event = hybrid(room=2, online=2)
    ann = register(event, "ann@example.org")
    for attends in ("online", "room"):
        switch(ann.id, attends)
    parts = [letter.rendered.calendar for letter in letters("ann@example.org")]
    bodies = [part.content.decode().replace("\r\n ", "") for part in parts if part is not None]
    assert [part.method for part in parts if part is not None] == ["REQUEST"] * 3
    assert len({line for body in bodies for line in body.splitlines() if line.startswith("UID:")}) == 1
    assert [line for body in bodies for line in body.splitlines() if line.startswith("SEQUENCE")] == [
        "SEQUENCE:0",
        "SEQUENCE:1",
        "SEQUENCE:2",
    ]
    assert [JOIN in body for body in bodies] == [False, True, False]
    assert ["LOCATION:Manos Premier" in body for body in bodies] == [True, False, True]


def test_two_of_a_mailbox_share_one_entry_that_is_of_one_of_them() -> None:
    event = hybrid(room=2, online=2)
    ann = register(event, "desk@example.org", name="Ann")
    ben = service.register_another(ann.id, Form("Ben", "", attends="online"), submission="ben")
    assert isinstance(ben, service.Registered)
    assert switch(ann.id, "online") is Switched.SWITCHED
    assert way_of("desk@example.org", event) == "online"
    assert switch(ben.registration_id, "room") is Switched.SWITCHED
    service.give_up(ben.registration_id)
    assert way_of("desk@example.org", event) == "online"
    assert list(integrity.problems()) == []


def test_who_waits_changes_the_line_and_starts_at_its_end() -> None:
    event = hybrid()
    register(event), register(event, attends="online")
    ann, ben, cor = register(event), register(event), register(event, attends="online")
    assert switch(ann.id, "online") is Switched.CHANGED
    assert stands(ann) == ("waitlisted", "online", None, {"online": 2})
    assert stands(ben)[3] == {"room": 1}
    assert stands(cor)[3] == {"online": 1}
    assert_sound(event)


def test_who_waits_ticks_and_unticks_that_online_is_fine() -> None:
    event = hybrid()
    register(event), register(event, attends="online")
    ann = register(event)
    assert switch(ann.id, "room", online_fine=True) is Switched.CHANGED
    assert stands(ann)[3] == {"room": 1, "online": 1}
    assert switch(ann.id, "room") is Switched.CHANGED
    assert stands(ann)[3] == {"room": 1}
    assert switch(ann.id, "room") is Switched.UNCHANGED
    assert_sound(event)


def test_who_waits_gets_a_free_place_of_the_other_kind_at_once() -> None:
    event = hybrid(room=1, online=2)
    register(event)
    ann, ben = register(event, "ann@example.org"), register(event)
    assert switch(ben.id, "room", online_fine=True) is Switched.PLACE
    assert stands(ben) == ("confirmed", "online", "room", {"room": 2})
    assert switch(ann.id, "online") is Switched.PLACE
    assert stands(ann) == ("confirmed", "online", None, {})
    assert last_letter("ann@example.org").kind == "moved_up"
    assert_sound(event)


def test_a_place_that_stays_free_for_organisers_is_not_had_by_changing_the_line(clock_stands: Any) -> None:
    event = hybrid()
    in_room, online = register(event), register(event, attends="online")
    ann = register(event)
    clock_stands.move_to(event.starts_at - timedelta(hours=1))
    service.give_up(in_room.id)
    assert switch(ann.id, "room", online_fine=True) is Switched.CHANGED
    service.give_up(online.id)
    assert stands(ann) == ("waitlisted", "room", None, {"room": 1, "online": 1})
    assert_sound(event)


def test_whoever_asks_for_approval_changes_what_they_ask_for() -> None:
    event = hybrid(approval=True)
    ann = register(event)
    assert switch(ann.id, "room", online_fine=True) is Switched.CHANGED
    assert switch(ann.id, "online") is Switched.CHANGED
    assert stands(ann) == ("pending", "online", None, {})
    assert_sound(event)


def test_a_speaker_who_needs_no_place_switches_at_once() -> None:
    event = hybrid()
    register(event, attends="online")
    person = Person("Speaker", "speaker@example.org", takes_place=False)
    entered = enter_person(event.id, person, by=make_user())
    assert isinstance(entered, Entered)
    assert switch(entered.registration_id, "online") is Switched.SWITCHED
    assert_sound(event)


def delegate(row: Registration) -> None:
    """Let the person fill a place of a delegation."""
    with transaction() as session:
        held = Delegation(
            event_id=row.event_id,
            organisation="Unia",
            contact_name="",
            language="en",
            attends="room",
            places=1,
            filled=1,
            returns_wall=NOW.replace(tzinfo=None),
            returns_at=NOW,
            contact_until=NOW,
            created_at=NOW,
        )
        session.add(held)
        session.flush()
        session.get_one(Registration, row.id).delegation_id = held.id


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("gone", CannotSwitch.NOT_LIVE),
        ("begun", CannotSwitch.TOO_LATE),
        ("called off", CannotSwitch.TOO_LATE),
        ("one kind", CannotSwitch.ONE_KIND),
        ("delegated", CannotSwitch.DELEGATED),
        ("full", CannotSwitch.FULL),
    ],
)
def test_nobody_switches(case: str, why: CannotSwitch, clock_stands: Any) -> None:
    event = hybrid(room=5, waitlist=case != "full")
    ann = register(event)
    if case == "full":
        register(event, attends="online")
    if case == "gone":
        service.give_up(ann.id)
    elif case == "begun":
        clock_stands.move_to(event.starts_at)
    elif case == "called off":
        events.call_off_event(event.id, by=None)
    elif case == "one kind":
        one = event_details(event, mode="in_person", online_capacity=None)
        events.edit_event(event.id, one, by=None, tell=False)
    elif case == "delegated":
        delegate(ann)
    before = stands(ann)
    assert switch(ann.id, "online") is why
    assert stands(ann) == before


# The pages.


def own(row: Registration) -> str:
    return f"/registrations/{links_of(reload(row)).own_token}"


def press(client: Browser, row: Registration, attends: str, **more: str) -> str:
    path = f"{own(row)}/switch"
    data = {"attends": attends, "csrf_token": client.csrf_token(path), **more}
    client.post(path, data=data)
    return whole(client.get(own(row)))


def whole(response: TestResponse) -> str:
    """What a page says, with what was just done."""
    return " ".join(BeautifulSoup(response.text, "html.parser").get_text(" ").split())


def test_the_page_asks_says_what_happens_and_what_came_of_it(client: Browser) -> None:
    event = hybrid(room=1, online=1)
    in_room, ann = register(event), register(event, attends="online")
    page = words(client.get(f"{own(ann)}/switch"))
    assert "Wait for a place in the room?" in page
    assert "You keep your place online, and join the line for the room at its end." in page
    said = press(client, ann, "room")
    assert "You keep your place online. You wait for the other kind of place. In the room: number 1 in line." in said
    assert "In the room: number 1 in line Online: you have a place" in said
    assert "Stop waiting?" in words(client.get(f"{own(ann)}/switch"))
    assert "no longer wait for another one" in press(client, ann, "online")
    service.give_up(in_room.id)
    assert "it cannot be kept for you" in words(client.get(f"{own(ann)}/switch"))
    assert stands(ann)[1] == "online"
    assert "You now have a place in the room." in press(client, ann, "room")


def test_the_page_of_who_waits_offers_both_and_online_too(client: Browser) -> None:
    event = hybrid()
    register(event), register(event, attends="online")
    ann = register(event)
    assert "How will you take part?" in words(client.get(f"{own(ann)}/switch"))
    said = press(client, ann, "room", online_fine="y")
    assert "Changed. In the room: number 1 in line, Online: number 1 in line." in said


def test_a_full_event_without_waitlist_refuses_kindly(client: Browser) -> None:
    event = hybrid(room=5, waitlist=False)
    ann = register(event)
    register(event, attends="online")
    said = whole(client.get(f"{own(ann)}/switch", follow_redirects=True))
    assert "You keep your place in the room." in said


def test_the_form_takes_the_tick(client: Browser) -> None:
    event = hybrid(slug="day")
    register(event)
    answers = {"name": "Ann", "email": "ann@example.org", "attends": "room", "online_fine": "y"}
    assert fill_in(client, "/events/day/register", **answers).status_code == 303
    row = db.session.query(Registration).filter_by(email_key="ann@example.org").one()
    assert stands(row) == ("confirmed", "online", "room", {"room": 1})


def test_the_address_asks_for_the_token_even_where_nothing_can_be_switched(client: Browser) -> None:
    ann = register(make_event())
    assert client.post(f"{own(ann)}/switch", data={"attends": "online"}).status_code == 400


# Organisers.


@pytest.fixture
def organiser(client: Browser) -> Browser:
    log_in(client)
    return client


def person_page(row: Registration) -> str:
    return f"/organise/events/{reload(row).event.slug}/attendees/{row.id}"


def test_an_organiser_switches_past_the_queue_with_a_reason_only(organiser: Browser) -> None:
    event = hybrid(room=1, online=1, slug="day")
    register(event)
    ann, ben = register(event, "ann@example.org", attends="online"), register(event, attends="online")
    address = person_page(ann)
    assert "Switch to the room" in words(organiser.get(address))
    token = organiser.csrf_token(address)
    answer = organiser.post(f"{address}/switch/room", data={"csrf_token": token, "why": ""})
    assert answer.status_code == 422
    assert "give a reason" in words(answer)
    assert stands(ann)[1] == "online"
    organiser.post(f"{address}/switch/room", data={"csrf_token": token, "why": "chairs the panel"})
    assert stands(ann) == ("confirmed", "room", None, {})
    assert stands(ben) == ("confirmed", "online", None, {})
    assert "The organisers have given you a place in the room." in last_letter("ann@example.org").text
    page = words(organiser.get(address))
    assert "Switched to the room" in page
    assert "Reason: chairs the panel" in page
    assert list(integrity.problems()) == []


def test_organisers_see_what_everybody_waits_for(organiser: Browser) -> None:
    event = hybrid(room=1, online=1, slug="day")
    register(event)
    ann, ben = register(event, online_fine=True), register(event, online_fine=True)
    page = words(organiser.get(person_page(ann)))
    assert "Waits for In the room: number 1 in line" in page
    assert "In the room; online is fine as well" in words(organiser.get(person_page(ben)))
    switch(ann.id, "online")
    assert "No longer waits for the other kind of place" in words(organiser.get(person_page(ann)))
    switch(ann.id, "room")
    assert "Waits for a place in the room, and keeps the one online" in words(organiser.get(person_page(ann)))
    listed = words(organiser.get("/organise/events/day/attendees"))
    assert "In the room: 1 of 1 places taken, 2 people wait" in listed
    assert "Online: 1 of 1 places taken, 1 person waits" in listed
    rows = organiser.get("/organise/events/day/attendees.csv").text.splitlines()
    header, *people = ([cell.strip('"') for cell in row.split(",")] for row in rows)
    found = {row[0]: row for row in people}
    waits, place = header.index("Waits for"), header.index("Position")
    assert (found[reload(ann).name][place], found[reload(ann).name][waits]) == ("", "room")
    assert found[reload(ben).name][place] == "1"
    assert "Waiting 1" in listed


def test_a_person_entered_by_hand_takes_what_there_is() -> None:
    event = hybrid(room=1, online=1)
    register(event)
    person = Person("Ann", "ann@example.org", online_fine=True)
    entered = enter_person(event.id, person, by=make_user())
    assert isinstance(entered, Entered)
    row = queries.get_registration(entered.registration_id)
    assert stands(row) == ("confirmed", "online", "room", {"room": 1})
    assert_sound(event)


def test_figures_count_each_person_once_in_each_line() -> None:
    event = hybrid(room=1, online=1)
    register(event)
    for _ in range(2):
        register(event, online_fine=True)
    assert by_kind(event.id) == [Kind("room", 1, 2), Kind("online", 1, 1)]
    assert queries.counts(event.id)["confirmed"] == 2
    assert [(each.confirmed, each.waiting) for each in by_day(get_event(event.id))] == [(2, 1)]
