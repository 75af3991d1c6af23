"""Figures of one event for its organisers: how registrations came in, from which organisations, of which kind.

The database groups; what comes back grows with the quarters of an hour in which something happened and with the
number of organisations. Three statements, however many people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import case, extract, func, select

from eventsapp import clock
from eventsapp.database import db
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.rules import State, queues

if TYPE_CHECKING:
    from eventsapp.events.models import Event

SHOWN = 10
"""Organisations, the largest first."""
_HOLDING = (State.CONFIRMED, State.OFFERED)


@dataclass(frozen=True)
class Day:
    """How many had a place and how many waited at the end of a day in the event's zone."""

    on: date
    confirmed: int
    waiting: int


@dataclass(frozen=True)
class Organisation:
    """As most of its people wrote it."""

    name: str
    people: int


@dataclass(frozen=True)
class Organisations:
    """Of people with a place. `others`: in organisations beyond those shown; `without`: who named none."""

    shown: Sequence[Organisation]
    others: int
    without: int


@dataclass(frozen=True)
class Kind:
    """One kind of place, "room" or "online", with who has one and who waits."""

    attends: str
    confirmed: int
    waiting: int

    @property
    def total(self) -> int:
        return self.confirmed + self.waiting


def by_day(event: Event) -> list[Day]:
    """Every day on which something changed, oldest first: on the days between all stayed as it was."""
    confirmed: Counter[date] = Counter()
    waiting: Counter[date] = Counter()
    for at, before, after, number in _moves(event.id):
        on = clock.wall_of(at, event.timezone).date()
        confirmed[on] += number * ((after in _HOLDING) - (before in _HOLDING))
        waiting[on] += number * ((after == State.WAITLISTED) - (before == State.WAITLISTED))
    days: list[Day] = []
    has = waits = 0
    for on in sorted(confirmed.keys() | waiting.keys()):
        has, waits = has + confirmed[on], waits + waiting[on]
        if not days or (days[-1].confirmed, days[-1].waiting) != (has, waits):
            days.append(Day(on, has, waits))
    return days


def by_organisation(event_id: int) -> Organisations:
    """The organisations of the people who have a place; capital letters and blanks at the ends make no difference."""
    rows = db.session.execute(
        select(Registration.organisation, func.count())
        .where(Registration.event_id == event_id, Registration.state.in_(_HOLDING))
        .group_by(Registration.organisation)
    )
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for name, number in rows:
        spellings[name.strip().casefold()][name.strip()] += number
    without = spellings.pop("", Counter()).total()
    found = [Organisation(_usual(written), written.total()) for written in spellings.values()]
    found.sort(key=lambda each: (-each.people, each.name.casefold()))
    return Organisations(found[:SHOWN], sum(each.people for each in found[SHOWN:]), without)


def by_kind(event_id: int) -> list[Kind]:
    """In the room and online, both of them even when nobody is there. Who has a place and waits for the other kind is
    in both, each once."""
    columns = (Registration.attends, Registration.state, Registration.wish, Registration.online_fine)
    rows = db.session.execute(
        select(*columns, func.count()).where(Registration.event_id == event_id).group_by(*columns)
    )
    found: Counter[tuple[str, bool]] = Counter()
    for attends, state, wish, online_fine, number in rows:
        if state in _HOLDING:
            found[attends, True] += number
        for kind in queues(State(state), attends, wish=wish, online_fine=online_fine):
            found[kind, False] += number
    return [Kind(attends, found[attends, True], found[attends, False]) for attends in ("room", "online")]


def _moves(event_id: int) -> list[tuple[datetime, str | None, str, int]]:
    """Moves counted by quarter of an hour, from state and to state. The days of any zone begin at such a quarter."""
    at = RegistrationMove.at
    minute = extract("minute", at)
    quarter = case((minute >= 45, 45), (minute >= 30, 30), (minute >= 15, 15), else_=0)
    parts = [extract(part, at) for part in ("year", "month", "day", "hour")]
    when = [*(part.label(f"part{number}") for number, part in enumerate(parts)), quarter.label("quarter")]
    rows = db.session.execute(
        select(*when, RegistrationMove.from_state, RegistrationMove.to_state, func.count())
        .where(RegistrationMove.event_id == event_id)
        .group_by(*when, RegistrationMove.from_state, RegistrationMove.to_state)
    )
    return [(_moment(parts), before, after, number) for *parts, before, after, number in rows]


def _moment(parts: Sequence[int]) -> datetime:
    """PostgreSQL gives the parts as decimals."""
    year, month, day, hour, minute = map(int, parts)
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def _usual(written: Counter[str]) -> str:
    """The commonest spelling; of several the first in the alphabet, so that it is the same each time."""
    return min(written, key=lambda name: (-written[name], name))
