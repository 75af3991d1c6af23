"""The texts of an event that the public reads, those of its venue and its agenda among them, and what lacks a language.
A text that nobody has written in any language is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eventsapp.agenda.view import Shown
from eventsapp.events.models import Event
from eventsapp.web.rules import Texts
from eventsapp.web.text import Picked, pick

EVENT_TEXTS = ("title", "summary", "description")
VENUE_TEXTS = ("directions", "access_notes")


@dataclass(frozen=True)
class Wording:
    """One text in all languages it has. Those of the venue are named `venue_…`, titles of sessions `session-<key>`."""

    name: str
    texts: Texts
    session: Shown | None = None

    def lacks(self, language: str) -> bool:
        return not self.texts.get(language)

    def original(self, language: str, first: str) -> Picked:
        """What is to be put into `language`: the text in `first`, the event's own language, or else in any other."""
        return pick({each: text for each, text in self.texts.items() if each != language}, first)


def session_name(key: str) -> str:
    """The name of the title of the session with this key."""
    return f"session-{key}"


def wordings(event: Event, sessions: Sequence[Shown]) -> list[Wording]:
    """In the order of the page; needs the venue loaded. The venue of an event that is online only is not shown."""
    venue = event.venue if event.mode != "online" else None
    found = [Wording(name, getattr(event, name)) for name in EVENT_TEXTS]
    if venue is not None:
        found += [Wording(f"venue_{name}", getattr(venue, name)) for name in VENUE_TEXTS]
    found += [Wording(session_name(each.key), each.title, each) for each in sessions]
    return [each for each in found if any((each.texts or {}).values())]


def translatable(event: Event, sessions: Sequence[Shown], language: str) -> list[Wording]:
    """What can be put into `language`. A text of the venue that is in this language alone is left out: the event's
    page takes it as the original, and a venue keeps the last text it has."""
    return [
        each
        for each in wordings(event, sessions)
        if not each.name.startswith("venue_") or each.original(language, event.language)
    ]
