"""Reads venues."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.venues.models import Venue
from eventsapp.venues.rules import VenueDetails


def list_of_series(series_id: int) -> Sequence[Venue]:
    """The venues a series has used, by name: what a form suggests."""
    return db.session.scalars(
        select(Venue).where(Venue.series_id == series_id).order_by(Venue.name, Venue.address)
    ).all()


def find_venue(series_id: int, name: str, address: str) -> Venue | None:
    return db.session.scalar(
        select(Venue).where(Venue.series_id == series_id, Venue.name == name, Venue.address == address)
    )


def details_of(venue: Venue) -> VenueDetails:
    return VenueDetails(
        name=venue.name, address=venue.address, directions=venue.directions, access_notes=venue.access_notes
    )
