"""The countries that a question offers: ISO codes with their names in the reader's language, by name."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from eventsapp.web.text import folded

# Two letters in Babel's data that stand for no country: groups of them, islands without an ISO code, tests, unknown.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})

CODES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
)


@lru_cache(maxsize=16)
def choices(language: str) -> tuple[tuple[str, str], ...]:
    """Pairs of code and name, in the order of the names without their accents."""
    names = Locale(language).territories
    return tuple(
        sorted(((code, str(names.get(code, code))) for code in CODES), key=lambda each: (folded(each[1]), each[0]))
    )


def name_of(code: str, language: str) -> str:
    return str(Locale(language).territories.get(code, code))
