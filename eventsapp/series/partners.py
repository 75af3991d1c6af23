"""Logos beside the series' own, for printed sheets: the funder's, those of partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from eventsapp.audit import service as audit
from eventsapp.database import db, locked, transaction
from eventsapp.series.models import PartnerLogo, Series
from eventsapp.series.pictures import Logo

MOST_LOGOS = 12
NAME_LENGTH = 120


@dataclass(frozen=True)
class PartnerLogoWords:
    id: int
    name: str
    width: int
    height: int


def list_logos(series_id: int) -> Sequence[PartnerLogoWords]:
    """In the order of the sheet; sizes as they are shown: half the picture's own."""
    columns = (PartnerLogo.id, PartnerLogo.name, PartnerLogo.width, PartnerLogo.height)
    statement = select(*columns).where(PartnerLogo.series_id == series_id)
    rows = db.session.execute(statement.order_by(PartnerLogo.position, PartnerLogo.id))
    return [PartnerLogoWords(row.id, row.name, (row.width + 1) // 2, (row.height + 1) // 2) for row in rows]


def find_content(series_id: int, logo_id: int) -> bytes | None:
    """The PNG of a logo of this series and no other."""
    return db.session.scalar(
        select(PartnerLogo.content).where(PartnerLogo.series_id == series_id, PartnerLogo.id == logo_id)
    )


def add_logo(series_id: int, name: str, logo: Logo, *, by: int) -> bool:
    """At the end of the row. False: there are MOST_LOGOS already."""
    with transaction() as session:
        session.execute(locked(select(Series.id).where(Series.id == series_id)))
        mine = PartnerLogo.series_id == series_id
        number, last = session.execute(
            select(func.count(), func.coalesce(func.max(PartnerLogo.position), -1)).where(mine)
        ).one()
        if number >= MOST_LOGOS:
            return False
        size = {"width": logo.width, "height": logo.height}
        session.add(
            PartnerLogo(series_id=series_id, position=last + 1, name=name, content=logo.png, digest=logo.digest, **size)
        )
        _note("series.partner_logo_added", series_id, by, name)
        return True


def remove_logo(series_id: int, logo_id: int, *, by: int) -> bool:
    """False: there is no such logo in this series."""
    with transaction() as session:
        removed = delete(PartnerLogo).where(PartnerLogo.series_id == series_id, PartnerLogo.id == logo_id)
        name = session.execute(removed.returning(PartnerLogo.name)).scalar_one_or_none()
        if name is None:
            return False
        _note("series.partner_logo_removed", series_id, by, name)
        return True


def _note(action: str, series_id: int, by: int, name: str) -> None:
    audit.record(action, f"series:{series_id}", by=by, series_id=series_id, name=name)
