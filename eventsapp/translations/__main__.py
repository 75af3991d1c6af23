"""python -m eventsapp.translations: what `make translations` runs, and two helpers for whoever translates.

update              take new messages into every catalogue, drop the old ones; fails while any is incomplete or wrong
missing LANGUAGE    print what is left to do as JSON: a list of {"id", "plural", "context", "where", "text"}
fill LANGUAGE FILE  take the texts of such a list into the catalogue; wrong ones are named and left out
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message

from eventsapp.translations.catalogues import TRANSLATED, extract, faults, message_faults, update, write


def main() -> int:
    """Exit status: 0 when all is complete and right, 1 otherwise, 2 when the command was not understood."""
    parser = argparse.ArgumentParser("python -m eventsapp.translations", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update")
    commands.add_parser("missing").add_argument("language", choices=TRANSLATED)
    fill = commands.add_parser("fill")
    fill.add_argument("language", choices=TRANSLATED)
    fill.add_argument("file", type=Path)
    given = parser.parse_args()
    if given.command == "update":
        return _update()
    return _missing(given.language) if given.command == "missing" else _fill(given.language, given.file)


def _update() -> int:
    sources = extract()
    wrong = [(language, fault) for language in TRANSLATED for fault in faults(update(language, sources), sources)]
    for language, fault in wrong:
        _say(f"{language}: {fault}")
    _say(f"{len(wrong)} messages need a hand" if wrong else f"complete: {', '.join(TRANSLATED)}")
    return 1 if wrong else 0


def _missing(language: str) -> int:
    catalogue = update(language, extract())
    entries = [
        _entry(message, catalogue.num_plurals)
        for message in catalogue
        if message.id and any(message_faults(message, catalogue.num_plurals))
    ]
    sys.stdout.write(json.dumps(entries, ensure_ascii=False, indent=1) + "\n")
    return 0


def _entry(message: Message, plurals: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": message.id, "text": message.string or ""}
    if message.pluralizable:
        texts = [*(message.string or ()), *[""] * plurals][:plurals]
        entry = {"id": message.id[0], "plural": message.id[1], "text": texts}
    if message.context:
        entry["context"] = message.context
    if message.auto_comments:
        entry["note"] = " ".join(message.auto_comments)
    entry["where"] = sorted({name for name, _ in message.locations})
    return entry


def _fill(language: str, file: Path) -> int:
    catalogue = update(language, extract())
    refused = 0
    for entry in json.loads(file.read_text(encoding="utf-8")):
        if entry["text"] and all(entry["text"]) and (wrong := _take(catalogue, entry)):
            _say(f"{language}: {wrong}: {entry['id']!r}")
            refused += 1
    write(catalogue)
    _say(f"{sum(1 for _ in faults(catalogue, extract()))} messages of {language} need a hand")
    return 1 if refused else 0


def _take(catalogue: Catalog, entry: Mapping[str, Any]) -> str:
    """Why a text was not taken; empty when it was."""
    message = catalogue.get(entry["id"], entry.get("context"))
    if message is None:
        return "no such message"
    before, message.string = message.string, tuple(entry["text"]) if message.pluralizable else entry["text"]
    message.flags.discard("fuzzy")
    wrong = "; ".join(message_faults(message, catalogue.num_plurals))
    if wrong:
        message.string = before
    return wrong


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
