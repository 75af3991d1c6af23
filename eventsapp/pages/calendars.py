"""Which entries a calendar of an event holds: its agenda sessions, or the event itself when it has no agenda."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from eventsapp.agenda.entries import session_entries
from eventsapp.agenda.queries import published_sessions
from eventsapp.calendar.entry import CalendarEntry
from eventsapp.events.entries import entry_of, location_of
from eventsapp.events.models import Event
from eventsapp.events.queries import snapshot_of
from eventsapp.registration.models import Registration
from eventsapp.registration.opening import last_moved_at
from eventsapp.registration.rules import State
from eventsapp.signups.groups_queries import others_groups
from eventsapp.signups.queries import sessions_not_chosen
from eventsapp.web.links import external_url


@dataclass(frozen=True)
class Entries:
    """What a calendar holds, and when that last changed: also when an entry went away."""

    entries: Sequence[CalendarEntry]
    changed_at: datetime


def of_event(event: Event, now: datetime, language: str | None = None, *, without: Collection[int] = ()) -> Entries:
    """One entry per session, or the event's own. Sessions that were taken off stay, cancelled, until the event is over.

    In the event's own language unless the address asks for one: a calendar is read by programs, which say none.
    `without`: ids of sessions that are left out.
    """
    language = language or event.language
    over = now >= event.ends_at
    sessions = [each for each in published_sessions(event.id, with_removed=not over) if each.id not in without]
    url = external_url("event_page.show", slug=event.slug)
    facts = snapshot_of(event)
    entries = session_entries(sessions, facts, language=language, url=url)
    if all(session.cancelled_at is not None for session in sessions):
        entries.insert(0, entry_of(facts, language=language, url=url))
    return Entries(entries, _changed_at(entries, event.calendar_changed_at, event.ends_at if over else None))


def of_registration(registration: Registration, now: datetime, language: str | None = None) -> Entries:
    """A person's calendar: as `of_event` while they have a place; CANCELLED once they had one and do not any more;
    nothing for people who never had one. Of the working groups that start together only the one they were given, and
    of sessions to sign up for those in which they have a place."""
    moved_at = last_moved_at(registration)
    event = registration.event
    if registration.confirmed_at is None:
        return Entries((), _changed_at((), event.calendar_changed_at, moved_at))
    others, given_at = others_groups(registration)
    not_chosen, chosen_at = sessions_not_chosen(registration)
    public = of_event(event, now, language, without=others | not_chosen)
    moved_at = max(moved_at, given_at or moved_at, chosen_at or moved_at)
    own = [_own(entry, registration, moved_at, language or event.language) for entry in public.entries]
    return Entries(own, max(public.changed_at, moved_at))


def of_series(events: Sequence[Event], now: datetime, otherwise: datetime, language: str | None = None) -> Entries:
    """The events of a series, one entry each; one that was called off stays, cancelled, until it would be over."""
    entries = [
        entry_of(
            snapshot_of(event),
            language=language or event.language,
            url=external_url("event_page.show", slug=event.slug),
        )
        for event in events
        if event.status == "published" or now < event.ends_at
    ]
    gone = [event.ends_at for event in events if event.status == "cancelled" and now >= event.ends_at]
    return Entries(entries, _changed_at(entries, otherwise, *gone))


def _own(entry: CalendarEntry, registration: Registration, moved_at: datetime, language: str) -> CalendarEntry:
    """The person's counter is in SEQUENCE, so that a place taken up again is newer than its cancellation."""
    entry = replace(
        entry,
        sequence=entry.sequence + registration.calendar_counter,
        last_modified=max(entry.last_modified, moved_at),
    )
    if registration.attends == "online" and registration.event.mode == "hybrid":
        snapshot = snapshot_of(registration.event)
        entry = replace(entry, location=location_of(snapshot, language, "online"))
    return entry if registration.state == State.CONFIRMED else replace(entry, status="CANCELLED")


def _changed_at(entries: Sequence[CalendarEntry], *moments: datetime | None) -> datetime:
    return max([*(entry.last_modified for entry in entries), *filter(None, moments)])
