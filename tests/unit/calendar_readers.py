"""Calendar bytes read by two parsers that share no code, and entries to write.

icalendar knows the zones of the world by their names and looks at a VTIMEZONE only for names it does not know;
vobject (through dateutil) believes the VTIMEZONE in the file. `read_by_definition` makes icalendar believe it too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import vobject
from icalendar import Calendar

from eventsapp.calendar.entry import CalendarEntry, Person, event_uid, session_uid

HOST = "events.example.org"
EVENT_KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
SESSION_KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
EVENT_UID = event_uid(EVENT_KEY, HOST)
SESSION_UID = session_uid(SESSION_KEY, HOST)

SUMMER = datetime(2027, 6, 12, 7, 0, tzinfo=UTC)
WINTER = datetime(2027, 1, 14, 8, 0, tzinfo=UTC)
STAMP = datetime(2027, 5, 3, 10, 20, 30, tzinfo=UTC)
CHANGED = datetime(2027, 5, 1, 6, 0, 0, tzinfo=UTC)

TEAM = Person("rsvp@example.org", "Reflection Day team")
GUEST = Person("ada@example.net", "Ada Example")

Span = tuple[datetime | date, datetime | date]


def entry(**changes: Any) -> CalendarEntry:
    starts_at = changes.pop("starts_at", SUMMER)
    values: dict[str, Any] = {
        "uid": EVENT_UID,
        "sequence": 0,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=8),
        "timezone": "Europe/Brussels",
        "summary": "Reflection Day",
        "last_modified": CHANGED,
    }
    return CalendarEntry(**values | changes)


def lines(body: bytes) -> list[str]:
    """The content lines of a calendar object, unfolded."""
    return body.decode().replace("\r\n ", "").split("\r\n")


def property_of(body: bytes, name: str) -> list[str]:
    """All content lines with a property of that name, with their parameters."""
    return [line for line in lines(body) if line.partition(":")[0].partition(";")[0] == name]


def first_event(body: bytes) -> Any:
    calendar = Calendar.from_ical(body)
    assert not calendar.errors
    return calendar.walk("VEVENT")[0]


def first_vevent(body: bytes) -> Any:
    return vobject.readOne(body.decode()).vevent


def spans(body: bytes) -> list[Span]:
    """Start and end of the first event as each reader takes them: by name, by definition (icalendar), by vobject."""
    named, defined, other = first_event(body), first_event(without_known_zones(body)), first_vevent(body)
    return [
        (named.decoded("dtstart"), named.decoded("dtend")),
        (defined.decoded("dtstart"), defined.decoded("dtend")),
        (other.dtstart.value, other.dtend.value),
    ]


def without_known_zones(body: bytes) -> bytes:
    """The same object with zone names that no reader knows, so that only the VTIMEZONE says what they mean."""
    text = body.decode()
    for line in property_of(body, "TZID"):
        name = line.removeprefix("TZID:")
        text = text.replace(f"TZID:{name}", f"TZID:Zone of {name}").replace(f"TZID={name}", f'TZID="Zone of {name}"')
    return text.encode()
