"""Calendar letters as a real mail server takes them (CALENDAR §1.4): the tree, the bytes, the lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed
from datetime import timedelta
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from flask import Flask
from icalendar import Calendar

from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration import handling, notifications, service, switching
from eventsapp.registration.models import Registration
from tests.builders import VENUE, event_details, make_event, make_user, register
from tests.interop.world import World, address, lines_of, parts_of, without_replies
from tests.smtp_peer import Taken
from tests.unit.calendar_readers import property_of

LONGEST_LINE = 998
"""Of a mail, without its CRLF (RFC 5322 §2.1.1)."""


def test_place(world: World) -> None:
    event = hybrid()
    register(event, address("ann", event), name="Ännchen, “Ann” Lee")
    check_invitation(only(world.letters()), "REQUEST", "place")


def hybrid(**values: object) -> Event:
    values = {"mode": "hybrid", "online_url": "https://meet.example.org/room", **values}
    return make_event(**values)  # type: ignore[arg-type]


def only(letters: list[Taken]) -> Taken:
    """The one letter with a calendar in it."""
    (found,) = [taken for taken in letters if parts_of(taken.mail).bodies]
    return found


def move(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    later = {
        name: getattr(event, wall) + timedelta(days=1)
        for name, wall in (("starts_at", "starts_wall"), ("ends_at", "ends_wall"))
    }
    events.edit_event(event.id, event_details(event, **later), by=None, tell=True)


def move_house(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    details = event_details(event, venue=changed(VENUE, name="Another place " + "é" * 150))
    events.edit_event(event.id, details, by=None, tell=True)


def call_off(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    events.call_off_event(event.id, by=None, message="Sorry.")


def give_up(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    service.give_up(ann.id)


def move_up(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    handling.move_up(bob.id, by=by, why="a speaker")


def withdraw(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    handling.withdraw(ann.id, by=by, why="asked by phone")


def put_back(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    handling.put_back(ann.id, by=by, why="a double entry")


def go_online(event: Event, ann: Registration, bob: Registration, by: int) -> None:
    assert not isinstance(switching.switch(ann.id, "online"), switching.CannotSwitch)


Act = Callable[[Event, Registration, Registration, int], None]


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (move, {"ann": ("REQUEST", "moved")}),
        (move_house, {"ann": ("REQUEST", "moved")}),
        (call_off, {"ann": ("CANCEL", "called_off")}),
        (give_up, {"ann": ("CANCEL", "given_up"), "bob": ("REQUEST", "moved_up")}),
        (move_up, {"bob": ("REQUEST", "moved_up")}),
        (withdraw, {"ann": ("CANCEL", "withdrawn"), "bob": ("REQUEST", "moved_up")}),
        (put_back, {"ann": ("CANCEL", "put_back"), "bob": ("REQUEST", "moved_up")}),
        (go_online, {"ann": ("REQUEST", "switched"), "bob": ("REQUEST", "moved_up")}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_news_about_a_place(act: Act, expected: dict[str, tuple[str, str]], world: World) -> None:
    """Ann has the one place in the room, Bob waits for it; who waits gets no calendar part (CALENDAR §1.7)."""
    event = hybrid(capacity=1)
    ann = register(event, address("ann", event), name="Ann Lee")
    bob = register(event, address("bob", event), name="Bob Moss")
    before = {str(taken.mail["To"]).partition("@")[0]: taken for taken in world.letters()}
    assert parts_of(before["bob"].mail).bodies == []
    act(event, ann, bob, make_user())
    letters = {
        str(taken.mail["To"]).partition("@")[0]: taken for taken in world.letters() if parts_of(taken.mail).bodies
    }
    assert set(letters) == set(expected)
    for name, (method, kind) in expected.items():
        check_invitation(letters[name], method, kind)
    if "ann" in expected:
        check_update(before["ann"].mail, letters["ann"].mail)


def test_every_kind_of_letter_with_a_calendar_is_here() -> None:
    """A new kind of letter is either read above or told here to have no calendar part, with whom it goes to."""
    read = {"place", "moved", "called_off", "given_up", "moved_up", "withdrawn", "put_back", "switched"}
    without = {
        *("received", "waiting", "not_accepted", "offered", "lapsed", "short_notice"),  # to people without a place
        *("agenda_changed", "already_registered", "prove_address", "merged"),  # the event's entry stays as it is
        *("address_changed", "new_address"),  # see tests/integration/test_letters.py
    }
    assert set(notifications.KINDS) == read | without


def test_without_replies_the_file_is_attached_alone(site: Flask, world: World) -> None:
    """CALENDAR §1.8: nothing inline, or Outlook shows raw lines; nobody invited; in updates as well."""
    with without_replies(site):
        event = hybrid()
        ann = register(event, address("ann", event), name="Ann Lee")
        move(event, ann, ann, 0)
        letters = world.letters()
    assert len(letters) == 2
    for taken in letters:
        mail = taken.mail
        check_lines(taken.content)
        assert shape(mail) == [
            "multipart/mixed",
            ["multipart/alternative", "text/plain", "text/html"],
            "application/ics",
        ]
        (body,) = parts_of(mail).bodies
        list(lines_of(body))
        assert property_of(body, "METHOD") == ["METHOD:PUBLISH"]
        assert property_of(body, "ATTENDEE") == []
        assert len(property_of(body, "ORGANIZER")) == 1


def check_invitation(taken: Taken, method: str, kind: str) -> None:
    """All that §1.3 to §1.6 say of one letter, from the bytes that the mail server took."""
    mail = taken.mail
    check_lines(taken.content)
    assert taken.content.isascii()
    assert shape(mail) == [
        "multipart/mixed",
        ["multipart/alternative", "text/plain", "text/html", "text/calendar"],
        "application/ics",
    ]
    ((inline,), (attached,)) = parts_of(mail).inline, parts_of(mail).attached
    assert inline["Content-Disposition"] is None
    assert inline["Content-ID"] is None
    assert (inline.get_param("method"), str(inline.get_param("charset")).lower()) == (method, "utf-8")
    assert attached.get_filename() == attached.get_param("name") == "invite.ics"
    assert attached.get_content_disposition() == "attachment"
    assert {part["Content-Transfer-Encoding"] for part in (inline, attached)} == {"base64"}
    one, other = parts_of(mail).bodies
    assert one == other
    assert all(len(line) <= 75 for line in lines_of(one))
    check_people(taken, one, method)
    assert kind in notifications.KINDS


def check_lines(content: bytes) -> None:
    """CRLF and nothing else, and no line that a server would break."""
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= LONGEST_LINE


def shape(mail: EmailMessage) -> list[object]:
    """The tree of a mail by types."""
    parts = [part for part in mail.iter_parts() if isinstance(part, EmailMessage)]
    return [
        mail.get_content_type(),
        *(shape(part) if part.is_multipart() else part.get_content_type() for part in parts),
    ]


def check_people(taken: Taken, body: bytes, method: str) -> None:
    """One recipient, who is the ATTENDEE; the ORGANIZER is the sender, at the sender's domain."""
    mail = taken.mail
    calendar = Calendar.from_ical(body)
    (event,) = calendar.walk("VEVENT")
    ((_, sender),) = getaddresses([str(mail["From"])])
    ((_, recipient),) = getaddresses([str(mail["To"])])
    assert taken.recipients == (recipient,)
    assert str(calendar["method"]) == method
    assert str(event["organizer"]) == f"mailto:{sender}"
    assert str(event["attendee"]) == f"mailto:{recipient}"
    told = {name: str(event["attendee"].params[name]) for name in ("PARTSTAT", "RSVP", "CUTYPE", "ROLE")}
    assert told == {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE", "CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"}
    assert not [name for name in ("X-WR-CALNAME", "NAME") if name in calendar]
    assert not event.walk("VALARM")


def check_update(before: EmailMessage, after: EmailMessage) -> None:
    """The same UID, ORGANIZER and ATTENDEE, and a higher SEQUENCE."""
    old, new = (parts_of(mail).bodies[0] for mail in (before, after))
    for name in ("UID", "ORGANIZER", "ATTENDEE"):
        assert property_of(old, name) == property_of(new, name)
    sequences = [int(property_of(body, "SEQUENCE")[0].partition(":")[2]) for body in (old, new)]
    assert sequences[0] < sequences[1]
