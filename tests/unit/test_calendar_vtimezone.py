"""Yearly rules of zones: right where they are used, not used where they would be wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from eventsapp.calendar.ics import download
from eventsapp.calendar.vtimezone import can_be_local, parse_posix, rule_holds, vtimezone, yearly_rule
from tests.unit.calendar_readers import SUMMER, WINTER, entry, property_of, spans

HOUR = timedelta(hours=1)
CHANGING = [
    "Europe/Brussels",
    "Europe/Lisbon",
    "Europe/Dublin",
    "Australia/Sydney",
    "America/New_York",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "America/Havana",
    "Pacific/Auckland",
]


def changes_of(zone_name: str, year: int) -> list[datetime]:
    """The hours (UTC) of a year before whose end the offset changes, found by looking at every hour."""
    here, hour = ZoneInfo(zone_name), datetime(year, 1, 1, tzinfo=UTC)
    found = []
    while hour.year == year:
        if hour.astimezone(here).utcoffset() != (hour + HOUR).astimezone(here).utcoffset():
            found.append(hour)
        hour += HOUR
    return found


def test_vtimezone_of_brussels() -> None:
    assert vtimezone("Europe/Brussels").to_ical().decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Brussels",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_vtimezone_of_dublin_calls_summer_daylight() -> None:
    daylight, standard = vtimezone("Europe/Dublin").subcomponents
    assert (daylight.name, daylight["tzname"], daylight.decoded("tzoffsetto")) == ("DAYLIGHT", "IST", HOUR)
    assert daylight["dtstart"].to_ical() == b"19700329T010000"
    assert (standard.name, standard["tzname"], standard.decoded("tzoffsetto")) == ("STANDARD", "GMT", 0 * HOUR)
    assert standard["dtstart"].to_ical() == b"19701025T020000"


def test_vtimezone_without_summer_time_has_one_observance() -> None:
    assert vtimezone("Asia/Kathmandu").to_ical().decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Kathmandu",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZNAME:+0545",
        "TZOFFSETFROM:+0545",
        "TZOFFSETTO:+0545",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize("zone_name", ["Africa/Cairo", "Asia/Jerusalem", "No/Where"])
def test_vtimezone_without_yearly_rule_is_refused(zone_name: str) -> None:
    with pytest.raises(ValueError, match="no yearly rule"):
        vtimezone(zone_name)


@pytest.mark.parametrize(
    "text",
    [
        "EET-2EEST,M4.5.5/0,M10.5.4/24",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "CET-1CEST,J60,J300",
        "CET-1CEST",
        "",
        "nonsense",
    ],
)
def test_rule_without_numbered_weekday_within_its_day_is_none(text: str) -> None:
    assert parse_posix(text) is None


def test_rule_with_numbered_weekdays_and_odd_times() -> None:
    summer, winter = parse_posix("<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45") or ()
    assert (summer.name, summer.offset, summer.begins(2027)) == (
        "+1345",
        timedelta(hours=13, minutes=45),
        datetime(2027, 9, 26, 2, 45),
    )
    assert (winter.name, winter.offset, winter.begins(2027)) == (
        "+1245",
        timedelta(hours=12, minutes=45),
        datetime(2027, 4, 4, 3, 45),
    )


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("weekday", range(7))
def test_last_weekday_of_a_month(month: int, weekday: int) -> None:
    (summer, _) = parse_posix(f"AAA0BBB,M{month}.5.{weekday}/0,M1.1.0/0") or ()
    begins = summer.begins(2027)
    assert (begins.month, begins.isoweekday() % 7) == (month, weekday)
    assert (begins + timedelta(weeks=1)).month != month


def test_rule_of_a_zone_holds_only_in_years_it_was_made_for() -> None:
    # The United States changed the dates of summer time in 2007; the file's last rule is the one since then.
    assert rule_holds("America/New_York", 2007)
    assert not rule_holds("America/New_York", 2006)
    assert yearly_rule("America/New_York") is not None


@pytest.mark.parametrize(
    ("zone_name", "starts_at", "local"),
    [
        ("Europe/Brussels", SUMMER, True),
        ("Asia/Kathmandu", SUMMER, True),
        ("Africa/Cairo", SUMMER, False),
        ("UTC", SUMMER, False),
        ("Etc/UTC", SUMMER, False),
        ("Etc/GMT-2", SUMMER, False),
        ("EST5EDT", SUMMER, False),
        ("America/New_York", datetime(2006, 6, 1, tzinfo=UTC), False),
        ("Europe/Brussels", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), False),
        ("Europe/Brussels", datetime(2027, 10, 31, 1, 30, tzinfo=UTC), False),
        ("Europe/Brussels", datetime(2027, 10, 30, 23, 59, tzinfo=UTC), True),
        ("Europe/Brussels", datetime(2027, 10, 31, 2, 0, tzinfo=UTC), True),
    ],
)
def test_can_be_local(zone_name: str, starts_at: datetime, local: bool) -> None:
    assert can_be_local(zone_name, starts_at, starts_at) is local


def test_can_be_local_looks_at_the_end_too() -> None:
    repeated = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert not can_be_local("Europe/Brussels", repeated - 8 * HOUR, repeated)
    assert not can_be_local(
        "America/New_York", datetime(2006, 12, 31, 12, tzinfo=UTC), datetime(2007, 1, 1, 12, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "zone_name",
    [*CHANGING, "Asia/Kathmandu", "Africa/Cairo", "America/Nuuk", "UTC", "Etc/GMT+5"],
)
@pytest.mark.parametrize("starts_at", [SUMMER, WINTER])
def test_all_readers_see_the_same_instants(zone_name: str, starts_at: datetime) -> None:
    made = entry(timezone=zone_name, starts_at=starts_at)
    assert spans(download([made])) == [(made.starts_at, made.ends_at)] * 3


@pytest.mark.parametrize("zone_name", CHANGING)
def test_all_readers_see_the_same_instants_around_each_change(zone_name: str) -> None:
    """Half hours from two hours before to two hours after: the skipped hour and the repeated one are among them."""
    changes = changes_of(zone_name, 2027)
    assert len(changes) == 2
    for change in changes:
        for half_hours in range(-4, 7):
            made = entry(timezone=zone_name, starts_at=change + half_hours * HOUR / 2)
            assert spans(download([made])) == [(made.starts_at, made.ends_at)] * 3


def test_times_in_the_repeated_hour_are_written_in_utc() -> None:
    body = download([entry(starts_at=datetime(2027, 10, 31, 0, 30, tzinfo=UTC))])
    assert property_of(body, "DTSTART") == ["DTSTART:20271031T003000Z"]
    assert property_of(body, "DTEND") == ["DTEND:20271031T083000Z"]
    assert property_of(body, "TZID") == []


def test_time_right_after_the_skipped_hour_is_written_as_the_clocks_show_it() -> None:
    body = download([entry(starts_at=datetime(2027, 3, 28, 1, 0, tzinfo=UTC))])
    assert property_of(body, "DTSTART")[-1] == "DTSTART;TZID=Europe/Brussels:20270328T030000"
