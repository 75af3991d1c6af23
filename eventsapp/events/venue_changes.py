"""A venue that many events use, changed once for all that are still to come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from eventsapp import clock
from eventsapp.audit import service as audit
from eventsapp.database import db, locked, transaction
from eventsapp.events import service
from eventsapp.events.models import Event
from eventsapp.events.queries import details_of
from eventsapp.events.rules import Edited, Invalid
from eventsapp.venues import rules
from eventsapp.venues.models import Venue
from eventsapp.venues.rules import VenueDetails
from eventsapp.venues.service import keep_venue
from eventsapp.web.rules import Problem


@dataclass(frozen=True)
class Changed:
    """`venue_id` is another one when name or address changed; `events` are those that moved along."""

    venue_id: int
    events: int


class _Undone(Exception):
    """An event refused; the transaction is taken back."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems


def coming_by_venue(series_id: int) -> dict[int, int]:
    """How many events that are not over, and not called off, each venue of a series has."""
    statement = (
        select(Event.venue_id, func.count())
        .where(Event.series_id == series_id, Event.venue_id.is_not(None), *_coming())
        .group_by(Event.venue_id)
    )
    return {venue_id: number for venue_id, number in db.session.execute(statement) if venue_id is not None}


def change_venue(venue_id: int, details: VenueDetails, language: str, *, by: int, tell: bool) -> Changed | Invalid:
    """Make a venue as `details` say, empty notes included. `language` must be there in notes that are given.

    Directions and access notes change for every event there. A new name or address is a new place on record: events
    still to come move to it, with letters if `tell`; those that are over keep what people were told.
    """
    if found := list(rules.problems(details, language)):
        return Invalid(tuple(found))
    try:
        with transaction() as session:
            venue = session.scalars(locked(select(Venue).where(Venue.id == venue_id))).one()
            kept_id = keep_venue(venue.series_id, details, by=by)
            kept = session.get_one(Venue, kept_id)
            kept.directions, kept.access_notes = dict(details.directions), dict(details.access_notes)
            kept.retired_at = None
            if kept_id == venue_id:
                return Changed(venue_id, 0)
            moved = _move_events(venue_id, details, by=by, tell=tell)
            venue.retired_at = clock.now()
            audit.record(
                "venue.renamed",
                f"venue:{kept_id}",
                by=by,
                series_id=venue.series_id,
                before=[venue.name, venue.address],
                after=[kept.name, kept.address],
                events=moved,
            )
            return Changed(kept_id, moved)
    except _Undone as undone:
        return Invalid(undone.problems)


def retire_venue(venue_id: int, *, retired: bool, by: int) -> bool:
    """Suggest it no longer for new events, or again. False: it was so already."""
    with transaction() as session:
        venue = session.scalars(locked(select(Venue).where(Venue.id == venue_id))).one()
        if (venue.retired_at is not None) is retired:
            return False
        venue.retired_at = clock.now() if retired else None
        action = "venue.retired" if retired else "venue.taken_back"
        audit.record(action, f"venue:{venue_id}", by=by, series_id=venue.series_id, name=venue.name)
        return True


def _move_events(venue_id: int, details: VenueDetails, *, by: int, tell: bool) -> int:
    """In the order of their ids, so that two such changes at once do not wait for each other."""
    with transaction() as session:
        statement = select(Event).options(joinedload(Event.venue)).where(Event.venue_id == venue_id, *_coming())
        coming = session.scalars(statement.order_by(Event.id)).all()
        wanted = [(event.id, replace(details_of(event), venue=details)) for event in coming]
        for event_id, event_details in wanted:
            answer = service.edit_event(event_id, event_details, by=by, tell=tell)
            if isinstance(answer, Invalid):
                raise _Undone(answer.problems)
            assert isinstance(answer, Edited), "locked and asked for its status a moment ago"
        return len(wanted)


def _coming() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Event.ends_at > clock.now(), Event.status != "cancelled"
