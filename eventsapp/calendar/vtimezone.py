"""VTIMEZONE components that every reader understands: two observances, each with one yearly rule (RFC 5545 §3.6.5).

The rule comes from the POSIX TZ string at the end of the zone's TZif file (RFC 8536 §3.3). It says what holds after the
last change in the file, so it is compared with the zone database over the years in question before it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_NAME = r"(<[+-]?\w+>|[A-Za-z]{3,})"
_OFFSET = r"([+-]?\d{1,3}(?::\d\d){0,2})"
_CHANGE = rf",M(\d+)\.(\d)\.(\d)(?:/{_OFFSET})?"
_POSIX = re.compile(rf"{_NAME}{_OFFSET}(?:{_NAME}{_OFFSET}?{_CHANGE}{_CHANGE})?")
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_LAST = 5
_FIRST_YEAR = 1970


@dataclass(frozen=True, slots=True)
class Period:
    """What the clocks show for a part of the year: offset from UTC, abbreviation, and the change that begins it.

    `week` counts the weekday within the month, 5 is the last one; `weekday` 0 is Sunday; `at` is the time of day on the
    clocks before the change, from 0 to less than 24 hours. A zone that never changes has one period without a change.
    """

    name: str
    offset: timedelta
    month: int = 0
    week: int = 0
    weekday: int = 0
    at: timedelta = timedelta(0)

    def begins(self, year: int) -> datetime:
        """The wall time, on the clocks before the change, at which the period begins in a year."""
        first = datetime(year, self.month, 1)
        day = first + timedelta(days=(self.weekday - first.isoweekday()) % 7, weeks=self.week - 1)
        return (day if day.month == self.month else day - timedelta(weeks=1)) + self.at


Rule = tuple[Period, ...]


@lru_cache(maxsize=1024)
def yearly_rule(zone_name: str) -> Rule | None:
    """The one or two periods of a zone's year, or None when yearly rules with a numbered weekday cannot say them."""
    try:
        tzif = files("tzdata.zoneinfo").joinpath(*zone_name.split("/")).read_bytes()
    except OSError:
        return None
    return parse_posix(tzif.rsplit(b"\n", 2)[-2].decode("ascii"))


def parse_posix(text: str) -> Rule | None:
    """A POSIX TZ string such as CET-1CEST,M3.5.0,M10.5.0/3 as periods.

    None for what has no equivalent in RRULE with one numbered weekday: days counted over the year, changes before
    midnight of their day or after it, a rule in a form unknown here.
    """
    found = _POSIX.fullmatch(text)
    if found is None:
        return None
    name, offset, other, other_offset, *changes = found.groups()
    standard = -_span(offset)
    if other is None:
        return (Period(name.strip("<>"), standard),)
    summer = -_span(other_offset) if other_offset else standard + timedelta(hours=1)
    rule = _period(other, summer, changes[:4]), _period(name, standard, changes[4:])
    inside_day = all(timedelta(0) <= period.at < timedelta(days=1) for period in rule)
    return rule if inside_day else None


def _period(name: str, offset: timedelta, change: list[str]) -> Period:
    month, week, weekday, at = change
    return Period(name.strip("<>"), offset, int(month), int(week), int(weekday), _span(at or "2"))


def _span(text: str) -> timedelta:
    hours, minutes, seconds = [*text.lstrip("+-").split(":"), "0", "0"][:3]
    span = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -span if text.startswith("-") else span


@lru_cache(maxsize=4096)
def rule_holds(zone_name: str, year: int) -> bool:
    """True when the yearly rule gives the same offsets as the zone database all through a year (UTC).

    Looked at are every day, and the second before and after each change.
    """
    rule, here = yearly_rule(zone_name), ZoneInfo(zone_name)
    if rule is None:
        return False
    changes = _changes(rule, year)
    new_year = datetime(year, 1, 1, tzinfo=UTC)
    probes = [new_year + timedelta(days=day) for day in range(367)]
    for begins, _ in changes:
        probes += [begins - timedelta(seconds=1), begins]
    return all(probe.astimezone(here).utcoffset() == _offset(rule, changes, probe) for probe in probes)


def _changes(rule: Rule, year: int) -> list[tuple[datetime, timedelta]]:
    """The instants of a year at which an offset begins, in order; none when the zone never changes."""
    if len(rule) == 1:
        return []
    pairs = zip(rule, reversed(rule), strict=True)
    return sorted(((p.begins(year) - before.offset).replace(tzinfo=UTC), p.offset) for p, before in pairs)


def _offset(rule: Rule, changes: list[tuple[datetime, timedelta]], instant: datetime) -> timedelta:
    if not changes:
        return rule[0].offset
    past = [offset for begins, offset in changes if begins <= instant]
    return past[-1] if past else changes[-1][1]


def can_be_local(zone_name: str, starts_at: datetime, ends_at: datetime) -> bool:
    """True when both times of an entry can be written with a TZID and be read as the same instants by every reader.

    False for UTC and fixed offsets (no law can move them), for zones whose rule does not fit in the years touched, and
    for a time in the hour that the clocks show twice: RFC 5545 §3.3.5 means the first, half of the readers the second.
    """
    if zone_name.startswith("Etc/") or "/" not in zone_name:
        return False
    walls = [moment.astimezone(ZoneInfo(zone_name)) for moment in (starts_at, ends_at)]
    if any(wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset() for wall in walls):
        return False
    years = {moment.year for moment in (starts_at, ends_at, *walls)}
    return all(rule_holds(zone_name, year) for year in range(min(years), max(years) + 1))


def vtimezone(zone_name: str) -> Timezone:
    """The VTIMEZONE of a zone for which `can_be_local` said yes. Raises ValueError for a zone without a yearly rule.

    The period with the greater offset is called DAYLIGHT, also where the law names winter the exception (Dublin):
    readers that count in minutes of daylight bias know no negative ones.
    """
    rule = yearly_rule(zone_name)
    if rule is None:
        raise ValueError(f"no yearly rule for {zone_name}")
    zone = Timezone()
    zone.add("tzid", zone_name)
    for period in sorted(rule, key=lambda period: period.offset, reverse=True):
        before = next((other for other in rule if other is not period), period)
        daylight = period.offset > before.offset
        zone.add_component(_observance(TimezoneDaylight() if daylight else TimezoneStandard(), period, before))
    return zone


def _observance(
    observance: TimezoneDaylight | TimezoneStandard, period: Period, before: Period
) -> TimezoneDaylight | TimezoneStandard:
    if period is before:
        observance.add("dtstart", datetime(_FIRST_YEAR, 1, 1))
    else:
        week = -1 if period.week == _LAST else period.week
        observance.add("dtstart", period.begins(_FIRST_YEAR))
        rule = {"freq": "yearly", "bymonth": period.month, "byday": f"{week}{_DAYS[period.weekday]}"}
        observance.add("rrule", rule)
    observance.add("tzoffsetfrom", before.offset)
    observance.add("tzoffsetto", period.offset)
    observance.add("tzname", period.name)
    return observance
