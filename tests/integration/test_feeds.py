"""Calendars over HTTP: what they hold, that their bytes stand still, and that two parsers read the same instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
import vobject
from icalendar import Calendar

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration import handling, service
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import END, START, event_details, get_event, make_event, make_user, register, reload
from tests.pages import links_of, path

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def item(title: str, starts: datetime, minutes: int = 60) -> SessionDetails:
    return SessionDetails(starts_at=starts, ends_at=starts + timedelta(minutes=minutes), title={"en": title})


def with_agenda(slug: str = "day", *, starts_at: datetime = START, **values: Any) -> Event:
    event = make_event(slug, publish=False, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8), **values)
    plan = [item("Welcome", starts_at), item("Closing", starts_at + timedelta(hours=7))]
    agenda.set_agenda(event.id, plan, by=None)
    events.publish_event(event.id, by=None)
    return get_event(event.id)


def feed(registration: Registration) -> str:
    return path(links_of(registration).feed)


def entries(client: Browser, address: str) -> dict[str, Any]:
    """The entries of a calendar by summary, as icalendar reads them."""
    answer = client.get(address)
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.data)
    assert not calendar.errors
    return {str(entry["summary"]): entry for entry in calendar.walk("VEVENT")}


def states(client: Browser, address: str) -> dict[str, str]:
    return {title: str(entry["status"]) for title, entry in entries(client, address).items()}


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        ("Europe/Brussels", datetime(2027, 10, 14, 9)),
        ("Europe/Brussels", datetime(2028, 1, 20, 9)),
        ("America/New_York", datetime(2027, 11, 3, 20)),
        ("Asia/Tokyo", datetime(2027, 8, 2, 8)),
    ],
)
def test_two_parsers_read_the_instants_of_the_database(client: Browser, zone: str, starts: datetime) -> None:
    event = with_agenda(timezone=zone, starts_at=starts)
    ann = register(event)
    expected = sorted([event.starts_at, event.ends_at - timedelta(hours=1)])
    for address in ("/events/day/agenda.ics", feed(ann), path(links_of(ann).agenda_file)):
        body = client.get(address).data
        named = sorted(entry.decoded("dtstart") for entry in Calendar.from_ical(body).walk("VEVENT"))
        other = sorted(entry.dtstart.value for entry in vobject.readOne(body.decode()).vevent_list)
        assert named == expected
        assert other == expected
    single = client.get("/events/day/event.ics").data
    assert Calendar.from_ical(single).walk("VEVENT")[0].decoded("dtend") == event.ends_at
    assert vobject.readOne(single.decode()).vevent.dtend.value == event.ends_at


def addresses(ann: Registration) -> dict[str, str]:
    return {
        "event": "/events/day/event.ics",
        "agenda": "/events/day/agenda.ics",
        "personal": feed(ann),
        "series": "/series/cop/calendar.ics",
    }


def test_calendars_name_nobody_and_invite_nobody(client: Browser) -> None:
    event = with_agenda(mode="hybrid", online_capacity=5, online_url="https://meet.example.org/secret")
    ann = register(event, "ann@example.org", name="Ann Lee", attends="online")
    for address in addresses(ann).values():
        answer = client.get(address)
        assert answer.content_type == "text/calendar; charset=utf-8"
        for word in ("ORGANIZER", "ATTENDEE", "METHOD", "VALARM", "Ann", "ann@", "meet.example.org", "/registrations/"):
            assert word not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_feeds_say_how_to_be_read_and_files_do_not(client: Browser) -> None:
    ann = register(with_agenda())
    for name, address in addresses(ann).items():
        text = client.get(address).text
        subscription = name != "event"
        for word in (
            "X-WR-CALNAME:",
            "NAME:",
            "REFRESH-INTERVAL;VALUE=DURATION",
            "X-PUBLISHED-TTL",
            "SOURCE;VALUE=URI",
        ):
            assert (f"\r\n{word}" in text) is subscription, (name, word)


def test_bytes_stand_still_and_are_not_sent_again(client: Browser, clock: time_machine.Traveller) -> None:
    ann = register(with_agenda())
    for address in addresses(ann).values():
        first = client.get(address)
        clock.shift(timedelta(hours=5))
        second = client.get(address)
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]
        assert first.headers["Last-Modified"] == second.headers["Last-Modified"]
        by_tag = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        by_date = client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert (by_tag.status_code, by_date.status_code) == (304, 304)
        assert by_tag.data == b""
        head = client.head(address)
        assert head.headers["ETag"] == first.headers["ETag"]


def test_a_moved_event_is_seen_by_readers_that_ask_by_date(client: Browser, clock: time_machine.Traveller) -> None:
    event = with_agenda()
    ann = register(event)
    before = {name: client.get(address) for name, address in addresses(ann).items()}
    clock.shift(timedelta(hours=1))
    later = timedelta(days=1)
    details = event_details(event, starts_at=START + later, ends_at=END + later)
    events.edit_event(event.id, details, by=None, tell=True)
    for name, address in addresses(ann).items():
        answer = client.get(address, headers={"If-Modified-Since": before[name].headers["Last-Modified"]})
        assert answer.status_code == 200, name
        assert answer.headers["ETag"] != before[name].headers["ETag"]
    moved = entries(client, "/events/day/event.ics")["Reflection Day"]
    assert moved["sequence"] == 1
    assert moved.decoded("dtstart") == datetime(2027, 10, 15, 7, tzinfo=UTC)


def test_sessions_belong_to_their_event(client: Browser) -> None:
    with_agenda()
    uid = str(entries(client, "/events/day/event.ics")["Reflection Day"]["uid"])
    sessions = entries(client, "/events/day/agenda.ics")
    assert list(sessions) == ["Welcome", "Closing"]
    assert {str(entry["related-to"]) for entry in sessions.values()} == {uid}
    assert len({str(entry["uid"]) for entry in sessions.values()} | {uid}) == 3


def test_without_an_agenda_the_calendars_hold_the_event_itself(client: Browser) -> None:
    ann = register(make_event("day"))
    for address in ("/events/day/agenda.ics", feed(ann), path(links_of(ann).agenda_file)):
        assert list(entries(client, address)) == ["Reflection Day"]


def test_a_session_taken_off_stays_cancelled_until_the_event_is_over(
    client: Browser, clock: time_machine.Traveller
) -> None:
    event = with_agenda()
    ann = register(event)
    agenda.set_agenda(event.id, [item("Welcome", START)], by=None)
    expected = {"Welcome": "CONFIRMED", "Closing": "CANCELLED"}
    assert states(client, "/events/day/agenda.ics") == expected
    assert states(client, feed(ann)) == expected
    assert entries(client, "/events/day/agenda.ics")["Closing"]["sequence"] == 1
    seen = client.get(feed(ann)).headers["Last-Modified"]
    clock.move_to(event.ends_at + timedelta(hours=1))
    assert states(client, "/events/day/agenda.ics") == {"Welcome": "CONFIRMED"}
    assert client.get(feed(ann), headers={"If-Modified-Since": seen}).status_code == 200


def test_a_personal_feed_is_empty_until_there_is_a_place(client: Browser, clock: time_machine.Traveller) -> None:
    event = with_agenda(capacity=1)
    ann, bob = register(event), register(event)
    assert states(client, feed(bob)) == {}
    seen = client.get(feed(bob)).headers["Last-Modified"]
    clock.shift(timedelta(minutes=1))
    service.give_up(ann.id)
    assert states(client, feed(bob)) == {"Welcome": "CONFIRMED", "Closing": "CONFIRMED"}
    assert client.get(feed(bob), headers={"If-Modified-Since": seen}).status_code == 200


def test_a_place_given_up_is_cancelled_in_the_feed_and_newer_when_taken_again(client: Browser) -> None:
    event = with_agenda(capacity=1)
    ann = register(event, "ann@example.org")
    old = feed(ann)
    before = entries(client, old)["Welcome"]["sequence"]
    service.give_up(ann.id)
    assert states(client, old) == {"Welcome": "CANCELLED", "Closing": "CANCELLED"}
    gone = entries(client, old)["Welcome"]["sequence"]
    register(event, "ann@example.org")
    assert client.get(old).status_code == 404
    again = entries(client, feed(reload(ann)))["Welcome"]
    assert str(again["status"]) == "CONFIRMED"
    assert before < gone < again["sequence"]


def test_who_is_put_back_in_the_queue_loses_the_entries(client: Browser) -> None:
    event = with_agenda(capacity=1)
    ann = register(event)
    register(event)
    handling.put_back(ann.id, by=make_user(), why="a double entry")
    assert set(states(client, feed(reload(ann))).values()) == {"CANCELLED"}


def test_an_event_called_off_is_cancelled_everywhere(client: Browser, clock: time_machine.Traveller) -> None:
    event = with_agenda()
    ann = register(event)
    events.call_off_event(event.id, by=None)
    for address in addresses(ann).values():
        assert set(states(client, address).values()) == {"CANCELLED"}
    clock.move_to(event.ends_at + timedelta(hours=1))
    assert states(client, "/series/cop/calendar.ics") == {}


def test_a_series_holds_its_listed_events(client: Browser) -> None:
    make_event("one", title={"en": "One"})
    make_event("two", title={"en": "Two"}, visibility="unlisted")
    make_event("three", title={"en": "Three"}, visibility="closed")
    make_event("four", title={"en": "Four"}, publish=False)
    make_event("five", title={"en": "Five"}, starts_at=datetime(2025, 5, 5, 9), ends_at=datetime(2025, 5, 5, 17))
    make_event("six", title={"en": "Six"}, starts_at=datetime(2026, 5, 5, 9), ends_at=datetime(2026, 5, 5, 17))
    make_event("other", title={"en": "Other"}, series="other")
    assert sorted(entries(client, "/series/cop/calendar.ics")) == ["One", "Six"]


def test_texts_that_break_readers_are_made_harmless(client: Browser) -> None:
    make_event("day", title={"en": "A, B; C \\ “D” 👩‍🏫 é"}, summary={"en": "one\ntwo\u2028three"})
    for address in ("/events/day/event.ics", "/events/day/agenda.ics", "/series/cop/calendar.ics"):
        body = client.get(address).data
        assert list(entries(client, address)) == ["A, B; C \\ “D” 👩‍🏫 é"]
        assert max(len(line) for line in body.split(b"\r\n")) <= 75
        assert vobject.readOne(body.decode()).vevent.summary.value == "A, B; C \\ “D” 👩‍🏫 é"


def test_wrong_and_foreign_feed_links_open_nothing(client: Browser) -> None:
    ann = register(make_event("day"))
    own = links_of(ann).own_token
    for wrong in ("x", own, feed(ann)[7:-5], "%00", "é"):
        assert client.get(f"/feeds/{wrong}.ics").status_code == 404
    assert client.get(feed(ann).removesuffix(".ics")).status_code == 404
