"""Reads what a series knows of its speakers, and whom its agendas name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from eventsapp.agenda.models import AgendaSession, DraftSession, Speaker
from eventsapp.agenda.speakers_rules import (
    Known,
    Mention,
    OnAgendas,
    SpeakerDetails,
    names_on_agendas,
    sessions_naming,
    speaker_key,
)
from eventsapp.agenda.view import Shown
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.organisations.models import Organisation
from eventsapp.web.rules import Texts

_MOST_KEYS = 500
"""Looked for by name; an agenda with more names is shown with all that the series knows."""


@dataclass(frozen=True)
class Line:
    """One speaker of a series' list."""

    id: int
    name: str
    affiliation: str
    languages: tuple[str, ...]
    """In which something is said about them."""
    link: str
    sessions: int
    """Of the series that have the name, in a draft or as published."""


@dataclass(frozen=True)
class Place:
    """An event whose agenda has a name, in how many sessions."""

    slug: str
    title: Texts
    language: str
    sessions: int


def known_speakers(series_id: int, names: Iterable[str]) -> Mapping[str, Known]:
    """What the series knows of these names, by `speaker_key`; one statement, none without names."""
    keys = {speaker_key(name) for name in names} - {""}
    if not keys:
        return {}
    statement = (
        select(Speaker.name_key, Speaker.name, Speaker.affiliation, Organisation.name, Speaker.link, Speaker.about)
        .outerjoin(Organisation, Organisation.id == Speaker.organisation_id)
        .where(Speaker.series_id == series_id)
    )
    if len(keys) <= _MOST_KEYS:
        statement = statement.where(Speaker.name_key.in_(keys))
    return {
        key: Known(name, affiliation or organisation or "", link, about)
        for key, name, affiliation, organisation, link, about in db.session.execute(statement)
    }


def speakers_named_by(series_id: int, sessions: Iterable[Shown]) -> Mapping[str, Known]:
    """What the series knows of the speakers of these sessions; one statement, none when they name nobody."""
    return known_speakers(series_id, (name for session in sessions for name in session.speakers))


def names_of_series(series_id: int) -> Sequence[str]:
    """Everybody whom the series knows, by the alphabet."""
    names = select(Speaker.name).where(Speaker.series_id == series_id).order_by(Speaker.name_key)
    return db.session.scalars(names).all()


def find_speaker(series_id: int, speaker_id: int) -> Speaker | None:
    """Of this series and no other."""
    return db.session.scalar(select(Speaker).where(Speaker.id == speaker_id, Speaker.series_id == series_id))


def speakers_of(series_id: int) -> tuple[list[Line], list[OnAgendas]]:
    """The speakers of a series by name, and the names of agendas that it knows nothing of. Three statements."""
    named = {each.key: each for each in names_on_agendas(_mentions(series_id))}
    rows = db.session.execute(
        select(Speaker, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Speaker.organisation_id)
        .where(Speaker.series_id == series_id)
        .order_by(Speaker.name_key)
    ).all()
    known = {speaker.name_key for speaker, _ in rows}
    lines = [_line(speaker, organisation, named.get(speaker.name_key)) for speaker, organisation in rows]
    return lines, [each for each in named.values() if each.key not in known]


def places_of(series_id: int, name: str) -> list[Place]:
    """Whose agendas have this name, the latest event first."""
    sessions = sessions_naming(speaker_key(name), _mentions(series_id))
    if not sessions:
        return []
    statement = select(Event.id, Event.slug, Event.title, Event.language).where(Event.id.in_(sessions))
    rows = db.session.execute(statement.order_by(Event.starts_at.desc(), Event.id.desc()))
    return [Place(slug, title, language, sessions[event_id]) for event_id, slug, title, language in rows]


def details_of(speaker: Speaker) -> SpeakerDetails:
    return SpeakerDetails(
        name=speaker.name,
        affiliation=speaker.affiliation,
        organisation_id=speaker.organisation_id,
        about=speaker.about,
        link=speaker.link,
    )


def _line(speaker: Speaker, organisation: str | None, named: OnAgendas | None) -> Line:
    return Line(
        id=speaker.id,
        name=speaker.name,
        affiliation=speaker.affiliation or organisation or "",
        languages=tuple(sorted(language for language, text in speaker.about.items() if text)),
        link=speaker.link,
        sessions=named.sessions if named else 0,
    )


def _mentions(series_id: int) -> list[Mention]:
    """Sessions of the series' events, as published and in drafts. Two statements."""
    found: list[Mention] = []
    for table, there in ((AgendaSession, AgendaSession.cancelled_at.is_(None)), (DraftSession, None)):
        rows = select(table.event_id, table.key, table.speakers).join(Event, Event.id == table.event_id)
        rows = rows.where(Event.series_id == series_id)
        if there is not None:
            rows = rows.where(there)
        found += [Mention(*row) for row in db.session.execute(rows.order_by(table.id)) if row.speakers]
    return found
