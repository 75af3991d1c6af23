"""What news of an event means for its agenda. Runs inside the event's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from eventsapp.agenda import service
from eventsapp.agenda.difference_words import difference_lines
from eventsapp.agenda.differences import from_json
from eventsapp.agenda.speakers_service import follow_merged
from eventsapp.events import signals
from eventsapp.events.signals import MoveRefused
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.organisations.signals import organisation_merged


def connect() -> None:
    """Called by create_app; calling it again changes nothing."""
    signals.event_published.connect(_first_edition)
    signals.event_rescheduled.connect(_move_along)
    signals.event_cancelled.connect(_call_off)
    signals.agenda_in_words.connect(_in_words)
    organisation_merged.connect(follow_merged)


def _first_edition(event_id: int, *, by: int | None, **_: Any) -> None:
    service.publish_first_edition(event_id, by=by)


def _in_words(
    _event_id: int, *, changes: Sequence[Mapping[str, Any]], language: str, several_days: bool, **_: Any
) -> list[str]:
    return difference_lines(from_json(changes), fallback=language, several_days=several_days)


def _move_along(event_id: int, *, old: EventSnapshot, new: EventSnapshot, by: int | None, **_: Any) -> None:
    shift = _shift(old, new)
    if not shift and old.timezone == new.timezone:
        return
    problem = service.move_along(event_id, shift, by=by)
    if problem is not None:
        raise MoveRefused(problem.message, dict(problem.params))


def _shift(old: EventSnapshot, new: EventSnapshot) -> timedelta:
    """An event put off as a whole takes its agenda along to the minute. One that starts or ends at another time, and so
    lasts longer or shorter, keeps its agenda's wall clock and takes it along to a new day at most."""
    starts, ends = new.starts_wall - old.starts_wall, new.ends_wall - old.ends_wall
    return starts if starts == ends else new.starts_wall.date() - old.starts_wall.date()


def _call_off(event_id: int, *, by: int | None, **_: Any) -> None:
    service.call_off(event_id, by=by)
