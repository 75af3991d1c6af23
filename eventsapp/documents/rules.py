"""Days and rows of a printed sheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from eventsapp.web.text import folded

BLANK_ROWS = 10
"""For people who walk in."""
MOST_DAYS = 14
"""On one page; of a longer event a day is chosen."""
ORDERS = ("name", "organisation")

Line = tuple[str, str]
"""Name and organisation of one who signs."""


def days_of(starts: datetime, ends: datetime) -> list[date]:
    """The days on which an event takes place, by wall times; an end at midnight belongs to the day before."""
    last = ends - timedelta(minutes=1) if ends > starts else ends
    return [starts.date() + timedelta(days=number) for number in range((last.date() - starts.date()).days + 1)]


def sorted_lines(lines: Iterable[Line], order: str) -> list[Line]:
    """By name, or by organisation and then name, as people look for themselves; who has no organisation comes last."""
    by_name = sorted(lines, key=lambda line: folded(line[0]))
    if order != "organisation":
        return by_name
    return sorted(by_name, key=lambda line: (not line[1], folded(line[1])))
