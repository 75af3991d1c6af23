"""Texts that break readers, in every kind of calendar object, read by all readers."""

from __future__ import annotations

import pytest
from flask import Flask

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.registration import service
from eventsapp.venues.rules import VenueDetails
from tests.builders import END, START, make_event, register, reload
from tests.interop.world import World, address, event_entry, now, session_entries, without_replies

FOUR_BYTES = "🏫"
LONG = FOUR_BYTES * 233 + "x" * 66
"""998 bytes, the longest that a line of a mail may be, in no more letters than the title of a session may have."""

TEXTS = {
    "separators": 'A, B; C \\ D: “E” \\n F \\, G ^n ^\' "H" | I=J',
    "four bytes": "Réunion 👩‍🏫 𝔘𝔫𝔦 🇧🇪 日本語 עברית",
    "998 bytes": LONG,
    "one word of two bytes": "é" * 200,
    "control characters": "Bell\x07, escape\x1b[31m, NUL\x00, tab\tVT\x0b, CSI\x9b",
    "line ends": "lines\u2028of\u2029many\x85kinds\r\nare\rhere\x0cto\x1esee",
    "as if it were lines": "END:VEVENT\r\nBEGIN:VEVENT\nUID:x",
    "as if it were folded": "one \r\n two\n\tthree",
}


@pytest.mark.parametrize("name", TEXTS)
def test_all_readers_read_the_same_text(name: str, site: Flask, world: World) -> None:
    """As title, as place and as room: in the database, in letters, files and feeds."""
    text = TEXTS[name]
    event = make_event(
        publish=False,
        series=name.replace(" ", "-"),
        title={"en": text[:200]},
        summary={"en": text},
        kind=text[:80],
        mode="hybrid",
        venue=VenueDetails(name=text[:200], address=text[:400]),
    )
    sessions = [
        SessionDetails(starts_at=START, ends_at=END, title={"en": text}, room=text[:120], speakers=(text[:200], "Eve")),
        SessionDetails(starts_at=START, ends_at=END, title={"en": "Other"}),
    ]
    agenda.set_agenda(event.id, sessions, by=None)
    events.publish_event(event.id, by=None)
    event = now(event)
    assert not set("\x00\x07\x0b\x1b\x9b\x85\u2028\u2029\r\n") & set(
        event.title["en"] + session_entries(event)[0].summary
    )

    ann = register(event, address("ann", event), name=text[:200])
    world.check_letters((ann, "REQUEST", event_entry(event)))
    world.check_calendars(event, ann)
    service.give_up(ann.id)
    world.check_letters((ann, "CANCEL", event_entry(event, counter=reload(ann).calendar_counter, status=None)))
    with without_replies(site):
        bob = register(event, address("bob", event), name=text[:200])
        world.check_letters((bob, "PUBLISH", event_entry(event)))
    agenda.set_agenda(event.id, sessions[1:], by=None)
    world.check_calendars(event, ann, bob)


def test_the_longest_title_is_kept_whole(world: World) -> None:
    event = make_event(publish=False, series="longest", title={"en": FOUR_BYTES * 200})
    agenda.set_agenda(event.id, [SessionDetails(starts_at=START, ends_at=END, title={"en": LONG})], by=None)
    events.publish_event(event.id, by=None)
    assert len(LONG.encode()) == 998
    assert session_entries(now(event))[0].summary == LONG
    world.check_calendars(event)
