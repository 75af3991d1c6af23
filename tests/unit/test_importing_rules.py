"""What a list of people means: headings in four languages, rows, faults, and files in every shape they come in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
import xlsxwriter

from eventsapp.importing import xlsx
from eventsapp.importing.reading import Unreadable, read
from eventsapp.importing.rules import Fault, Line, Wrong, column_name, faults_of, guess, lines
from eventsapp.web.forms import read_email

ROOM = ("room",)
BOTH = ("room", "online")


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Name", "E-mail", "Organisation"], {"name": 0, "email": 1, "organisation": 2}),
        (["Full name", "Email address", "Company"], {"name": 0, "email": 1, "organisation": 2}),
        (["First Name", "LAST NAME", "Mail"], {"first_name": 0, "last_name": 1, "email": 2}),
        (["Nom", "Prénom", "Adresse e-mail", "Organisme"], {"last_name": 0, "first_name": 1, "email": 2}),
        (["Nom", "Courriel"], {"name": 0, "email": 1}),
        (["Nom de famille", "Prénom", "Langue"], {"last_name": 0, "first_name": 1, "language": 2}),
        (["Naam", "E-mailadres", "Organisatie"], {"name": 0, "email": 1, "organisation": 2}),
        (["Voornaam", "Achternaam", "E-mail", "Dienst"], {"first_name": 0, "last_name": 1, "email": 2}),
        (["Naam", "Voornaam", "Taal"], {"last_name": 0, "first_name": 1, "language": 2}),
        (["Vorname", "Nachname", "E-Mail-Adresse", "Behörde"], {"first_name": 0, "last_name": 1, "email": 2}),
        (["Contact person", "Contact e-mail", "Name"], {"contact_name": 0, "contact_email": 1, "name": 2}),
        (["Status", "Position", "Name", "E-mail"], {"name": 2, "email": 3}),
        (["A", "B"], {}),
    ],
)
def test_headings_are_known_in_four_languages(headings: list[str], expected: dict[str, int]) -> None:
    at, found = guess([headings, ["x"] * len(headings)])
    assert at == 0
    assert expected.items() <= found.items()
    assert len(found) == len(expected) or {"organisation"} == found.keys() - expected.keys()


def test_a_title_above_the_heading_is_passed_over() -> None:
    rows = [["Participants of the Reflection Day"], [], ["Name", "E-mail"], ["Ann", "ann@example.org"]]
    at, columns = guess(rows)
    assert (at, columns) == (2, {"name": 0, "email": 1})
    ((line, wrong),) = lines(rows, at, columns, kinds=ROOM)
    assert (line, wrong) == (Line(4, "Ann", "ann@example.org"), [])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["Ann Lee", "ann@example.org"], []),
        (["Ann Lee", ""], []),
        (["", "ann@example.org"], [(Wrong.NO_NAME, "")]),
        (["Ann", "ann@"], [(Wrong.BAD_EMAIL, "ann@")]),
        (["Ann", "ann@example.org; bob@example.org"], [(Wrong.BAD_EMAIL, "ann@example.org; bob@example.org")]),
        (["", "none"], [(Wrong.NO_NAME, ""), (Wrong.BAD_EMAIL, "none")]),
        (["x" * 201, ""], [(Wrong.LONG_NAME, "x" * 200)]),
        (["Ann", "", "x" * 201], [(Wrong.LONG_ORGANISATION, "x" * 200)]),
        (["Ann", "", "", "Klingon"], [(Wrong.BAD_LANGUAGE, "Klingon")]),
        (["Ann", "", "", "Français"], []),
        (["Ann", "", "", "", "perhaps"], [(Wrong.BAD_ATTENDS, "perhaps")]),
        (["Ann", "", "", "", "ter plaatse"], []),
        (["Ann", "", "", "", "", "Bob"], []),
        (["Ann", "", "", "", "", "", "bob"], [(Wrong.BAD_CONTACT_EMAIL, "bob")]),
    ],
)
def test_a_row_and_its_faults(row: list[str], expected: list[tuple[Wrong, str]]) -> None:
    names = ("name", "email", "organisation", "language", "attends", "contact_name", "contact_email")
    columns = {name: at for at, name in enumerate(names)}
    ((line, wrong),) = lines([list(names), row], 0, columns, kinds=BOTH)
    assert faults_of(line, wrong, read_email) == [Fault(2, what, value) for what, value in expected]


def test_a_name_in_two_columns_and_what_a_list_says_of_rooms_where_there_is_one() -> None:
    rows = [["Nom", "Prénom", "Participation"], ["Lee", "Ann", "anything"]]
    ((line, wrong),) = lines(rows, *guess(rows), kinds=ROOM)
    assert (line.name, line.attends, wrong) == ("Ann Lee", "", [])


def test_a_line_comes_back_from_its_cells() -> None:
    line = Line(7, "Ann", "a@example.org", "PZ", "fr", "online", "Bob", "b@example.org")
    assert Line.of(line.cells()) == line


@pytest.mark.parametrize(("at", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA")])
def test_columns_are_named_as_in_a_spreadsheet(at: int, name: str) -> None:
    assert column_name(at) == name


NAMES = [["Name", "E-mail"], ["Zoë Müller; Dr.", "zoe@example.org"], [], ["Łukasz", ""]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_in_every_shape(delimiter: str, encoding: str, end: str) -> None:
    text = end.join([delimiter.join(f'"{cell}"' for cell in row) for row in NAMES]) + end
    assert read(text.encode(encoding)) == NAMES


def test_csv_of_windows() -> None:
    assert read("Name;E-mail\nZoë Müller;zoe@example.org\n".encode("cp1252")) == [
        ["Name", "E-mail"],
        ["Zoë Müller", "zoe@example.org"],
    ]


def test_the_guard_of_our_own_exports_is_taken_off() -> None:
    assert read(b"Name\n'=cmd()\n'Ann\n") == [["Name"], ["=cmd()"], ["'Ann"]]


def book(rows: Sequence[Sequence[object]]) -> bytes:
    target = io.BytesIO()
    found = openpyxl.Workbook()
    for row in rows:
        found.active.append(row)
    found.save(target)
    return target.getvalue()


def test_a_workbook_of_another_writer() -> None:
    rows: list[list[object]] = [["Name", "E-mail", "No"], ["Zoë", "zoe@example.org", 12], [], ["Łukasz", None, 1.5]]
    assert read(book(rows)) == [
        ["Name", "E-mail", "No"],
        ["Zoë", "zoe@example.org", "12"],
        [],
        ["Łukasz", "", "1.5"],
    ]


def test_formatted_text_formulas_and_gaps_of_a_workbook() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet("First")
        made.add_worksheet("Second").write(0, 0, "not this one")
        bold = made.add_format({"bold": True})
        sheet.write_row(2, 1, ["Name", "Sum"])
        sheet.write_rich_string(3, 1, "Ann ", bold, "Lee")
        sheet.write_formula(3, 2, "=1+1", None, "2")
        sheet.write_string(4, 1, "=cmd|' /C calc'!A0")
        sheet.write_formula(4, 2, "=NOW()", None, "")
        sheet.write_boolean(5, 1, True)
    assert read(target.getvalue()) == [
        [],
        [],
        ["", "Name", "Sum"],
        ["", "Ann Lee", "2"],
        ["", "=cmd|' /C calc'!A0", "=NOW()"],
        ["", "TRUE"],
    ]


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return target.getvalue()


WORKBOOK = (
    b'<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    b'<sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
)
RELATIONS = b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'


def sheet(content: bytes) -> bytes:
    return zipped(
        xl__workbook_DOT_xml=WORKBOOK,
        xl___rels__workbook_DOT_xml_DOT_rels=RELATIONS,
        xl__worksheets__sheet1_DOT_xml=content,
    )


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    b'<worksheet><row r="1"><c t="inlineStr"><is><t>&a;</t></is></c></row></worksheet>'
)


def test_a_workbook_made_by_hand_is_read() -> None:
    assert read(sheet(b'<worksheet><row><c t="inlineStr"><is><t>Ann</t></is></c></row></worksheet>')) == [["Ann"]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Unreadable.EMPTY),
        (b" \n;;\n", Unreadable.EMPTY),
        (b"x" * (2 * 1024 * 1024 + 1), Unreadable.TOO_LARGE),
        (b"a\n" * 10_002, Unreadable.TOO_MANY_ROWS),
        (b";".join([b"a"] * 51), Unreadable.TOO_MANY_ROWS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, Unreadable.OLD_EXCEL),
        (b"PK\x03\x04 but no archive", Unreadable.BROKEN),
        (b"a\0b", Unreadable.BROKEN),
        (b'"' + b"x" * 200_000, Unreadable.BROKEN),
        (b"\x81\x8d", Unreadable.BROKEN),
        (b"\xff\xfea", Unreadable.BROKEN),
        (zipped(hello=b"there"), Unreadable.BROKEN),
        (sheet(b"<worksheet>"), Unreadable.BROKEN),
        (sheet(b""), Unreadable.BROKEN),
        (sheet(BOMB), Unreadable.BROKEN),
        (sheet(b" " * 70_000 + BOMB), Unreadable.BROKEN),
        (sheet(BOMB.decode().encode("utf-16")), Unreadable.BROKEN),
        (sheet(b'<worksheet><row><c t="s"><v>7</v></c></row></worksheet>'), Unreadable.BROKEN),
        (sheet(b'<worksheet><row r="-1"><c><v>7</v></c></row></worksheet>'), Unreadable.BROKEN),
        (sheet(b'<worksheet><row r="1048576"><c><v>7</v></c></row></worksheet>'), Unreadable.TOO_MANY_ROWS),
        (sheet(b'<worksheet><row><c r="XFD1"><v>7</v></c></row></worksheet>'), Unreadable.TOO_MANY_ROWS),
        (sheet(b"<worksheet>" + b"<row/>" * 600_001 + b"</worksheet>"), Unreadable.TOO_MANY_ROWS),
        (sheet(b"<worksheet>" + b" " * xlsx.MOST_UNPACKED + b"</worksheet>"), Unreadable.TOO_MANY_ROWS),
        (sheet(b"<worksheet/>"), Unreadable.EMPTY),
    ],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, expected: Unreadable) -> None:
    assert read(content) is expected


def test_a_damaged_workbook_is_refused() -> None:
    good = book([["Name"], *[[f"Person {number}"] for number in range(500)]])
    for at in range(0, len(good), 97):
        damaged = good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :]
        found = read(damaged)
        assert isinstance(found, list | Unreadable)
    assert read(good[: len(good) // 2]) is Unreadable.BROKEN
