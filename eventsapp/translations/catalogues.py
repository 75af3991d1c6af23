"""Catalogues held against the sources: which messages there are, and what is wrong with a translation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from eventsapp.translations import FOLDER, LANGUAGES, catalogue_path

ROOT = FOLDER.parents[1]
TRANSLATED = LANGUAGES[1:]
_SOURCES = {
    "eventsapp": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
_KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?([a-zA-Z%])")
_EDGES = re.compile(r"(\s*).*?(\s*)", re.DOTALL)
_HEADER = """# {name} of eventsapp. How to change it: docs/translating.md
msgid ""
msgstr ""
"Project-Id-Version: eventsapp\\n"
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one message of a catalogue."""

    message: str
    what: str

    def __str__(self) -> str:
        return f"{self.what}: {self.message!r}"


def extract() -> Catalog:
    """Every message that is marked in code and templates (`_`, gettext, lazy_gettext, ngettext, N_, …)."""
    found = Catalog(project="eventsapp", header_comment="", fuzzy=False)
    for folder, methods in _SOURCES.items():
        marked = extract_from_dir(ROOT / folder, methods, keywords=_KEYWORDS, comment_tags=("Translators:",))
        for name, line, message, comments, context in marked:
            found.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return found


def read(language: str, folder: Path = FOLDER) -> Catalog:
    """A language's catalogue, empty when there is none yet."""
    path = catalogue_path(folder, language)
    if not path.is_file():
        return Catalog(locale=language, project="eventsapp", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def write(catalogue: Catalog, folder: Path = FOLDER) -> None:
    """Without dates and line numbers, which would change the file at every turn."""
    assert catalogue.locale is not None
    body = BytesIO()
    write_po(body, catalogue, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    name, tag = catalogue.locale.english_name, str(catalogue.locale)
    header = _HEADER.format(name=name, tag=tag, plurals=catalogue.plural_forms)
    path = catalogue_path(folder, tag)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + body.getvalue())


def update(language: str, sources: Catalog, folder: Path = FOLDER) -> Catalog:
    """Take in what is new in the sources and drop what is gone. Nothing is guessed from a similar message."""
    catalogue = read(language, folder)
    catalogue.update(sources, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    write(catalogue, folder)
    return catalogue


def faults(catalogue: Catalog, sources: Catalog) -> Iterator[Fault]:
    """All that keeps a catalogue from being complete and right."""
    known = {_key(message) for message in catalogue if message.id}
    wanted = {_key(message) for message in sources if message.id}
    for _, text in sorted(wanted - known, key=str):
        yield Fault(text, "not in the catalogue")
    for _, text in sorted(known - wanted, key=str):
        yield Fault(text, "no longer in the sources")
    for message in catalogue:
        if message.id:
            yield from (Fault(_key(message)[1], what) for what in message_faults(message, catalogue.num_plurals))


def message_faults(message: Message, plurals: int) -> Iterator[str]:
    """What is wrong with one translation; an empty one is "not translated"."""
    ids, texts = _all(message.id), _all(message.string)
    if not all(texts) or not texts:
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked as fuzzy"
    if len(texts) != (plurals if message.pluralizable else 1):
        yield f"{len(texts)} forms instead of {plurals}"
    for text in texts:
        yield from _text_faults(ids, text)


def _text_faults(ids: Sequence[str], text: str) -> Iterator[str]:
    """`ids` are singular and plural, or the one text. A form may leave out the number, and that alone."""
    wanted, found = (set(_PLACEHOLDER.findall(each)) for each in (ids[-1], text))
    may_miss = {("num", "d"), ("num", "s")} if len(ids) > 1 else set()
    if found - wanted or wanted - found - may_miss:
        yield f"placeholders {_names(found)} instead of {_names(wanted)}"
    if _edges(ids[0]) != _edges(text):
        yield "blanks at the beginning or end differ"


def _names(placeholders: set[tuple[str, str]]) -> str:
    return ", ".join(sorted(f"%({name}){kind}" if name else f"%{kind}" for name, kind in placeholders)) or "(none)"


def _edges(text: str) -> tuple[str, ...]:
    found = _EDGES.fullmatch(text)
    assert found is not None
    return found.groups()


def _all(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", _all(message.id)[0]
