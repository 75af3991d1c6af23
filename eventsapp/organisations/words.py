"""Types and countries of organisations, and why something was not done, in the language in force."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask_babel import get_locale, lazy_gettext

from eventsapp.organisations.rules import TYPES, Refusal
from eventsapp.web.text import folded

TYPE_WORDS: dict[str, Any] = {
    "police": lazy_gettext("Police"),
    "local_government": lazy_gettext("Local government"),
    "regional_government": lazy_gettext("Regional government"),
    "national_government": lazy_gettext("National government"),
    "european_institution": lazy_gettext("European or international institution"),
    "civil_society": lazy_gettext("Civil society"),
    "research": lazy_gettext("Research and education"),
    "company": lazy_gettext("Company"),
    "other": lazy_gettext("Other"),
}
_REFUSALS = {
    Refusal.NOT_THERE: lazy_gettext("This organisation is not there any more."),
    Refusal.TAKEN: lazy_gettext("This name means another organisation of the series already. Merge the two instead."),
    Refusal.ITSELF: lazy_gettext("Choose another organisation to merge it into."),
    Refusal.OWN_NAME: lazy_gettext("Its own name always means it."),
}


def refusal_words(refusal: Refusal) -> str:
    return str(_REFUSALS[refusal])


def type_choices() -> dict[str, str]:
    return {"": "–"} | {key: str(TYPE_WORDS[key]) for key in TYPES}


def type_word(key: str) -> str:
    return str(TYPE_WORDS[key]) if key in TYPE_WORDS else ""


def country_choices() -> dict[str, str]:
    """Every country by its name, in the order of the alphabet."""
    names = {code: name for code, name in _territories().items() if len(code) == 2 and code.isalpha() and code != "ZZ"}
    return {"": "–"} | dict(sorted(names.items(), key=lambda each: folded(each[1])))


def country_word(code: str) -> str:
    return _territories().get(code, code)


def _territories() -> dict[str, str]:
    found: dict[str, str] = dict((get_locale() or Locale("en")).territories)
    return found
