"""`agenda parse`: a text in, JSON out, and one clear line when it cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

AGENDA = "9.00 – 9.30 Registration\n9.30 Opening\nAnna Berg, Mayor\n10.15 Closing\n"


def run(app: Flask, *args: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = app.test_cli_runner().invoke(args=["agenda", "parse", *args], input=stdin)
    return result.exit_code, result.stdout, result.stderr


def parsed(app: Flask, text: str, *args: str) -> list[dict[str, Any]]:
    code, out, err = run(app, "-", *args, stdin=text.encode())
    assert (code, err) == (0, "")
    return list(json.loads(out))


def test_parse_prints_the_sessions_of_a_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "agenda.txt"
    file.write_text(AGENDA, encoding="utf-8")
    code, out, err = run(app, str(file), "--date", "2027-10-14")
    assert (code, err) == (0, "")
    assert json.loads(out) == [
        {
            "starts_at": "2027-10-14T09:00",
            "ends_at": "2027-10-14T09:30",
            "title": "Registration",
            "kind": "arrival",
        },
        {
            "starts_at": "2027-10-14T09:30",
            "ends_at": "2027-10-14T10:15",
            "title": "Opening",
            "kind": "plenary",
            "notes": "Anna Berg, Mayor",
            "unsure": ["end_guessed"],
        },
        {
            "starts_at": "2027-10-14T10:15",
            "ends_at": "2027-10-14T10:45",
            "title": "Closing",
            "kind": "plenary",
            "unsure": ["last_length_guessed"],
        },
    ]


def test_parse_reads_standard_input_of_any_encoding_that_editors_save(app: Flask) -> None:
    for content in (
        AGENDA.encode(),
        AGENDA.encode("utf-8-sig"),
        AGENDA.encode("utf-16"),
        AGENDA.replace("\n", "\r\n").encode(),
    ):
        code, out, _ = run(app, "-", "--date", "2027-10-14", stdin=content)
        assert code == 0
        assert [row["title"] for row in json.loads(out)] == ["Registration", "Opening", "Closing"]


def test_parse_prints_an_empty_list_when_there_is_nothing_to_read(app: Flask) -> None:
    assert parsed(app, "", "--date", "2027-10-14") == []
    assert parsed(app, "No times at all", "--date", "2027-10-14") == []


def test_parse_is_unsure_of_times_that_the_clocks_skip_or_show_twice(app: Flask) -> None:
    night = "2:30–4:00 Night walk\n4:00–5:00 Breakfast\n18:00–19:00 Dinner"
    spring = parsed(app, night, "--date", "2027-03-28", "--timezone", "Europe/Brussels")
    autumn = parsed(app, night, "--date", "2027-10-31")
    assert [row.get("unsure", []) for row in spring] == [["time_skipped"], [], []]
    assert [row.get("unsure", []) for row in autumn] == [["time_twice"], [], []]
    assert [row.get("unsure", []) for row in parsed(app, night, "--date", "2027-03-28", "--timezone", "UTC")] == [
        []
    ] * 3


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("missing.txt", "--date", "2027-10-14"), "missing.txt: does not exist"),
        ((".", "--date", "2027-10-14"), ".: cannot be read: Is a directory"),
        (("-", "--date", "2027-02-30"), "'2027-02-30' is not a date; write it as 2027-10-14"),
        (("-", "--date", "20271014"), "'20271014' is not a date; write it as 2027-10-14"),
        (("-", "--date", "tomorrow"), "'tomorrow' is not a date; write it as 2027-10-14"),
        (
            ("-", "--date", "2027-10-14", "--timezone", "Brussels"),
            "'Brussels' is not a time zone; use an IANA name such as Europe/Brussels",
        ),
    ],
)
def test_parse_refuses_with_one_line(app: Flask, args: tuple[str, ...], told: str) -> None:
    assert run(app, *args) == (2, "", f"Error: {told}\n")


def test_parse_refuses_what_is_no_text(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "agenda.pdf"
    file.write_bytes(b"%PDF\xe2\xe3\xcf\xd3")
    assert run(app, str(file), "--date", "2027-10-14") == (2, "", f"Error: {file}: is not UTF-8 text\n")
    file.write_bytes(b"9.00 Welcome\n" * 100_000)
    assert run(app, str(file), "--date", "2027-10-14") == (
        2,
        "",
        f"Error: {file}: is larger than 1,000,000 bytes\n",
    )
