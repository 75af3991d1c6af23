"""The entry as a value: what it takes, what it cleans, what it refuses."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from eventsapp.calendar.entry import CalendarEntry, Person, clean_text, clean_url, event_uid, one_line, session_uid
from tests.unit.calendar_readers import EVENT_KEY, EVENT_UID, SESSION_UID, SUMMER, entry


def test_uid_from_text_and_uuid_is_the_same() -> None:
    assert event_uid(EVENT_KEY, "a.example") == event_uid(UUID(EVENT_KEY), "a.example")
    assert event_uid(EVENT_KEY, "a.example") == f"event-{EVENT_KEY}@a.example"
    assert session_uid(EVENT_KEY.upper(), "a.example") == f"session-{EVENT_KEY}@a.example"


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("walk-in", "a.example"),
        (EVENT_KEY, ""),
        (EVENT_KEY, "a.example:8000"),
        (EVENT_KEY, "a b"),
        (EVENT_KEY, "a\r\nX:y"),
        (EVENT_KEY, "A.example"),
    ],
)
def test_uid_of_something_else_is_refused(key: str, host: str) -> None:
    with pytest.raises(ValueError, match=r"not a host name|badly formed hexadecimal UUID"):
        event_uid(key, host)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("a\x85b\u2028c\u2029d", "a\nb\nc\nd"),
        ("\x00a\x0b\x0c\x1b[0mb\x7f\x9f", "a[0mb"),
        ("a\ud83d", "a"),
        ("\U0001f600 שלום é", "\U0001f600 שלום é"),
    ],
)
def test_clean_text(typed: str, cleaned: str) -> None:
    assert clean_text(typed) == cleaned
    assert clean_text(cleaned) == cleaned


def test_one_line_joins_what_is_not_empty() -> None:
    assert one_line(" Manos  Premier\r\n\r\n 1060\tBrussels ", joint=", ") == "Manos Premier, 1060 Brussels"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("https://a.example/events/x?q=1&r=%20#top", "https://a.example/events/x?q=1&r=%20#top"),
        ("https://a.example/\r\nX-EVIL:1", "https://a.example/X-EVIL:1"),
        ('https://a.example/é "b"', "https://a.example/%C3%A9%20%22b%22"),
    ],
)
def test_clean_url(typed: str, cleaned: str) -> None:
    assert clean_url(typed) == cleaned


def test_entry_keeps_moments_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    made = entry(starts_at=SUMMER.astimezone(there), ends_at=SUMMER.astimezone(there))
    assert made.starts_at == made.ends_at == SUMMER
    assert made.starts_at.tzinfo is UTC


def test_entry_cleans_texts() -> None:
    made = entry(
        summary="Reflection\r\nDay\x00",
        description="One\r\ntwo\x1b",
        location="Manos Premier\n\n1060 Brussels",
        categories=("study\nvisit", "\x00", ""),
    )
    assert (made.summary, made.description) == ("Reflection Day", "One\ntwo")
    assert (made.location, made.categories) == ("Manos Premier, 1060 Brussels", ("study visit",))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ends_at": SUMMER - timedelta(seconds=1)}, "ends before it starts"),
        ({"starts_at": SUMMER.replace(tzinfo=None)}, "starts_at is a moment"),
        ({"ends_at": (SUMMER + timedelta(hours=1)).replace(tzinfo=None)}, "ends_at is a moment"),
        ({"last_modified": SUMMER.replace(tzinfo=None)}, "last_modified is a moment"),
        ({"created": SUMMER.replace(tzinfo=None)}, "created is a moment"),
        ({"sequence": -1}, "never negative"),
        ({"status": "WAITLISTED"}, "no calendar status"),
        ({"uid": ""}, "not a UID"),
        ({"uid": "a b@c"}, "not a UID"),
        ({"uid": "a\r\nMETHOD:CANCEL"}, "not a UID"),
        ({"related_to": "é@c"}, "not a UID"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"timezone": ""}, "no time zone"),
        ({"timezone": "../etc/passwd"}, "no time zone"),
        ({"timezone": "Europe"}, "no time zone"),
    ],
)
def test_entry_that_makes_no_sense_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        entry(**changes)


def test_entry_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        entry().sequence = 2  # type: ignore[misc]


FULL = entry(
    uid=SESSION_UID,
    sequence=7,
    description="One\ntwo \U0001f600",
    location="Room A",
    url="https://a.example/x",
    status="TENTATIVE",
    transparent=True,
    related_to=EVENT_UID,
    categories=("visit", "a, b"),
    all_day=True,
    created=datetime(2027, 1, 1, 1, 2, 3, 456789, tzinfo=UTC),
)


@pytest.mark.parametrize("made", [entry(), FULL])
def test_facts_through_json_give_the_same_entry(made: CalendarEntry) -> None:
    assert CalendarEntry.from_facts(json.loads(json.dumps(made.to_facts()))) == made


def test_facts_of_another_release_are_read() -> None:
    facts = entry().to_facts() | {"colour": "red"}
    del facts["categories"], facts["created"], facts["all_day"]
    assert CalendarEntry.from_facts(facts) == entry()


@pytest.mark.parametrize(
    ("address", "mailto"),
    [
        ("ada@example.org", "mailto:ada@example.org"),
        ("o'neil+x.y@sub.example.org", "mailto:o'neil+x.y@sub.example.org"),
        ("a&b=c/d?e#f%g@example.org", "mailto:a%26b%3Dc%2Fd%3Fe%23f%25g@example.org"),
        ("=cmd@example.org", "mailto:%3Dcmd@example.org"),
        ("ada@exämple.org", "mailto:ada@xn--exmple-cua.org"),
        ("ada@localhost", "mailto:ada@localhost"),
    ],
)
def test_mailto(address: str, mailto: str) -> None:
    assert Person(address).mailto == mailto


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a@b@example.org",
        "ada @example.org",
        "ada@example.org\r\nATTENDEE:mailto:eve@example.org",
        "ada@example.org\n",
        "Ada <ada@example.org>",
        '"a b"@example.org',
        "ada@exa mple.org",
        "ada@-example.org",
        "ada@example..org",
        "ada@" + "ä" * 70 + ".org",
        "mailto:ada@example.org",
        "a,b@example.org",
        "zoë@example.org",
        ".ada@example.org",
    ],
)
def test_address_that_is_no_mailto_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        Person(address)


def test_name_of_a_person_is_one_line() -> None:
    assert Person("a@example.org", "x\r\nATTENDEE:mailto:a@b\x00").name == "x ATTENDEE:mailto:a@b"
