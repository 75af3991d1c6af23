"""The agenda as the grid draws it: values for its script, and words for those who hear it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext

from eventsapp.agenda.days import event_days
from eventsapp.agenda.difference_words import change_words
from eventsapp.agenda.draft import DraftRow, DraftView, SessionChange
from eventsapp.agenda.forms import day_words, kind_choices, places_words
from eventsapp.agenda.warning_words import warning_words
from eventsapp.agenda.warnings import warnings_of
from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.web.text import pick

_EARLIEST, _LATEST = 8, 18
"""Hours that the grid shows at least, so that there is room to move to."""


def state_of(event: Event, view: DraftView) -> dict[str, Any]:
    """All that the grid shows. Times are wall times in the event's zone: no browser turns them into others."""
    first, last = _hours(event, view)
    return {
        "is_draft": view.is_draft,
        "days": [_day(event, on) for on in days_of(event, view)],
        "from": f"{first:02}:00:00",
        "to": f"{last:02}:00:00",
        "rooms": list(dict.fromkeys(row.room for row in view.rows if row.room)),
        "sessions": [_session(event, row, kind_choices()) for row in view.rows],
        "warnings": _warnings(event, view),
    }


def days_of(event: Event, view: DraftView) -> list[date]:
    """Those of the event, and those that sessions are on."""
    return sorted({*event_days(event), *(row.starts_wall.date() for row in view.rows)})


def where_words(event: Event, title: str, starts_at: datetime, ends_at: datetime, room: str) -> str:
    """ "“Plenary” is now on Thursday 14 October 2027, 16:15–17:00, Room B."; the day where there are several."""
    parts = [f"{starts_at:%H:%M}–{ends_at:%H:%M}"]
    if len(event_days(event)) > 1 or starts_at.date() != event.starts_wall.date():
        parts.insert(0, day_words(starts_at.date()))
    if room:
        parts.append(room)
    return str(gettext("“%(title)s” is now: %(when)s.", title=title, when=", ".join(parts)))


def title_of(event: Event, row: DraftRow) -> str:
    return pick(row.title, language(), event.language)


def change_lines(event: Event, changes: Iterable[SessionChange]) -> str:
    """What others did to one session, such as "16:00 → 16:15; moved to Room B"."""
    named = len(event_days(event)) > 1
    words = [change_words(each.difference, fallback=event.language, named=named) for each in changes]
    return "; ".join(line for lines in words for line in lines)


def _warnings(event: Event, view: DraftView) -> list[str]:
    several = len(days_of(event, view)) > 1
    found = warnings_of(view.details, event.starts_wall, event.ends_wall)
    return [warning_words(each, fallback=event.language, several_days=several) for each in found]


def _day(event: Event, on: date) -> dict[str, Any]:
    return {"on": on.isoformat(), "words": day_words(on), "own": on in event_days(event)}


def _session(event: Event, row: DraftRow, kinds: dict[str, str]) -> dict[str, Any]:
    title = pick(row.title, language(), event.language)
    return {
        "key": row.key,
        "version": row.version,
        "title": title,
        "lang": title.language,
        "starts_at": row.starts_wall.isoformat(timespec="minutes"),
        "ends_at": row.ends_wall.isoformat(timespec="minutes"),
        "room": row.room,
        "kind": row.kind,
        "kind_words": kinds[row.kind],
        "places": places_words(row.capacity, row.online_capacity),
        "speakers": list(row.speakers),
        "edit": url_for("agenda_organiser.edit", slug=event.slug, key=row.key),
    }


def _hours(event: Event, view: DraftView) -> tuple[int, int]:
    """Whole hours around the event and every session; what goes past midnight is drawn up to midnight."""
    spans = [(row.starts_wall, row.ends_wall) for row in view.rows] + [(event.starts_wall, event.ends_wall)]
    if any(ends.date() > starts.date() for starts, ends in spans[:-1]):
        return min([_EARLIEST, *(starts.hour for starts, _ in spans)]), 24
    first = min(_EARLIEST, *(starts.hour for starts, _ in spans))
    last = max(_LATEST, *(_hour_after(ends) for _, ends in spans))
    return first, last


def _hour_after(at: datetime) -> int:
    return (datetime.combine(date.min, at.time()) + timedelta(minutes=59)).hour or (24 if at.time() > time(12) else 0)
