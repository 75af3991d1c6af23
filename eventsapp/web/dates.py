"""Dates and times in words, always in the zone they belong to, in the reader's language."""

from __future__ import annotations

import re
from datetime import date, datetime

from babel import Locale, dates
from flask_babel import get_locale, gettext

from eventsapp import clock

# Plain "en" is American to Babel: month before day and half days.
_BRITISH = Locale("en", "GB")
_FIRST = re.compile(r"\b1(?= [^\W\d])")
# "heure de Bruxelles", "heure d’Athènes".
_ELISION = re.compile(r"\bde (?=[AEIOUÀÂÉÈÊÎÔ])")


def day(at: datetime, zone: str) -> str:
    """ "Thursday 14 October 2027". `at` is aware; `zone` an IANA name."""
    locale = _locale()
    pattern = "EEEE d MMMM y" if locale.language == "en" else locale.date_formats["full"].pattern
    return _in_words(_local(at, zone), pattern, locale)


def short_day(at: datetime, zone: str) -> str:
    """ "Thu 14 Oct", for lists where the year is plain."""
    return _first(dates.format_skeleton("MMMEd", _local(at, zone), locale=_locale()), _locale())


def short_date(on: date) -> str:
    """ "14 Oct 2027", of a date that has its zone behind it."""
    return _first(dates.format_skeleton("yMMMd", on, locale=_locale()), _locale())


def clock_time(at: datetime, zone: str) -> str:
    """ "09:00"."""
    return _local(at, zone).strftime("%H:%M")


def time_range(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """ "09:00–17:00"; without the days, also when it ends on another one."""
    return f"{clock_time(starts_at, zone)}–{clock_time(ends_at, zone)}"


def date_range(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """One day in full, or "14–15 October 2027". An end at midnight belongs to the day before."""
    first, last = _local(starts_at, zone), _local(ends_at, zone)
    if last > first and last.hour == last.minute == last.second == 0:
        last = last - clock.timedelta(minutes=1)
    if first.date() == last.date():
        return day(starts_at, zone)
    locale = _locale()
    if first.year != last.year:
        return f"{_full(first, locale)} – {_full(last, locale)}"
    if first.month != last.month:
        return f"{_first(dates.format_skeleton('MMMMd', first, locale=locale), locale)} – {_full(last, locale)}"
    return f"{first.day}{'.' if 'd.' in locale.date_formats['long'].pattern else ''}–{_full(last, locale)}"


def zone_label(zone: str, at: datetime) -> str:
    """ "Brussels time (UTC+2)": a place people know, and what their own clock makes of it on that day."""
    offset = _offset(_local(at, zone))
    if zone == "UTC" or zone.startswith("Etc/"):
        return offset
    place = dates.get_timezone_location(zone, locale=_locale(), return_city=True).rpartition("/")[2]
    label = str(gettext("%(place)s time (%(offset)s)", place=place, offset=offset))
    return _ELISION.sub("d’", label) if _locale().language == "fr" else label


def iso(at: datetime, zone: str) -> str:
    """For machines: 2027-10-14T09:00+02:00."""
    return _local(at, zone).isoformat(timespec="minutes")


def _full(at: datetime, locale: Locale) -> str:
    return _in_words(at, locale.date_formats["long"].pattern, locale)


def _in_words(at: datetime, pattern: str, locale: Locale) -> str:
    return _first(dates.format_date(at, pattern, locale=locale), locale)


def _first(text: str, locale: Locale) -> str:
    """French says "1er" and counts on from 2; Babel does not know."""
    return _FIRST.sub("1er", text) if locale.language == "fr" else text


def _offset(local: datetime) -> str:
    offset = local.utcoffset() or clock.timedelta()
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def _local(at: datetime, zone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return at.astimezone(clock.zone(zone))


def _locale() -> Locale:
    locale = get_locale()
    return _BRITISH if locale is None or (locale.language == "en" and not locale.territory) else locale
