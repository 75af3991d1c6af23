"""Writes events. Each verb locks the event's row first and is one transaction; refusals are values (`events.rules`).

`by` is the account that acts; None is a command. Capacity may be set below what is taken: that turns nobody out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit import service as audit
from eventsapp.database import locked, transaction
from eventsapp.events import rules, signals
from eventsapp.events.changes import IN_CALENDAR, MOVES, PLACES, SCHEDULE, set_values, values_of
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Created, Edited, EventDetails, Invalid, Refusal
from eventsapp.events.snapshot import EventSnapshot, snapshot
from eventsapp.series.models import Series
from eventsapp.settings import settings
from eventsapp.venues.models import Venue
from eventsapp.web.rules import N_, Problem


class EventNotFound(LookupError):
    """There is no event with this id: the door that called looked it up a moment ago."""


def check(details: EventDetails) -> list[Problem]:
    """Everything wrong with these details, zones and wall times included. Empty: a verb will take them."""
    return rules.problems(details) + list(_clock_problems(details))


def _clock_problems(details: EventDetails) -> Iterator[Problem]:
    if not clock.is_zone(details.timezone):
        yield Problem("timezone", N_("is no time zone such as Europe/Brussels"))
        return
    for name, wall in rules.times_of(details).items():
        if not list(rules.wall_problems(name, wall)):
            yield from wall_clock_problems(name, wall, details.timezone)


def wall_clock_problems(name: str, wall: datetime, timezone: str) -> Iterator[Problem]:
    """A wall time that the clocks skip or show twice is asked about, never guessed. Naive times, known zones only."""
    params = {"time": f"{wall:%Y-%m-%d %H:%M}", "timezone": timezone}
    try:
        clock.instant_of(wall, timezone)
    except clock.ImpossibleTime:
        yield Problem(name, N_("%(time)s does not exist in %(timezone)s: the clocks skip it; choose another"), params)
    except clock.AmbiguousTime:
        yield Problem(
            name,
            N_("%(time)s comes twice in %(timezone)s: the clocks go back; choose a time outside that hour"),
            params,
        )


def create_event(series_id: int, details: EventDetails, *, by: int | None) -> Created | Refusal | Invalid:
    """A draft in the series. The venue is made if the series has none of that name and address."""
    if found := check(details):
        return Invalid(tuple(found))
    try:
        with transaction() as session:
            if _slug_taken(session, details.slug, None):
                return Refusal.SLUG_TAKEN
            now = clock.now()
            event = Event(series_id=series_id, uid_host=settings().host, created_at=now, calendar_changed_at=now)
            for column, value in values_of(series_id, details, by).items():
                setattr(event, column, value)
            session.add(event)
            session.flush()
            _note("event.created", event, by, slug=event.slug)
            return Created(event.id, event.slug)
    except IntegrityError as error:
        return _refused_by_database(error)


def edit_event(
    event_id: int,
    details: EventDetails,
    *,
    by: int | None,
    tell: bool,
    expected_version: int | None = None,
    to_be_called_off: bool = False,
) -> Edited | Conflict | Refusal | Invalid:
    """Make the event as `details` say. `tell=False`: a small correction, nobody is written about new time or place.

    `to_be_called_off`: it is, in the same transaction, so nothing of this change is news to people: no letter, nobody
    moves up.
    `expected_version` is the `details_version` that the form was shown with; None overwrites whatever is there.
    A published event keeps its slug; one that was called off takes no change.
    """
    if found := check(details):
        return Invalid(tuple(found))
    try:
        with transaction() as session:
            event = _lock(session, event_id)
            refused = _edit_refusal(session, event, details)
            if refused is not None:
                return refused
            if expected_version not in (None, event.details_version):
                return Conflict(event.details_version)
            changes = _apply(session, event, details, by=by, tell=tell, quiet=to_be_called_off)
            return Edited(event.id, event.details_version, changes)
    except signals.MoveRefused as refused:
        return Invalid((Problem("starts_at", refused.message, refused.params),))
    except IntegrityError as error:
        return _refused_by_database(error)


def change_capacity(
    event_id: int,
    *,
    capacity: int | None,
    online_capacity: int | None = None,
    by: int | None,
    expected_version: int | None = None,
) -> Edited | Conflict | Refusal | Invalid:
    """Set both numbers of places; None is unlimited. Raising one moves people up at once, with letters."""
    with transaction() as session:
        event = _lock(session, event_id)
        if event.status == "cancelled":
            return Refusal.CANCELLED
        if found := list(rules.capacity_problems(event.mode, capacity, online_capacity)):
            return Invalid(tuple(found))
        if expected_version not in (None, event.details_version):
            return Conflict(event.details_version)
        changes = set_values(event, {"capacity": capacity, "online_capacity": online_capacity})
        if changes:
            _raise_version(event)
            _note("event.changed", event, by, changes=changes)
            if event.status == "published":
                signals.capacity_changed.send(event.id, by=by)
        return Edited(event.id, event.details_version, tuple(changes))


def publish_event(event_id: int, *, by: int | None) -> Edited | Refusal:
    """Let the public see it. One that is published stays so, without a word."""
    with transaction() as session:
        event = _lock(session, event_id)
        if event.status == "cancelled":
            return Refusal.CANCELLED
        if event.status == "published":
            return Edited(event.id, event.details_version)
        now = clock.now()
        event.status, event.published_at, event.calendar_changed_at = "published", now, now
        _raise_version(event)
        _note("event.published", event, by)
        session.flush()
        signals.event_published.send(event.id, by=by)
        return Edited(event.id, event.details_version, ("status",))


def call_off_event(event_id: int, *, by: int | None, message: str = "") -> Edited | Refusal:
    """It will not take place. Registrations keep their states; whoever has an entry gets a CANCEL, all get a letter.

    `message` is the organiser's own word in these letters. Called off once more, nothing happens."""
    with transaction() as session:
        event = _lock(session, event_id)
        if event.status == "draft":
            return Refusal.NOT_PUBLISHED
        if event.status == "cancelled":
            return Edited(event.id, event.details_version)
        old = _snapshot(session, event)
        now = clock.now()
        event.status, event.cancelled_at, event.calendar_changed_at = "cancelled", now, now
        event.calendar_sequence += 1
        _raise_version(event)
        _note("event.cancelled", event, by, message=message)
        session.flush()
        signals.event_cancelled.send(event.id, old=old, new=_snapshot(session, event), message=message, by=by)
        return Edited(event.id, event.details_version, ("status",))


