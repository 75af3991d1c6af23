"""An uploaded file as rows of clean text: Excel workbooks, and CSV in the shapes that programs write it."""

from __future__ import annotations

import csv
import io
import re
from enum import Enum

from eventsapp.importing import xlsx
from eventsapp.importing.rules import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from eventsapp.web.text import clean_line

MOST_BYTES = 2 * 1024 * 1024

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_DELIMITERS = ";\t,"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GUARDED = re.compile("'(?=\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
"""An apostrophe that keeps a text from being run as a formula, as our own exports have it."""
_MOST_RECORDS = MOST_ROWS + 1


class Unreadable(Enum):
    """Why a file gives no rows. The door puts it in words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    OLD_EXCEL = "old_excel"
    BROKEN = "broken"


def read(content: bytes) -> list[list[str]] | Unreadable:
    """The rows, the heading among them; row 1 of the spreadsheet is the first."""
    if len(content) > MOST_BYTES:
        return Unreadable.TOO_LARGE
    if content.startswith(_OLD_EXCEL):
        return Unreadable.OLD_EXCEL
    try:
        rows = _workbook(content) if content.startswith(_ZIP) else _csv(content)
    except xlsx.TooLarge:
        return Unreadable.TOO_MANY_ROWS
    except (xlsx.Broken, csv.Error, UnicodeError):
        return Unreadable.BROKEN
    cleaned = [[clean_line(cell)[:LONGEST_CELL] for cell in row] for row in rows]
    filled = [at for at, row in enumerate(cleaned) if any(row)]
    return cleaned[: filled[-1] + 1] if filled else Unreadable.EMPTY


def _workbook(content: bytes) -> list[list[str]]:
    return xlsx.rows_of(content, most_rows=_MOST_RECORDS, most_columns=MOST_COLUMNS, longest=LONGEST_CELL)


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    if "\0" in text:
        raise csv.Error("no text")
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
        if len(rows) >= _MOST_RECORDS or len(row) > MOST_COLUMNS:
            if not any(row):
                continue
            raise xlsx.TooLarge
        rows.append([_GUARDED.sub("", cell, count=1) if cell.startswith("'") else cell for cell in row])
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, UTF-8 where it is that, else what Windows writes in Western Europe."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _delimiter(text: str) -> str:
    """The sign that parts the columns of the first line that has one, outside of quotes."""
    for line in io.StringIO(text[:65536]):
        outside = re.sub('"[^"]*"', "", line)
        counts = {sign: outside.count(sign) for sign in _DELIMITERS}
        if any(counts.values()):
            return max(_DELIMITERS, key=lambda sign: counts[sign])
    return ","
