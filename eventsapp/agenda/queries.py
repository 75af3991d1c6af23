"""Reads agendas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from eventsapp.agenda.models import AgendaEdition, AgendaSession
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.queries import SHOWN
from eventsapp.series.models import Series


@dataclass(frozen=True)
class Listed:
    """A listed event and when it, or its agenda, last changed."""

    slug: str
    series_slug: str
    changed_at: datetime


def published_sessions(event_id: int, *, with_removed: bool = False) -> Sequence[AgendaSession]:
    """The agenda by start, then position. `with_removed`: also items taken off a published agenda, which calendars
    are told of as cancelled until the event is over. An event's status is not asked: its page has done so."""
    statement = select(AgendaSession).where(AgendaSession.event_id == event_id)
    if not with_removed:
        statement = statement.where(AgendaSession.cancelled_at.is_(None))
    order = (AgendaSession.starts_at, AgendaSession.position, AgendaSession.id)
    return db.session.scalars(statement.order_by(*order)).all()


def listed_with_changes(limit: int) -> list[Listed]:
    """Listed events, the latest first; called-off ones among them."""
    agenda_changed = func.max(AgendaSession.changed_at, type_=AgendaSession.changed_at.type)
    statement = (
        select(Event.slug, Series.slug, Event.calendar_changed_at, agenda_changed)
        .join(Series, Series.id == Event.series_id)
        .outerjoin(AgendaSession, AgendaSession.event_id == Event.id)
        .where(Event.visibility == "public", Event.status.in_(SHOWN))
        .group_by(Event.id, Series.id)
        .order_by(Event.starts_at.desc(), Event.id.desc())
    )
    rows = db.session.execute(statement.limit(limit)).all()
    return [Listed(slug, series, max(filter(None, (changed, agenda)))) for slug, series, changed, agenda in rows]


def find_session(event_id: int, key: str) -> AgendaSession | None:
    """An item that is on the agenda now."""
    return db.session.scalar(
        select(AgendaSession).where(
            AgendaSession.event_id == event_id, AgendaSession.key == key, AgendaSession.cancelled_at.is_(None)
        )
    )


def list_editions(event_id: int) -> Sequence[AgendaEdition]:
    """Every agenda as it was published, the newest first."""
    return db.session.scalars(
        select(AgendaEdition).where(AgendaEdition.event_id == event_id).order_by(AgendaEdition.number.desc())
    ).all()


def details_of(session: AgendaSession) -> SessionDetails:
    """The row as the value that forms and files edit."""
    return SessionDetails(
        key=session.key,
        starts_at=session.starts_wall,
        ends_at=session.ends_wall,
        title=session.title,
        kind=session.kind,
        room=session.room,
        speakers=tuple(session.speakers),
        capacity=session.capacity,
    )
