"""Reads series and their privacy notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.series.models import PrivacyNotice, Series
from eventsapp.series.rules import NoticeDetails, SeriesDetails

if TYPE_CHECKING:
    from eventsapp.web.access import Scope


def find_series(slug: str) -> Series | None:
    """Every series is public; what it lists is up to its events."""
    return db.session.scalar(select(Series).where(Series.slug == slug))


def get_series(series_id: int) -> Series:
    """Raises NoResultFound."""
    return db.session.scalars(select(Series).where(Series.id == series_id)).one()


def find_for_organiser(slug: str, scope: Scope) -> Series | None:
    return db.session.scalar(select(Series).where(Series.slug == slug, scope.where(Series.id)))


def list_for_organiser(scope: Scope, *, with_archived: bool = False) -> Sequence[Series]:
    statement = select(Series).where(scope.where(Series.id)).order_by(Series.slug)
    if not with_archived:
        statement = statement.where(Series.archived_at.is_(None))
    return db.session.scalars(statement).all()


def find_current_notice(series_id: int) -> PrivacyNotice | None:
    """The newest version: what a form shows and a registration remembers."""
    return db.session.scalar(
        select(PrivacyNotice)
        .where(PrivacyNotice.series_id == series_id)
        .order_by(PrivacyNotice.version.desc())
        .limit(1)
    )


def find_notice(series_id: int, version: int) -> PrivacyNotice | None:
    return db.session.scalar(
        select(PrivacyNotice).where(PrivacyNotice.series_id == series_id, PrivacyNotice.version == version)
    )


def details_of(series: Series) -> SeriesDetails:
    """The row as the value that forms and files edit."""
    return SeriesDetails(
        slug=series.slug,
        title=series.title,
        language=series.language,
        summary=series.summary,
        accent=series.accent,
        contact_email=series.contact_email or "",
        sender_name=series.sender_name,
        funder_statement=series.funder_statement,
        grant_number=series.grant_number,
        evidence_until=series.evidence_until,
        evidence_reason=series.evidence_reason,
        embed_hosts=tuple(series.embed_hosts),
    )


def notice_details_of(notice: PrivacyNotice) -> NoticeDetails:
    return NoticeDetails(
        controller=notice.controller,
        contact=notice.contact,
        lawful_basis=notice.lawful_basis,
        recipients=notice.recipients,
        retention=notice.retention,
    )
