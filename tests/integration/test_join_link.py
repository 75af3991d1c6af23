"""The address of the online room is told to those who have a place online, and to nobody else, wherever one looks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration import service
from eventsapp.registration.models import Registration
from eventsapp.registration.switching import switch
from tests.browser import Browser
from tests.builders import END, START, event_details, make_event, register, reload
from tests.letters import Read, letters
from tests.organising import log_in
from tests.pages import links_of, path

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
SECRET = "meet.example.org/room-of-the-day"
PUBLIC = (
    "/",
    "/?q=day",
    "/series/cop",
    "/series/cop/calendar.ics",
    "/events/day",
    "/events/day/register",
    "/events/day/register/colleagues",
    "/events/day/event.ics",
    "/events/day/agenda.ics",
    "/events/day/embed",
    "/events/day/print",
    "/events/day/share",
    "/sitemap.xml",
)


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> Event:
    event = make_event("day", mode="hybrid", capacity=1, online_capacity=2, online_url=f"https://{SECRET}")
    agenda.set_agenda(event.id, [SessionDetails(starts_at=START, ends_at=END, title={"en": "Opening"})], by=None)
    return event


def tells(letter: Read) -> bool:
    """Whether a letter tells the address, in its words or its calendar entry, whose lines are folded."""
    part = letter.rendered.calendar
    entry = part.content.decode().replace("\r\n ", "") if part is not None else ""
    return SECRET in letter.subject + letter.text + letter.html + entry


def own_pages(person: Registration) -> list[str]:
    links = links_of(person)
    more = (f"/registrations/{links.own_token}/{name}" for name in ("switch", "cancel", "details", "another"))
    return [path(links.own_page), path(links.agenda_file), path(links.feed), *more]


def shown(client: Browser, person: Registration) -> list[str]:
    """The pages and files of a person that hold the address."""
    bodies = ((address, client.get(address).text.replace("\r\n ", "")) for address in own_pages(person))
    return [address for address, body in bodies if SECRET in body]


def test_no_public_page_and_no_calendar_tells_it(event: Event, client: Browser) -> None:
    register(event, attends="online")
    for address in PUBLIC:
        answer = client.get(address)
        assert SECRET not in answer.text.replace("\r\n ", ""), address
    assert client.get("/events/day").status_code == 200


def test_the_preview_of_organisers_shows_what_the_public_sees(event: Event, client: Browser) -> None:
    log_in(client)
    assert SECRET not in client.get("/organise/events/day/preview").text
    assert SECRET not in client.get("/organise/events/day/newsletter").text


def test_only_who_has_a_place_online_is_shown_it(event: Event, client: Browser) -> None:
    room = register(event, "room@example.org")
    online = register(event, "online@example.org", attends="online")
    either = register(event, "either@example.org", online_fine=True)
    waits = register(event, "waits@example.org", attends="online")
    for person in (online, either):
        assert shown(client, person) == [path(links_of(person).own_page)]
    for person in (room, waits):
        assert shown(client, person) == []
    for address, told in (("room", False), ("online", True), ("either", True), ("waits", False)):
        assert [tells(each) for each in letters(f"{address}@example.org")] == [told], address


def test_who_leaves_online_is_told_it_no_more(event: Event, client: Browser) -> None:
    either = register(event, "either@example.org", attends="online")
    assert tells(letters("either@example.org")[-1])
    switch(either.id, "room")
    assert not tells(letters("either@example.org")[-1])
    assert shown(client, either) == []
    switch(either.id, "online")
    assert tells(letters("either@example.org")[-1])
    service.give_up(either.id)
    assert shown(client, either) == []
    assert SECRET not in letters("either@example.org")[-1].text


def test_news_of_the_event_tells_it_to_those_online_alone(event: Event) -> None:
    register(event, "room@example.org")
    register(event, "online@example.org", attends="online")
    register(event, "waits@example.org")
    later = event_details(event, starts_at=START.replace(hour=10), online_url=f"https://{SECRET}-2")
    events.edit_event(event.id, later, by=None, tell=True)
    assert not tells(letters("room@example.org")[-1])
    assert tells(letters("online@example.org")[-1])
    assert not tells(letters("waits@example.org")[-1])


def test_an_event_in_the_room_alone_tells_it_to_nobody(client: Browser) -> None:
    event = make_event("day", mode="in_person", online_url=f"https://{SECRET}")
    ann = register(event, "ann@example.org")
    assert [tells(each) for each in letters("ann@example.org")] == [False]
    assert shown(client, reload(ann)) == []


def test_whoever_never_had_a_place_online_is_never_told(event: Event) -> None:
    register(event, "room@example.org")
    waits = register(event, "waits@example.org")
    service.give_up(waits.id)
    events.call_off_event(event.id, by=None)
    assert [tells(each) for each in letters()] == [False] * 4
