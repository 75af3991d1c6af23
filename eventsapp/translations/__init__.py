"""The languages of pages and letters, and their catalogues: LANGUAGE/LC_MESSAGES/messages.po beside this file.

Catalogues are read as they are written: there is no compiled file that could be missing or older than its source.
docs/translating.md says how a language is added.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("en", "fr", "nl", "de")
"""In the order in which pages offer them. The first is the one that messages are written in."""

FOLDER = Path(__file__).resolve().parent


def known_language(tag: str | None) -> str | None:
    """ "fr" for "fr", "fr-BE" or "fr_BE"; None for what is none of ours."""
    primary = (tag or "").replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else None


def catalogue_path(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "messages.po"


@cache
def read_translations(folder: Path, language: str) -> Translations:
    """A language's messages, read once per process (about 30 ms); empty for one without a catalogue, so that its
    pages are English."""
    path = catalogue_path(folder, language)
    if not path.is_file():
        return Translations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
