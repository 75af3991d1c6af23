"""The logo of a series: put there, taken away, found for the page that shows it."""

from __future__ import annotations

from sqlalchemy import select

from eventsapp.audit import service as audit
from eventsapp.database import db, locked, transaction
from eventsapp.series.models import Series
from eventsapp.series.pictures import Logo


def set_logo(series_id: int, logo: Logo, *, by: int) -> None:
    """Show this logo from now on. The same once more changes nothing."""
    _change(series_id, logo, "series.logo_set", by)


def remove_logo(series_id: int, *, by: int) -> None:
    _change(series_id, None, "series.logo_removed", by)


def find_logo(slug: str, digest: str) -> bytes | None:
    """The PNG of this address; None when the series has another or none."""
    return db.session.scalar(select(Series.logo).where(Series.slug == slug, Series.logo_digest == digest))


def _change(series_id: int, logo: Logo | None, action: str, by: int) -> None:
    digest = logo.digest if logo is not None else ""
    with transaction() as session:
        series = session.scalars(locked(select(Series).where(Series.id == series_id))).one()
        if series.logo_digest == digest:
            return
        before = series.logo_digest
        series.logo = logo.png if logo is not None else None
        series.logo_digest = digest
        series.logo_width, series.logo_height = (logo.width, logo.height) if logo is not None else (0, 0)
        subject = f"series:{series_id}"
        audit.record(action, subject, by=by, actor="organiser", series_id=series_id, before=before, after=digest)
