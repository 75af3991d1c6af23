"""What a venue is made of. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from eventsapp.web.rules import Problem, Texts, cleaned, length_problems, texts_problems
from eventsapp.web.text import clean_line

NAME_LENGTH = 200
ADDRESS_LENGTH = 400
NOTES_LENGTH = 4000


@dataclass(frozen=True, kw_only=True)
class VenueDetails:
    """A place as an organiser or a file gives it; texts are cleaned when it is made. Name and address tell venues
    apart; directions and access notes are kept per language."""

    name: str
    address: str = ""
    directions: Texts = field(default_factory=dict)
    access_notes: Texts = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", clean_line(self.name))
        object.__setattr__(self, "address", clean_line(self.address))
        object.__setattr__(self, "directions", cleaned(self.directions, line=False))
        object.__setattr__(self, "access_notes", cleaned(self.access_notes, line=False))


def problems(details: VenueDetails, language: str) -> Iterator[Problem]:
    """What is wrong, with field names `venue.name`, `venue.address` and so on."""
    yield from length_problems("venue.name", details.name, NAME_LENGTH, required=True)
    yield from length_problems("venue.address", details.address, ADDRESS_LENGTH)
    yield from texts_problems("venue.directions", details.directions, NOTES_LENGTH, language=language)
    yield from texts_problems("venue.access_notes", details.access_notes, NOTES_LENGTH, language=language)
