"""A change of time or place before it is made: whether it is one, and the old and the new in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_babel import gettext

from eventsapp import clock
from eventsapp.events.changes import MOVES
from eventsapp.events.rules import EventDetails
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.events.words import when_of, where_of


@dataclass(frozen=True)
class Change:
    """`what` is "Time", "Place" or the like; old and new are one line each."""

    what: str
    old: str
    new: str


def is_moved(before: EventDetails, after: EventDetails) -> bool:
    """Whether `events.service` would count it as a new time or place; a venue's directions are neither."""
    venues = [(each.venue.name, each.venue.address) if each.venue else None for each in (before, after)]
    return venues[0] != venues[1] or any(getattr(before, name) != getattr(after, name) for name in MOVES - {"venue"})


def moved(event: EventSnapshot, details: EventDetails) -> EventSnapshot:
    """The event as it will be. Takes checked details only: a wall time that does not exist raises."""
    return replace(
        event,
        timezone=details.timezone,
        starts_wall=details.starts_at,
        ends_wall=details.ends_at,
        starts_at=clock.instant_of(details.starts_at, details.timezone),
        ends_at=clock.instant_of(details.ends_at, details.timezone),
        venue_name=details.venue.name if details.venue else "",
        venue_address=details.venue.address if details.venue else "",
        mode=details.mode,
        online_url=details.online_url,
    )


def in_words(old: EventSnapshot, new: EventSnapshot) -> list[Change]:
    """What people would read in the letter; what stays is left out."""
    changes = [
        Change(gettext("Time"), when_of(old).line, when_of(new).line),
        Change(gettext("Place"), where_of(old), where_of(new)),
        Change(gettext("Address of the online room"), old.online_url, new.online_url),
    ]
    return [change for change in changes if change.old != change.new]
