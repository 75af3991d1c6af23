"""Keep and remove what a series knows of its speakers. One verb, one transaction; the series' row is locked first.

Agendas are left alone: they name people, and publish nothing because somebody is renamed here. The page says which
agendas have the name. Once a speaker is removed, the log no longer tells what was said of them.
"""

from __future__ import annotations

from dataclasses import asdict
from enum import Enum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.agenda.models import Speaker
from eventsapp.agenda.speakers_queries import details_of, find_speaker
from eventsapp.agenda.speakers_rules import SpeakerDetails, problems, speaker_key
from eventsapp.audit.models import AuditEntry
from eventsapp.audit.service import record
from eventsapp.database import db, locked, transaction
from eventsapp.events.rules import Invalid
from eventsapp.organisations.models import Organisation
from eventsapp.organisations.queries import find_organisation
from eventsapp.series.models import Series
from eventsapp.web.rules import N_, Problem


class Refusal(Enum):
    """Why nothing was done. The door puts it in words."""

    NOT_THERE = "not_there"
    TAKEN = "taken"
    """The series knows another speaker of this name."""


def keep_speaker(
    series_id: int, details: SpeakerDetails, *, by: int, speaker_id: int | None = None
) -> int | Refusal | Invalid:
    """Make a speaker known to the series, or (with an id) say something else of one. Gives the id."""
    found = tuple(problems(details))
    if found:
        return Invalid(found)
    with transaction() as session:
        if not _lock(session, series_id):
            return Refusal.NOT_THERE
        if details.organisation_id is not None and find_organisation(series_id, details.organisation_id) is None:
            return Invalid((Problem("organisation_id", N_("is no organisation of this series")),))
        key = speaker_key(details.name)
        same = session.scalar(select(Speaker).where(Speaker.series_id == series_id, Speaker.name_key == key))
        if same is not None and same.id != speaker_id:
            return Refusal.TAKEN
        if speaker_id is None:
            return _added(session, series_id, details, by)
        speaker = find_speaker(series_id, speaker_id)
        if speaker is None:
            return Refusal.NOT_THERE
        before = details_of(speaker)
        if before != details:
            _put(speaker, details)
            _note(speaker, "speaker.changed", by, before=_told(before), after=_told(details))
        return speaker_id


def remove_speaker(series_id: int, speaker_id: int, *, by: int) -> Refusal | None:
    """The series no longer knows them; agendas keep the name."""
    with transaction() as session:
        speaker = find_speaker(series_id, speaker_id) if _lock(session, series_id) else None
        if speaker is None:
            return Refusal.NOT_THERE
        earlier = update(AuditEntry).where(AuditEntry.subject == _subject(speaker))
        session.execute(earlier.values(details={}), execution_options={"synchronize_session": False})
        _note(speaker, "speaker.removed", by, before={"name": speaker.name}, after=None)
        session.delete(speaker)
        return None


def follow_merged(organisation_id: int, *, into: int, **_: Any) -> None:
    """Speakers of an organisation that became part of another belong to that."""
    with transaction() as session:
        rows = update(Speaker).where(Speaker.organisation_id == organisation_id)
        session.execute(rows.values(organisation_id=into), execution_options={"synchronize_session": False})


def _lock(session: Session, series_id: int) -> bool:
    """Two organisers who describe the same name at once come one after the other."""
    return session.scalar(locked(select(Series).where(Series.id == series_id))) is not None


def _added(session: Session, series_id: int, details: SpeakerDetails, by: int) -> int:
    speaker = Speaker(series_id=series_id, created_at=clock.now())
    _put(speaker, details)
    session.add(speaker)
    session.flush()
    _note(speaker, "speaker.added", by, before=None, after=_told(details))
    return speaker.id


def _put(speaker: Speaker, details: SpeakerDetails) -> None:
    for name, value in asdict(details).items():
        setattr(speaker, name, value)
    speaker.name_key = speaker_key(details.name)


def _told(details: SpeakerDetails) -> dict[str, Any]:
    """For the log, which names the organisation."""
    told = asdict(details)
    chosen = told.pop("organisation_id")
    organisation = db.session.get(Organisation, chosen) if chosen is not None else None
    return told | {"organisation": organisation.name if organisation is not None else ""}


def _note(speaker: Speaker, action: str, by: int, **details: Any) -> None:
    record(action, _subject(speaker), by=by, series_id=speaker.series_id, **details)


def _subject(speaker: Speaker) -> str:
    return f"speaker:{speaker.id}"
