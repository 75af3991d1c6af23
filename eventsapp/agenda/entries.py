"""Agenda sessions as calendars see them."""

from __future__ import annotations

from collections.abc import Sequence

from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.rules import side_by_side
from eventsapp.calendar.entry import CalendarEntry, session_uid
from eventsapp.events.entries import location_of, uid_of
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.web.text import pick


def session_entries(
    sessions: Sequence[AgendaSession], event: EventSnapshot, *, language: str, url: str
) -> list[CalendarEntry]:
    """One entry per session, removed ones as CANCELLED. Those that overlap are shown as free time: nobody is in two
    rooms, and the subscriber's day must not be blocked twice (CALENDAR.md §4)."""
    live = [session for session in sessions if session.cancelled_at is None]
    overlapping = {live[place].key for place in side_by_side(live)}
    return [
        session_entry(session, event, language=language, url=url, transparent=session.key in overlapping)
        for session in sessions
    ]


def session_entry(
    session: AgendaSession, event: EventSnapshot, *, language: str, url: str, transparent: bool = False
) -> CalendarEntry:
    """One session, RELATED-TO its event; called off with it."""
    off = session.cancelled_at is not None or event.status == "cancelled"
    return CalendarEntry(
        uid=session_uid(session.uid_key, event.uid_host),
        sequence=session.calendar_sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        timezone=event.timezone,
        summary=pick(session.title, language, event.language),
        last_modified=max(session.changed_at, event.calendar_changed_at),
        description=_description(session, event, language, url),
        location=", ".join(filter(None, (session.room, location_of(event, language)))),
        url=url,
        status="CANCELLED" if off else "CONFIRMED",
        transparent=transparent,
        related_to=uid_of(event),
    )


def _description(session: AgendaSession, event: EventSnapshot, language: str, url: str) -> str:
    title = pick(event.title, language, event.language)
    return "\n\n".join(part for part in (title, ", ".join(session.speakers), url) if part)
