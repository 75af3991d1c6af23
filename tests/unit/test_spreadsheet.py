"""Spreadsheets read back: every cell as it was given, none of them a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zipfile import ZipFile

import pytest
from flask_babel import lazy_gettext
from openpyxl import load_workbook

from eventsapp.spreadsheet import to_csv, to_xlsx


class Shade(StrEnum):
    DARK = "dark"


HEADER = ["Name", "E-mail"]
MOMENT = datetime(2027, 6, 12, 7, 0, 0, 999, tzinfo=UTC)

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    "\x00x",
    "\x1b=1",
    "  =1",
    "\u00a0=1",
    "\uff1d1",
    "=cmd()|' /C calc'!A0",
    '=HYPERLINK("https://a.example","x")',
    "+32 2 123 45 67",
]
TEXTS = [
    "Ada",
    'quotes " inside',
    "a,b;c\td",
    "two\nlines",
    "Łódź שלום \U0001f600",
    "1.50",
    "007",
    "https://a.example/x",
    "mailto:ada@example.net",
    "_x0041_",
    " blanks around ",
    "<b>&amp;</b>",
    "{=1}",
    "'quoted",
    "a=b",
    "1e5",
]
VALUES: list[tuple[object, str, object]] = [
    (None, "", None),
    ("", "", None),
    (0, "0", 0),
    (-5, "-5", -5),
    (2.5, "2.5", 2.5),
    (Decimal("2.50"), "2.5", 2.5),
    (float("nan"), "nan", "nan"),
    (float("-inf"), "'-inf", "-inf"),
    (12345678901234567890, "12345678901234567890", "12345678901234567890"),
    (True, "TRUE", "TRUE"),
    (MOMENT, "2027-06-12T07:00:00+00:00", "2027-06-12T07:00:00+00:00"),
    (MOMENT.astimezone(timezone(timedelta(hours=2))), "2027-06-12T09:00:00+02:00", "2027-06-12T09:00:00+02:00"),
    (date(2027, 6, 12), "2027-06-12", "2027-06-12"),
    (time(9, 30), "09:30:00", "09:30:00"),
    (Shade.DARK, "dark", "dark"),
    (lazy_gettext("word"), "word", "word"),
    ("a\x0b\x1b\x7fb\ud800\ufffec", "abc", "abc"),
    ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne", "a\nb\nc\nd\ne"),
]


def csv_rows(rows: Iterable[Sequence[object]], **options: Any) -> list[list[str]]:
    text = b"".join(to_csv(HEADER, rows, **options)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), **options))


def sheet_of(rows: Iterable[Sequence[object]], **options: Any) -> Any:
    return load_workbook(io.BytesIO(to_xlsx(HEADER, rows, **options))).active


def test_csv_bytes() -> None:
    rows: list[list[object]] = [["Ada", 3], ['O"Neil, Zoë', None], ["=x", 1.5]]
    assert b"".join(to_csv(HEADER, rows)) == (
        b'\xef\xbb\xbf"Name","E-mail"\r\n"Ada",3\r\n"O""Neil, Zo\xc3\xab",""\r\n"\'=x",1.5\r\n'
    )


def test_csv_without_rows_is_the_header() -> None:
    assert csv_rows([]) == [HEADER]


def test_csv_with_semicolons() -> None:
    assert b"".join(to_csv(["a", "b"], [["x;y", "z"]], delimiter=";")).endswith(b'"x;y";"z"\r\n')
    assert csv_rows([["x;y", "z"]], delimiter=";")[1] == ["x;y", "z"]


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_formula_becomes_text(text: str) -> None:
    cell = csv_rows([[text]])[1][0]
    assert cell[0] == "'"
    assert cell[1:] == text.replace("\r", "\n").translate({0: None, 0x1B: None})


@pytest.mark.parametrize("text", TEXTS)
def test_csv_text_stays_as_it_is(text: str) -> None:
    assert csv_rows([[text]])[1] == [text]


def test_csv_header_is_guarded_too() -> None:
    assert b"".join(to_csv(["=a"], [])).decode("utf-8-sig") == '"\'=a"\r\n'


@pytest.mark.parametrize(("value", "in_csv", "in_xlsx"), VALUES)
def test_value(value: object, in_csv: str, in_xlsx: object) -> None:
    assert csv_rows([[value]])[1] == [in_csv]
    cell = sheet_of([[value, "x"]])["A2"]
    assert cell.value == in_xlsx
    assert cell.data_type == ("s" if isinstance(in_xlsx, str) else "n")


def test_csv_is_made_piece_by_piece() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(1000):
            taken.append(number)
            yield [number]

    stream = to_csv(["n"], rows())
    next(stream)
    assert 0 < len(taken) < 500
    assert b"".join(stream).endswith(b"999\r\n")


@pytest.mark.parametrize("text", [*TEXTS, *FORMULAS])
def test_xlsx_text_stays_a_text(text: str) -> None:
    cell = sheet_of([[text]])["A2"]
    assert cell.data_type == "s"
    assert unescaped(cell.value) == text.replace("\r", "\n").translate({0: None, 0x1B: None})
    assert cell.hyperlink is None


def unescaped(text: str) -> str:
    """openpyxl leaves alone what ECMA-376 (22.9.2.19) writes for an underscore that would begin an escape."""
    return text.replace("_x005F_", "_")


def test_xlsx_has_no_formula_in_its_bytes() -> None:
    with ZipFile(io.BytesIO(to_xlsx(HEADER, [[text, 1] for text in FORMULAS]))) as book:
        assert b"<f" not in book.read("xl/worksheets/sheet1.xml").replace(b"<family", b"")
        assert not [name for name in book.namelist() if "externalLink" in name]


def test_xlsx_header_is_bold_and_frozen() -> None:
    sheet = sheet_of([["Ada", "ada@example.net"]])
    assert [cell.value for cell in sheet[1]] == HEADER
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert [cell.font.bold for cell in sheet[2]] == [False, False]
    assert sheet.freeze_panes == "A2"


def test_xlsx_columns_are_as_wide_as_their_texts_within_reason() -> None:
    sheet = sheet_of([["x" * 20, "y" * 1000], ["short\n" + "z" * 30, 1]])
    assert (round(sheet.column_dimensions["A"].width), round(sheet.column_dimensions["B"].width)) == (33, 61)
    assert round(sheet_of([])["A1"].parent.column_dimensions["A"].width) == 9


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 32767, "x" * 32767),
        ("x" * 40000, "x" * 32767),
        ("\U0001f600" * 16384, "\U0001f600" * 16383),
        ("x" + "\U0001f600" * 16384, "x" + "\U0001f600" * 16383),
    ],
    ids=["as long as may be", "too long", "4-byte signs", "a sign across the limit"],
)
def test_xlsx_text_is_cut_at_the_longest_cell(text: str, kept: str) -> None:
    assert sheet_of([[text]])["A2"].value == kept


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Attendees", "Attendees"),
        ("a/b:c*d?e[f]g\\h", "a b c d e f g h"),
        ("x" * 40, "x" * 31),
        ("'quoted'", "quoted"),
        ("\x00\n", "Sheet1"),
        ("", "Sheet1"),
        ("Łódź \U0001f600", "Łódź \U0001f600"),
        ("\U0001f600" * 40, "\U0001f600" * 15),
        ("History", "History 1"),
    ],
)
def test_xlsx_sheet_name(title: str, name: str) -> None:
    assert sheet_of([], title=title).title == name


def test_xlsx_of_more_rows_than_a_sheet_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventsapp.spreadsheet._MOST_ROWS", 4)
    assert sheet_of([[1]] * 3).max_row == 4
    with pytest.raises(ValueError, match="a sheet holds 4 rows"):
        to_xlsx(HEADER, [[1]] * 4)
