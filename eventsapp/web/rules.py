"""Checks that forms and event files share. Pure.

A check gives a `Problem`, a value that forms show beside the field and files report with a line. Its message is
English with named places and marked for translation by `N_`; whoever shows it puts it into words:
`gettext(problem.message, **problem.params)` on a page, `str(problem)` at the command line.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from eventsapp.web.text import clean_line, clean_paragraph, folded

Texts = Mapping[str, str]
"""Text by language: {"en": "…", "fr": "…"}."""

SLUG_LENGTH = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,6})?")


def N_(message: str) -> str:  # noqa: N802
    """Marks a message for translation where it stands; it is translated where it is shown."""
    return message


@dataclasses.dataclass(frozen=True)
class Problem:
    """What is wrong with one field. `item` counts from 0 in lists (which agenda session)."""

    field: str
    message: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict, hash=False)
    item: int | None = None

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


def cleaned(texts: Texts, *, line: bool) -> dict[str, str]:
    """Texts per language without control characters and blank edges; empty ones are dropped. `line`: on one line."""
    tidy = clean_line if line else clean_paragraph
    return {language: text for language, raw in sorted(texts.items()) if (text := tidy(raw))}


def slugged(title: str, otherwise: str = "") -> str:
    """A slug made of a title: at most 80 letters a-z, digits and single hyphens; `otherwise` when nothing is left."""
    words = re.findall(r"[a-z0-9]+", re.sub("['’]", "", folded(title)))
    return "-".join(words)[:SLUG_LENGTH].strip("-") or otherwise


def is_slug(text: str) -> bool:
    return len(text) <= SLUG_LENGTH and _SLUG.fullmatch(text) is not None


def slug_problems(name: str, text: str) -> Iterator[Problem]:
    if not text:
        yield Problem(name, N_("is missing"))
    elif not is_slug(text):
        yield Problem(
            name,
            N_("has at most %(limit)s letters a to z, digits and single hyphens between them"),
            {"limit": SLUG_LENGTH},
        )


def length_problems(name: str, text: str, limit: int, *, required: bool = False) -> Iterator[Problem]:
    """Lengths are in characters, as the database counts them."""
    if required and not text:
        yield Problem(name, N_("is missing"))
    if len(text) > limit:
        yield Problem(name, N_("is too long: at most %(limit)s characters"), {"limit": limit})


def texts_problems(name: str, texts: Texts, limit: int, *, language: str, required: bool = False) -> Iterator[Problem]:
    """Texts per language; a required one must be there in `language`, so that there is always something to show."""
    if required and not texts.get(language):
        yield Problem(name, N_("is missing in the language “%(language)s”"), {"language": language})
    for each, text in texts.items():
        yield from language_problems(name, each)
        yield from length_problems(name, text, limit)


def language_problems(name: str, language: str) -> Iterator[Problem]:
    if not _LANGUAGE.fullmatch(language):
        yield Problem(name, N_("“%(language)s” is no language code such as en or fr"), {"language": language[:20]})


def choice_problems(name: str, value: str, allowed: tuple[str, ...]) -> Iterator[Problem]:
    if value not in allowed:
        yield Problem(name, N_("must be one of: %(allowed)s"), {"allowed": ", ".join(allowed)})
