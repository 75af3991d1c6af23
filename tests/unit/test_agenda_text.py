"""Agendas as people paste them: every case in tests/agendas beside what is expected of it, and what holds for any text.

A case is `<language>-<shape>.txt`, and `<language>-<shape>.json` beside it: the date given, and each session.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsapp.agenda import rules, text
from eventsapp.agenda.text import ParsedAgenda, ParsedSession, Unsure, parse

CASES = sorted((Path(__file__).resolve().parents[1] / "agendas").glob("*.txt"))
DAY = date(2027, 10, 14)


def _row(session: ParsedSession) -> dict[str, Any]:
    """A session as the cases write it: what is empty is left out."""
    same = session.starts_at.date() == session.ends_at.date()
    row = {
        "at": f"{session.starts_at:%Y-%m-%d %H:%M} to "
        + session.ends_at.strftime("%H:%M" if same else "%Y-%m-%d %H:%M"),
        "title": session.title,
        "kind": session.kind,
        "room": session.room,
        "speakers": list(session.speakers),
        "notes": session.notes,
        "unsure": [reason.value for reason in session.unsure],
    }
    return {name: value for name, value in row.items() if value}


def _words(line: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", line)}


def _short(agenda: ParsedAgenda) -> list[str]:
    return [f"{each.starts_at:%H:%M}-{each.ends_at:%H:%M} {each.title}" for each in agenda.sessions]


def test_the_cases_are_many_and_in_four_languages() -> None:
    languages = dict.fromkeys(("en", "fr", "nl", "de"), 0)
    for path in CASES:
        languages[json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["language"]] += 1
    assert sum(languages.values()) >= 45
    assert min(languages.values()) >= 10


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
def test_each_case_gives_its_sessions(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    agenda = parse(path.read_bytes().decode(), date.fromisoformat(expected["date"]))
    assert [_row(session) for session in agenda.sessions] == expected["sessions"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
def test_each_case_is_the_same_however_its_lines_end(path: Path) -> None:
    pasted = path.read_bytes().decode()
    one, other = parse(pasted, DAY), parse("\ufeff" + pasted.replace("\n", "\r\n").replace(" - ", "\u00a0-\u202f"), DAY)
    assert one.sessions == other.sessions


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
def test_each_case_loses_no_word(path: Path) -> None:
    pasted = re.sub(r"<[^>]*>|&\w+;", " ", path.read_bytes().decode())
    assert _lost(pasted, parse(pasted, DAY)) <= _TIME_WORDS


_TIME_WORDS = _words(
    "am pm noon midi minuit midnight uhr uur hrs cet est to from at until bis von van tot vanaf ab gegen um dès de à"
    " partir open late onwards time start end title speaker speakers room by and min ca thu fri oct october day"
    " thursday friday zaterdag zondag oktober"
)
"""What may stand for a time, a day or a label, and is then no text."""


def _lost(pasted: str, agenda: ParsedAgenda) -> set[str]:
    """Words of the paste that no session and no unread line has."""
    kept = [line.text for line in agenda.unread]
    for session in agenda.sessions:
        kept += [session.title, session.room, session.notes, *session.speakers]
    return _words(pasted) - _words(" ".join(kept) + " " + "".join(kept))


def test_the_newsletters_agenda_gives_its_eleven_sessions() -> None:
    for name in ("en-newsletter", "en-newsletter-whole"):
        pasted = next(path for path in CASES if path.stem == name).read_text(encoding="utf-8")
        assert _short(parse(pasted, DAY)) == [
            "09:00-09:30 Walk-in participants",
            "09:30-10:00 Official welcome & introduction of the CoP Project",
            "10:00-11:00 Presentation: inspiring practices Diversity within the police & Complaint Mechanisms",
            "11:00-11:30 Coffee Break",
            "11:30-12:00 Presentation: inspiring practices Community Policing Initiatives",
            "12:00-12:30 Presentation police partners",
            "12:30-14:00 Lunch Break",
            "14:00-15:30 Working groups: thematic discussions",
            "15:30-16:00 Coffee Break",
            "16:00-16:45 Plenary session: presenting discussions' conclusions",
            "16:45-17:00 Official closing ceremony",
        ]


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("9.30 Opening", "09:30", None),
        ("09:30 Opening", "09:30", None),
        ("9h30 Opening", "09:30", None),
        ("9h Opening", "09:00", None),
        ("9 h 30 Opening", "09:30", None),
        ("18 h Opening", "18:00", None),
        ("10.00 u. Opening", "10:00", None),
        ("08.45 uur Opening", "08:45", None),
        ("9u30 Opening", "09:30", None),
        ("09:00 Uhr Opening", "09:00", None),
        ("ab 9 Uhr Opening", "09:00", None),
        ("vanaf 9.00 Opening", "09:00", None),
        ("dès 8h30 Opening", "08:30", None),
        ("2:30 PM Opening", "14:30", None),
        ("12 noon Opening", "12:00", None),
        ("12:15 a.m. Opening", "00:15", None),
        ("2 uur 's middags Opening", "14:00", None),
        ("13-15 Opening", "13:00", "15:00"),
        ("9.00 - 9.15 u: Opening", "09:00", "09:15"),
        ("9u30-10u Opening", "09:30", "10:00"),
        ("13 h 30 – 14 h Opening", "13:30", "14:00"),
        ("10:00-10:30 Uhr Opening", "10:00", "10:30"),
        ("von 9 bis 10 Uhr Opening", "09:00", "10:00"),
        ("de 9h à 10h30 : Opening", "09:00", "10:30"),
        ("van 9.00 tot 10.00 uur: Opening", "09:00", "10:00"),
        ("from 9 to 10.30 am Opening", "09:00", "10:30"),
        ("between 9 and 10 am: Opening", "09:00", "10:00"),
        ("12.30-13.30 // Opening", "12:30", "13:30"),
        ("09h00 > 09h30 Opening", "09:00", "09:30"),
        ("9:00am–9:30am Opening", "09:00", "09:30"),
        ("9:00am — 9:30am Opening", "09:00", "09:30"),
        ("11-1 pm Opening", "11:00", "13:00"),
        ("11:30–1:00 Opening", "11:30", "13:00"),
        ("2-3:30 pm Opening", "14:00", "15:30"),
        ("10 am – 12 noon Opening", "10:00", "12:00"),
        ("0900-0930 Opening", "09:00", "09:30"),
        ("(09:00 - 09:30) Opening", "09:00", "09:30"),
        ("**09:00 – 09:30** Opening", "09:00", "09:30"),
        ("- [ ] 09:00 – 09:30: Opening", "09:00", "09:30"),
        ("１０：００–１１：００　Opening", "10:00", "11:00"),
        ("\u200b10:00\u00a0–\u00a011:00\u00a0Opening", "10:00", "11:00"),
        ("10:00–10:30 (CET) Opening", "10:00", "10:30"),
        ("22:00 – 01:00 Opening", "22:00", "01:00"),
        ("9:00 (45 min) Opening", "09:00", "09:45"),
        ("9:00-10:00 Uhr: Opening", "09:00", "10:00"),
        ("Opening (9:00 – 10:00)", "09:00", "10:00"),
    ],
)
def test_a_time_is_read_however_it_is_written(written: str, start: str, end: str | None) -> None:
    (session,) = parse(written, DAY).sessions
    assert (f"{session.starts_at:%H:%M}", session.title) == (start, "Opening")
    if end is None:
        assert session.ends_at - session.starts_at == timedelta(minutes=60)
        assert Unsure.LAST_LENGTH_GUESSED in session.unsure
    else:
        assert f"{session.ends_at:%H:%M}" == end


@pytest.mark.parametrize(
    "line",
    [
        "24/7 support for victims",
        "2020 to 2030: a decade in review",
        "2030 Agenda for Sustainable Development",
        "4 à 6 ateliers en parallèle",
        "Quatre temps de 45 minutes",
        "3 keynote speeches",
        "10 years of community policing",
        "10 Years of community policing",
        "10-12 participants per group",
        "2-3 minutes each",
        "12 rue de la Loi",
        "14 to 18 year olds",
        "5.5 million citizens",
        "1. Improve the policy",
        "(2014-2020)",
        "12 h de formation en 2 jours",
        "10,50 € per person",
        "Tel. 02 123 45 67",
        "100 % satisfaction",
    ],
)
def test_a_number_in_a_text_is_no_time(line: str) -> None:
    agenda = parse(f"09:00 Welcome\n{line}\n11:00 Debate", DAY)
    assert [f"{session.starts_at:%H:%M}" for session in agenda.sessions] == ["09:00", "11:00"]
    assert parse(line, DAY).sessions == ()


@pytest.mark.parametrize(
    ("heading", "first", "day"),
    [
        ("Thursday May 19th", date(2022, 5, 19), date(2022, 5, 19)),
        ("Dimanche 15 mai", date(2022, 5, 15), date(2022, 5, 15)),
        ("Day 2", DAY, date(2027, 10, 15)),
        ("14/10/2027", DAY, DAY),
        ("10/14/2027", DAY, DAY),
        ("Day 1 – 14 October 2027", DAY, DAY),
        ("Donnerstag, 14. Oktober 2027", DAY, DAY),
        ("Freitag, den 15. Oktober", DAY, date(2027, 10, 15)),
        ("donderdag 14 oktober", DAY, DAY),
        ("vr 15/10", DAY, date(2027, 10, 15)),
        ("Deuxième journée", DAY, date(2027, 10, 15)),
        ("Agenda 15 oct 2027", DAY, date(2027, 10, 15)),
        ("Programme du vendredi 15 octobre 2027", DAY, date(2027, 10, 15)),
        ("2027-10-15", DAY, date(2027, 10, 15)),
        ("Friday", DAY, DAY),
        ("14 oct 2021", DAY, DAY),
        ("14–15 October 2027", DAY, DAY),
        ("Friday 1 January", date(2027, 12, 31), date(2028, 1, 1)),
    ],
)
def test_a_heading_begins_a_day(heading: str, first: date, day: date) -> None:
    (session,) = parse(f"{heading}\n09:00–10:00 Opening", first).sessions
    assert session.starts_at == datetime(day.year, day.month, day.day, 9)


def test_last_years_days_are_moved_to_the_date_given_and_said_to_be() -> None:
    agenda = parse("14 October 2021\n9:00-10:00 A\n16 October 2021\n9:00-10:00 B", DAY)
    assert [session.starts_at.date() for session in agenda.sessions] == [DAY, date(2027, 10, 16)]
    assert all(Unsure.DAY_GUESSED in session.unsure for session in agenda.sessions)


def test_a_start_alone_ends_when_the_next_begins_and_the_last_is_asked_about() -> None:
    agenda = parse("9.00 Opening\n14.00 Atelier A\n14.00 Atelier B\n15.30 Closing", DAY)
    assert _short(agenda) == [
        "09:00-14:00 Opening",
        "14:00-15:30 Atelier A",
        "14:00-15:30 Atelier B",
        "15:30-16:00 Closing",
    ]
    assert [session.unsure[-1] for session in agenda.sessions] == [Unsure.END_GUESSED] * 3 + [
        Unsure.LAST_LENGTH_GUESSED
    ]


def test_an_end_before_the_start_is_not_used_and_said_so() -> None:
    first, _ = parse("14:00-13:30 Talk\n15:00-16:00 Visit", DAY).sessions
    assert (first.ends_at.hour, Unsure.END_BEFORE_START in first.unsure) == (15, True)


def test_a_time_without_a_title_is_kept_and_said_to_have_none() -> None:
    (session,) = parse("09:00 – 10:00", DAY).sessions
    assert (session.title, session.unsure) == ("", (Unsure.TITLE_MISSING,))


def test_a_title_too_long_is_cut_and_whole_in_the_notes() -> None:
    title = "Trust " * 80
    (session,) = parse(f"09:00-10:00 {title}", DAY).sessions
    assert len(session.title) <= rules.TITLE_LENGTH
    assert session.notes == title.strip()
    assert Unsure.TITLE_CUT in session.unsure


def test_lengths_are_those_that_an_agenda_takes() -> None:
    assert (text.LONGEST_TITLE, text.LONGEST_ROOM) == (rules.TITLE_LENGTH, rules.ROOM_LENGTH)


def test_lines_are_counted_as_in_the_paste() -> None:
    agenda = parse("Programme\r\n\r\n09:00 Opening\r\nby the mayor\r\n\r\n10:00\r\nTalk", DAY)
    assert [session.line for session in agenda.sessions] == [3, 6]
    assert [line.line for line in agenda.unread] == [1]


# What holds for any text.

_PIECES = st.sampled_from(
    [
        "09:00",
        "9.30",
        "9h30",
        "13-15",
        "15",
        "10:00 – 11:00",
        "2:30 PM",
        "12 noon",
        "9 Uhr",
        "10.00 u.",
        "0900-1000",
        "24/7",
        "2030",
        "Day 2",
        "Thursday 14 October",
        "14/10/2027",
        "14.10.",
        "Monday",
        "Quartz",
        "lumen",
        "Sable, ochre",
        "Workshop",
        "Time",
        "Title",
        "Speaker",
        "Room",
        "Room 2",
        "Speaker: Onyx",
        "(30 min)",
        "Morning",
        "#",
        "•",
        "-",
        "–",
        "*",
        "a)",
        "1.",
        " to ",
        " bis ",
        " à ",
        ",",
        ":",
        "(",
        '"',
        "«",
        "€",
        "\t",
        "\t\t",
        "|",
        " ",
        " ",
        " ",
        "    ",
        ";",
        "\n",
        "\n",
        "\n\n",
        "<td>",
        "</tr>",
        "<br>",
        "&amp;",
        "&nbsp;",
        "\xa0",
        "\u200b",
        "０９：００",
        "🕘",
        "\r\n",
        "\u2028",
        "\\|",
        "**",
    ]
)
_PASTES = st.lists(_PIECES, max_size=60).map("".join) | st.text(max_size=300)
_DATES = st.dates() | st.just(DAY)
_ANY = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@_ANY
@given(_PASTES, _DATES)
def test_any_text_is_read_without_a_fault(pasted: str, day: date) -> None:
    agenda = parse(pasted, day)
    lines = re.split("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", pasted)
    for session in agenda.sessions:
        assert session.starts_at <= session.ends_at
        assert session.kind in rules.KINDS
        assert len(session.title) <= rules.TITLE_LENGTH
        assert 1 <= session.line <= len(lines)
    for unread in agenda.unread:
        assert 1 <= unread.line <= len(lines)
        assert unread.text


@_ANY
@given(
    st.lists(st.sampled_from(["Quartz", "lumen", "Sable", "ochre", "Onyx", "Beryl", "umber"]), max_size=40), st.data()
)
def test_nothing_is_dropped(words: list[str], data: st.DataObject) -> None:
    between = st.sampled_from(
        [
            "\n",
            "\n",
            " ",
            " ",
            "\t",
            "\n09:00 ",
            "\n9h30 – 10h ",
            "\n13-15 ",
            " | ",
            ", ",
            "\n\n",
            "\n- ",
            " (",
            ") ",
            "\n15 ",
            ": ",
            "\nDay 2\n",
            "\nThursday 14 October 2027 ",
            "\nTime\tTitle\tSpeaker\tRoom\n",
            "\n10:00\t",
            "\n\t",
            " 11:00 ",
            "\n10:00-\n",
        ]
    )
    pasted = "".join(part for word in words for part in (word, data.draw(between)))
    assert _lost(pasted, parse(pasted, DAY)) <= _TIME_WORDS


@_ANY
@given(_PASTES)
def test_work_grows_with_the_text_and_no_faster(pasted: str) -> None:
    once, twice = pasted * 8, pasted * 16
    assert parse(twice, DAY).steps <= 2.5 * parse(once, DAY).steps + 200


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "12\n",
        "\n",
        "- | - \t",
        "9:00 ",
        "9:00\n",
        "9:00-10:00 x ",
        " ",
        ".",
        "(",
        "<td>",
        "<",
        "&",
        "\t",
        "day ",
        "Day 1\n",
        "Thursday, ",
        "a",
        "Ab ",
        "14 October ",
        "９",
        "🕘",
        "*",
        "_a",
        "\\",
        "|9:00|a|\n",
        "09:00 Welcome\nJane\n\n",
        "l'",
        "a-",
        "9",
    ],
)
def test_hostile_texts_cost_no_more_than_their_length(unit: str) -> None:
    steps = [parse(unit * (size // len(unit)), DAY).steps for size in (5_000, 10_000, 20_000)]
    assert steps[1] <= 2.2 * steps[0] + 50
    assert steps[2] <= 2.2 * steps[1] + 50
    assert steps[2] <= 20_000 * 6
