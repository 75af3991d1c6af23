"""Writes venues."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit import service as audit
from eventsapp.database import transaction
from eventsapp.venues.models import Venue
from eventsapp.venues.queries import find_venue
from eventsapp.venues.rules import VenueDetails


def keep_venue(series_id: int, details: VenueDetails, *, by: int | None) -> int:
    """The id of the series' venue of this name and address; made if missing. Directions and access notes that are
    given become the venue's, for every event there; empty ones leave what is there.

    Takes checked details only (`venues.rules.problems`).
    """
    with transaction() as session:
        venue = find_venue(series_id, details.name, details.address)
        made = venue is None
        if venue is None:
            venue = _add(session, series_id, details)
        notes = {"directions": dict(details.directions), "access_notes": dict(details.access_notes)}
        changed = {
            name: [getattr(venue, name), text] for name, text in notes.items() if text and getattr(venue, name) != text
        }
        for name, (_, text) in changed.items():
            setattr(venue, name, text)
        session.flush()
        if made or changed:
            action = "venue.created" if made else "venue.changed"
            actor = "command" if by is None else "organiser"
            audit.record(action, f"venue:{venue.id}", by=by, actor=actor, series_id=series_id, changes=changed)
        return venue.id


def _add(session: Session, series_id: int, details: VenueDetails) -> Venue:
    """The new row, or that of another process which was quicker by a moment."""
    venue = Venue(series_id=series_id, name=details.name, address=details.address, created_at=clock.now())
    venue.directions, venue.access_notes = {}, {}
    try:
        with session.begin_nested():
            session.add(venue)
    except IntegrityError:
        found = find_venue(series_id, details.name, details.address)
        if found is None:
            raise
        return found
    return venue
