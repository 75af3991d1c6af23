"""An event's time and place in words: the same in pages and letters, in the language in force and the event's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from babel.dates import format_date
from flask_babel import get_locale, gettext, pgettext

from eventsapp import clock
from eventsapp.events.kinds import kind_words
from eventsapp.events.models import Event
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.web import dates, languages
from eventsapp.web.text import Picked, pick

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
        return f"{self.date}, {self.time}, {self.zone}"


@dataclass(frozen=True)
class Badge:
    """The first day as on a calendar leaf."""

    day: str
    month: str
    weekday: str
    year: str | None
    """Only when it is not this year."""


def language() -> str:
    """The language that pages and letters are written in at this moment."""
    return languages.tag()


def title_of(event: Eventful) -> str:
    return pick(event.title, language(), event.language)


def kind_of(event: Eventful) -> Picked:
    """What sort of event it is, as a heading, in the reader's language where the word is known (`events.kinds`)."""
    return kind_words(event.kind, event.language)


def when_of(event: Eventful) -> When:
    zone = event.timezone
    start, end = dates.clock_time(event.starts_at, zone), dates.clock_time(event.ends_at, zone)
    first, last = dates.day(event.starts_at, zone), dates.day(event.ends_at, zone)
    one_day = event.starts_wall.date() == event.ends_wall.date()
    return When(
        date=first if one_day else pgettext("days", "%(start)s to %(end)s", start=first, end=last),
        time=pgettext("times", "%(start)s to %(end)s", start=start, end=end)
        if one_day
        else gettext("from %(start)s on the first day to %(end)s on the last", start=start, end=end),
        zone=dates.zone_label(zone, event.starts_at),
        starts_iso=dates.iso(event.starts_at, zone),
        ends_iso=dates.iso(event.ends_at, zone),
    )


def moment(instant: datetime, timezone: str) -> str:
    """An instant on the clocks of a zone: "Tuesday 12 October 2027, 18:00, Brussels time (UTC+2)"."""
    day, time = dates.day(instant, timezone), dates.clock_time(instant, timezone)
    return str(gettext("%(day)s, %(time)s, %(zone)s", day=day, time=time, zone=dates.zone_label(timezone, instant)))


def badge_of(event: Eventful) -> Badge:
    day, month, weekday, year = (_part(event, pattern) for pattern in ("d", "MMM", "EEE", "y"))
    return Badge(day, month, weekday, None if year == str(clock.today(event.timezone).year) else year)


def where_lines(event: Eventful) -> list[str]:
    """Venue and address, a line each; in words where there is no room. Never the address of the online room."""
    if event.mode == "online":
        return [gettext("Online")]
    lines = [line for line in _venue(event) if line] or [gettext("The place will be announced")]
    return [*lines, gettext("and online")] if event.mode == "hybrid" else lines


def where_of(event: Eventful) -> str:
    """The place on one line."""
    return ", ".join(where_lines(event))


def map_link(event: Eventful) -> str | None:
    """A search for the address on OpenStreetMap: a plain link, nothing is loaded from there."""
    name, address = _venue(event)
    wanted = address or name
    return _MAP + urlencode({"query": wanted}) if wanted and event.mode != "online" else None


def _part(event: Eventful, pattern: str) -> str:
    return str(format_date(event.starts_wall.date(), pattern, locale=get_locale()))


def _venue(event: Eventful) -> tuple[str, str]:
    if isinstance(event, EventSnapshot):
        return event.venue_name, event.venue_address
    return (event.venue.name, event.venue.address) if event.venue is not None else ("", "")
