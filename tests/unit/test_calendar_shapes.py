"""What each kind of calendar object holds, line by line (order of properties has no meaning; it is pinned all the same,
because bytes that change without a reason make every reader fetch and compare again)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.calendar.entry import CalendarEntry, Person
from eventsapp.calendar.ics import cancel, download, feed, publish, request
from eventsapp.calendar.vtimezone import vtimezone
from tests.unit.calendar_readers import (
    EVENT_UID,
    GUEST,
    SESSION_UID,
    STAMP,
    TEAM,
    WINTER,
    entry,
    first_event,
    lines,
    property_of,
)

BRUSSELS = vtimezone("Europe/Brussels").to_ical().decode().split("\r\n")[:-1]
ORGANIZER_LINE = 'ORGANIZER;CN="Reflection Day team":mailto:rsvp@example.org'
ATTENDEE_LINE = (
    'ATTENDEE;CN="Ada Example";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;'
    "ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:ada@example.net"
)


def full() -> CalendarEntry:
    return entry(
        sequence=3,
        description="Line one\nLine two",
        location="Manos Premier\nChaussée de Charleroi 100",
        url="https://events.example.org/events/reflection-day",
        categories=("reflection day", "Brussels, Liège"),
        created=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
    )


def session(**changes: object) -> CalendarEntry:
    return entry(**{"uid": SESSION_UID, "summary": "Walk-in", "related_to": EVENT_UID, **changes})


def test_request_line_by_line() -> None:
    assert lines(request(full(), TEAM, GUEST, STAMP)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//eventsapp//EN",
        "METHOD:REQUEST",
        *BRUSSELS,
        "BEGIN:VEVENT",
        "SUMMARY:Reflection Day",
        "DTSTART;TZID=Europe/Brussels:20270612T090000",
        "DTEND;TZID=Europe/Brussels:20270612T170000",
        "DTSTAMP:20270503T102030Z",
        f"UID:{EVENT_UID}",
        "SEQUENCE:3",
        ATTENDEE_LINE,
        "CATEGORIES:reflection day,Brussels\\, Liège",
        "CREATED:20270102T030405Z",
        "DESCRIPTION:Line one\\nLine two",
        "LAST-MODIFIED:20270501T060000Z",
        "LOCATION:Manos Premier\\, Chaussée de Charleroi 100",
        ORGANIZER_LINE,
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://events.example.org/events/reflection-day",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def cancel_lines(*status: str) -> list[str]:
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//eventsapp//EN",
        "METHOD:CANCEL",
        *BRUSSELS,
        "BEGIN:VEVENT",
        "SUMMARY:Reflection Day",
        "DTSTART;TZID=Europe/Brussels:20270612T090000",
        "DTEND;TZID=Europe/Brussels:20270612T170000",
        "DTSTAMP:20270503T102030Z",
        f"UID:{EVENT_UID}",
        "SEQUENCE:4",
        ATTENDEE_LINE,
        "LAST-MODIFIED:20270501T060000Z",
        ORGANIZER_LINE,
        *status,
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize(("called_off", "status"), [(True, ["STATUS:CANCELLED"]), (False, [])])
def test_cancel_line_by_line(called_off: bool, status: list[str]) -> None:
    body = cancel(entry(sequence=4), TEAM, GUEST, STAMP, called_off=called_off)
    assert lines(body) == cancel_lines(*status)


def test_cancel_names_the_same_meeting_and_people_as_the_request() -> None:
    asked = request(entry(sequence=3), TEAM, GUEST, STAMP)
    taken_back = cancel(entry(sequence=4), TEAM, GUEST, STAMP + timedelta(hours=1), called_off=False)
    for name in ("UID", "ORGANIZER", "ATTENDEE", "DTSTART", "DTEND", "SUMMARY"):
        assert property_of(taken_back, name) == property_of(asked, name) != []


def test_publish_names_the_organizer_and_no_attendee() -> None:
    body = publish(full(), TEAM, STAMP)
    assert property_of(body, "METHOD") == ["METHOD:PUBLISH"]
    assert property_of(body, "ORGANIZER") == [ORGANIZER_LINE]
    assert property_of(body, "ATTENDEE") == []
    assert property_of(body, "DTSTAMP") == ["DTSTAMP:20270503T102030Z"]


def test_publish_of_what_is_called_off_says_so() -> None:
    assert property_of(publish(entry(status="CANCELLED"), TEAM, STAMP), "STATUS") == ["STATUS:CANCELLED"]


@pytest.mark.parametrize("body", [request(full(), TEAM, GUEST, STAMP), publish(full(), TEAM, STAMP)])
def test_message_has_one_event_and_no_calendar_name_or_alarm(body: bytes) -> None:
    found = lines(body)
    assert found.count("BEGIN:VEVENT") == 1
    assert "BEGIN:VALARM" not in found
    assert property_of(body, "NAME") == property_of(body, "X-WR-CALNAME") == []


def test_person_without_a_name_has_no_cn() -> None:
    body = request(entry(), Person("rsvp@example.org"), Person("ada@example.net"), STAMP)
    assert property_of(body, "ORGANIZER") == ["ORGANIZER:mailto:rsvp@example.org"]
    assert "CN=" not in property_of(body, "ATTENDEE")[0]


def test_request_for_what_is_called_off_is_refused() -> None:
    with pytest.raises(ValueError, match="CANCEL"):
        request(entry(status="CANCELLED"), TEAM, GUEST, STAMP)


def test_cancel_at_sequence_0_is_refused() -> None:
    with pytest.raises(ValueError, match="sequence"):
        cancel(entry(sequence=0), TEAM, GUEST, STAMP, called_off=True)


def test_stamp_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        request(entry(), TEAM, GUEST, STAMP.replace(tzinfo=None))


def test_download_line_by_line() -> None:
    assert lines(download([entry()], name="Left out", alarm=timedelta(hours=1))) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//eventsapp//EN",
        *BRUSSELS,
        "BEGIN:VEVENT",
        "SUMMARY:Reflection Day",
        "DTSTART;TZID=Europe/Brussels:20270612T090000",
        "DTEND;TZID=Europe/Brussels:20270612T170000",
        "DTSTAMP:20270501T060000Z",
        f"UID:{EVENT_UID}",
        "SEQUENCE:0",
        "LAST-MODIFIED:20270501T060000Z",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Reflection Day",
        "TRIGGER:-PT1H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_download_of_several_has_a_name_and_no_alarm() -> None:
    body = download([session(), entry()], name="Agenda, day 1", alarm=timedelta(hours=1))
    assert property_of(body, "NAME") == ["NAME:Agenda\\, day 1"]
    assert property_of(body, "X-WR-CALNAME") == ["X-WR-CALNAME:Agenda\\, day 1"]
    assert "BEGIN:VALARM" not in lines(body)
    assert property_of(body, "METHOD") == []
    assert property_of(body, "RELATED-TO") == [f"RELATED-TO:{EVENT_UID}"]


def test_download_of_nothing_is_an_empty_calendar() -> None:
    assert lines(download([])) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//eventsapp//EN",
        "END:VCALENDAR",
        "",
    ]


def test_feed_line_by_line() -> None:
    body = feed(
        [session(status="CANCELLED", sequence=2, transparent=True)],
        name="Reflection Day; agenda",
        source="https://events.example.org/feeds/x.ics",
        refresh=timedelta(minutes=90),
    )
    assert lines(body) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//eventsapp//EN",
        "NAME:Reflection Day\\; agenda",
        "X-WR-CALNAME:Reflection Day\\; agenda",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H30M",
        "SOURCE;VALUE=URI:https://events.example.org/feeds/x.ics",
        "X-PUBLISHED-TTL:PT1H30M",
        *BRUSSELS,
        "BEGIN:VEVENT",
        "SUMMARY:Walk-in",
        "DTSTART;TZID=Europe/Brussels:20270612T090000",
        "DTEND;TZID=Europe/Brussels:20270612T170000",
        "DTSTAMP:20270501T060000Z",
        f"UID:{SESSION_UID}",
        "SEQUENCE:2",
        "LAST-MODIFIED:20270501T060000Z",
        f"RELATED-TO:{EVENT_UID}",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_feed_names_each_zone_once() -> None:
    zones = ["Europe/Lisbon", "Europe/Brussels", "Europe/Lisbon", "Africa/Cairo", "UTC"]
    body = feed([session(timezone=zone) for zone in zones], name="x", source="https://a.example")
    assert property_of(body, "TZID") == ["TZID:Europe/Brussels", "TZID:Europe/Lisbon"]


def test_feed_and_download_give_the_same_bytes_each_time() -> None:
    entries = [full(), session()]
    assert feed(entries, name="x", source="https://a.example") == feed(
        iter(entries), name="x", source="https://a.example"
    )
    assert download(entries[:1], alarm=timedelta(hours=1)) == download(entries[:1], alarm=timedelta(hours=1))


@pytest.mark.parametrize(
    ("zone_name", "starts_at", "hours", "dates"),
    [
        ("Europe/Brussels", datetime(2027, 6, 11, 22, 0, tzinfo=UTC), 24, ("20270612", "20270613")),
        ("Europe/Brussels", WINTER, 8, ("20270114", "20270115")),
        ("Europe/Brussels", WINTER, 0, ("20270114", "20270115")),
        ("Europe/Brussels", WINTER, 56, ("20270114", "20270117")),
        ("Australia/Sydney", datetime(2027, 6, 11, 22, 0, tzinfo=UTC), 1, ("20270612", "20270613")),
        ("America/New_York", datetime(2027, 6, 12, 2, 0, tzinfo=UTC), 1, ("20270611", "20270612")),
        ("Europe/Brussels", datetime(2027, 10, 30, 22, 0, tzinfo=UTC), 25, ("20271031", "20271101")),
    ],
)
def test_all_day_is_the_dates_it_touches_in_its_zone(
    zone_name: str, starts_at: datetime, hours: int, dates: tuple[str, str]
) -> None:
    ends_at = starts_at + timedelta(hours=hours)
    body = download([entry(all_day=True, timezone=zone_name, starts_at=starts_at, ends_at=ends_at)])
    assert property_of(body, "DTSTART") == [f"DTSTART;VALUE=DATE:{dates[0]}"]
    assert property_of(body, "DTEND") == [f"DTEND;VALUE=DATE:{dates[1]}"]
    assert property_of(body, "TRANSP") == ["TRANSP:TRANSPARENT"]
    assert property_of(body, "TZID") == []


def test_entry_without_length_keeps_its_moment() -> None:
    event = first_event(download([entry(starts_at=WINTER, ends_at=WINTER)]))
    assert event.decoded("dtstart") == event.decoded("dtend") == WINTER
