"""The first sheet of an Excel workbook as rows of text. Nothing is run, nothing is fetched.

What a formula last showed is taken as it stands. Sizes are looked at before anything is unpacked, and a document type
declaration, with which a small file can make a large one, is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

MOST_UNPACKED = 24 * 1024 * 1024
"""Bytes of the parts that are read, together."""
MOST_PARTS = 2000
MOST_ELEMENTS = 600_000
"""Of one part: some ten thousand rows of thirty cells."""

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Broken(Exception):
    """It is no workbook that could be read."""


class TooLarge(Exception):
    """It unpacks to more than a list of people could be, or has more rows or columns."""


def rows_of(content: bytes, *, most_rows: int, most_columns: int, longest: int) -> list[list[str]]:
    """The rows of the first sheet, blank ones between included; cells are cut at `longest`. Raises Broken, TooLarge."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive)
            shared = _shared(archive, longest)
            sheet = _first_sheet(archive)
            with archive.open(sheet) as part:
                return _rows(part, shared, most_rows, most_columns, longest)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Broken(str(error)) from error
    except (ET.ParseError, IndexError, OSError, StopIteration, zlib.error) as error:
        raise Broken(str(error)) from error


def _check_size(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    read = [part.file_size for part in parts if part.filename.startswith("xl/") and part.filename.endswith(".xml")]
    if len(parts) > MOST_PARTS or sum(read) > MOST_UNPACKED:
        raise TooLarge


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """By the workbook's own order, which its relations lead on from."""
    names = archive.namelist()
    book = _tree(archive, "xl/workbook.xml")
    sheet = next(element for element in book.iter() if _local(element) == "sheet")
    relation = next(value for key, value in sheet.attrib.items() if key.endswith("}id"))
    for element in _tree(archive, "xl/_rels/workbook.xml.rels").iter():
        if _local(element) == "Relationship" and element.get("Id") == relation:
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            if path in names:
                return path
    raise Broken("the first sheet is not there")


def _shared(archive: zipfile.ZipFile, longest: int) -> list[str]:
    name = next((name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if name is None:
        return []
    found: list[str] = []
    with archive.open(name) as part:
        for element in _ends(part):
            if _local(element) == "si":
                found.append(_text(element)[:longest])
                element.clear()
    return found


def _rows(part: IO[bytes], shared: list[str], most_rows: int, most_columns: int, longest: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for element in _ends(part):
        if _local(element) != "row":
            continue
        number = int(element.get("r", len(rows) + 1))
        cells = _cells(element, shared, most_columns, longest)
        element.clear()
        if not any(cells):
            continue
        if number > most_rows or number <= len(rows):
            raise TooLarge if number > most_rows else Broken("rows out of order")
        rows += [[] for _ in range(number - len(rows) - 1)]
        rows.append(cells)
    return rows


def _cells(row: Element, shared: list[str], most_columns: int, longest: int) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if _local(cell) != "c":
            continue
        place = _CELL.fullmatch(cell.get("r", ""))
        at = _column(place[1]) if place else len(cells)
        text = _value(cell, shared)[:longest]
        if not text:
            continue
        if at >= most_columns:
            raise TooLarge
        cells += [""] * (at + 1 - len(cells))
        cells[at] = text
    return cells


def _value(cell: Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = next((part.text or "" for part in cell if _local(part) == "v"), "")
    if not value:
        formula = next((part.text or "" for part in cell if _local(part) == "f"), "")
        return f"={formula}" if formula else ""
    if kind == "s":
        return shared[int(value)]
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return _unescaped(value) if kind == "str" else value


def _text(element: Element) -> str:
    """Of plain and of formatted text; how it is pronounced is left out."""
    return _unescaped("".join(_pieces(element)))


def _pieces(element: Element) -> Iterator[str]:
    for part in element:
        if _local(part) == "t":
            yield part.text or ""
        elif _local(part) != "rPh":
            yield from _pieces(part)


def _unescaped(text: str) -> str:
    """Excel writes characters that XML cannot hold as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _tree(archive: zipfile.ZipFile, name: str) -> Element:
    with archive.open(name) as part:
        for element in _ends(part):
            last = element
    return last


def _ends(part: IO[bytes]) -> Iterator[Element]:
    """Elements as they end; of a part that declares no document type."""
    parser: ET.XMLPullParser[Element] = ET.XMLPullParser(events=("end",))
    number, tail = 0, b""
    while chunk := part.read(65536):
        # UTF-16 would hide a declaration; Excel writes UTF-8, which has no NUL.
        if b"<!DOCTYPE" in tail + chunk or b"\0" in chunk:
            raise Broken("a document type declaration")
        tail = chunk[-16:]
        parser.feed(chunk)
        for element in _read(parser):
            number += 1
            if number > MOST_ELEMENTS:
                raise TooLarge
            yield element
    parser.close()
    yield from _read(parser)


def _read(parser: ET.XMLPullParser[Element]) -> Iterator[Element]:
    return (told[-1] for told in parser.read_events() if isinstance(told[-1], Element))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1
