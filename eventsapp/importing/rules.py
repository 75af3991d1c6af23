"""What a list of people means: which column is what, what each row says, and what is wrong with it. Pure.

Rows are numbered as the spreadsheet numbers them, from 1, blank ones counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from eventsapp.web.text import folded

Row = Sequence[str]

MOST_ROWS = 10_000
MOST_COLUMNS = 50
LONGEST_CELL = 1000
LONGEST = 200
"""Characters of a name or an organisation."""

FIELDS = (
    *("name", "first_name", "last_name", "email", "organisation"),
    *("language", "attends", "contact_name", "contact_email"),
)
_HEADINGS: dict[str, tuple[str, ...]] = {
    "name": (
        *("name", "full name", "participant", "person", "attendee"),
        *("nom complet", "nom et prenom", "prenom et nom", "nom prenom", "participant e"),
        *("naam", "volledige naam", "voor en achternaam", "naam en voornaam", "deelnemer"),
        *("vollstandiger name", "vor und nachname", "teilnehmer", "teilnehmerin", "teilnehmende"),
    ),
    "first_name": ("first name", "given name", "forename", "prenom", "voornaam", "vorname"),
    "last_name": (
        *("last name", "surname", "family name", "nom", "nom de famille"),
        *("achternaam", "familienaam", "nachname", "familienname", "zuname"),
    ),
    "email": (
        *("email", "e mail", "mail", "email address", "e mail address", "mail address"),
        *("courriel", "adresse email", "adresse e mail", "adresse mail", "adresse electronique", "adresse courriel"),
        *("emailadres", "e mailadres", "e mail adres", "mailadres"),
        *("emailadresse", "e mailadresse", "e mail adresse", "mailadresse", "mail adresse"),
    ),
    "organisation": (
        *("organisation", "organization", "company", "institution", "employer", "agency"),
        *("organisme", "societe", "entreprise", "employeur", "service"),
        *("organisatie", "bedrijf", "instelling", "werkgever", "dienst"),
        *("firma", "einrichtung", "dienststelle", "arbeitgeber", "behorde", "unternehmen"),
    ),
    "language": ("language", "langue", "taal", "sprache"),
    "attends": (
        *("attends", "attendance", "participation", "mode", "presence", "participe"),
        *("deelname", "aanwezigheid", "teilnahme", "anwesenheit"),
    ),
    "contact_name": (
        *("contact name", "contact", "contact person", "nom du contact", "personne de contact"),
        *("naam contact", "contactpersoon", "kontakt", "kontaktperson", "ansprechpartner"),
    ),
    "contact_email": (
        *("contact e mail", "contact email", "e mail du contact", "email du contact"),
        *("e mail contact", "e mail contactpersoon", "kontakt e mail", "e mail kontaktperson"),
    ),
}
"""In English, French, Dutch and German, as `_plain` makes them."""

_LANGUAGES = {
    "en": ("en", "english", "anglais", "engels", "englisch"),
    "fr": ("fr", "french", "francais", "frans", "franzosisch"),
    "nl": ("nl", "dutch", "neerlandais", "nederlands", "niederlandisch"),
    "de": ("de", "german", "allemand", "duits", "deutsch"),
}
_ATTENDS = {
    "room": (
        *("room", "in the room", "in person", "on site", "onsite", "physical", "sur place", "en salle", "salle"),
        *("presentiel", "en presentiel", "zaal", "in de zaal", "ter plaatse", "fysiek", "vor ort", "saal", "prasenz"),
    ),
    "online": ("online", "remote", "virtual", "en ligne", "a distance", "distanciel", "op afstand", "virtuell"),
}


class Wrong(Enum):
    """What may be wrong with a row. The door puts it in words."""

    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    LONG_ORGANISATION = "long_organisation"
    BAD_EMAIL = "bad_email"
    LONG_CONTACT = "long_contact"
    BAD_CONTACT_EMAIL = "bad_contact_email"
    BAD_LANGUAGE = "bad_language"
    BAD_ATTENDS = "bad_attends"


class Unready(Enum):
    """Why a list was not started. The door puts it in words."""

    NOT_THERE = "not_there"
    FAULTS = "faults"
    NOBODY = "nobody"
    """No row is left to be registered."""
    NO_REASON = "no_reason"
    """More people than places, all of whom are to get one."""
    EVENT_OVER = "event_over"


@dataclass(frozen=True)
class Line:
    """One person of the list, as they will be entered."""

    number: int
    name: str
    email: str = ""
    organisation: str = ""
    language: str = ""
    """Empty: that of the list's choice; as with `attends`."""
    attends: str = ""
    contact_name: str = ""
    contact_email: str = ""

    def cells(self) -> list[str]:
        return [
            str(self.number),
            *(self.name, self.email, self.organisation, self.language),
            *(self.attends, self.contact_name, self.contact_email),
        ]

    @classmethod
    def of(cls, cells: Row) -> Line:
        number, *rest = cells
        return cls(int(number), *rest)