def lock_event(session: Session, event_id: int) -> Event:
    """The event's row, locked until commit, read anew. Raises EventNotFound. For services of upper rooms."""
    return _lock(session, event_id)


def _lock(session: Session, event_id: int) -> Event:
    event = session.scalar(locked(select(Event).where(Event.id == event_id)))
    if event is None:
        raise EventNotFound(event_id)
    return event


def _edit_refusal(session: Session, event: Event, details: EventDetails) -> Refusal | None:
    if event.status == "cancelled":
        return Refusal.CANCELLED
    if details.slug == event.slug:
        return None
    if event.status != "draft":
        return Refusal.SLUG_FIXED
    return Refusal.SLUG_TAKEN if _slug_taken(session, details.slug, event.id) else None


def _slug_taken(session: Session, slug: str, but: int | None) -> bool:
    found = session.scalar(select(Event.id).where(Event.slug == slug))
    return found is not None and found != but


def _refused_by_database(error: IntegrityError) -> Refusal:
    """Two hands made the same slug at once; the database saw it."""
    if "slug" not in str(error.orig):
        raise error
    return Refusal.SLUG_TAKEN


def _apply(
    session: Session, event: Event, details: EventDetails, *, by: int | None, tell: bool, quiet: bool
) -> tuple[str, ...]:
    old = _snapshot(session, event)
    changes = set_values(event, values_of(event.series_id, details, by))
    names = frozenset(changes)
    if not names:
        return ()
    moved = event.status == "published" and bool(names & MOVES)
    if moved:
        event.calendar_sequence += 1
    if names & (MOVES | IN_CALENDAR):
        event.calendar_changed_at = clock.now()
    _raise_version(event)
    _note("event.changed", event, by, changes=changes, told=tell and moved and not quiet)
    session.flush()
    new = _snapshot(session, event)
    if names & SCHEDULE:
        # First, so that letters about the move can tell the agenda.
        signals.event_rescheduled.send(event.id, old=old, new=new, by=by)
    if event.status == "published" and not quiet:
        _send_news(event, names, old, new, by=by, tell=tell)
    return tuple(changes)


def _send_news(
    event: Event, names: frozenset[str], old: EventSnapshot, new: EventSnapshot, *, by: int | None, tell: bool
) -> None:
    """Moving up last, when everything else is true."""
    if names & MOVES:
        signals.event_moved.send(event.id, old=old, new=new, tell=tell, by=by)
    if names - MOVES - PLACES:
        signals.details_changed.send(event.id, old=old, new=new, by=by)
    if names & PLACES:
        signals.capacity_changed.send(event.id, by=by)


def _raise_version(event: Event) -> None:
    event.version += 1
    event.details_version += 1


def _snapshot(session: Session, event: Event) -> EventSnapshot:
    venue = session.get(Venue, event.venue_id) if event.venue_id else None
    return snapshot(event, session.get_one(Series, event.series_id), venue)


def _note(action: str, event: Event, by: int | None, **details: Any) -> None:
    actor = "command" if by is None else "organiser"
    audit.record(action, f"event:{event.id}", by=by, actor=actor, series_id=event.series_id, **details)
