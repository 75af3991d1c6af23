"""Reads agendas."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventsapp.agenda.models import AgendaEdition, AgendaSession
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db


def published_sessions(event_id: int, *, with_removed: bool = False) -> Sequence[AgendaSession]:
    """The agenda by start, then position. `with_removed`: also items taken off a published agenda, which calendars
    are told of as cancelled until the event is over. An event's status is not asked: its page has done so."""
    statement = select(AgendaSession).where(AgendaSession.event_id == event_id)
    if not with_removed:
        statement = statement.where(AgendaSession.cancelled_at.is_(None))
    order = (AgendaSession.starts_at, AgendaSession.position, AgendaSession.id)
    return db.session.scalars(statement.order_by(*order)).all()


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
