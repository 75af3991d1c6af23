"""Event files: in, out, in again; and everything that can be wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.agenda.queries import published_sessions
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.queries import find_by_slug
from eventsapp.events.service import call_off_event
from eventsapp.exchange.lines import line_of, lines_of
from eventsapp.exchange.queries import export
from eventsapp.mail.models import Letter
from eventsapp.series.models import Series
from eventsapp.series.queries import find_current_notice, find_series
from tests.builders import get_event, make_event, register

MINIMAL = """\
[event]
slug = "visit"
title = "Visit"
timezone = "Europe/Brussels"
starts_at = 2027-06-12T09:00:00
ends_at = 2027-06-12T12:00:00
"""

FULL = '''\
[event]
slug = "exchange-days"
language = "en"
title = {en = "Exchange \\"Days\\"", fr = "Journées d’échange"}
kind = "study visit"
series = "cop"
summary = "Two days \\\\ three cities."
description = """
# Programme

Bring a \\"\\"\\"badge\\"\\"\\" and a "friend\\""""
timezone = "Asia/Tokyo"
starts_at = 2027-06-12T09:00:00
ends_at = 2027-06-13T12:00:00
mode = "hybrid"
capacity = 80
online_capacity = 200
waitlist = false
approval = true
confidential = true
recorded = true
visibility = "unlisted"
registration_opens_at = 2027-01-01T09:00:00
registration_closes_at = 2027-06-11T18:00:00
promotion_ends_at = 2027-06-11T12:00:00
promotion = "offer"
party_max = 3
ranks_groups = true
status = "published"
online_url = "https://meet.example.org/x"

[series]
title = {en = "Policing", fr = "Police"}
summary = "What we do."
accent = "plum"
contact_email = "team@example.org"
funder_statement = "Paid by all."
grant_number = "G-1"
evidence_until = 2032-12-31
evidence_reason = "Audit by the funder"

[series.privacy_notice]
controller = "The team"
contact = "privacy@example.org"
lawful_basis = "Consent."
recipients = "Nobody else."
retention = """
Six months.
Then nothing."""

[venue]
name = "Manos Premier"
address = "Chaussée de Charleroi 100, 1060 Brussels"
directions = "Tram 8."
access_notes = "Step-free."

[[session]]
key = "walk"
starts_at = 2027-06-12T09:00:00
ends_at = 2027-06-12T10:30:00
title = {en = "Walk", fr = "Marche"}
kind = "visit"
room = "Lobby"
speakers = ["One, Two", "Three"]
capacity = 20
online_capacity = 30

[[session]]
key = "talk"
starts_at = 2027-06-13T09:00:00
ends_at = 2027-06-13T10:30:00
title = "Talk"
'''


def run(app: Flask, *arguments: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["event", *arguments])
    return result.exit_code, result.stdout, result.stderr


def put(folder: Path, text: str, name: str = "event.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def events() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Event.id))) or 0


def test_a_canonical_file_comes_out_as_it_went_in(app: Flask, tmp_path: Path) -> None:
    assert run(app, "import", put(tmp_path, FULL)) == (0, "created exchange-days\n", "")
    assert run(app, "export", "exchange-days") == (0, FULL, "")
    assert run(app, "import", put(tmp_path, FULL)) == (0, "unchanged exchange-days\n", "")
    assert run(app, "export", "exchange-days") == (0, FULL, "")


def test_a_minimal_file_gets_the_defaults(app: Flask, tmp_path: Path) -> None:
    assert run(app, "import", put(tmp_path, MINIMAL)) == (0, "created visit\n", "")
    event = find_by_slug("visit")
    assert event is not None
    assert (event.status, event.mode, event.capacity, event.waitlist) == ("draft", "in_person", None, True)
    assert (event.series.slug, event.series.title) == ("events", {"en": "Events"})
    text = export("visit")
    assert text is not None
    assert run(app, "import", put(tmp_path, text)) == (0, "unchanged visit\n", "")
    assert export("visit") == text


def test_a_file_with_mark_and_windows_line_ends_is_read(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "event.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert run(app, "import", str(path)) == (0, "created visit\n", "")


def test_changes_go_through_the_verbs_with_their_letters(app: Flask, tmp_path: Path) -> None:
    published = (
        MINIMAL
        + 'status = "published"\ncapacity = 1\n[[session]]\ntitle = "A"\nstarts_at = 09:00:00\nends_at = 10:00:00\n'
    )
    run(app, "import", put(tmp_path, published))
    event = find_by_slug("visit")
    assert event is not None
    first, second = register(event), register(event)
    assert (first.state, second.state) == ("confirmed", "waitlisted")
    changed = (
        published.replace("2027-06-12", "2027-06-14")
        .replace("capacity = 1", "capacity = 2")
        .replace('title = "A"', 'title = "B"')
    )
    assert run(app, "import", put(tmp_path, changed)) == (
        0,
        "changed visit: starts_at, ends_at, capacity, agenda\n",
        "",
    )
    event = get_event(event.id)
    assert (event.calendar_sequence, event.room_confirmed, event.room_waiting) == (1, 2, 0)
    kinds = db.session.scalars(select(Letter.kind).order_by(Letter.id)).all()
    assert sorted(kinds[2:]) == ["moved", "moved", "moved_up"]
    assert [row.key for row in published_sessions(event.id)] == ["b"]


def test_a_status_is_followed_forwards(app: Flask, tmp_path: Path) -> None:
    run(app, "import", put(tmp_path, MINIMAL))
    for status in ("published", "cancelled"):
        text = MINIMAL + f'status = "{status}"\n'
        assert run(app, "import", put(tmp_path, text)) == (0, "changed visit: status\n", "")
        assert run(app, "import", put(tmp_path, text)) == (0, "unchanged visit\n", "")
    assert run(app, "import", put(tmp_path, MINIMAL)) == (0, "unchanged visit\n", "")


def test_a_cancelled_event_moves_house(app: Flask, tmp_path: Path) -> None:
    text = MINIMAL + 'status = "cancelled"\n'
    assert run(app, "import", put(tmp_path, text)) == (0, "created visit\n", "")
    event = find_by_slug("visit")
    assert event is not None
    assert event.status == "cancelled"


def test_there_is_no_way_back(app: Flask, tmp_path: Path) -> None:
    event = make_event("visit")
    draft = put(tmp_path, MINIMAL + 'series = "cop"\nstatus = "draft"\n')
    assert run(app, "import", draft) == (2, "", f"{draft}:8: status: is published and cannot be a draft again\n")
    call_off_event(event.id, by=None)
    again = put(tmp_path, MINIMAL + 'series = "cop"\nstatus = "published"\n')
    assert run(app, "import", again) == (2, "", f"{again}:8: status: was called off and takes no change\n")


def test_an_event_stays_in_its_series(app: Flask, tmp_path: Path) -> None:
    make_event("visit")
    other = put(tmp_path, MINIMAL + 'series = "other"\n')
    assert run(app, "import", other) == (
        2,
        "",
        f"{other}:7: series: this event belongs to the series 'cop' and stays there\n",
    )
    assert find_series("other") is None


def test_a_series_takes_what_a_file_gives_and_keeps_the_rest(app: Flask, tmp_path: Path) -> None:
    run(app, "import", put(tmp_path, FULL))
    french = MINIMAL + 'language = "fr"\nseries = "cop"\n[series]\nsummary = "Ce que nous faisons."\n'
    assert run(app, "import", put(tmp_path, french)) == (0, "created visit\n", "")
    series = find_series("cop")
    assert series is not None
    assert series.summary == {"en": "What we do.", "fr": "Ce que nous faisons."}
    assert (series.accent, series.language) == ("plum", "en")


def test_a_new_notice_is_a_new_version(app: Flask, tmp_path: Path) -> None:
    run(app, "import", put(tmp_path, FULL))
    changed = FULL.replace("Nobody else.", "The funder.")
    assert run(app, "import", put(tmp_path, changed)) == (0, "changed exchange-days: privacy_notice\n", "")
    series = find_series("cop")
    assert series is not None
    notice = find_current_notice(series.id)
    assert notice is not None
    assert (notice.version, notice.recipients) == (2, {"en": "The funder."})
    assert run(app, "export", "exchange-days")[1] == changed


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('slug = "visit"\n', "", "1: slug: is missing"),
        ('slug = "visit"', 'slug = "Visit 1"', "2: slug: has at most"),
        ('title = "Visit"', 'title = ""', "3: title: is missing in the language “en”"),
        ('title = "Visit"', "title = 3", "3: title: must be a text, or texts by language"),
        ('title = "Visit"', 'titel = "Visit"', "3: titel: is not a key of an event file"),
        ("Europe/Brussels", "Europe/Atlantis", "4: timezone: is no time zone"),
        ("2027-06-12T09:00:00", "2027-03-28T02:30:00", "5: starts_at: 2027-03-28 02:30 does not exist"),
        ("2027-06-12T09:00:00", "2027-06-12T09:00:00Z", "5: starts_at: is a local time and has no offset"),
        ("2027-06-12T09:00:00", "2027-06-12", "5: starts_at: must be a local date and time"),
        ("2027-06-12T09:00:00", "09:00:00", "5: starts_at: must be a local date and time"),
        ("2027-06-12T12:00:00", "2027-06-12T09:00:00", "6: ends_at: is not after the start"),
        ("[event]\n", "[event]\nwaitlist = 1\n", "2: waitlist: must be true or false"),
        ("[event]\n", '[event]\ncapacity = "80"\n', "2: capacity: must be a whole number"),
        ("[event]\n", "[event]\ncapacity = true\n", "2: capacity: must be a whole number"),
        ("[event]\n", "[event]\ncapacity = 0\n", "2: capacity: must be a whole number from 1"),
        ("[event]\n", '[event]\nmode = "online"\ncapacity = 80\n', "3: capacity: is about the room"),
        ("[event]\n", "[event]\nonline_capacity = 80\n", "2: online_capacity: is about taking part online"),
        ("[event]\n", '[event]\nstatus = "open"\n', "2: status: must be one of: draft, published, cancelled"),
        ("[event]\n", '[event]\nseries = "A B"\n', "2: series: has at most"),
        ("[event]\n", "[event]\nslug =\n", "2: TOML: Invalid value"),
        ("[event]\n", "[events]\n", "1: event: is missing"),
        ("[event]\n", "[place]\n[event]\n", "1: place: is not a key of an event file"),
        ("[event]\n", "venue = 3\n[event]\n", "1: venue: must be a table"),
        ("[event]\n", '[venue]\naddress = "x"\n[event]\n', "1: venue.name: is missing"),
        ("[event]\n", '[venue]\nname = "x"\ndirections = ["x"]\n[event]\n', "3: venue.directions: must be a text"),
        ("[event]\n", '[series]\naccent = "neon"\n[event]\n', "2: series.accent: must be one of"),
        ("[event]\n", "[series]\nevidence_until = 2030-01-01T09:00:00\n[event]\n", "2: series.evidence_until: must be"),
        ("[event]\n", '[series]\nslug = "a"\n[event]\nseries = "b"\n', "2: series.slug: differs from"),
        (
            "[event]\n",
            '[series.privacy_notice]\ncontroller = "We"\ncontact = "us"\nrecipients = "x"\n[event]\n',
            "1: series.privacy_notice.lawful_basis: is missing",
        ),
        ("[event]\n", "session = 3\n[event]\n", "1: session: each is written as a table of its own"),
    ],
)
def test_a_bad_file_names_line_and_field(app: Flask, tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = put(tmp_path, MINIMAL.replace(old, new))
    status, out, err = run(app, "import", path)
    assert (status, out) == (2, "")
    assert f"{path}:{fault}" in err
    assert events() == 0
    assert db.session.scalar(select(func.count(Series.id))) == 0


@pytest.mark.parametrize(
    ("session", "fault"),
    [
        ("starts_at = 09:00:00\nends_at = 10:00:00", "12: session.title: is missing"),
        ('title = "B"\nends_at = 10:00:00', "12: session.starts_at: is missing"),
        ('title = "B"\nstarts_at = 10:00:00\nends_at = 09:00:00', "15: session.ends_at: is before the start"),
        ('title = "B"\nstarts_at = "10:00"\nends_at = 09:00:00', "14: session.starts_at: must be"),
        ('title = "B"\nstarts_at = 10:00:00\nends_at = 10:00:01', "15: session.ends_at: has seconds"),
        ('key = "a"\ntitle = "B"\nstarts_at = 10:00:00\nends_at = 11:00:00', "13: session.key: “a” is there twice"),
        (
            'key = "grid"\ntitle = "B"\nstarts_at = 10:00:00\nends_at = 11:00:00',
            "13: session.key: “grid” is the address of a page; choose another, such as “grid-2”",
        ),
        ('title = "B"\nstarts_at = 10:00:00\nends_at = 11:00:00\nspeaker = "x"', "16: session.speaker: is not a key"),
        ('title = "B"\nstarts_at = 10:00:00\nends_at = 11:00:00\nspeakers = "x"', "16: session.speakers: must be"),
        ('title = "B"\nstarts_at = 10:00:00\nends_at = 11:00:00\nkind = "nap"', "16: session.kind: must be one of"),
    ],
)
def test_a_bad_session_names_its_line(app: Flask, tmp_path: Path, session: str, fault: str) -> None:
    first = '[[session]]\nkey = "a"\ntitle = "A"\nstarts_at = 09:00:00\nends_at = 10:00:00\n'
    path = put(tmp_path, f"{MINIMAL}{first}[[session]]\n{session}\n")
    status, _, err = run(app, "import", path)
    assert status == 2
    assert f"{path}:{fault}" in err
    assert len(err.splitlines()) == 1
    assert events() == 0


def test_mere_times_need_an_event_of_one_day(app: Flask, tmp_path: Path) -> None:
    several = MINIMAL.replace("2027-06-12T12", "2027-06-13T12")
    path = put(tmp_path, several + '[[session]]\ntitle = "A"\nstarts_at = 09:00:00\nends_at = 2027-06-12T10:00:00\n')
    assert run(app, "import", path) == (
        2,
        "",
        f"{path}:9: session.starts_at: needs its date: the event has several days\n",
    )


def test_every_fault_has_a_line_and_the_other_files_wait(app: Flask, tmp_path: Path) -> None:
    good = put(tmp_path, MINIMAL, "good.toml")
    bad = put(tmp_path, MINIMAL.replace('"visit"', '"A"').replace('"Visit"', "3"), "bad.toml")
    status, out, err = run(app, "import", good, bad)
    assert (status, out, len(err.splitlines()), events()) == (2, "", 2, 0)


def test_files_that_cannot_be_read_get_one_clear_line(app: Flask, tmp_path: Path) -> None:
    large = put(tmp_path, MINIMAL + "#" * 1_000_000, "large.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(MINIMAL.replace("Visit", "Journée").encode("latin-1"))
    deep = put(tmp_path, "x = " + "[" * 5000, "deep.toml")
    endless = put(tmp_path, "x = " + "1" * 5000, "endless.toml")
    missing = str(tmp_path / "missing.toml")
    status, out, err = run(app, "import", missing, str(tmp_path), large, str(latin), deep, endless)
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        f"{missing}:1: file: does not exist",
        f"{tmp_path}:1: file: is not a file",
        f"{large}:1: file: is larger than 1,000,000 bytes",
        f"{latin}:3: file: is not UTF-8 text",
        f"{deep}:1: TOML: is nested too deeply",
        f"{endless}:1: TOML: has a number with thousands of digits",
    ]


def test_an_unknown_event_is_not_exported(app: Flask) -> None:
    assert run(app, "export", "nowhere") == (1, "", "Error: there is no event 'nowhere'\n")


def test_lines_are_found_through_all_that_toml_allows() -> None:
    source = '''\
# [event] in a comment
a = """
[event]
b = 1
"""
"quoted key" = '\\'
[ event . inner ] # comment
list = [ # [x]
  "]", {y = "="},
]
c.d = 'its = [x]'
[[session]]
x = 1
[session.deep]
y = 2
[[session]]
x = """a""""
z = 3
'''
    lines = lines_of(source)
    assert {
        path: line for path, line in lines.items() if path[-1] in ("a", "quoted key", "list", "d", "x", "y", "z")
    } == {
        ("a",): 2,
        ("quoted key",): 6,
        ("event", "inner", "list"): 8,
        ("event", "inner", "c", "d"): 11,
        ("session", 0, "x"): 13,
        ("session", 0, "deep", "y"): 15,
        ("session", 1, "x"): 17,
        ("session", 1, "z"): 18,
    }
    assert line_of(lines, ("session", 1, "missing")) == 16
    assert line_of(lines, ("event", "inner", "missing")) == 7
    assert line_of(lines, ("nothing",)) == 1
