"""What an event does not say yet in the languages that its series uses. Organisers see it; readers get the event's own
language instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from eventsapp.agenda.view import Shown
from eventsapp.agenda.wording import Wording, wordings
from eventsapp.events.models import Event
from eventsapp.translations import LANGUAGES
from eventsapp.web import languages


@dataclass(frozen=True)
class Untranslated:
    """One language by its code and name, and the texts that lack it, on one line."""

    code: str
    language: str
    texts: str


def untranslated(event: Event, sessions: Sequence[Shown]) -> list[Untranslated]:
    """A series uses the languages that its title is given in. Only texts that the event has are asked for."""
    found = {
        code: [each for each in wordings(event, sessions) if each.lacks(code)]
        for code in sorted(event.series.title)
        if event.series.title[code] and code in LANGUAGES
    }
    return [
        Untranslated(code, languages.name_of(code), ", ".join(_named(texts))) for code, texts in found.items() if texts
    ]


def _named(texts: Sequence[Wording]) -> list[str]:
    names = {
        "title": gettext("title"),
        "summary": gettext("summary"),
        "description": gettext("description"),
        "venue_directions": gettext("how to get there"),
        "venue_access_notes": gettext("access"),
    }
    named = [names[each.name] for each in texts if each.session is None]
    titles = sum(each.session is not None for each in texts)
    if titles:
        named.append(ngettext("%(num)d session title", "%(num)d session titles", titles))
    return named
