"""An event at one moment, as a value: what letters and calendar entries tell, frozen when the fact is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from eventsapp.events.models import Event
from eventsapp.series.models import Series
from eventsapp.venues.models import Venue
from eventsapp.web.text import pick

_MOMENTS = ("starts_at", "ends_at", "starts_wall", "ends_wall", "calendar_changed_at", "promotion_ends_at")
_OF_THE_EVENT = (
    "series_id",
    "uid_host",
    "slug",
    "language",
    "title",
    "kind",
    "summary",
    "timezone",
    "starts_at",
    "ends_at",
    "starts_wall",
    "ends_wall",
    "mode",
    "online_url",
    "status",
    "confidential",
    "recorded",
    "calendar_sequence",
    "calendar_changed_at",
    "promotion_ends_at",
    "promotion",
)


@dataclass(frozen=True, kw_only=True)
class EventSnapshot:
    """`starts_at`, `ends_at` and `calendar_changed_at` are aware UTC; `…_wall` are naive, in `timezone`. Texts that
    organisers write for the public are per language; `language` is the one that is always there."""

    event_id: int
    series_id: int
    key: str
    """Of the calendar UID (`calendar.entry.event_uid`), as is `uid_host`."""
    uid_host: str
    slug: str
    language: str
    title: dict[str, str]
    kind: str
    summary: dict[str, str]
    timezone: str
    starts_at: datetime
    ends_at: datetime
    starts_wall: datetime
    ends_wall: datetime
    venue_name: str
    """Empty when the event has no venue."""
    venue_address: str
    venue_directions: dict[str, str]
    venue_access_notes: dict[str, str]
    mode: str
    online_url: str
    status: str
    confidential: bool
    recorded: bool
    calendar_sequence: int
    calendar_changed_at: datetime
    series_slug: str
    series_title: dict[str, str]
    accent: str
    contact_email: str | None
    funder_statement: dict[str, str]
    grant_number: str
    sender_name: str = ""
    """Who letters are from; empty: the series' title."""
    promotion_ends_at: datetime | None = None
    """As set; None is the usual time before the start."""
    promotion: str = "confirm"

    @property
    def place(self) -> str:
        """Venue and address on one line; empty without a venue."""
        return ", ".join(filter(None, (self.venue_name, self.venue_address)))

    def sender(self, language: str) -> str:
        """Who letters in this language are from."""
        return self.sender_name or pick(self.series_title, language, self.language)

    def to_facts(self) -> dict[str, Any]:
        """Plain JSON values; moments and wall times in ISO 8601."""
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        return facts | {name: facts[name].isoformat() for name in _MOMENTS if facts[name] is not None}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """What `to_facts` wrote; facts that this release does not know are passed over."""
        known = {field.name: facts[field.name] for field in fields(cls) if field.name in facts}
        return cls(**known | {name: datetime.fromisoformat(facts[name]) for name in _MOMENTS if facts.get(name)})


def snapshot(event: Event, series: Series, venue: Venue | None) -> EventSnapshot:
    """The event as its rows are now."""
    return EventSnapshot(
        **{name: getattr(event, name) for name in _OF_THE_EVENT},
        event_id=event.id,
        key=str(event.key),
        venue_name=venue.name if venue else "",
        venue_address=venue.address if venue else "",
        venue_directions=venue.directions if venue else {},
        venue_access_notes=venue.access_notes if venue else {},
        series_slug=series.slug,
        series_title=series.title,
        accent=series.accent,
        contact_email=series.contact_email,
        sender_name=series.sender_name,
        funder_statement=series.funder_statement,
        grant_number=series.grant_number,
    )
