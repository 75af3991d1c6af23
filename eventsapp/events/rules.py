"""What an event is made of, and what is wrong with one: the checks that forms and event files share. Pure.

Zones and wall times are checked by `events.service.check`, which asks the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from eventsapp.venues import rules as venue_rules
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.rules import (
    N_,
    Problem,
    Texts,
    choice_problems,
    cleaned,
    language_problems,
    length_problems,
    slug_problems,
    texts_problems,
)
from eventsapp.web.text import clean_line

MODES = ("in_person", "online", "hybrid")
VISIBILITIES = ("public", "unlisted", "closed")
PROMOTIONS = ("confirm", "offer")
"""How people move up: confirmed at once, or offered a place that they accept or decline."""
STATUSES = ("draft", "published", "cancelled")
TITLE_LENGTH = 200
KIND_LENGTH = 80
SUMMARY_LENGTH = 1000
DESCRIPTION_LENGTH = 20_000
URL_LENGTH = 1000
LARGEST_CAPACITY = 100_000
LARGEST_PARTY = 20
FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Beyond these a date is a slip of the pen, and arithmetic with zones has no room."""


@dataclass(frozen=True, kw_only=True)
class EventDetails:
    """What an organiser or a file gives. Times are wall times in `timezone`, naive. Names are those of the event
    file (DESIGN §4). Texts are cleaned when it is made, so what is checked is what is kept."""

    slug: str
    title: Texts
    timezone: str
    starts_at: datetime
    ends_at: datetime
    language: str = "en"
    kind: str = ""
    summary: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    venue: VenueDetails | None = None
    mode: str = "in_person"
    online_url: str = ""
    capacity: int | None = None
    """Places in the room; None is unlimited."""
    online_capacity: int | None = None
    waitlist: bool = True
    approval: bool = False
    confidential: bool = False
    recorded: bool = False
    visibility: str = "public"
    registration_opens_at: datetime | None = None
    """None: on publication."""
    registration_closes_at: datetime | None = None
    """None: at the start."""
    promotion_ends_at: datetime | None = None
    """None: 48 hours before the start."""
    party_max: int = 5
    """How many people one form may register together; 1: everybody registers alone."""
    promotion: str = "confirm"
    ranks_groups: bool = False
    """People rank the working groups that start together, and each is given one."""

    def __post_init__(self) -> None:
        for name in ("slug", "timezone", "language", "kind"):
            object.__setattr__(self, name, clean_line(getattr(self, name)))
        object.__setattr__(self, "online_url", clean_line(self.online_url))
        object.__setattr__(self, "title", cleaned(self.title, line=True))
        object.__setattr__(self, "summary", cleaned(self.summary, line=False))
        object.__setattr__(self, "description", cleaned(self.description, line=False))


class Refusal(Enum):
    """Why a verb did nothing; the door puts it in words."""

    SLUG_TAKEN = "slug_taken"
    SLUG_FIXED = "slug_fixed"
    """The event was published: links to it are out."""
    CANCELLED = "cancelled"
    """Called off; it is not taken up again."""
    NOT_PUBLISHED = "not_published"
    """A draft cannot be called off: nobody knows of it."""


@dataclass(frozen=True)
class Created:
    event_id: int
    slug: str


@dataclass(frozen=True)
class Edited:
    """Done. `changes` are the fields that changed, by their names in the event file; empty: all was so already."""

    event_id: int
    version: int
    """Of the details: what the next form hands in as `expected_version`."""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed it since the form was shown; `version` is the newest."""

    version: int


@dataclass(frozen=True)
class Invalid:
    problems: tuple[Problem, ...]


def problems(details: EventDetails) -> list[Problem]:
    """Everything wrong that can be seen without a clock, in the order of the fields. Empty: fine so far."""
    return [
        *slug_problems("slug", details.slug),
        *language_problems("language", details.language),
        *_text_problems(details),
        *_time_problems(details),
        *_way_problems(details),
        *(venue_rules.problems(details.venue, details.language) if details.venue else ()),
    ]


def _text_problems(details: EventDetails) -> Iterator[Problem]:
    language = details.language
    yield from texts_problems("title", details.title, TITLE_LENGTH, language=language, required=True)
    yield from length_problems("kind", details.kind, KIND_LENGTH)
    yield from texts_problems("summary", details.summary, SUMMARY_LENGTH, language=language)
    yield from texts_problems("description", details.description, DESCRIPTION_LENGTH, language=language)


def wall_problems(name: str, wall: datetime) -> Iterator[Problem]:
    """Wall times are naive, in whole minutes, in a year that makes sense."""
    if wall.tzinfo is not None:
        yield Problem(name, N_("is a local time and has no offset"))
    elif not FIRST_YEAR <= wall.year <= LAST_YEAR:
        yield Problem(
            name, N_("lies outside the years %(first)s to %(last)s"), {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    elif wall.second or wall.microsecond:
        yield Problem(name, N_("has seconds; give whole minutes"))


def times_of(details: EventDetails) -> dict[str, datetime]:
    """The wall times that are given, by field."""
    names = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at", "promotion_ends_at")
    return {name: wall for name in names if (wall := getattr(details, name)) is not None}


def _time_problems(details: EventDetails) -> Iterator[Problem]:
    walls = times_of(details)
    wrong = [problem for name, wall in walls.items() for problem in wall_problems(name, wall)]
    if wrong:
        yield from wrong
        return
    if details.ends_at <= details.starts_at:
        yield Problem("ends_at", N_("is not after the start"))
    opens, closes = details.registration_opens_at, details.registration_closes_at
    if opens is not None and opens >= (closes or details.starts_at):
        yield Problem("registration_opens_at", N_("is not before registration closes"))
    if closes is not None and closes > details.ends_at:
        yield Problem("registration_closes_at", N_("is after the event"))
    if details.promotion_ends_at is not None and details.promotion_ends_at > details.starts_at:
        yield Problem("promotion_ends_at", N_("is after the start"))


def _way_problems(details: EventDetails) -> Iterator[Problem]:
    yield from choice_problems("mode", details.mode, MODES)
    yield from choice_problems("promotion", details.promotion, PROMOTIONS)
    yield from choice_problems("visibility", details.visibility, VISIBILITIES)
    if not 1 <= details.party_max <= LARGEST_PARTY:
        yield Problem("party_max", N_("must be a whole number from 1 to %(largest)s"), {"largest": LARGEST_PARTY})
    yield from length_problems("online_url", details.online_url, URL_LENGTH)
    if details.online_url and not is_https(details.online_url):
        yield Problem("online_url", N_("must be an address that starts with https://"))
    yield from capacity_problems(details.mode, details.capacity, details.online_capacity)


def capacity_problems(mode: str, capacity: int | None, online_capacity: int | None) -> Iterator[Problem]:
    for name, places in (("capacity", capacity), ("online_capacity", online_capacity)):
        if places is not None and not 1 <= places <= LARGEST_CAPACITY:
            yield Problem(
                name,
                N_("must be a whole number from 1 to %(largest)s; without one the places are unlimited"),
                {"largest": LARGEST_CAPACITY},
            )
    if mode == "online" and capacity is not None:
        yield Problem("capacity", N_("is about the room, and this event is online"))
    if mode == "in_person" and online_capacity is not None:
        yield Problem("online_capacity", N_("is about taking part online, and this event is in person"))


def is_https(url: str) -> bool:
    """An absolute https address with a host, without blanks and without a user name."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and " " not in url
    except ValueError:
        return False
