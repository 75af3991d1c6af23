"""Every kind of calendar object, in twelve zones and in the weeks in which their clocks change, read by all readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from eventsapp.agenda import service as agenda
from eventsapp.agenda.queries import published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration import service
from tests.agendas import sessions_of
from tests.builders import VENUE, event_details, get_event, make_event, register, reload
from tests.interop.world import World, address, event_entry, without_replies

MEETING = "https://meet.example.org/room"

ZONES = (
    "UTC",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Phoenix",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Brussels",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Pacific/Chatham",
)
"""Beside the plain ones: quarters of an hour, a change of half an hour, summer across New Year, a winter that the law
calls the exception (Dublin), a month without summer time (Casablanca), rules that no yearly RRULE says (Cairo)."""


def changes(zone: str) -> list[datetime]:
    """The instants of the first two changes of the clocks from February 2027 on; two noons where there are none."""
    here, at = ZoneInfo(zone), datetime(2027, 2, 1, tzinfo=UTC)
    found = []
    while at.year < 2028:
        later = at + timedelta(minutes=30)
        if at.astimezone(here).utcoffset() != later.astimezone(here).utcoffset():
            found.append(later)
        at = later
    return found[:2] or [datetime(2027, 3, 28, 12, tzinfo=UTC), datetime(2027, 10, 31, 12, tzinfo=UTC)]


def wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def plan(change: datetime, zone: str) -> Iterator[SessionDetails]:
    """Five days, one with an item without a length, and the night of the change: up to it, over it, from it on."""
    first = wall(change, zone).replace(hour=9, minute=0) - timedelta(days=2)
    for day in range(5):
        yield session(f"Day {day}", first + timedelta(days=day), 90 * (day % 4))
    hours = timedelta(hours=1)
    for title, before, after in (("Up to", 4, -2), ("Over", 3, 3), ("From", -2, 4)):
        yield SessionDetails(
            starts_at=wall(change - before * hours, zone),
            ends_at=wall(change + after * hours, zone),
            title={"en": title},
            room="Room 1",
        )


def session(title: str, starts: datetime, minutes: int) -> SessionDetails:
    return SessionDetails(starts_at=starts, ends_at=starts + timedelta(minutes=minutes), title={"en": title})


@pytest.mark.parametrize("season", [0, 1], ids=["first change", "second change"])
@pytest.mark.parametrize("zone", ZONES)
def test_all_readers_read_what_is_meant(zone: str, season: int, site: Flask, world: World) -> None:
    """The event of a week is registered for, called off for one, moved, loses a session, and is called off."""
    change = changes(zone)[season]
    event = over_the_change(zone, change)
    ann = register(event, address("ann", event))
    bob = register(event, address("bob", event), attends="online")
    world.check_letters((ann, "REQUEST", event_entry(event)), (bob, "REQUEST", event_entry(event, location=MEETING)))
    world.check_calendars(event, ann, bob)

    moved = event_details(
        event, starts_at=event.starts_wall + timedelta(days=1), ends_at=event.ends_wall + timedelta(days=1)
    )
    events.edit_event(event.id, moved, by=None, tell=True)
    event = get_event(event.id)
    assert event.calendar_sequence == 1
    world.check_letters((ann, "REQUEST", event_entry(event)), (bob, "REQUEST", event_entry(event, location=MEETING)))
    agenda.set_agenda(event.id, sessions_of(event.id)[:-1], by=None)
    world.check_calendars(event, ann, bob)

    service.give_up(bob.id)
    gone = event_entry(event, counter=1, status=None, location=MEETING)
    world.check_letters((bob, "CANCEL", gone))
    with without_replies(site):
        cid = register(event, address("cid", event))
        world.check_letters((cid, "PUBLISH", event_entry(event)))
    events.call_off_event(event.id, by=None)
    event = get_event(event.id)
    world.check_letters((ann, "CANCEL", event_entry(event, counter=reload(ann).calendar_counter)))
    world.check_calendars(event, ann, bob, cid)


def over_the_change(zone: str, change: datetime) -> Event:
    sessions = list(plan(change, zone))
    event = make_event(
        series=f"{zone}-{change:%m}".lower().replace("/", "-").replace("_", "-"),
        publish=False,
        timezone=zone,
        starts_at=min(each.starts_at for each in sessions),
        ends_at=max(each.ends_at for each in sessions),
        mode="hybrid",
        online_url=MEETING,
        venue=VENUE,
    )
    agenda.set_agenda(event.id, sessions, by=None)
    events.publish_event(event.id, by=None)
    here = ZoneInfo(zone)
    rows = {row.title["en"]: (row.starts_at, row.ends_at) for row in published_sessions(event.id)}
    assert rows == {
        each.title["en"]: tuple(wall.replace(tzinfo=here).astimezone(UTC) for wall in (each.starts_at, each.ends_at))
        for each in sessions
    }
    return get_event(event.id)
