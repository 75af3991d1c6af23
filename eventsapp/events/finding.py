"""Finds listed events by word, place, kind and month. What is not listed, or not published, is never found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, case, extract, func, or_, select
from sqlalchemy.orm import joinedload

from eventsapp.database import db
from eventsapp.events.kinds import kind_key
from eventsapp.events.models import Event
from eventsapp.events.queries import SHOWN
from eventsapp.venues.models import Venue
from eventsapp.web.text import folded

MOST_WORDS = 8


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; all that is given must fit. Accents and capitals make no difference."""

    words: str = ""
    """Each is part of the title, the kind, the texts or the place."""
    place: str = ""
    kind: str = ""
    """The whole kind, in any of the words for it (`events.kinds`)."""
    month: date | None = None
    """Its first day: events that touch the month on the clocks of their own zone."""

    def __bool__(self) -> bool:
        return bool(self.words or self.place or self.kind or self.month)


@dataclass(frozen=True)
class Found:
    events: Sequence[Event]
    """What comes, the next first; then what was, the latest first."""
    total: int
    page: int
    pages: int


def find_events(wanted: Wanted, kinds: Sequence[str], now: datetime, *, page: int, size: int) -> Found:
    """`kinds` are those of `listed_kinds`, as they are written. A page past the end is the last one. Two statements,
    with series and venue loaded."""
    conditions = [_listed(now), *_conditions(wanted, kinds)]
    total = db.session.scalar(select(func.count(Event.id)).outerjoin(Event.venue).where(*conditions)) or 0
    pages = max(1, -(-total // size))
    page = min(page, pages)
    coming = Event.ends_at > now
    statement = (
        select(Event)
        .outerjoin(Event.venue)
        .options(joinedload(Event.series), joinedload(Event.venue))
        .where(*conditions)
        .order_by(
            case((coming, 0), else_=1),
            case((coming, Event.starts_at)),
            case((Event.ends_at <= now, Event.starts_at)).desc(),
            Event.id,
        )
    )
    rows = db.session.scalars(statement.limit(size).offset((page - 1) * size)).all()
    return Found(rows, total, page, pages)


def listed_kinds() -> Sequence[str]:
    """The kinds of listed events as they are written."""
    statement = select(Event.kind).where(Event.visibility == "public", Event.status.in_(SHOWN), Event.kind != "")
    return db.session.scalars(statement.distinct().order_by(Event.kind)).all()


def listed_months() -> list[date]:
    """The first day of each month in which a listed event starts, the latest first."""
    year, month = extract("year", Event.starts_wall), extract("month", Event.starts_wall)
    statement = select(year, month).where(Event.visibility == "public", Event.status.in_(SHOWN)).distinct()
    return sorted((date(int(y), int(m), 1) for y, m in db.session.execute(statement)), reverse=True)


def _listed(now: datetime) -> ColumnElement[bool]:
    """As on the lists: what was called off is shown until it would be over."""
    shown = or_(Event.status == "published", and_(Event.status == "cancelled", Event.ends_at > now))
    return and_(Event.visibility == "public", shown)


def _conditions(wanted: Wanted, kinds: Sequence[str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in folded(wanted.words).split()[:MOST_WORDS]:
        has_word = Event.search_text.contains(word, autoescape=True)
        found.append(or_(has_word, Venue.search_text.contains(word, autoescape=True)))
    found += [
        Venue.search_text.contains(word, autoescape=True) & (Event.mode != "online")
        for word in folded(wanted.place).split()[:MOST_WORDS]
    ]
    if wanted.kind:
        found.append(Event.kind.in_([kind for kind in kinds if kind_key(kind) == kind_key(wanted.kind)]))
    if wanted.month:
        first = datetime.combine(wanted.month, time())
        after = datetime.combine(_next_month(wanted.month), time())
        found.append(and_(Event.starts_wall < after, Event.ends_wall > first))
    return found


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
