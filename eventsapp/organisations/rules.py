"""What an organisation is, which spellings mean it, and what may be said of one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from eventsapp.web.rules import N_, Problem, choice_problems, length_problems
from eventsapp.web.text import folded

TYPES = (
    "police",
    "local_government",
    "regional_government",
    "national_government",
    "european_institution",
    "civil_society",
    "research",
    "company",
    "other",
)
NAME_MAX = 200
_COUNTRY = re.compile(r"[A-Z]{2}")
_STOPS = re.compile(r"[\s.,;:'’`´\"“”„()/\\&+*_–—-]+")


class Refusal(Enum):
    """Why nothing was done. The door puts it in words."""

    NOT_THERE = "not_there"
    TAKEN = "taken"
    """Another organisation of the series has this name, or it is one of its spellings."""
    ITSELF = "itself"
    OWN_NAME = "own_name"
    """The name of an organisation always means it."""


@dataclass(frozen=True)
class OrganisationDetails:
    """What organisers say of an organisation."""

    name: str
    country: str = ""
    """ISO 3166-1 alpha-2; empty: not said."""
    type: str = ""
    """One of TYPES; empty: not said."""
    partner: bool = False


@dataclass(frozen=True)
class Typed:
    """A name as people of a series typed it, and how many of them did."""

    written: str
    people: int


@dataclass(frozen=True)
class Spelling:
    """All ways of typing that count as the same: the most frequent one stands for them."""

    key: str
    written: str
    people: int


def spelling_key(name: str) -> str:
    """What two names have in common that mean the same at first sight: "P.Z. Antwerpen" and "pz antwerpen".

    Capitals, accents, blanks and punctuation make no difference. Empty for a name that has nothing else.
    """
    return " ".join(_STOPS.sub(" ", _joined_initials(folded(name))).split())[: 2 * NAME_MAX]


def spellings(typed: Iterable[Typed]) -> list[Spelling]:
    """Names gathered by what they have in common, the most frequent first; names of nothing are left out."""
    by_key: dict[str, list[Typed]] = {}
    for each in typed:
        by_key.setdefault(spelling_key(each.written), []).append(each)
    found = [
        Spelling(key, max(group, key=lambda each: (each.people, each.written)).written, sum(t.people for t in group))
        for key, group in by_key.items()
        if key
    ]
    return sorted(found, key=lambda each: (-each.people, each.key))


def problems(details: OrganisationDetails) -> Iterator[Problem]:
    yield from length_problems("name", details.name, NAME_MAX, required=True)
    if details.name and not spelling_key(details.name):
        yield Problem("name", N_("needs a letter or a digit"))
    if details.country and not _COUNTRY.fullmatch(details.country):
        yield Problem("country", N_("must be a country of the list"))
    if details.type:
        yield from choice_problems("type", details.type, TYPES)


def _joined_initials(name: str) -> str:
    """ "p.z." as "pz": the stops of an abbreviation are no gaps between words."""
    return re.sub(r"\b(\w)\.(?=\w\b)", r"\1", name)
