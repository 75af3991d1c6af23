"""Calendar entries as bytes: invitations, cancellations, downloads and feeds (RFC 5545, 5546, 7986).

Every object is made for one reader: an invitation names its one attendee, downloads and feeds name nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vDuration, vText

from eventsapp.calendar.entry import CalendarEntry, Person, clean_url, one_line
from eventsapp.calendar.vtimezone import can_be_local, vtimezone

PRODID = "-//eventsapp//eventsapp//EN"

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


def request(entry: CalendarEntry, organizer: Person, attendee: Person, stamp: datetime) -> bytes:
    """An invitation to one person who already has a place, or its update (iTIP REQUEST, RFC 5546 §3.2.2).

    `stamp` is when the letter was made (aware). `organizer` must be a mailbox that takes answers: every client offers
    buttons, whatever RSVP says. Raises ValueError for an entry that is called off.
    """
    if entry.status == "CANCELLED":
        raise ValueError("what is called off is told by CANCEL, not by REQUEST")
    event = _event(entry, stamp, status=entry.status)
    event.add("organizer", _address(organizer))
    event.add("attendee", _attendee(attendee))
    return _message("REQUEST", entry, event)


def cancel(entry: CalendarEntry, organizer: Person, attendee: Person, stamp: datetime, *, called_off: bool) -> bytes:
    """Takes back a REQUEST (iTIP CANCEL, RFC 5546 §3.2.5): same UID, people, times and summary as that had.

    `called_off` says that the event itself is off; without it, only this person leaves, and no STATUS is written.
    Raises ValueError for sequence 0: a CANCEL must be above the REQUEST it follows.
    """
    if entry.sequence < 1:
        raise ValueError("a CANCEL has a higher sequence than its REQUEST")
    event = _event(entry, stamp, status="CANCELLED" if called_off else None)
    event.add("organizer", _address(organizer))
    event.add("attendee", _attendee(attendee))
    return _message("CANCEL", entry, event)


def publish(entry: CalendarEntry, organizer: Person, stamp: datetime) -> bytes:
    """An entry as an attachment for those who cannot answer (iTIP PUBLISH, RFC 5546 §3.2.1): it names no attendee.

    For senders without a mailbox for answers. Never to be put inline: Outlook shows it as raw lines there.
    """
    event = _event(entry, stamp, status=entry.status)
    event.add("organizer", _address(organizer))
    return _message("PUBLISH", entry, event)


def download(entries: Sequence[CalendarEntry], *, name: str | None = None, alarm: timedelta | None = None) -> bytes:
    """A file to import, without METHOD; the same entries give the same bytes.

    `name` is written only beside several entries (Outlook makes a new calendar of a named file), `alarm`, the time
    before the start at which to remind, only with a single one.
    """
    single = len(entries) == 1
    calendar = _calendar(entries)
    if name and not single:
        _add_name(calendar, name)
    for entry in entries:
        event = _event(entry, entry.last_modified, status=entry.status)
        if alarm is not None and single:
            event.add_component(_reminder(entry, alarm))
        calendar.add_component(event)
    return _bytes(calendar)


def feed(entries: Iterable[CalendarEntry], *, name: str, source: str, refresh: timedelta = timedelta(hours=1)) -> bytes:
    """A calendar to subscribe to; the same entries give the same bytes, in the order given.

    `source` is the feed's own address, `refresh` the least time between two looks (RFC 7986 §5.7, a hint only).
    """
    entries = tuple(entries)
    calendar = _calendar(entries)
    _add_name(calendar, name)
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(refresh))
    calendar.add("source", clean_url(source), parameters={"VALUE": "URI"})
    for entry in entries:
        calendar.add_component(_event(entry, entry.last_modified, status=entry.status))
    return _bytes(calendar)


def _calendar(entries: Iterable[CalendarEntry], method: Method | None = None) -> Calendar:
    """An empty calendar with the zones that its entries will name. (`Calendar.new` would add a random UID.)"""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for zone_name in sorted({entry.timezone for entry in entries if _is_local(entry)}):
        calendar.add_component(vtimezone(zone_name))
    return calendar


def _message(method: Method, entry: CalendarEntry, event: Event) -> bytes:
    calendar = _calendar([entry], method)
    calendar.add_component(event)
    return _bytes(calendar)


def _bytes(calendar: Calendar) -> bytes:
    return bytes(calendar.to_ical())


def _add_name(calendar: Calendar, name: str) -> None:
    """The name twice, for new and old readers; as vText, because icalendar writes both unescaped otherwise."""
    calendar.add("name", vText(one_line(name)))
    calendar.add("x-wr-calname", vText(one_line(name)))


def _is_local(entry: CalendarEntry) -> bool:
    return not entry.all_day and can_be_local(entry.timezone, entry.starts_at, entry.ends_at)


def _event(entry: CalendarEntry, stamp: datetime, status: str | None = None) -> Event:
    if stamp.utcoffset() is None:
        raise ValueError("a stamp is a moment and needs a zone")
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    _add_times(event, entry)
    event.add("summary", vText(entry.summary))
    event.add("transp", "TRANSPARENT" if entry.transparent or entry.all_day else "OPAQUE")
    for name, value in _optional(entry, status).items():
        if value:
            event.add(name, value)
    return event


def _optional(entry: CalendarEntry, status: str | None) -> dict[str, Any]:
    return {
        "status": status,
        "description": vText(entry.description),
        "location": vText(entry.location),
        "url": entry.url,
        "related-to": entry.related_to,
        "categories": list(entry.categories),
        "created": entry.created,
        "last-modified": entry.last_modified,
    }


def _add_times(event: Event, entry: CalendarEntry) -> None:
    """Dates, local times or UTC, whichever every reader takes for the same instants."""
    here = ZoneInfo(entry.timezone)
    starts_at, ends_at = entry.starts_at, entry.ends_at
    if entry.all_day:
        first = starts_at.astimezone(here).date()
        after = (ends_at.astimezone(here) - timedelta(microseconds=1)).date() + timedelta(days=1)
        event.add("dtstart", first)
        event.add("dtend", max(after, first + timedelta(days=1)))
    elif _is_local(entry):
        event.add("dtstart", starts_at.astimezone(here))
        event.add("dtend", ends_at.astimezone(here))
    else:
        event.add("dtstart", starts_at)
        event.add("dtend", ends_at)


def _address(person: Person) -> vCalAddress:
    return vCalAddress.new(person.mailto, cn=person.name or None)


def _attendee(person: Person) -> vCalAddress:
    return vCalAddress.new(
        person.mailto,
        cn=person.name or None,
        cutype="INDIVIDUAL",
        partstat="ACCEPTED",
        role="REQ-PARTICIPANT",
        rsvp=False,
    )


def _reminder(entry: CalendarEntry, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", vText(entry.summary))
    alarm.add("trigger", -before)
    return alarm
