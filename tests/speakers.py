"""Speakers that a series knows."""

from __future__ import annotations

from typing import Any

from eventsapp.agenda.models import Speaker
from eventsapp.agenda.speakers_rules import speaker_key
from eventsapp.clock import now
from eventsapp.database import transaction


def make_speaker(series_id: int, name: str = "Ann Peeters", **values: Any) -> int:
    with transaction() as session:
        speaker = Speaker(series_id=series_id, name=name, name_key=speaker_key(name), created_at=now(), **values)
        session.add(speaker)
        session.flush()
        return speaker.id
