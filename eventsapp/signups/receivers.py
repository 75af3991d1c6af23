"""What news of an event means for sign-ups. Runs inside the transaction that makes the news true."""

from __future__ import annotations

from typing import Any

from eventsapp.events import signals
from eventsapp.signups import service


def connect() -> None:
    """Subscribe; called once by create_app (a second call changes nothing)."""
    signals.agenda_published.connect(_follow)
    signals.details_changed.connect(_follow)
    signals.capacity_changed.connect(_follow)


def _follow(event_id: int, **_: Any) -> None:
    service.follow_agenda(event_id)
