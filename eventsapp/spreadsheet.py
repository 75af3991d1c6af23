"""Rows as CSV and as XLSX, such that no cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | None

# The signs with which spreadsheets begin a formula, their full-width twins, also behind blanks; and the characters that
# some readers drop or treat as the end of a cell, so that the second character becomes the first.
_FORMULA = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0]")
# Besides control characters, what XML 1.0 cannot hold: lone surrogates and two noncharacters.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
_AT_ONCE = 200  # lines
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\]")
_RESERVED_NAME = "history"  # Excel's own sheet of tracked changes

_LONGEST_CELL = 32767
_LONGEST_NAME = 31
_MOST_ROWS = 1_048_576
_LARGEST_EXACT = 2**53
_NARROW, _WIDE = 8, 60
_SAFE_BOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def to_csv(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: Literal[",", ";", "\t"] = ","
) -> Iterator[bytes]:
    """Lines of UTF-8, the first one behind a byte order mark (else Excel reads Latin-1); ends are CRLF (RFC 4180).

    Texts are always in quotes; one that a spreadsheet would run as a formula gets an apostrophe in front, which is
    part of the text for other readers. Numbers stay bare, None is an empty cell, moments are ISO 8601.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    text.write("\ufeff")
    for number, row in enumerate(chain((header,), rows), start=1):
        writer.writerow([_guarded(value) for value in row])
        if number % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    """What was written since the last time."""
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken


def _is_harmless(text: str) -> bool:
    """One line of letters and signs that begins no formula, as nearly all texts are: nothing to clean or to guard."""
    return text.isprintable() and text.lstrip(" ")[:1] not in _SIGNS


def _guarded(value: object) -> Cell:
    if type(value) is str and _is_harmless(value):
        return value
    cell = _cell(value)
    if not isinstance(cell, str):
        return cell
    risky = _FORMULA.match(str(value)) or _FORMULA.match(cell)
    return f"'{cell}" if risky else cell


def _cell(value: object) -> Cell:
    """A value as a spreadsheet holds it: a finite number, clean text, or nothing."""
    if type(value) is str and value and value.isprintable():
        return value
    if isinstance(value, Enum):
        value = value.value
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int) and abs(value) <= _LARGEST_EXACT:
        return int(value)
    if isinstance(value, float | Decimal) and math.isfinite(value):
        return float(value)
    if isinstance(value, datetime | time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return clean_text(str(value))


def clean_text(text: str) -> str:
    """Text without control characters; line ends become line feeds, which stay, as does the tab."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def to_xlsx(header: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "Sheet1") -> bytes:
    """A workbook of one sheet: header bold and kept in sight, columns as wide as their texts within reason.

    Texts are stored as texts whatever they begin with, so they need no apostrophe. A text beyond 32,767 characters, the
    most a cell holds, is cut. `title` names the sheet; what Excel forbids in such a name is taken out. Raises
    ValueError beyond the 1,048,576 rows of a sheet. Rows are read once, and kept on disk, not in memory.
    """
    target = io.BytesIO()
    with Workbook(target, _SAFE_BOOK) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        widths = [0] * len(header)
        for number, row in enumerate(_all_rows(header, rows)):
            for column, value in enumerate(row):
                width = _write(sheet, number, column, _cell(value), bold if number == 0 else None)
                if column < len(widths):
                    widths[column] = max(widths[column], width)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width + 2, _NARROW), _WIDE))
    return target.getvalue()


def _all_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield header
    for number, row in enumerate(rows, start=1):
        if number >= _MOST_ROWS:
            raise ValueError(f"a sheet holds {_MOST_ROWS} rows")
        yield row


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, style: Format | None) -> int:
    """Writes one cell and tells how many characters wide it wants to be."""
    if cell is None:
        return 0
    if isinstance(cell, str):
        text = _cut(cell)
        sheet.write_string(row, column, text, style)
        return max(map(len, text.split("\n")))
    sheet.write_number(row, column, cell, style)
    return len(str(cell))


def _cut(text: str, units: int = _LONGEST_CELL) -> str:
    """The beginning of a text; Excel counts UTF-16 units, so signs beyond the first 65,536 count twice."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore")


def _sheet_name(title: str) -> str:
    name = " ".join(clean_text(_FORBIDDEN_IN_NAME.sub(" ", title)).split())
    name = _cut(name, _LONGEST_NAME).strip(" '") or "Sheet1"
    return f"{name} 1" if name.casefold() == _RESERVED_NAME else name
