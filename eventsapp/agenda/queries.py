"""Reads agendas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from eventsapp import clock
from eventsapp.agenda.draft import DraftRow, DraftView
from eventsapp.agenda.models import AgendaDraft, AgendaEdition, AgendaSession, DraftSession
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.queries import SHOWN
from eventsapp.people.models import User
from eventsapp.series.models import Series


@dataclass(frozen=True)
class Listed:
    """A listed event and when it, or its agenda, last changed."""

    slug: str
    series_slug: str
    changed_at: datetime


def published_sessions(
    event_id: int, *, with_removed: bool = False, among: ColumnElement[bool] | None = None
) -> Sequence[AgendaSession]:
    """The agenda by start, then position; with `among`, those items of it. `with_removed`: also items taken off a
    published agenda, which calendars are told of as cancelled until the event is over. An event's status is not asked:
    its page has done so."""
    statement = select(AgendaSession).where(AgendaSession.event_id == event_id)
    if not with_removed:
        statement = statement.where(AgendaSession.cancelled_at.is_(None))
    if among is not None:
        statement = statement.where(among)
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


def find_edition(event_id: int, number: int) -> AgendaEdition | None:
    wanted = select(AgendaEdition).where(AgendaEdition.event_id == event_id, AgendaEdition.number == number)
    return db.session.scalars(wanted).one_or_none()


def edition_rows(edition: AgendaEdition, timezone: str) -> list[DraftRow]:
    """The sessions of an edition as pages show them, at the wall times as they were printed."""
    return [_edition_row(session, timezone) for session in edition.sessions]


def details_of(session: AgendaSession | DraftSession) -> SessionDetails:
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
        online_capacity=session.online_capacity,
    )


def draft_view(event_id: int) -> DraftView:
    """The agenda as organisers see it: the draft, or what is published while nothing differs. Three statements."""
    event = db.session.get_one(Event, event_id)
    draft = db.session.get(AgendaDraft, event_id)
    if draft is None:
        rows = tuple(_published_row(row) for row in published_sessions(event_id))
        return DraftView(version=event.agenda_version, is_draft=False, rows=rows, based_on=event.agenda_number)
    order = (DraftSession.starts_wall, DraftSession.position, DraftSession.id)
    found = db.session.scalars(select(DraftSession).where(DraftSession.event_id == event_id).order_by(*order)).all()
    names = names_of({draft.changed_by, *(row.changed_by for row in found)})
    return DraftView(
        version=event.agenda_version,
        is_draft=True,
        rows=tuple(_draft_row(row, event.timezone, names) for row in found),
        based_on=draft.based_on,
        begun_at=draft.begun_at,
        changed_at=draft.changed_at,
        changed_by=names.get(draft.changed_by, ""),
    )


def has_draft(event_ids: Sequence[int]) -> set[int]:
    """Those of these events whose agenda has changes that are not published."""
    return set(db.session.scalars(select(AgendaDraft.event_id).where(AgendaDraft.event_id.in_(event_ids))))


def names_of(user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Accounts by the names, or else the addresses, that organisers know each other by."""
    ids = [each for each in user_ids if each is not None]
    if not ids:
        return {}
    rows = db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(ids)))
    return {user_id: name or email for user_id, name, email in rows}


def _edition_row(session: Mapping[str, Any], timezone: str) -> DraftRow:
    starts, ends = (datetime.fromisoformat(session[name]) for name in ("starts_at", "ends_at"))
    # The event may be in another zone by now, in which the clocks skip such a time: nothing is derived, only shown.
    here = clock.zone(timezone)
    return DraftRow(
        version=0,
        starts_wall=starts,
        ends_wall=ends,
        starts_at=starts.replace(tzinfo=here),
        ends_at=ends.replace(tzinfo=here),
        speakers=tuple(session["speakers"]),
        # Editions of before there were places online do not name them.
        online_capacity=session.get("online_capacity"),
        **{name: session[name] for name in ("key", "title", "kind", "room", "capacity")},
    )


def _published_row(row: AgendaSession) -> DraftRow:
    return DraftRow(starts_at=row.starts_at, ends_at=row.ends_at, **_common(row))


def _draft_row(row: DraftSession, timezone: str, names: dict[int | None, str]) -> DraftRow:
    return DraftRow(
        starts_at=clock.instant_of(row.starts_wall, timezone),
        ends_at=clock.instant_of(row.ends_wall, timezone),
        changed_by=names.get(row.changed_by, ""),
        changed_at=row.changed_at if row.changed_by is not None else None,
        **_common(row),
    )


def _common(row: AgendaSession | DraftSession) -> dict[str, Any]:
    return {
        "key": row.key,
        "version": row.version,
        "starts_wall": row.starts_wall,
        "ends_wall": row.ends_wall,
        "title": row.title,
        "kind": row.kind,
        "room": row.room,
        "speakers": tuple(row.speakers),
        "capacity": row.capacity,
        "online_capacity": row.online_capacity,
    }
