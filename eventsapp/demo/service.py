"""Loads the demo's event files. One that exists is left untouched, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from eventsapp import clock
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.queries import find_by_slug
from eventsapp.exchange.file import EventFile
from eventsapp.exchange.reading import read
from eventsapp.exchange.service import import_file

COMING = "reflection-day"
"""Of this one the year is moved on, so that there is something to register for."""
FILES = (
    COMING,
    "study-visit-complaint-mechanisms",
    "study-visit-phoenix-leadership-programme",
    "study-visit-lisbon-municipal-police",
    "study-visit-rotterdam",
)
"""The series comes whole with the first."""


class DemoBroken(RuntimeError):
    """A file of the demo is bad: a fault of the release."""


def load() -> Iterator[tuple[str, bool]]:
    """Slug of each event, and whether it was made now."""
    for slug in FILES:
        if find_by_slug(slug) is not None:
            yield slug, False
            continue
        file = demo_file(slug)
        if slug == COMING:
            file = next_time(file, clock.today(file.event.timezone))
        import_file(file, keep_series=True)
        yield slug, True


def demo_file(slug: str) -> EventFile:
    """The event file of the demo as it is written. Raises DemoBroken."""
    file = read((Path(__file__).parent / f"{slug}.toml").read_text(encoding="utf-8"))
    if isinstance(file, list):
        raise DemoBroken(f"{slug}.toml:{file[0].line}: {file[0].field}: {file[0].message}")
    return file


def next_time(file: EventFile, today: date) -> EventFile:
    """The same event and agenda on the next such day of the year after `today` (for days that every year has)."""
    day = file.event.starts_at.date()
    year = today.year if day.replace(year=today.year) > today else today.year + 1
    years = year - day.year
    event = replace(
        file.event, starts_at=_later(file.event.starts_at, years), ends_at=_later(file.event.ends_at, years)
    )
    return replace(file, event=event, sessions=tuple(_session_later(session, years) for session in file.sessions))


def _session_later(session: SessionDetails, years: int) -> SessionDetails:
    return replace(session, starts_at=_later(session.starts_at, years), ends_at=_later(session.ends_at, years))


def _later(wall: datetime, years: int) -> datetime:
    return wall.replace(year=wall.year + years)
