"""Event pages and agendas that are kept: drawn once, and never shown when anything on them has changed.

The app that keeps them is another one than the app that makes the changes, as two processes are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event as sqlalchemy_event

from eventsapp.agenda import speakers_queries, speakers_service
from eventsapp.agenda.models import Speaker
from eventsapp.agenda.rules import SessionDetails
from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.events import venue_changes
from eventsapp.events.models import Event
from eventsapp.pages import kept
from eventsapp.registration import inviting
from eventsapp.registration import service as registration
from eventsapp.series import queries as series_queries
from eventsapp.series import service as series
from eventsapp.series.models import Series
from eventsapp.venues import queries as venues
from tests.agendas import add_session, remove_session
from tests.browser import Browser
from tests.builders import END, START, event_details, get_event, make_event, make_user, register
from tests.importing import make_organisation
from tests.settings import config_for
from tests.speakers import make_speaker

PAGE, AGENDA = "/events/day", "/events/day/agenda.ics"
BEFORE = datetime(2027, 9, 14, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Browser]:
    """A browser of another process, which keeps what it draws as in production."""
    other = create_app(config_for(database_url, tmp_path / "other"))
    yield Browser(other)
    with other.app_context():
        db.engine.dispose()


@pytest.fixture
def event(app: Flask) -> Event:
    """With an agenda, a speaker, an organisation, and somebody who has a place."""
    event = make_event("day", capacity=2)
    organisation = make_organisation(event.series_id, "Police Zone North")
    make_speaker(event.series_id, "Ann Peeters", organisation_id=organisation)
    name_speaker(event)
    register(event, "first@example.org")
    return get_event(event.id)


def name_speaker(event: Event, title: str = "Opening") -> None:
    details = SessionDetails(starts_at=START, ends_at=END, title={"en": title}, key="open", speakers=("Ann Peeters",))
    add_session(event.id, details)


def rename_session(event: Event, title: str) -> None:
    remove_session(event.id, "open")
    name_speaker(event, title)


def look(reader: Browser) -> list[bytes]:
    """The page in two languages, and the agenda."""
    pages = [reader.get(PAGE, headers={"Accept-Language": language}).data for language in ("en", "fr")]
    return [*pages, reader.get(AGENDA).data]


def edit(**changes: Any) -> Callable[[Event], object]:
    return lambda event: events.edit_event(event.id, event_details(event, **changes), by=None, tell=False)


def edit_series(**changes: Any) -> Callable[[Event], object]:
    def act(event: Event) -> object:
        details = series_queries.details_of(db.session.get_one(Series, event.series_id))
        return series.edit_series(event.series_id, replace(details, **changes), by=None)

    return act


def edit_venue(**changes: Any) -> Callable[[Event], object]:
    def act(event: Event) -> object:
        venue = venues.find_of_series(event.series_id, event.venue_id or 0)
        assert venue is not None
        details = replace(venues.details_of(venue), **changes)
        return venue_changes.change_venue(venue.id, details, "en", by=make_user(), tell=False)

    return act


def edit_speaker(**changes: Any) -> Callable[[Event], object]:
    def act(event: Event) -> object:
        speaker = db.session.query(Speaker).one()
        details = replace(speakers_queries.details_of(speaker), **changes)
        return speakers_service.keep_speaker(event.series_id, details, speaker_id=speaker.id, by=make_user())

    return act


CHANGES: dict[str, Callable[[Event], object]] = {
    "a place is taken": lambda event: register(event, "second@example.org"),
    "a place is given up": lambda event: registration.give_up(1),
    "a title": edit(title={"en": "Another day"}),
    "a capacity": edit(capacity=50),
    "a time": edit(starts_at=START + timedelta(hours=1)),
    "registration opens later": edit(registration_opens_at=datetime(2027, 10, 1, 9)),
    "called off": lambda event: events.call_off_event(event.id, by=None),
    "by invitation": edit(visibility="closed"),
    "the invited": lambda event: inviting.set_invited(event.id, ["a@example.org"], by=make_user()),
    "a session's title": lambda event: rename_session(event, "Welcome"),
    "a session less": lambda event: remove_session(event.id, "open"),
    "the series' title": edit_series(title={"en": "Another project"}),
    "the series' colour": edit_series(accent="plum"),
    "the series' funder": edit_series(funder_statement={"en": "Paid by somebody else"}),
    "the venue's name": edit_venue(name="Another house"),
    "the venue's directions": edit_venue(directions={"en": "Take the tram."}),
    "a speaker's text": edit_speaker(about={"en": "Listens well."}),
    "a speaker's link": edit_speaker(link="https://ann.example.org/"),
}
_NOT_SHOWN = ("the invited",)


@pytest.mark.parametrize("what", CHANGES)
def test_change_shows_at_once_in_another_process(reader: Browser, event: Event, what: str) -> None:
    before = look(reader)
    assert look(reader) == before
    CHANGES[what](event)
    after = look(reader)
    reader.application.extensions[kept.EXTENSION] = kept.Kept()
    assert after == look(reader)
    assert (after != before) is (what not in _NOT_SHOWN)


def test_kept_page_costs_one_statement(reader: Browser, event: Event) -> None:
    reader.get(PAGE)
    reader.get(AGENDA)
    sent: list[str] = []
    with reader.application.app_context():
        sqlalchemy_event.listen(db.engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
    page, agenda = reader.get(PAGE), reader.get(AGENDA)
    again = reader.get(AGENDA, headers={"If-None-Match": agenda.headers["ETag"]})
    assert (page.status_code, agenda.status_code, again.status_code) == (200, 200, 304)
    assert len([each for each in sent if each.startswith("SELECT")]) == 3


@pytest.mark.parametrize(
    ("opens", "moment"),
    [
        (datetime(2027, 9, 15, 14), datetime(2027, 9, 15, 12, tzinfo=UTC)),
        (None, datetime(2027, 10, 14, 7, tzinfo=UTC)),
        (None, datetime(2027, 10, 14, 15, tzinfo=UTC)),
    ],
    ids=["registration opens", "the first session begins", "it is over"],
)
def test_clock_alone_changes_the_page_at_its_moment(
    reader: Browser, event: Event, clock: time_machine.Traveller, opens: datetime | None, moment: datetime
) -> None:
    if opens:
        edit(registration_opens_at=opens)(event)
    clock.move_to(moment - timedelta(seconds=1))
    before = reader.get(PAGE).data
    clock.move_to(moment)
    assert reader.get(PAGE).data != before


def test_draft_and_unknown_are_not_there(reader: Browser, app: Flask) -> None:
    make_event("day", publish=False)
    assert [reader.get(path).status_code for path in (PAGE, AGENDA, "/events/none")] == [404] * 3


def test_word_for_one_visitor_is_shown_to_them_alone(reader: Browser, event: Event) -> None:
    other = Browser(reader.application)
    plain = other.get(PAGE).data
    with reader.session_transaction() as session:
        session["_flashes"] = [("good", "For you alone.")]
    assert b"For you alone." in reader.get(PAGE).data
    assert reader.get(PAGE).data == plain == other.get(PAGE).data


def test_address_with_more_to_it_keeps_its_own_language_links(reader: Browser, event: Event) -> None:
    plain = reader.get(PAGE).data
    assert b"from=letter" in reader.get(f"{PAGE}?from=letter").data
    assert reader.get(PAGE).data == plain


def test_keeper_drops_what_was_asked_for_longest_ago(monkeypatch: pytest.MonkeyPatch, reader: Browser) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 100_000)
    keeper: kept.Kept = reader.application.extensions[kept.EXTENSION]
    for number in range(20):
        make_event(f"day-{number}")
        reader.get(f"/events/day-{number}")
    assert 0 < sum(len(entry.drawn.body) for entry in keeper._entries.values()) <= 100_000
    assert [key[1] for key in keeper._entries][-1] == "day-19"
