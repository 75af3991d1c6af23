"""How an organiser wants to see the attendee list: which people, in which order, with which columns.

A view is what the list's address says (`?status=…&sort=…`), and what is kept under a name. Pure; whatever an address
says that means nothing counts as not said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from eventsapp.registration.rules import State
from eventsapp.web.text import clean_line

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

SORTS = ("name", "organisation", "registered", "status", "position")
KINDS = ("room", "online")
ANSWER = "answer-"
"""Begins the name of an argument that asks for one answer: `answer-<key of the filter>=<choice>`."""
_LONGEST = 200


@dataclass(frozen=True)
class View:
    status: tuple[str, ...] = ()
    """States to show; empty: all."""
    q: str = ""
    organisation: str = ""
    attends: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    """Key of the filter and the wanted choice."""
    sort: str = ""
    """A word of SORTS, "-" in front for descending; empty: in order of arrival."""
    columns: tuple[str, ...] | None = None
    """Beside those that are always there, in the order in which they are offered; None: as it comes."""

    @property
    def narrows(self) -> bool:
        """Whether it may leave people out."""
        return bool(self.status or self.q or self.organisation or self.attends or self.answers)

    @property
    def order(self) -> tuple[str, bool]:
        """By what, and whether descending."""
        return self.sort.removeprefix("-"), self.sort.startswith("-")

    def query(self) -> str:
        return urlencode(self.pairs())

    def by(self, sort: str) -> View:
        """Sorted so; by the same once more: the other way round."""
        return replace(self, sort=f"-{sort}" if self.sort == sort else sort)

    def pairs(self) -> list[tuple[str, str]]:
        """The query of the list's address."""
        return list(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield from (("status", each) for each in self.status)
        for name in ("q", "organisation", "attends"):
            if value := getattr(self, name):
                yield name, value
        yield from ((f"{ANSWER}{key}", choice) for key, choice in self.answers)
        if self.sort:
            yield "sort", self.sort
        if self.columns is not None:
            yield from (("columns", each) for each in self.columns or ("",))


def read_view(
    said: MultiDict[str, str], *, columns: Collection[str] = (), answers: Mapping[str, Collection[str]] | None = None
) -> View:
    """The view of an address. `columns`: those that the reader may choose; `answers`: choices by key of the filter."""
    states, chosen = set(_several(said, "status")), set(_several(said, "columns"))
    sort, attends = said.get("sort", ""), said.get("attends", "")
    return View(
        status=tuple(state.value for state in State if state.value in states),
        q=_line(said, "q"),
        organisation=_line(said, "organisation"),
        attends=attends if attends in KINDS else "",
        answers=tuple(_answers(said, answers or {})),
        sort=sort if sort.removeprefix("-") in SORTS else "",
        columns=tuple(key for key in columns if key in chosen) if "columns" in said else None,
    )


def read_ids(said: Iterable[str]) -> list[int]:
    """Registrations that were ticked: numbers, one by one or with commas between them; what is none is left out."""
    parts = (part for text in said for part in text.split(","))
    return list(dict.fromkeys(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 10))


def _several(said: MultiDict[str, str], name: str) -> list[str]:
    """A box for each, or all of them with commas between them."""
    return [part for text in said.getlist(name) for part in text.split(",")]


def _line(said: MultiDict[str, str], name: str) -> str:
    return clean_line(said.get(name, ""))[:_LONGEST]


def _answers(said: MultiDict[str, str], choices: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    for key, offered in choices.items():
        choice = said.get(f"{ANSWER}{key}", "")
        if choice and choice in offered:
            yield key, choice
