"""What sort of event it is. An organiser's word for it is free; the usual words are known in every language of ours, so
that "atelier", "Workshop" and "workshop" are one kind, which each reader sees in their own language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flask_babel import gettext

from eventsapp.translations import FOLDER, LANGUAGES, read_translations
from eventsapp.web import languages
from eventsapp.web.rules import N_
from eventsapp.web.text import Picked, folded

KINDS = (
    N_("reflection day"),
    N_("study visit"),
    N_("workshop"),
    N_("conference"),
    N_("seminar"),
    N_("webinar"),
    N_("training"),
    N_("meeting"),
)
"""As the catalogues have them."""

# Other words that people type for these. A reader of the same language sees them as they were typed.
_ALSO: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "reflection day": ("day of reflection", "study day"),
        "study visit": ("study trip", "study tour", "working visit"),
        "training": ("training course", "training day"),
    },
    "fr": {
        "reflection day": ("journée d’étude", "journée d’études"),
        "study visit": ("voyage d’étude", "voyage d’études", "visite d’études", "visite de travail"),
        "conference": ("colloque",),
        "training": ("journée de formation",),
        "meeting": ("rencontre",),
    },
    "nl": {
        "reflection day": ("studiedag", "bezinningsdag"),
        "study visit": ("werkbezoek", "studiereis"),
        "conference": ("congres",),
        "seminar": ("seminarie", "studienamiddag"),
        "training": ("training", "cursus", "vorming"),
        "meeting": ("bijeenkomst", "overleg"),
    },
    "de": {
        "reflection day": ("Studientag", "Klausurtag"),
        "study visit": ("Studienreise", "Arbeitsbesuch"),
        "conference": ("Tagung", "Fachtagung"),
        "training": ("Fortbildung", "Weiterbildung", "Training"),
        "meeting": ("Besprechung", "Sitzung"),
    },
}


def kind_key(kind: str) -> str:
    """The same for all words that mean one kind; accents, capitals and the sort of apostrophe make no difference."""
    word = _folded(kind)
    return _known().get(word, word)


def kind_name(key: str) -> Picked:
    """One of KINDS in the reader's language."""
    return _capital(str(gettext(key)), languages.tag())


def kind_words(kind: str, language: str) -> Picked:
    """As a heading needs it, with a capital letter: in the reader's language when the word is known, else as it was
    typed, which was in `language`."""
    word = _folded(kind)
    if word in _also(languages.tag()):
        return _capital(kind, languages.tag())
    return kind_name(_known()[word]) if word in _known() else _capital(kind, language)


def _capital(text: str, language: str) -> Picked:
    return Picked(text[:1].upper() + text[1:], language)


def _folded(kind: str) -> str:
    return folded(kind).replace("’", "'")


@cache
def _known() -> dict[str, str]:
    """Every word for a kind, folded, and the kind it means."""
    return {word: kind for language in LANGUAGES for word, kind in (*_of_catalogue(language), *_also(language).items())}


def _of_catalogue(language: str) -> Iterator[tuple[str, str]]:
    translations = read_translations(FOLDER, language)
    return ((_folded(translations.gettext(kind)), kind) for kind in KINDS)


@cache
def _also(language: str) -> dict[str, str]:
    return {_folded(word): kind for kind, words in _ALSO.get(language, {}).items() for word in words}
