"""The states of a registration, the moves between them, and when a form may be sent. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import Enum, StrEnum


class State(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Actor(StrEnum):
    PARTICIPANT = "participant"
    ORGANISER = "organiser"
    QUEUE = "queue"
    CONTACT = "contact"
    """Of a delegation, who names people for the places it holds."""


LIVE = frozenset({State.PENDING, State.CONFIRMED, State.WAITLISTED, State.OFFERED})
HOLDS_PLACE = frozenset({State.CONFIRMED, State.OFFERED})

_P, _O, _Q, _C = Actor.PARTICIPANT, Actor.ORGANISER, Actor.QUEUE, Actor.CONTACT
MOVES: dict[tuple[State | None, State], frozenset[Actor]] = {
    (None, State.PENDING): frozenset({_P, _O}),
    (None, State.CONFIRMED): frozenset({_P, _O, _C}),
    (None, State.WAITLISTED): frozenset({_P, _O}),
    (State.PENDING, State.CONFIRMED): frozenset({_O}),
    (State.PENDING, State.WAITLISTED): frozenset({_O}),
    (State.PENDING, State.DECLINED): frozenset({_O}),
    (State.WAITLISTED, State.CONFIRMED): frozenset({_Q, _O, _P, _C}),
    (State.WAITLISTED, State.OFFERED): frozenset({_Q, _O}),
    (State.OFFERED, State.CONFIRMED): frozenset({_P, _O}),
    (State.OFFERED, State.WAITLISTED): frozenset({_Q}),
    (State.OFFERED, State.CANCELLED): frozenset({_P, _O, _Q}),
    (State.CONFIRMED, State.WAITLISTED): frozenset({_P, _O, _C}),
    (State.CONFIRMED, State.CONFIRMED): frozenset({_P, _O, _Q}),
    (State.WAITLISTED, State.WAITLISTED): frozenset({_P}),
    (State.PENDING, State.PENDING): frozenset({_P}),
    (State.PENDING, State.CANCELLED): frozenset({_P, _O}),
    (State.CONFIRMED, State.CANCELLED): frozenset({_P, _O, _C}),
    (State.WAITLISTED, State.CANCELLED): frozenset({_P, _O}),
    (State.CANCELLED, State.PENDING): frozenset({_P, _O}),
    (State.CANCELLED, State.CONFIRMED): frozenset({_P, _O, _C}),
    (State.CANCELLED, State.WAITLISTED): frozenset({_P, _O}),
}
"""Every move there is, and who may make it (DESIGN §1). Declined people do not re-enter by themselves.

From confirmed to confirmed leads a switch of kind, and the wish for one; who waits or asks for a place may say anew
which kind. A participant goes from the waitlist to a place by taking one at short notice, when nobody moves up by
themselves any more, or by saying that another kind, of which one is free, is fine as well.
"""


def queues(state: State | None, attends: str, *, wish: str | None, online_fine: bool) -> tuple[str, ...]:
    """The kinds of place that somebody waits for. Both: who waits for the room and would take a place online as well.
    Who has a place waits for the other kind while they wish for it."""
    if state is State.WAITLISTED:
        return (attends, "online") if online_fine and attends == "room" else (attends,)
    return (wish,) if state is State.CONFIRMED and wish else ()


class ImpossibleMove(Exception):
    """A move that the table does not have: a bug, never an answer to a person."""


def check_move(from_state: State | None, to_state: State, actor: Actor) -> None:
    if actor not in MOVES.get((from_state, to_state), frozenset()):
        raise ImpossibleMove(f"{actor} cannot move a registration from {from_state} to {to_state}")


class Refusal(Enum):
    """Why no form can be sent. The door puts it in words."""

    NOT_YET_OPEN = "not_yet_open"
    BY_INVITATION = "by_invitation"
    NOT_INVITED = "not_invited"
    """The address typed is not on the event's list of invited people."""
    CLOSED = "closed"
    FULL = "full"
    CANCELLED = "cancelled"
    PAST = "past"
    TOO_MANY = "too_many"
    """Over NEW_A_DAY new registrations of one address in a day."""


