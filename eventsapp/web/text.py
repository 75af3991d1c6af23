"""Text that people typed, made fit to keep; pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Self

# Overrides and isolates that can turn the rest of a line around, and marks without width that make names look alike.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{3,}")
# What Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def clean_line(text: str) -> str:
    """One line: NFC, no control or direction-changing characters, runs of white space made one blank."""
    return " ".join(_visible(_BREAKS.sub(" ", text).replace("\t", " ")).split())


def clean_paragraph(text: str) -> str:
    """Several lines: as `clean_line`, but line ends (made \\n) and blanks within a line stay; two blank lines at most
    become one, and the ends are trimmed. Indentation is kept: it means something in Markdown."""
    lines = _BREAKS.sub("\n", text).replace("\t", "    ").split("\n")
    joined = "\n".join(_visible(line).rstrip() for line in lines)
    return _BLANK_LINES.sub("\n\n", joined).strip("\n").rstrip()


def clean_pasted(text: str) -> str:
    """A text for a program, cleaned as by `clean_line`; line ends (made \\n), blanks and tabs stay as they are."""
    return "\n".join("\t".join(map(_visible, line.split("\t"))) for line in _BREAKS.sub("\n", text).split("\n"))


def folded(text: str) -> str:
    """Text as searches and slugs compare it: lower case, without accents, "ß" as "ss", blanks made one."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def email_key(address: str) -> str:
    """The address as limits and look-ups compare it: lower case, no blanks around."""
    return address.strip().lower()


class Picked(str):
    """A text that knows its language, so that a page in another one can say so to screen readers."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        picked = super().__new__(cls, text)
        picked.language = language
        return picked

    def __reduce__(self) -> tuple[type[Picked], tuple[str, str]]:
        return Picked, (str(self), self.language)


def pick(value: Mapping[str, str] | None, *languages: str) -> Picked:
    """The text of a translated column in the first of these languages that has one, else in any, else ""."""
    filled = {language: text for language, text in (value or {}).items() if text}
    for language in languages:
        if language in filled:
            return Picked(filled[language], language)
    language, text = next(iter(sorted(filled.items())), ("", ""))
    return Picked(text, language)


def _visible(text: str) -> str:
    kept = (letter for letter in _INVISIBLE.sub("", text) if unicodedata.category(letter) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept))
