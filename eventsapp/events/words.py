"""An event's time and place in words: the same in pages and letters, in the language in force and the event's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from babel.dates import format_date, format_time, get_timezone_location
from flask_babel import get_locale, gettext

from eventsapp import clock
from eventsapp.events.models import Event
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.venues.models import Venue
from eventsapp.web.text import pick

Eventful = Event | EventSnapshot

_MAP = "https://www.openstreetmap.org/search?"


@dataclass(frozen=True)
class When:
    """A time in words; `starts_iso` and `ends_iso` carry their offset, for machines."""

    date: str
    """ "Thursday 14 October 2027", or from the first day to the last."""
    time: str
    """ "09:00 to 17:00"; over several days it says which day each belongs to."""
    zone: str
    """ "Brussels time (UTC+2)"."""
    starts_iso: str
    ends_iso: str

    @property
    def line(self) -> str:
        """All of it on one line."""
        return gettext("%(date)s, %(time)s, %(zone)s", date=self.date, time=self.time, zone=self.zone)


@dataclass(frozen=True)
class Badge:
    """The day as on a calendar leaf."""

    day: str
    month: str
    weekday: str
    year: str | None
    """Only of another year than this one."""


def language() -> str:
    """The language that pages and letters are written in at this moment, as a tag such as "en" or "pt-BR"."""
    return str(get_locale() or "en").replace("_", "-")


def title_of(event: Eventful) -> str:
    return pick(event.title, language(), event.language)


def when_of(event: Eventful) -> When:
    start, end = event.starts_wall, event.ends_wall
    iso = [moment.astimezone(clock.zone(event.timezone)).isoformat() for moment in (event.starts_at, event.ends_at)]
    zone = zone_words(event.timezone, event.starts_at)
    if start.date() == end.date():
        span = gettext("%(start)s to %(end)s", start=hour(start), end=hour(end))
        return When(day(start), span, zone, *iso)
    days = gettext("%(start)s to %(end)s", start=day(start), end=day(end))
    span = gettext("from %(start)s on the first day to %(end)s on the last", start=hour(start), end=hour(end))
    return When(days, span, zone, *iso)


def moment(instant: datetime, timezone: str) -> str:
    """An instant on the clocks of a zone: "Tuesday 12 October 2027, 18:00 (Brussels time)"."""
    wall = clock.wall_of(instant, timezone)
    zone = _city_time(timezone)
    return gettext("%(day)s, %(time)s (%(zone)s)", day=day(wall), time=hour(wall), zone=zone)


def day(value: date) -> str:
    """With weekday and year."""
    pattern = "EEEE d MMMM y" if _formats() == "en_GB" else "full"
    return str(format_date(value, pattern, locale=_formats()))


def hour(wall: datetime) -> str:
    return str(format_time(wall.time(), "short", locale=_formats()))


def badge_of(event: Eventful) -> Badge:
    def part(pattern: str) -> str:
        return str(format_date(event.starts_wall.date(), pattern, locale=_formats()))

    this_year = clock.today(event.timezone).year == event.starts_wall.year
    return Badge(part("d"), part("MMM"), part("EEE"), None if this_year else part("y"))


def zone_words(timezone: str, at: datetime) -> str:
    """The zone as people call it, with its distance from UTC at that moment: "Brussels time (UTC+2)"."""
    offset = at.astimezone(clock.zone(timezone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    if timezone == "UTC":
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"{_city_time(timezone)} (UTC{sign}{hours}{f':{rest:02}' if rest else ''})"


def where_lines(event: Eventful) -> list[str]:
    """Venue and address, a line each; in words where there is no room. Never the address of the online room."""
    name, address = _venue(event)
    lines = [line for line in (name, address) if line]
    if event.mode == "online":
        return [gettext("Online")]
    if not lines:
        lines = [gettext("The place will be announced")]
    return [*lines, gettext("and online")] if event.mode == "hybrid" else lines


def where_of(event: Eventful) -> str:
    """The place on one line."""
    return ", ".join(where_lines(event))


def map_link(event: Eventful) -> str | None:
    """A search for the address on OpenStreetMap: a plain link, nothing is loaded from there."""
    name, address = _venue(event)
    wanted = address or name
    return _MAP + urlencode({"query": wanted}) if wanted and event.mode != "online" else None


def _venue(event: Eventful) -> tuple[str, str]:
    if isinstance(event, EventSnapshot):
        return event.venue_name, event.venue_address
    venue: Venue | None = event.venue
    return (venue.name, venue.address) if venue is not None else ("", "")


def _city_time(timezone: str) -> str:
    if timezone == "UTC":
        return "UTC"
    city = str(get_timezone_location(timezone, locale=_formats(), return_city=True)).rpartition("/")[2]
    return gettext("%(city)s time", city=city)


def _formats() -> str:
    """The locale of dates and times: English means the British way here."""
    found = str(get_locale() or "en")
    return "en_GB" if found == "en" else found
