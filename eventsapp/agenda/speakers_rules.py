"""What is said of a speaker, and when two names are one. Pure.

Sessions name their speakers and nothing else; what a series knows of somebody of that name is said beside it. So files
and pasted agendas stay as they are, and a name that was typed long ago becomes known by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from eventsapp.agenda.rules import SPEAKER_LENGTH
from eventsapp.web.rules import N_, Problem, Texts, cleaned, length_problems, texts_problems
from eventsapp.web.text import clean_line, folded

AFFILIATION_LENGTH = 200
ABOUT_LENGTH = 1000
LINK_LENGTH = 1000
_KEY_LENGTH = 400


@dataclass(frozen=True, kw_only=True)
class SpeakerDetails:
    """What organisers say of a speaker. Texts are cleaned when it is made."""

    name: str
    affiliation: str = ""
    """As it stands beside the name; empty: the name of the organisation, if one is chosen."""
    organisation_id: int | None = None
    about: Texts = field(default_factory=dict)
    """Markdown, by language."""
    link: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "affiliation", "link"):
            object.__setattr__(self, name, clean_line(getattr(self, name)))
        object.__setattr__(self, "about", cleaned(self.about, line=False))


@dataclass(frozen=True)
class Known:
    """What pages say of somebody; of a name that the series does not know, the name alone."""

    name: str
    affiliation: str = ""
    link: str = ""
    about: Texts = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Mention:
    """One session that names speakers; the same `session` in a draft and as published is one."""

    event_id: int
    session: str
    speakers: Sequence[str]


@dataclass(frozen=True)
class OnAgendas:
    """A name that agendas of a series have, as most of them write it."""

    key: str
    written: str
    sessions: int


def speaker_key(name: str) -> str:
    """What all ways of writing a name have in common: capitals, accents and blanks make no difference."""
    return folded(name)[:_KEY_LENGTH].rstrip()


def problems(details: SpeakerDetails) -> Iterator[Problem]:
    yield from length_problems("name", details.name, SPEAKER_LENGTH, required=True)
    if details.name and not speaker_key(details.name):
        yield Problem("name", N_("needs a letter or a digit"))
    yield from length_problems("affiliation", details.affiliation, AFFILIATION_LENGTH)
    yield from texts_problems("about", details.about, ABOUT_LENGTH, language="")
    yield from length_problems("link", details.link, LINK_LENGTH)
    if details.link and not _is_sound(details.link):
        yield Problem("link", N_("must be an address that starts with https://"))


def names_on_agendas(mentions: Iterable[Mention]) -> list[OnAgendas]:
    """Every name with the number of sessions that have it, those of most sessions first."""
    sessions: dict[str, set[tuple[int, str]]] = {}
    written: dict[str, dict[str, int]] = {}
    for mention in mentions:
        for name in mention.speakers:
            if key := speaker_key(name):
                sessions.setdefault(key, set()).add((mention.event_id, mention.session))
                ways = written.setdefault(key, {})
                ways[name] = ways.get(name, 0) + 1
    found = [OnAgendas(key, _most_used(written[key]), len(where)) for key, where in sessions.items()]
    return sorted(found, key=lambda each: (-each.sessions, each.key))


def sessions_naming(key: str, mentions: Iterable[Mention]) -> dict[int, int]:
    """How many sessions of each event name this speaker, by the event's id."""
    found: dict[int, set[str]] = {}
    for mention in mentions:
        if key in map(speaker_key, mention.speakers):
            found.setdefault(mention.event_id, set()).add(mention.session)
    return {event_id: len(sessions) for event_id, sessions in found.items()}


def joined(typed: Iterable[str], ticked: Iterable[str]) -> tuple[str, ...]:
    """Names that were typed, then those that were ticked and are not among them."""
    found: dict[str, str] = {}
    typed = [name for name in map(clean_line, typed) if name]
    taken = set(map(speaker_key, typed))
    for name in ticked:
        if speaker_key(name) not in taken:
            found.setdefault(speaker_key(name), name)
    return (*typed, *found.values())


def _most_used(ways: dict[str, int]) -> str:
    """Of several the one that came first."""
    return max(ways, key=ways.__getitem__)


def _is_sound(link: str) -> bool:
    """With a host, and no user name, which could make it look like another's."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and " " not in link
