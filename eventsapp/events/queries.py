"""Reads events. Rows come with series and venue loaded, in one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.rules import EventDetails
from eventsapp.events.snapshot import EventSnapshot, snapshot
from eventsapp.venues import queries as venues

if TYPE_CHECKING:
    from eventsapp.web.access import Scope

SHOWN = ("published", "cancelled")
"""Statuses the public may see."""
PAGE = 50


def _whole() -> Select[Event]:
    return select(Event).options(joinedload(Event.series), joinedload(Event.venue))


def find_public_event(slug: str) -> Event | None:
    """Published or called off, also when unlisted or by invitation: whoever has the link may look. No drafts."""
    return db.session.scalar(_whole().where(Event.slug == slug, Event.status.in_(SHOWN)))


def find_event(event_id: int) -> Event | None:
    return db.session.scalar(_whole().where(Event.id == event_id))


def find_by_slug(slug: str) -> Event | None:
    """In whatever status and series: for commands."""
    return db.session.scalar(_whole().where(Event.slug == slug))


def find_snapshot(event_id: int) -> EventSnapshot | None:
    event = find_event(event_id)
    return None if event is None else snapshot_of(event)


def snapshot_of(event: Event) -> EventSnapshot:
    """Of a row that came from this file, with series and venue loaded."""
    return snapshot(event, event.series, event.venue)


def _listed(series_id: int | None) -> Select[Event]:
    statement = _whole().where(Event.status.in_(SHOWN), Event.visibility == "public")
    return statement if series_id is None else statement.where(Event.series_id == series_id)


def list_upcoming(
    now: datetime, series_id: int | None = None, *, limit: int = PAGE, offset: int = 0
) -> Sequence[Event]:
    """Listed events that are not over, the next first, those called off among them: people look for them."""
    statement = _listed(series_id).where(Event.ends_at > now).order_by(Event.starts_at, Event.id)
    return db.session.scalars(statement.limit(limit).offset(offset)).all()


def list_past(now: datetime, series_id: int | None = None, *, limit: int = PAGE, offset: int = 0) -> Sequence[Event]:
    """Listed events that took place, the latest first."""
    statement = _listed(series_id).where(Event.ends_at <= now, Event.status == "published")
    statement = statement.order_by(Event.starts_at.desc(), Event.id.desc())
    return db.session.scalars(statement.limit(limit).offset(offset)).all()


def list_for_calendar(series_id: int, since: datetime) -> Sequence[Event]:
    """Listed events of a series that end after `since`, by start: its calendar feed."""
    return db.session.scalars(_listed(series_id).where(Event.ends_at > since).order_by(Event.starts_at, Event.id)).all()


def find_for_organiser(slug: str, scope: Scope) -> Event | None:
    """In whatever status, within the series that the person may see."""
    return db.session.scalar(_whole().where(Event.slug == slug, scope.where(Event.series_id)))


def list_for_organiser(
    scope: Scope, *, now: datetime | None = None, limit: int = 200, offset: int = 0
) -> Sequence[Event]:
    """Events within the scope with their counters in the row, by start; with `now`, those not over yet."""
    statement = _whole().where(scope.where(Event.series_id))
    if now is not None:
        statement = statement.where(Event.ends_at > now)
    return db.session.scalars(statement.order_by(Event.starts_at, Event.id).limit(limit).offset(offset)).all()


def list_past_for_organiser(scope: Scope, now: datetime, *, limit: int = 50, offset: int = 0) -> Sequence[Event]:
    """Events within the scope that are over, the latest first."""
    statement = _whole().where(scope.where(Event.series_id), Event.ends_at <= now)
    statement = statement.order_by(Event.starts_at.desc(), Event.id.desc())
    return db.session.scalars(statement.limit(limit).offset(offset)).all()


def details_of(event: Event) -> EventDetails:
    """The row as the value that forms and files edit; needs the venue loaded."""
    return EventDetails(
        slug=event.slug,
        language=event.language,
        title=event.title,
        kind=event.kind,
        summary=event.summary,
        description=event.description,
        timezone=event.timezone,
        starts_at=event.starts_wall,
        ends_at=event.ends_wall,
        venue=venues.details_of(event.venue) if event.venue else None,
        mode=event.mode,
        online_url=event.online_url,
        capacity=event.capacity,
        online_capacity=event.online_capacity,
        waitlist=event.waitlist,
        approval=event.approval,
        confidential=event.confidential,
        recorded=event.recorded,
        visibility=event.visibility,
        registration_opens_at=event.opens_wall,
        registration_closes_at=event.closes_wall,
        promotion_ends_at=event.promotion_ends_wall,
        promotion=event.promotion,
        party_max=event.party_max,
        ranks_groups=event.ranks_groups,
    )