@dataclass(frozen=True)
class Fault:
    number: int
    wrong: Wrong
    value: str
    """What stands there."""


def guess(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """Which row is the heading (from 0), and which column (from 0) means what. A title above the heading is passed
    over; without any known word the first row counts as the heading, and nothing is guessed."""
    first = next((at for at, row in enumerate(rows) if any(row)), 0)
    for at, row in enumerate(rows[:20]):
        found = _columns(row)
        if "email" in found or len(found) > 1 or (found and len(list(filter(None, row))) == 1 and at == first):
            return at, found
    return first, _columns(rows[first]) if rows else {}


def lines(
    rows: Sequence[Row], heading: int, columns: Mapping[str, int], *, kinds: Collection[str]
) -> Iterator[tuple[Line, list[tuple[Wrong, str]]]]:
    """Each row below the heading that is not blank, with what is wrong in it but for its addresses (`faults_of`).

    `kinds`: the ways to take part in the event; where there is one, what the list says of it does not matter.
    """
    for at, row in enumerate(rows[heading + 1 :], start=heading + 2):
        if any(row):
            yield _line(at, row, columns, kinds)


def faults_of(line: Line, wrong: Sequence[tuple[Wrong, str]], read_email: Callable[[str], str | None]) -> list[Fault]:
    """Everything that is wrong with a row, in the order of its columns."""
    found = list(wrong)
    if line.email and read_email(line.email) is None:
        found.append((Wrong.BAD_EMAIL, line.email))
    if line.contact_email and read_email(line.contact_email) is None:
        found.append((Wrong.BAD_CONTACT_EMAIL, line.contact_email))
    return [Fault(line.number, what, value[:LONGEST]) for what, value in found]


def column_name(at: int) -> str:
    """As spreadsheets name it: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _columns(row: Row) -> dict[str, int]:
    plain = [_plain(cell) for cell in row]
    found: dict[str, int] = {}
    for field, words in _HEADINGS.items():
        place = next((at for word in words for at, cell in enumerate(plain) if cell == word), None)
        if place is not None:
            found[field] = place
    if "first_name" in found and "last_name" not in found and "name" in found:
        # "Naam, Voornaam": the name beside a first name is the last name.
        found["last_name"] = found.pop("name")
    if {"first_name", "last_name"} <= found.keys():
        found.pop("name", None)
    elif "last_name" in found and "name" not in found:
        # "Nom" alone is the whole name.
        found["name"] = found.pop("last_name")
    return found


def _plain(text: str) -> str:
    kept = "".join(letter if letter.isalnum() else " " for letter in folded(text))
    return " ".join(kept.split())


def _line(
    number: int, row: Row, columns: Mapping[str, int], kinds: Collection[str]
) -> tuple[Line, list[tuple[Wrong, str]]]:
    said = {field: row[at] if at < len(row) else "" for field, at in columns.items()}
    name = said.get("name") or " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
    wrong: list[tuple[Wrong, str]] = [] if name else [(Wrong.NO_NAME, "")]
    for value, what in (
        (name, Wrong.LONG_NAME),
        (said.get("organisation", ""), Wrong.LONG_ORGANISATION),
        (said.get("contact_name", ""), Wrong.LONG_CONTACT),
    ):
        if len(value) > LONGEST:
            wrong.append((what, value))
    language = _meant(said.get("language", ""), _LANGUAGES)
    if language is None:
        wrong.append((Wrong.BAD_LANGUAGE, said["language"]))
    attends = _meant(said.get("attends", ""), _ATTENDS) if len(kinds) > 1 else ""
    if attends is None:
        wrong.append((Wrong.BAD_ATTENDS, said["attends"]))
    line = Line(
        number=number,
        name=name,
        email=said.get("email", ""),
        organisation=said.get("organisation", ""),
        language=language or "",
        attends=attends or "",
        contact_name=said.get("contact_name", ""),
        contact_email=said.get("contact_email", ""),
    )
    return line, wrong


def _meant(said: str, words: Mapping[str, Sequence[str]]) -> str | None:
    """Empty for nothing, None for what is none of the words."""
    plain = _plain(said)
    if not said:
        return ""
    return next((key for key, known in words.items() if plain in known), None)
