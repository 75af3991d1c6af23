"""What a delegation holds, how many places it may hold, when they flow back, what its contact may do when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from eventsapp.places import Pool

RETURNS_BEFORE = timedelta(days=7)
"""How long before the start places that nobody is named for flow back, unless an organiser says otherwise."""
MOST_PLACES = 5000
MOST_AT_ONCE = 5
"""Names in one form."""
_DAY = timedelta(days=1)
NAMES_COUNTED = _DAY


class Refusal(Enum):
    """Why an act did nothing. The door puts it in words."""

    NOT_THERE = "not_there"
    CALLED_OFF = "called_off"
    STARTED = "started"
    """From the start on nothing is named, changed or returned."""
    FLOWED_BACK = "flowed_back"
    """The places are with the queue: there is none for a new name."""
    NO_PLACE = "no_place"
    """This name has no place to pass on (any more)."""
    TOO_MANY = "too_many"
    """More names in a day than anybody needs: each is a letter to a stranger."""
    THERE = "there"
    """This name stands already."""
    BELOW_FILLED = "below_filled"
    """Fewer places than people have one already."""


class Act(Enum):
    NAME = "name"
    """Somebody new."""
    CHANGE = "change"
    """Correct a name, put another person in one's place, take a name back."""
    RETURN = "return"
    """Give places back that are not needed."""


@dataclass(frozen=True)
class Details:
    """What an organiser says of a delegation, cleaned by the door."""

    organisation: str
    contact_email: str
    places: int
    returns_wall: datetime
    """On the clocks of the event."""
    contact_name: str = ""
    language: str = "en"
    attends: str = "room"
    """Fixed once it is made."""


@dataclass(frozen=True)
class Standing:
    """What decides what the contact may do."""

    status: str
    """Of the event."""
    starts_at: datetime
    returns_at: datetime
    returned: bool


def refusal(act: Act, standing: Standing, now: datetime) -> Refusal | None:
    """None while the act may be done. A draft has no contact's page, and so no acts."""
    if standing.status == "draft":
        return Refusal.NOT_THERE
    if standing.status == "cancelled":
        return Refusal.CALLED_OFF
    if now >= standing.starts_at:
        return Refusal.STARTED
    if act is not Act.CHANGE and (standing.returned or now >= standing.returns_at):
        return Refusal.FLOWED_BACK
    return None


def held(places: int, filled: int, *, returned: bool) -> int:
    """Places that nobody else can have and that nobody has."""
    return 0 if returned else max(0, places - filled)


def can_hold(pool: Pool) -> int | None:
    """How many places can be held now without a reason: free ones that nobody waits for. None: any number."""
    if pool.capacity is None:
        return None
    return (pool.free or 0) if pool.waiting == 0 else 0


def needs_reason(pool: Pool, more: int) -> bool:
    """Whether holding so many more passes the queue or the capacity."""
    most = can_hold(pool)
    return most is not None and more > most


def beyond_capacity(pool: Pool) -> bool:
    """Whether a place that is held stands above the capacity: an organiser gave it by hand, or lowered the capacity."""
    return pool.capacity is not None and pool.taken > pool.capacity


def default_returns(starts_wall: datetime, now_wall: datetime) -> datetime:
    """When places flow back unless an organiser chooses: a week before the start; at the start of an event that is
    nearer than that."""
    usual = starts_wall - RETURNS_BEFORE
    return usual if usual > now_wall else starts_wall


def moved_along(returns_wall: datetime, old_start: datetime, new_start: datetime) -> datetime:
    """The same stretch before the start as it was; all of it wall times."""
    return min(returns_wall + (new_start - old_start), new_start)


def names_a_day(places: int) -> int:
    """How many names a contact may enter in a day, corrections and changes of mind included."""
    return 2 * places + 20
