"""What the search on the first page asks and offers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import url_for
from flask_babel import get_locale

from eventsapp.events.finding import Wanted
from eventsapp.events.kinds import KINDS, kind_key, kind_name, kind_words
from eventsapp.events.rules import FIRST_YEAR, LAST_YEAR
from eventsapp.web.text import clean_line

LONGEST = 100
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """The search as the address says it; texts are cut to 100 characters."""

    wanted: Wanted
    month: str
    """As typed; kept beside the field when it is none."""
    wrong_month: bool

    def address(self, page: int) -> str:
        """Of a page of results."""
        wanted = self.wanted
        given: dict[str, Any] = {"q": wanted.words, "place": wanted.place, "kind": wanted.kind, "month": self.month}
        given |= {"page": page if page > 1 else None}
        return url_for("home.show", **{name: value for name, value in given.items() if value})


def asked(arguments: Mapping[str, str]) -> Asked:
    """From the address: `q`, `place`, `kind`, `month` (2027-10)."""
    words, place, kind, month = (clean_line(arguments.get(name, ""))[:LONGEST] for name in _NAMES)
    first = _first_day(month)
    return Asked(Wanted(words, place, kind, first), month, wrong_month=bool(month) and first is None)


def kind_choices(kinds: Sequence[str], chosen: str) -> list[Choice]:
    """Each kind once, whatever words were typed for it; one that is chosen but not there stays on the list."""
    by_key = {kind_key(kind): kind for kind in reversed(kinds)}
    wanted = kind_key(chosen)
    if chosen:
        by_key.setdefault(wanted, chosen)
    return [
        Choice(kind, kind_name(key) if key in KINDS else kind_words(kind, ""), bool(chosen) and key == wanted)
        for key, kind in sorted(by_key.items())
    ]


def month_choices(months: Sequence[date], chosen: date | None) -> list[Choice]:
    """The latest first; one that is chosen but has no event stays on the list."""
    every = sorted({*months, chosen} if chosen else set(months), reverse=True)
    return [
        Choice(f"{first:%Y-%m}", str(format_date(first, "LLLL y", locale=get_locale())), first == chosen)
        for first in every
    ]


_NAMES = ("q", "place", "kind", "month")


def _first_day(month: str) -> date | None:
    found = _MONTH.fullmatch(month)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR or not 1 <= int(found[2]) <= 12:
        return None
    return date(int(found[1]), int(found[2]), 1)
