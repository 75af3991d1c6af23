"""Lines under a timed line: the rest of its title, a room, a speaker, or something to note. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eventsapp.agenda.text_entries import HEADS, TEXT, TIMED, Entry
from eventsapp.agenda.text_lines import Line, Steps
from eventsapp.web.text import folded

_NARROWEST, _WIDEST = 44, 160
_NEARLY = 0.92
"""Letters: the width of a column that titles are wrapped in."""
_UNFINISHED = re.compile(
    r"(?i:(?:[,&+/(«„–—]| -|\w-|\b(?:and|or|of|the|a|an|to|for|from|with|in|on|by|at|as|between|towards?"
    r"|into|its|their|our|how"
    r"|et|ou|de|du|des|la|le|les|l['’]|d['’]|un|une|pour|par|avec|dans|sur|en|au|aux|entre|vers|leurs?|son|sa|ses|nos"
    r"|en|of|van|het|een|voor|door|met|in|op|aan|bij|naar|tussen|hun|onze"
    r"|und|oder|der|die|das|des|dem|den|ein|eine|einer|eines|für|mit|von|vom|zu|zur|zum|im|bei|auf"
    r"|zwischen|ihre|unsere))$)"
)
_PERSON = re.compile(
    r"(?:Dr|Prof|Mr|Mrs|Ms|Mme|Mmes|MM|M|Mlle|Dhr|Mevr|Herr|Frau|Ing|Ir|Sir|Dame|Me|Maître|Drs|Mag|Dipl)\b\.? ?\S"
)
_NAMED = re.compile(
    r"[^\W\d_a-z][\w'’.-]*(?: (?:(?:van|de|von|der|den|le|la|du|di|el|al|ten|ter|zu|dos"
    r"|da)\b ?){0,2}[^\W\d_a-z][\w'’.-]*){1,3}"
    r"(?:,| \(| [–—-] | \|| & | and | et | en | und )"
)
_NAME_ALONE = re.compile(
    r"[^\W\d_a-z][\w'’.-]+(?: (?:(?:van|de|von|der|den|le|la|du|di|el|al|ten|ter)\b ?){0,2}[^\W\d_a-z][\w'’.-]*){1,2}"
)
_DETAIL = re.compile(
    r"(?i:(?:by|with|par|avec|door|met|von|mit|animée? par|modérée? par|présentée? par|presented by"
    r"|chaired by|moderated by|led by"
    r"|facilitated by|begeleid door|o\.?l\.?v\.?|gemodereerd door|moderiert von|geleitet von|in the|at the|op het) \S"
    r"|[^:]{2,28} ?: ?\S|https?://|www\.|\S+@\S+\.\S|\(|\d{1,2}[.)] |[a-z][.)] )"
)
_ENUMERATED = re.compile(
    r"(?i:(?:workshop|atelier|group|groupe|groep|gruppe|arbeitsgruppe|werkgroep|track|session|sessie|panel"
    r"|parcours|option|optie|room|salle"
    r"|zaal|raum)s? ?(?:\d{1,2}|[a-z])\b|[a-z0-9][.)] )"
)
_GENRE = re.compile(
    r"(?i:(?:keynotes?(?: speech| address| lecture)?|presentations?|panel(?: discussion)?|lecture|talk"
    r"|speech|debate|conférence|exposé"
    r"|présentation|table ronde|débat|lezing|presentatie|panelgesprek|debat|vortrag|präsentation"
    r"|podiumsdiskussion|impulsvortrag|impuls"
    r"|plenary(?: session)?|plénière|plenum|input|workshop|atelier) ?:)"
)
_LABELS = {
    "title": "title|session|topic|titre|sujet|titel|thema|onderwerp|thème",
    "room": "room|venue|location|place|salle|lieu|local|zaal|lokaal|locatie|plaats|raum|ort|saal",
    "speakers": (
        "speakers?|speaker\\(s\\)|presenters?|intervenants?|intervenante|intervenantes|orateurs?"
        "|oratrices?|sprekers?|spreker\\(s\\)"
        "|referent|referentin|referenten|referentinnen|sprecher|sprecherin|vortragende"
    ),
}
_LABEL = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items()))
_BY = re.compile(r"(?i:by|par|door|von) (?P<name>.{3,80})")


@dataclass(frozen=True)
class Wrapping:
    """How the paste is wrapped: its width, and whether each line under a title is the rest of that title."""

    width: int
    everywhere: bool


def wrapping_of(entries: Sequence[Entry], steps: Steps) -> Wrapping:
    """Measured on the timed lines and those right below them."""
    pairs: list[tuple[Line, Line]] = []
    widest = 0
    inside = False
    for n, entry in enumerate(entries):
        steps.step()
        if entry.what == TIMED:
            inside = True
            widest = max(widest, entry.line.width if entry.line.width < 10_000 else 0)
        elif inside and entry.what == TEXT and not entry.line.after_blank:
            widest = max(widest, entry.line.width)
            if n and entries[n - 1].what == TIMED and entries[n - 1].title and not entry.line.bullet:
                pairs.append((entries[n - 1].line, entry.line))
        elif entry.what != HEADS:
            inside = False
    full = sum(1 for above, below in pairs if was_wrapped(above, below, widest))
    people = all(_NAME_ALONE.fullmatch(below.text) or _NAMED.match(below.text) for _, below in pairs)
    return Wrapping(widest, everywhere=len(pairs) >= 2 and full == len(pairs) and not people)


def was_wrapped(above: Line, below: Line, width: int) -> bool:
    """The first word of the line below had no room on the line above."""
    first = below.text.split(None, 1)[0] if below.text else ""
    return _NARROWEST <= width <= _WIDEST and above.width + 1 + len(first) > width * _NEARLY


def goes_on(title: str, above: Line, below: Line, wrapping: Wrapping) -> bool:
    """Whether a line is the rest of the title above it."""
    text = below.text
    if below.bullet or (below.hollow and len(below.cells) > 1) or not text or len(title) > 250 or len(text) > 200:
        return False
    full = was_wrapped(above, below, wrapping.width)
    if label_of(text):
        return False
    if _is_open(title):
        return not (_PERSON.match(text) and not full)
    if text[0].islower():
        return not _DETAIL.match(text) or (full and wrapping.everywhere)
    if _PERSON.match(text) or title.endswith((".", "!", "?")) or _ENUMERATED.match(text):
        return False
    if title.endswith(":"):
        return _GENRE.fullmatch(title) is not None or (full and not _NAMED.match(text))
    if text.endswith((".", "!", "?")) and not wrapping.everywhere:
        return False
    if not full or (_DETAIL.match(text) and not wrapping.everywhere) or _NAMED.match(text):
        return False
    return wrapping.everywhere or not _NAME_ALONE.fullmatch(text)


def _is_open(title: str) -> bool:
    """Nothing ends so: with "and", a comma, a bracket that was not closed."""
    tail = title[-200:]
    closed = tail.count("”") + (tail.count("“") if "„" in tail else 0)
    opened = tail.count("„") if "„" in tail else tail.count("“")
    brackets = tail.count("(") > tail.count(")") or tail.count("«") > tail.count("»") or opened > closed
    return _UNFINISHED.search(tail[-20:]) is not None or brackets or tail.count('"') % 2 == 1


def joined(title: str, more: str) -> str:
    """One title of two lines; a word parted by a hyphen is whole again."""
    if title.endswith("-") and title[-2:-1].isalpha() and more[:1].islower():
        return title[:-1] + more
    return f"{title} {more}"


def label_of(text: str) -> tuple[str, str] | None:
    """ "Room: B2" as ("room", "B2"); "by Anna Berg" as ("speakers", "Anna Berg")."""
    head, colon, rest = text.partition(":")
    if colon and len(head) <= 20 and rest.strip():
        found = _LABEL.fullmatch(folded(head))
        if found and found.lastgroup:
            return found.lastgroup, rest.strip()
    by = _BY.fullmatch(text)
    if by and _NAME_ALONE.fullmatch(by["name"].rstrip(".")):
        return "speakers", by["name"]
    return None


def tidy(title: str) -> str:
    """Without marks that parted it from its time or its notes, and quotes around all of it."""
    title = title.strip(" \t|;,–—-•·").rstrip(":").rstrip()
    for opening, closing in (("(", ")"), ("[", "]")):
        inner = title[1:-1]
        if len(title) > 2 and title[0] == opening and title[-1] == closing and not set(inner) & {opening, closing}:
            title = inner.strip()
    if title[:1] in ")]}" or (title[-1:] in "([{" and len(title) > 1):
        title = title.strip("()[]{} ")
    return title
