"""What an event does not say yet in the languages that its series uses. Organisers see it; readers get the event's own
language instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from flask_babel import get_locale, gettext, ngettext

from eventsapp.agenda.models import AgendaSession
from eventsapp.events.models import Event
from eventsapp.translations import known_language


@dataclass(frozen=True)
class Untranslated:
    """One language by its name, and the texts that lack it, on one line."""

    language: str
    texts: str


def untranslated(event: Event, sessions: Sequence[AgendaSession]) -> list[Untranslated]:
    """A series uses the languages that its title is given in. Only texts that the event has are asked for."""
    names = (get_locale() or Locale("en")).languages
    found = {
        language: _lacking(event, sessions, language)
        for language in sorted(event.series.title)
        if event.series.title[language]
    }
    return [
        Untranslated(str(names.get(language, language)).capitalize(), ", ".join(texts))
        for language, texts in found.items()
        if texts and known_language(language)
    ]


def _lacking(event: Event, sessions: Sequence[AgendaSession], language: str) -> list[str]:
    venue = event.venue if event.mode != "online" else None
    texts: list[tuple[Mapping[str, str] | None, str]] = [
        (event.title, gettext("title")),
        (event.summary, gettext("summary")),
        (event.description, gettext("description")),
        (venue.directions if venue else None, gettext("how to get there")),
        (venue.access_notes if venue else None, gettext("access")),
    ]
    lacking = [name for text, name in texts if _lacks(text, language)]
    titles = sum(_lacks(session.title, language) for session in sessions)
    if titles:
        lacking.append(ngettext("%(num)d session title", "%(num)d session titles", titles))
    return lacking


def _lacks(text: Mapping[str, str] | None, language: str) -> bool:
    return any((text or {}).values()) and not (text or {}).get(language)
