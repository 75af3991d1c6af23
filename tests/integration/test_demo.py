"""The demo's event files against the newsletter they come from."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp import clock
from eventsapp.agenda.queries import published_sessions
from eventsapp.database import db, transaction
from eventsapp.demo.service import FILES, demo_file, next_time
from eventsapp.events.models import Event
from eventsapp.events.queries import find_public_event, list_past, list_upcoming
from eventsapp.series.queries import find_current_notice, find_series

NEWSLETTER = Path(__file__).parent.parent / "data" / "newsletter-october-2021.txt"
ITEM = re.compile(r"(\d\d?)[.:](\d\d)-(\d\d?)[.:](\d\d): ")


def printed_agenda() -> list[tuple[str, str, str]]:
    """Start, end and title of each item as the newsletter prints them, broken titles joined."""
    text = NEWSLETTER.read_text(encoding="utf-8")
    agenda = text[text.index("09.00-9.30") : text.index("What's Next?")]
    parts = ITEM.split(agenda)[1:]
    items = [parts[start : start + 5] for start in range(0, len(parts), 5)]
    return [(f"{int(h):02}:{m}", f"{int(h2):02}:{m2}", " ".join(title.split())) for h, m, h2, m2, title in items]


def demo(app: Flask) -> list[str]:
    result = app.test_cli_runner().invoke(args=["demo"])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def test_the_reflection_day_is_the_newsletters(app: Flask) -> None:
    assert demo(app) == [f"created {slug}" for slug in FILES]
    event = find_public_event("reflection-day")
    assert event is not None
    shown = [
        (f"{row.starts_wall:%H:%M}", f"{row.ends_wall:%H:%M}", row.title["en"]) for row in published_sessions(event.id)
    ]
    assert shown == printed_agenda()
    assert len(shown) == 11
    assert (event.starts_wall.month, event.starts_wall.day, event.timezone) == (10, 14, "Europe/Brussels")
    assert event.starts_at > clock.now()
    assert (event.capacity, event.waitlist, event.opens_at, event.status) == (80, True, None, "published")
    assert event.venue is not None
    assert (event.venue.name, event.venue.address) == ("Manos Premier", "Chaussée de Charleroi 100, 1060 Brussels")


def test_the_visits_are_over_and_all_are_one_series(app: Flask) -> None:
    demo(app)
    now = clock.now()
    assert [event.slug for event in list_upcoming(now)] == ["reflection-day"]
    assert [(event.slug, event.mode) for event in list_past(now)] == [
        ("study-visit-rotterdam", "in_person"),
        ("study-visit-lisbon-municipal-police", "online"),
        ("study-visit-phoenix-leadership-programme", "online"),
        ("study-visit-complaint-mechanisms", "online"),
    ]
    assert {event.series.slug for event in (*list_past(now), *list_upcoming(now))} == {"cop"}
    series = find_series("cop")
    assert series is not None
    line = series.funder_statement["en"]
    printed = " ".join(NEWSLETTER.read_text(encoding="utf-8").split())
    assert (series.title["en"], line in printed) == ("Community Policing without Borders", True)
    assert find_current_notice(series.id) is not None
    rotterdam = find_public_event("study-visit-rotterdam")
    assert rotterdam is not None
    points = [row.title["en"] for row in published_sessions(rotterdam.id)]
    assert len(points) == 3
    assert [
        words
        for words in ("'Politie voor Iedereen'", "complaint handling of the Dutch police", "Second Wave Gouda")
        if words not in " ".join(points)
    ] == []


def test_what_is_there_is_left_untouched(app: Flask) -> None:
    demo(app)
    before = 0
    with transaction() as session:
        event = session.scalars(select(Event).where(Event.slug == "reflection-day")).one()
        event.title = {"en": "Ours now"}
        before = event.version
        session.delete(session.scalars(select(Event).where(Event.slug == "study-visit-rotterdam")).one())
    lines = demo(app)
    assert lines[0] == "untouched reflection-day: it is there already"
    assert lines[4] == "created study-visit-rotterdam"
    event = db.session.scalars(select(Event).where(Event.slug == "reflection-day")).one()
    assert (event.title, event.version) == ({"en": "Ours now"}, before)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 11, 22), date(2027, 10, 14)),
        (date(2027, 10, 13), date(2027, 10, 14)),
        (date(2027, 10, 14), date(2028, 10, 14)),
        (date(2031, 12, 31), date(2032, 10, 14)),
    ],
)
def test_the_day_is_the_next_14_october_to_come(today: date, day: date) -> None:
    moved = next_time(demo_file("reflection-day"), today)
    assert {moved.event.starts_at.date(), moved.event.ends_at.date()} == {day}
    assert {wall.date() for session in moved.sessions for wall in (session.starts_at, session.ends_at)} == {day}


@pytest.mark.parametrize("slug", FILES)
def test_dates_that_the_newsletter_does_not_give_are_said_to_be_illustrative(slug: str) -> None:
    file = demo_file(slug)
    assert file.event.slug == slug
    if slug != "reflection-day":
        path = Path(__file__).parent.parent.parent / "eventsapp" / "demo" / f"{slug}.toml"
        assert "illustrative" in path.read_text(encoding="utf-8").split("[event]")[0]
        assert file.event.ends_at < datetime(2021, 10, 1)
