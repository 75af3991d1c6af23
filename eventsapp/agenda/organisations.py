"""Speakers stay with their organisation when two of them become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from eventsapp.agenda.models import Speaker
from eventsapp.database import transaction
from eventsapp.organisations import signals


def connect() -> None:
    """Called by create_app; calling it again changes nothing."""
    signals.organisation_merged.connect(_on_merged)


def _on_merged(organisation_id: int, *, into: int, **_: Any) -> None:
    with transaction() as session:
        speakers = update(Speaker).where(Speaker.organisation_id == organisation_id)
        session.execute(speakers.values(organisation_id=into))
