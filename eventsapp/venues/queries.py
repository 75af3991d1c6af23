"""Reads venues."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.venues.models import Venue
from eventsapp.venues.rules import VenueDetails


def list_of_series(series_id: int, *, with_retired: bool = False) -> Sequence[Venue]:
    """The venues a series has used, by name: what a form suggests."""
    statement = select(Venue).where(Venue.series_id == series_id).order_by(Venue.name, Venue.address, Venue.id)
    if not with_retired:
        statement = statement.where(Venue.retired_at.is_(None))
    return db.session.scalars(statement).all()


def suggested(series_ids: Collection[int]) -> Sequence[Venue]:
    """The venues of these series that a form suggests, by name."""
    statement = select(Venue).where(Venue.series_id.in_(series_ids), Venue.retired_at.is_(None))
    return db.session.scalars(statement.order_by(Venue.name, Venue.address, Venue.id)).all()


def find_of_series(series_id: int, venue_id: int) -> Venue | None:
    """A venue of this series and no other."""
    return db.session.scalar(select(Venue).where(Venue.id == venue_id, Venue.series_id == series_id))


def find_venue(series_id: int, name: str, address: str) -> Venue | None:
    return db.session.scalar(
        select(Venue).where(Venue.series_id == series_id, Venue.name == name, Venue.address == address)
    )


def details_of(venue: Venue) -> VenueDetails:
    return VenueDetails(
        name=venue.name, address=venue.address, directions=venue.directions, access_notes=venue.access_notes
    )
