"""The app with its mail at a real SMTP server, and what each of its calendar objects means.

What is meant is told from the rows of the database alone; nothing here asks the code that writes calendars.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage

from flask import Flask

from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.queries import published_sessions
from eventsapp.app import RENDERERS
from eventsapp.events.models import Event
from eventsapp.events.queries import find_event
from eventsapp.mail.delivery import deliver
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import get_event, reload
from tests.interop.faults import is_confused, what_is_read
from tests.interop.reading import Entry, Read, Reader, Refused, told
from tests.pages import links_of, path
from tests.smtp_peer import SmtpPeer, Taken
from tests.unit.calendar_readers import property_of


@dataclass(frozen=True)
class Parts:
    """The calendar parts of a mail, decoded."""

    inline: tuple[EmailMessage, ...]
    attached: tuple[EmailMessage, ...]

    @property
    def bodies(self) -> list[bytes]:
        return [_decoded(part) for part in (*self.inline, *self.attached)]


def parts_of(mail: EmailMessage) -> Parts:
    parts = list(mail.walk())
    return Parts(
        inline=tuple(part for part in parts if part.get_content_type() == "text/calendar"),
        attached=tuple(part for part in parts if part.get_content_type() == "application/ics"),
    )


def _decoded(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


class World:
    """`letters` are those that the mail server took since it was last asked; `check` reads one object with all."""

    def __init__(self, client: Browser, peer: SmtpPeer, readers: Mapping[str, Reader]) -> None:
        self.client = client
        self.readers = readers
        self._peer = peer
        self._seen = 0
        self._known: dict[tuple[str, str], Entry] = {}

    def letters(self) -> list[Taken]:
        """Written meanwhile, and taken by the mail server now."""
        deliver(RENDERERS, owner="worker")
        new = self._peer.taken[self._seen :]
        self._seen += len(new)
        return new

    def check(self, name: str, body: bytes, meant: Read) -> None:
        """All readers take the bytes for what is meant, but for their known faults."""
        zone = next((line.removeprefix("TZID:") for line in property_of(body, "TZID")), None)
        for reader, read in self.readers.items():
            if is_confused(reader, body):
                assert _gets_it_wrong(read, body, meant), (name, reader)
                continue
            found, expected = read(body), what_is_read(reader, meant, zone)
            if found != expected:
                raise AssertionError(f"{name} as {reader} takes it: {differences(found, expected)}")

    def check_letters(self, *expected: tuple[Registration, str, Entry]) -> None:
        """The calendar letters written since, as (person, METHOD, entry): neither more nor fewer, in any order."""
        found = {str(taken.mail["To"]): taken.mail for taken in self.letters() if parts_of(taken.mail).bodies}
        wanted = {str(person.email) for person, _, _ in expected}
        if set(found) != wanted:
            raise AssertionError(f"calendar letters to {set(found)} instead of {wanted}")
        for person, method, entry in expected:
            (body,) = set(parts_of(found[str(person.email)]).bodies)
            self.check(f"letter {method}", body, Read(method, (entry,)))

    def check_calendars(self, event: Event, *people: Registration) -> None:
        """All that can be fetched about an event, and of each of these people."""
        event = now(event)
        sessions = session_entries(event)
        public = tuple(sessions) or (event_entry(event),)
        objects = {
            f"/events/{event.slug}/event.ics": (event_entry(event),),
            f"/events/{event.slug}/agenda.ics": public,
            f"/series/{event.series.slug}/calendar.ics": (event_entry(event),),
        }
        for person in people:
            row = reload(person)
            own = tuple(own_entry(each, event, row) for each in public)
            links = links_of(person)
            objects |= {path(links.feed): own, path(links.agenda_file): own}
        for url, entries in objects.items():
            answer = self.client.get(url)
            assert answer.status_code == 200, url
            self.check(url, answer.data, Read(None, entries))
            for entry in entries:
                self._must_be_newer(url, entry)

    def _must_be_newer(self, url: str, entry: Entry) -> None:
        """Times and STATUS of a subscription change with a higher SEQUENCE only, which never falls (CALENDAR §1.2)."""
        before = self._known.setdefault((url, entry.uid), entry)
        self._known[url, entry.uid] = entry
        old, new = before.sequence or 0, entry.sequence or 0
        told = [(each.starts, each.ends, each.status) for each in (before, entry)]
        if new < old or (new == old and told[0] != told[1]):
            raise AssertionError(f"{url}: readers keep {before} and do not take {entry}")


def address(name: str, event: Event) -> str:
    """Of somebody, another one for each event: an address takes so many places a day and no more."""
    return f"{name}@{event.slug}.example.org"


def now(event: Event) -> Event:
    """The event with its series and venue, as it is in the database now."""
    found = find_event(get_event(event.id).id)
    assert found is not None
    return found


def _gets_it_wrong(read: Reader, body: bytes, meant: Read) -> bool:
    try:
        return read(body) != meant
    except Refused:
        return True


def differences(found: Read, expected: Read) -> list[tuple[object, object]]:
    """What was read beside what was meant, where they are not the same; whole entries where their numbers differ."""
    if len(found.entries) != len(expected.entries):
        return [(found, expected)]
    pairs = [(found.method, expected.method), *zip(found.entries, expected.entries, strict=True)]
    return [pair for pair in pairs if pair[0] != pair[1]]


def event_entry(event: Event, *, counter: int = 0, status: str | None = "", location: str | None = None) -> Entry:
    """As strangers see it now. `counter`: of the person it is for; `status`: empty for what the event says."""
    event = now(event)
    starts, ends = span_of(event)
    return Entry(
        uid=f"event-{event.key}@{event.uid_host}",
        sequence=event.calendar_sequence + counter,
        status={"published": "CONFIRMED", "cancelled": "CANCELLED"}[event.status] if status == "" else status,
        summary=event.title["en"],
        location=location if location is not None else place_of(event),
        starts=starts,
        ends=ends,
    )


def span_of(event: Event) -> tuple[str, str]:
    """Instants; of an event of several days its dates, the end exclusive (CALENDAR §1.9)."""
    if event.ends_wall - event.starts_wall < timedelta(days=1):
        return told(event.starts_at), told(event.ends_at)
    last = (event.ends_wall - timedelta(minutes=1)).date()
    return told(event.starts_wall.date()), told(last + timedelta(days=1))


def place_of(event: Event) -> str:
    if event.mode == "online" or event.venue is None:
        return "Online"
    return ", ".join(filter(None, (event.venue.name, event.venue.address)))


def session_entries(event: Event) -> list[Entry]:
    """Those taken off are among them until the event is over."""
    return [_session_entry(event, each) for each in published_sessions(event.id, with_removed=True)]


def _session_entry(event: Event, session: AgendaSession) -> Entry:
    off = session.cancelled_at is not None or event.status == "cancelled"
    return Entry(
        uid=f"session-{session.uid_key}@{event.uid_host}",
        sequence=session.calendar_sequence,
        status="CANCELLED" if off else "CONFIRMED",
        summary=session.title["en"],
        location=", ".join(filter(None, (session.room, place_of(event)))),
        starts=told(session.starts_at),
        ends=told(session.ends_at),
    )


def own_entry(entry: Entry, event: Event, person: Registration) -> Entry:
    """As the person sees it: their counter is in SEQUENCE, their way to take part in the place."""
    changes: dict[str, object] = {"sequence": (entry.sequence or 0) + person.calendar_counter}
    if person.state != "confirmed":
        changes["status"] = "CANCELLED"
    if event.mode == "hybrid" and person.attends == "online":
        changes["location"] = "Online"
    return Entry(**{name: getattr(entry, name) for name in entry.__dataclass_fields__} | changes)


@contextmanager
def without_replies(app: Flask) -> Iterator[None]:
    """EVENTSAPP_CALENDAR_REPLIES=off for a while."""
    before = app.config["EVENTSAPP"]
    app.config["EVENTSAPP"] = replace(before, calendar_replies=False)
    try:
        yield
    finally:
        app.config["EVENTSAPP"] = before


def lines_of(body: bytes) -> Iterator[bytes]:
    """As they are sent, each without its CRLF; there is no other line end."""
    assert body.endswith(b"\r\n")
    lines = body[:-2].split(b"\r\n")
    for line in lines:
        assert b"\r" not in line
        assert b"\n" not in line
        yield line
