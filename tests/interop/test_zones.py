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
from tests.unit.calendar_readers import lines

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


def plan(change: datetime, zone: str, days: int) -> Iterator[SessionDetails]:
    """A day, or several around it, one with an item without a length; the night: up to the change, over it, from it."""
    first = wall(change, zone).replace(hour=9, minute=0) - timedelta(days=days // 2)
    for day in range(days):
        yield session(f"Day {day}", first + timedelta(days=day), 90 * ((day + 1) % 4))
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


@pytest.mark.parametrize(
    ("season", "days"), [(0, 1), (1, 1), (0, 5)], ids=["first change", "second change", "several days"]
)
@pytest.mark.parametrize("zone", ZONES)
def test_all_readers_read_what_is_meant(zone: str, season: int, days: int, site: Flask, world: World) -> None:
    """The event of a week is registered for, called off for one, moved, loses a session, and is called off."""
    change = changes(zone)[season]
    event = over_the_change(zone, change, days)
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


def over_the_change(zone: str, change: datetime, days: int) -> Event:
    sessions = list(plan(change, zone, days))
    event = make_event(
        series=f"{zone}-{change:%m}-{days}".lower().replace("/", "-").replace("_", "-"),
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


def test_several_days_are_whole_days_and_say_their_hours(world: World) -> None:
    """CALENDAR §1.9: dates, free time, and the hours in words; a night that ends on the next day keeps its times."""
    start = datetime(2027, 10, 14, 9)
    make_event("days", series="days", timezone="Asia/Kathmandu", starts_at=start, ends_at=datetime(2027, 10, 16, 0))
    make_event("night", series="days", starts_at=start.replace(hour=20), ends_at=datetime(2027, 10, 15, 2))
    days, night = (lines(world.client.get(f"/events/{slug}/event.ics").data) for slug in ("days", "night"))
    assert {"DTSTART;VALUE=DATE:20271014", "DTEND;VALUE=DATE:20271016", "TRANSP:TRANSPARENT"} <= set(days)
    (told,) = (line for line in days if line.startswith("DESCRIPTION:"))
    hours = r"Thursday 14 October 2027\, 09:00 – Saturday 16 October 2027\, 00:00 (Kathmandu time (UTC+5:45))"
    assert told.startswith(f"DESCRIPTION:{hours}")
    assert {"DTSTART;TZID=Europe/Brussels:20271014T200000", "TRANSP:OPAQUE"} <= set(night)