NEW_A_DAY = 10
"""New registrations of one address, over all events, in 24 hours (ENGINEERING §3.1 T3)."""
REPEATS_AN_HOUR = 3
"""Letters to one address in an hour that tell no new fact."""

_SATURDAY = 5
CONTACT_KEPT = timedelta(days=180)
CONTACT_KEPT_WITHOUT_PLACE = timedelta(days=30)
FORM_KEPT = timedelta(days=7)
"""How long a form's key is remembered, so that sending it again shows the same answer."""
PROMOTION_ENDS = timedelta(hours=48)
OFFER_KEPT = timedelta(hours=48)
"""How long, at the least, a place is held for somebody to accept."""
LAPSES = 2
"""Whoever lets this many offers pass is out; after fewer they go to the end of the queue."""


@dataclass(frozen=True)
class Window:
    """What decides whether people may register: moments of an event, its status, and whether a place can be had."""

    status: str
    visibility: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    full: bool
    """No kind of place is left, and there is no waitlist."""
    has_list: bool = False
    """People are invited by address, so that anybody may see the form of a closed event: the address decides."""


def refusal(window: Window, now: datetime, *, by_link: bool = False) -> Refusal | None:
    """None while a form can be sent. Bounds: open from `opens_at`, closed from `closes_at` (the start) on.

    `by_link`: whoever asks came by the event's secret link.
    """
    if window.status == "cancelled":
        return Refusal.CANCELLED
    if now >= window.ends_at:
        return Refusal.PAST
    if now >= (window.closes_at or window.starts_at):
        return Refusal.CLOSED
    if window.visibility == "closed" and not (by_link or window.has_list):
        return Refusal.BY_INVITATION
    if window.opens_at is not None and now < window.opens_at:
        return Refusal.NOT_YET_OPEN
    return Refusal.FULL if window.full else None


def is_invited(address: str, invited: Collection[str]) -> bool:
    """Whether an address is on a list of addresses and domains ("@example.org"). A domain does not stand for those
    below it: whoever means them lists them."""
    address = address.lower()
    return address in invited or address[address.rfind("@") :] in invited


def promotion_end(starts_at: datetime, set_end: datetime | None) -> datetime:
    """The moment after which nobody moves up unasked; never after the start."""
    return min(set_end or starts_at - PROMOTION_ENDS, starts_at)


def moving_up_open(status: str, starts_at: datetime, set_end: datetime | None, now: datetime) -> bool:
    """Whether a free place confirms the next in the queue by itself."""
    return status == "published" and now < promotion_end(starts_at, set_end)


def short_notice_open(status: str, starts_at: datetime, set_end: datetime | None, now: datetime) -> bool:
    """Whether a free place goes to the first who takes it, of those who can come at short notice."""
    return status == "published" and promotion_end(starts_at, set_end) <= now < starts_at


def after_lapse(lapses: int) -> State:
    """Where it leads that somebody let an offer pass; `lapses` counts this one."""
    return State.CANCELLED if lapses >= LAPSES else State.WAITLISTED


def may_hold_until(until: datetime, *, held_until: datetime, starts_at: datetime, now: datetime) -> bool:
    """Whether an offer may be held so long: longer than it is, not into the past, and never past the start."""
    return held_until < until <= starts_at and now < until


def offer_end(now: datetime, zone: tzinfo, starts_at: datetime) -> datetime:
    """Until when an offer made now can be accepted: noon in the event's zone on the first weekday that leaves
    OFFER_KEPT, and never after the start."""
    earliest = now + OFFER_KEPT
    day = earliest.astimezone(zone).date()
    while True:
        noon = datetime.combine(day, time(12), zone)
        if noon >= earliest and day.weekday() < _SATURDAY:
            return min(noon.astimezone(UTC), starts_at)
        day += timedelta(days=1)


def contact_until(ends_at: datetime, *, had_place: bool) -> datetime:
    """When address and contacts are forgotten."""
    return ends_at + (CONTACT_KEPT if had_place else CONTACT_KEPT_WITHOUT_PLACE)
