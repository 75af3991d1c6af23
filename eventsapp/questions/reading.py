"""From what was typed or chosen to an answer, and back. Pure: the codes of countries are an argument."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from eventsapp.questions.rules import LONG_LENGTH, SHORT_LENGTH, Kind, QuestionDetails
from eventsapp.web.rules import N_, Problem
from eventsapp.web.text import clean_line, clean_paragraph

_NUMBER = re.compile(r"[+-]?\d{1,10}", re.ASCII)

Value = str | int | bool | list[str]
"""Of an answer: text, number, yes or no, a country's code, an ISO date, an option's key or a list of keys."""


def read(
    details: QuestionDetails, typed: str | Sequence[str], *, countries: Collection[str], kept: Collection[str] = ()
) -> Value | Problem | None:
    """The answer that was typed or chosen, None for none, or what is wrong with it. `kept` are closed options that
    this person chose while they were open."""
    if isinstance(typed, str):
        text = clean_paragraph(typed) if details.kind == Kind.LONG_TEXT else clean_line(typed)
        return _read_one(details, text, countries, kept) if text else _missing(details)
    wanted = {each for each in typed if each}
    known = [each.key for each in details.options if not each.retired or each.key in kept]
    if wanted - set(known):
        return Problem("answer", N_("Choose from the list."))
    return [key for key in known if key in wanted] or _missing(details)


def _missing(details: QuestionDetails) -> Problem | None:
    if not details.required:
        return None
    return Problem("answer", N_("Choose an answer.") if details.kind in _CHOSEN else N_("Please answer this question."))


_CHOSEN = frozenset({Kind.ONE_OF, Kind.SEVERAL_OF, Kind.YES_NO, Kind.COUNTRY})


def _read_one(
    details: QuestionDetails, text: str, countries: Collection[str], kept: Collection[str]
) -> Value | Problem | None:
    match details.kind:
        case Kind.NUMBER:
            return _read_number(details, text)
        case Kind.DATE:
            return _read_date(text)
        case Kind.YES_NO:
            return {"yes": True, "no": False}.get(text, Problem("answer", N_("Choose from the list.")))
        case Kind.COUNTRY:
            return text if text in countries else Problem("answer", N_("Choose from the list."))
        case Kind.ONE_OF:
            open_ = {each.key for each in details.options if not each.retired or each.key in kept}
            return text if text in open_ else Problem("answer", N_("Choose from the list."))
        case Kind.SEVERAL_OF:
            return read(details, [text], countries=countries, kept=kept)
    most = LONG_LENGTH if details.kind == Kind.LONG_TEXT else SHORT_LENGTH
    if len(text) <= most:
        return text
    words = N_("Please use at most %(most)s characters; these are %(length)s.")
    return Problem("answer", words, {"most": most, "length": len(text)})


def _read_number(details: QuestionDetails, text: str) -> int | Problem:
    if not _NUMBER.fullmatch(text):
        return Problem("answer", N_("Enter a whole number in digits, such as 2."))
    low, high = details.bounds
    if low <= int(text) <= high:
        return int(text)
    return Problem("answer", N_("Enter a number from %(low)s to %(high)s."), {"low": low, "high": high})


def _read_date(text: str) -> str | Problem:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return Problem("answer", N_("Enter a date, such as 2027-10-14."))


def typed_of(value: Any) -> str | list[str]:
    """An answer as its field shows it; the other way round from `read`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, list) else str(value)


def keys_in(value: Any) -> list[str]:
    """The options that an answer to a choice names."""
    return value if isinstance(value, list) else [value]
