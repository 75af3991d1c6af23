"""What the details of an event mean for its row, and what a change of them means for calendars and places.

Belongs to the service: its locks are held, its transaction is open.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventsapp import clock
from eventsapp.events.models import Event
from eventsapp.events.rules import EventDetails
from eventsapp.venues.service import keep_venue

COLUMNS = {
    "starts_at": "starts_wall",
    "ends_at": "ends_wall",
    "registration_opens_at": "opens_wall",
    "registration_closes_at": "closes_wall",
    "promotion_ends_at": "promotion_ends_wall",
    "venue": "venue_id",
}
"""Fields of EventDetails whose column has another name."""
INSTANTS = {
    "starts_wall": "starts_at",
    "ends_wall": "ends_at",
    "opens_wall": "opens_at",
    "closes_wall": "closes_at",
    "promotion_ends_wall": "promotion_ends_at",
}
SCHEDULE = frozenset({"timezone", "starts_at", "ends_at"})
MOVES = SCHEDULE | {"venue", "mode", "online_url"}
"""Changes of time or place: they raise SEQUENCE."""
PLACES = frozenset({"capacity", "online_capacity", "mode", "timezone", "starts_at", "promotion_ends_at"})
"""Changes after which people may move up."""
IN_CALENDAR = frozenset({"title", "kind", "summary", "description", "language", "slug"})


def values_of(series_id: int, details: EventDetails, by: int | None) -> dict[str, Any]:
    """The columns these details stand for, instants derived from wall times."""
    values = {COLUMNS.get(name, name): getattr(details, name) for name in details.__dataclass_fields__}
    for name in ("title", "summary", "description"):
        values[name] = dict(values[name])
    values["venue_id"] = keep_venue(series_id, details.venue, by=by) if details.venue else None
    for wall, instant in INSTANTS.items():
        values[instant] = values[wall] and clock.instant_of(values[wall], details.timezone)
    return values


def set_values(event: Event, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; {field: [before, after]} as JSON values, instants left out."""
    names = {column: name for name, column in COLUMNS.items()}
    changes: dict[str, list[Any]] = {}
    for column, value in values.items():
        before = getattr(event, column)
        if before != value:
            setattr(event, column, value)
            if column not in INSTANTS.values():
                changes[names.get(column, column)] = [_plain(before), _plain(value)]
    return changes


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
