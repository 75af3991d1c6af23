"""Reads invitations: what the page of a link shows, and which of a team nobody accepted yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from eventsapp.clock import now
from eventsapp.database import db
from eventsapp.people.queries import names_of
from eventsapp.series.models import Invitation, Series
from eventsapp.series.notifications import PURPOSE
from eventsapp.series.team_rules import Closed
from eventsapp.web import tokens
from eventsapp.web.access import Role


@dataclass(frozen=True)
class Open:
    """An invitation as lists and its own page show it."""

    id: int
    series: Series | None
    email: str
    role: Role
    invited_by: str
    expires_at: datetime
    expired: bool


def find_invitation(token: str) -> Open | Closed:
    """What the page of a link shows."""
    found = row_of(token)
    return _shown([found])[0] if isinstance(found, Invitation) else found


def pending_of(series_id: int | None) -> Sequence[Open]:
    """Those neither accepted nor withdrawn, too old ones among them; by address."""
    rows = db.session.scalars(not_closed(series_id).order_by(Invitation.email_key, Invitation.id)).all()
    return _shown(rows)


def row_of(token: str) -> Invitation | Closed:
    """The row of a link that is still good."""
    claim = tokens.read(PURPOSE, token)
    row = db.session.scalar(select(Invitation).where(Invitation.key == claim.key)) if claim is not None else None
    if claim is None or row is None:
        return Closed.UNKNOWN
    good = row.accepted_at is None and row.withdrawn_at is None and row.link_version == claim.version
    return row if good and row.expires_at > now() else Closed.SPENT


def not_closed(series_id: int | None) -> Select[Invitation]:
    """Neither accepted nor withdrawn, whether too old or not. None is every series."""
    return select(Invitation).where(
        Invitation.series_id.is_not_distinct_from(series_id),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )


def still_open(series_id: int | None) -> Select[Invitation]:
    return not_closed(series_id).where(Invitation.expires_at > now())


def _shown(rows: Sequence[Invitation]) -> list[Open]:
    """Series and names in one statement each."""
    at = now()
    names = names_of(row.invited_by for row in rows if row.invited_by is not None)
    ids = {row.series_id for row in rows if row.series_id is not None}
    series = {each.id: each for each in db.session.scalars(select(Series).where(Series.id.in_(ids)))}
    return [
        Open(
            id=row.id,
            series=series.get(row.series_id) if row.series_id is not None else None,
            email=row.email,
            role=Role[row.role],
            invited_by=names.get(row.invited_by, "") if row.invited_by is not None else "",
            expires_at=row.expires_at,
            expired=row.expires_at <= at,
        )
        for row in rows
    ]
