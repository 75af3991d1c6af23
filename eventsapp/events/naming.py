"""What lists call events that they know by id, such as the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.series.models import Series
from eventsapp.venues.models import Venue
from eventsapp.web.text import Picked, pick

if TYPE_CHECKING:
    from eventsapp.web.access import Scope

MOST = 1000


@dataclass(frozen=True)
class Named:
    id: int
    slug: str
    title: Picked


def events_named(ids: Iterable[int], language: str) -> Mapping[int, Named]:
    """Those that are there, by id; one statement."""
    return {each.id: each for each in _named(_plain().where(Event.id.in_(set(ids))), language)}


def events_within(scope: Scope, series_id: int | None, language: str) -> Sequence[Named]:
    """The newest of a series, or (None) of all that somebody may see."""
    statement = _plain().where(scope.where(Event.series_id))
    if series_id is not None:
        statement = statement.where(Event.series_id == series_id)
    return _named(statement.order_by(Event.starts_at.desc(), Event.id).limit(MOST), language)


def series_named(ids: Iterable[int], language: str) -> Mapping[int, Picked]:
    rows = db.session.execute(select(Series.id, Series.title, Series.language).where(Series.id.in_(set(ids))))
    return {series_id: pick(title, language, own) for series_id, title, own in rows}


def venues_named(ids: Iterable[int]) -> Mapping[int, str]:
    rows = db.session.execute(select(Venue.id, Venue.name).where(Venue.id.in_(set(ids))))
    return {each.id: each.name for each in rows}


def _plain() -> Select[int, str, dict[str, str], str]:
    return select(Event.id, Event.slug, Event.title, Event.language)


def _named(statement: Select[int, str, dict[str, str], str], language: str) -> Sequence[Named]:
    return [
        Named(each.id, each.slug, pick(each.title, language, each.language)) for each in db.session.execute(statement)
    ]
