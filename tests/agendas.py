"""Agendas that are public at once, one session more or less, without a draft."""

from __future__ import annotations

from eventsapp.agenda import service
from eventsapp.agenda.queries import details_of, published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal

Answer = Edited | Conflict | Refusal | Invalid


def add_session(event_id: int, details: SessionDetails) -> Answer:
    return service.set_agenda(event_id, [*sessions_of(event_id), details], by=None)


def remove_session(event_id: int, key: str) -> Answer:
    return service.set_agenda(event_id, [each for each in sessions_of(event_id) if each.key != key], by=None)


def sessions_of(event_id: int) -> list[SessionDetails]:
    """What the public sees."""
    return [details_of(row) for row in published_sessions(event_id)]
