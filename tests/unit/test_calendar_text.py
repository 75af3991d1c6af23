"""Texts through both readers: whatever people type arrives as typed, and never as a property of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from eventsapp.calendar.entry import Person, clean_text
from eventsapp.calendar.ics import download, feed, request
from tests.unit.calendar_readers import (
    GUEST,
    STAMP,
    TEAM,
    entry,
    first_event,
    first_vevent,
    lines,
    property_of,
    spans,
)

TEXTS = [
    "Reflection Day",
    "a, b; c: d",
    "quotes \" and ' and ^n ^^ %0A",
    "back\\slash \\n \\, \\; end\\",
    "one\ntwo\n\nfour\ttab",
    "\U0001f600\U0001f3f3\ufe0f\u200d\U0001f308 \U00020000",
    "יום עיון \u200fعربى",
    "e\u0301 combined, Łódź, Ελλάδα, 北京",
    "é" * 200,
    "\U0001f600" * 100,
    "x" * 1000,
    "=cmd()|' /C calc'!A0",
    "<b>bold</b> & <script>alert(1)</script>",
    "BEGIN:VEVENT",
    "END:VCALENDAR",
]
HOSTILE = [
    "x\r\nATTENDEE:mailto:a@b",
    "x\nATTENDEE:mailto:a@b",
    "x\rEND:VEVENT",
    "x\u2028ATTENDEE:mailto:a@b",
    "x\x85ATTENDEE:mailto:a@b",
    "x\x0bATTENDEE:mailto:a@b\x0c",
    'x":mailto:a@b\r\nX-EVIL:1',
    "x\x00y\x1b[31m\x7f",
    "x\r\n\r\n ATTENDEE:mailto:a@b",
]


def texts_of(body: bytes, name: str) -> list[str]:
    return [str(first_event(body)[name]), str(getattr(first_vevent(body), name.lower()).value)]


@pytest.mark.parametrize("text", TEXTS)
def test_text_arrives_as_typed(text: str) -> None:
    body = download([entry(summary=text.replace("\n", " ").replace("\t", " "), description=text, categories=(text,))])
    assert texts_of(body, "DESCRIPTION") == [text, text]
    assert texts_of(body, "SUMMARY") == [" ".join(text.split())] * 2
    assert first_vevent(body).categories.value == [" ".join(text.split())]
    assert [str(each) for each in first_event(body)["CATEGORIES"].cats] == [" ".join(text.split())]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_arrives_cleaned(text: str) -> None:
    body = download([entry(description=f"<{text}>", location=text)])
    assert texts_of(body, "DESCRIPTION") == [f"<{clean_text(text)}>"] * 2


@pytest.mark.parametrize("text", [*TEXTS, *HOSTILE])
def test_lines_are_folded_at_75_octets_and_never_inside_a_sign(text: str) -> None:
    invited = Person("ada@example.net", text)
    body = request(entry(summary=text, description=text, location=text, url=text), TEAM, invited, STAMP)
    body += feed([entry(categories=(text,))], name=text, source="https://a.example/" + text)
    assert body.endswith(b"\r\n")
    for line in body[:-2].split(b"\r\n"):
        assert 0 < len(line) <= 75
        line.decode("utf-8")
        assert b"\r" not in line
        assert b"\n" not in line


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_property(text: str) -> None:
    harmless = lines(
        request(entry(summary="x", description="x", location="x", url="x", categories=("x",)), TEAM, GUEST, STAMP)
    )
    made = entry(summary=text, description=text, location=text, url=text, categories=(text,))
    found = lines(request(made, TEAM, Person("ada@example.net", text), STAMP))
    assert [name_of(line) for line in found] == [name_of(line) for line in harmless]
    assert not set("\x00\x0b\x0c\x1b\x7f\x85\u2028") & set("".join(found))


def name_of(line: str) -> str:
    return line.partition(":")[0].partition(";")[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_calendar_name_and_source_make_no_property(text: str) -> None:
    harmless = lines(feed([], name="x", source="x"))
    found = lines(feed([], name=text, source=text))
    assert [name_of(line) for line in found] == [name_of(line) for line in harmless]


def attendee_names(body: bytes) -> tuple[str, str]:
    return str(first_event(body)["ATTENDEE"].params["CN"]), str(first_vevent(body).attendee.params["CN"][0])


@pytest.mark.parametrize("name", ["Ada", "Łukasz Żółć", "Villa, Ada; de", "a:b", "O'Neil", "\U0001f600 Ada", "x" * 300])
def test_name_of_a_person_arrives_as_typed(name: str) -> None:
    assert attendee_names(request(entry(), TEAM, Person("ada@example.net", name), STAMP)) == (name, name)


def test_quotes_in_a_name_are_encoded_as_rfc_6868_says() -> None:
    """vobject is older than RFC 6868 and shows the code; without it a quote would end the parameter for everybody."""
    body = request(entry(), TEAM, Person("ada@example.net", 'Ada "Ace" ^'), STAMP)
    assert attendee_names(body) == ('Ada "Ace" ^', "Ada ^'Ace^' ^^")


def test_hostile_name_stays_a_name() -> None:
    body = request(entry(), TEAM, Person("ada@example.net", "x\r\nATTENDEE:mailto:a@b"), STAMP)
    assert attendee_names(body) == ("x ATTENDEE:mailto:a@b", "x ATTENDEE:mailto:a@b")
    assert first_event(body)["ATTENDEE"] == first_vevent(body).attendee.value == "mailto:ada@example.net"
    assert len(property_of(body, "ATTENDEE")) == 1


def test_calendar_name_arrives_as_typed() -> None:
    """RFC 7986 §5.1 makes NAME a TEXT; icalendar 7.3 leaves its escapes as they are."""
    name = "Visits, days; \U0001f600 and more of them than fit on one line of a calendar object"
    body = feed([entry()], name=name, source="https://a.example/x.ics")
    raw, read = Calendar.from_ical(body), vobject.readOne(body.decode())
    assert raw["NAME"] == raw["X-WR-CALNAME"] == name.replace(",", "\\,").replace(";", "\\;")
    assert read.name_list[0].value == read.x_wr_calname.value == name


def test_location_is_one_line() -> None:
    body = download([entry(location="Manos Premier\r\nChaussée de Charleroi 100\n\n1060 Brussels")])
    assert texts_of(body, "LOCATION") == ["Manos Premier, Chaussée de Charleroi 100, 1060 Brussels"] * 2


@pytest.mark.parametrize(
    ("changes", "absent"),
    [({"description": ""}, "DESCRIPTION"), ({"location": "\n"}, "LOCATION"), ({"url": " "}, "URL"), ({}, "CATEGORIES")],
)
def test_what_is_empty_is_not_written(changes: dict[str, Any], absent: str) -> None:
    assert property_of(download([entry(**changes)]), absent) == []


def test_both_readers_see_the_same_dates() -> None:
    body = download([entry(all_day=True)])
    assert spans(body) == [(date(2027, 6, 12), date(2027, 6, 13))] * 3
