"""What a new agenda means for working groups. Runs inside the transaction that publishes it."""

from __future__ import annotations

from typing import Any

from eventsapp.database import transaction
from eventsapp.events import signals
from eventsapp.signups.groups_keeping import follow_agenda


def connect() -> None:
    """Called by create_app; calling it again changes nothing."""
    signals.agenda_published.connect(_follow)


def _follow(event_id: int, **_: Any) -> None:
    with transaction() as session:
        follow_agenda(session, event_id)
