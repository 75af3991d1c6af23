"""The calendar parts of letters, read back from the wire by two parsers that share no code."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
import vobject
from icalendar import Calendar

from eventsapp.events import service as events
from eventsapp.mail import message
from eventsapp.registration import service
from tests.builders import event_details, get_event, make_event, register
from tests.letters import letters

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
ADDRESS = "ann@example.org"


def parts_on_the_wire() -> list[tuple[str, bytes]]:
    """Method and bytes of every calendar part sent to Ann, in order; both copies in a letter are the same bytes."""
    found = []
    for number, letter in enumerate(letters(ADDRESS)):
        wire = message.to_bytes(
            letter.rendered,
            sender="events@localhost",
            recipient=ADDRESS,
            message_id=f"<{number}@localhost>",
            sent_on=NOW,
        )
        mail = email.message_from_bytes(wire, policy=email.policy.default)
        inline = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        attached = [part for part in mail.walk() if part.get_content_type() == "application/ics"]
        bodies = [part.get_payload(decode=True) for part in (*inline, *attached)]
        assert len(bodies) == 2
        assert bodies[0] == bodies[1]
        assert isinstance(bodies[0], bytes)
        found.append((str(inline[0].get_param("method")), bodies[0]))
    return found


def read_both_ways(body: bytes) -> tuple[Any, Any]:
    """The event as icalendar and as vobject take it."""
    return Calendar.from_ical(body).walk("VEVENT")[0], vobject.readOne(body.decode()).vevent


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("Europe/Brussels", datetime(2027, 7, 14, 9), datetime(2027, 7, 14, 17)),
        ("Europe/Brussels", datetime(2027, 12, 14, 9), datetime(2027, 12, 14, 17)),
        ("America/New_York", datetime(2027, 11, 8, 9), datetime(2027, 11, 8, 17)),
        ("Australia/Sydney", datetime(2027, 8, 2, 9), datetime(2027, 8, 2, 17)),
        ("Asia/Kathmandu", datetime(2027, 8, 2, 9, 15), datetime(2027, 8, 2, 17)),
        ("UTC", datetime(2027, 8, 2, 9), datetime(2027, 8, 2, 17)),
    ],
)
def test_both_readers_see_the_same_instants(zone: str, start: datetime, end: datetime) -> None:
    with time_machine.travel(NOW, tick=False):
        event = make_event(timezone=zone, starts_at=start, ends_at=end)
        first = (event.starts_at, event.ends_at)
        ann = register(event, ADDRESS)
        later = event_details(event, starts_at=start.replace(day=start.day + 1), ends_at=end.replace(day=end.day + 1))
        events.edit_event(event.id, later, by=None, tell=True)
        service.give_up(ann.id)
        register(event, ADDRESS)
        parts = parts_on_the_wire()
        moved = get_event(event.id)
    spans = [first, *[(moved.starts_at, moved.ends_at)] * 3]
    assert [method for method, _ in parts] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
    sequences = []
    for (method, body), span in zip(parts, spans, strict=True):
        named, other = read_both_ways(body)
        assert (named.decoded("dtstart"), named.decoded("dtend")) == span
        assert (other.dtstart.value, other.dtend.value) == span
        assert str(named["uid"]) == other.uid.value == f"event-{event.key}@localhost"
        assert named["sequence"] == int(other.sequence.value)
        assert Calendar.from_ical(body)["method"] == method
        sequences.append(named["sequence"])
    assert sequences == [0, 1, 2, 3]
