"""The organiser's first page, and one event at a glance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import inspect, select

from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration import service
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import END, START, make_event, make_series, register
from tests.organising import counted, log_in
from tests.pages import words

OVERVIEW = "/organise/"
DAY = timedelta(days=1)


def sections(client: Browser, path: str = OVERVIEW) -> dict[str, list[str]]:
    """Titles of events, or texts of tasks, by heading."""
    page = BeautifulSoup(client.get(path).text, "html.parser")
    return {
        section.h2.get_text(): [" ".join(link.get_text().split()) for link in section.select("h3 a, .tasks li a")]
        for section in page.select("main section")
        if section.h2 is not None
    }


def clones(event: Event, number: int) -> None:
    """More events like this one, straight into the table."""
    columns = [column.key for column in inspect(Event).column_attrs if column.key not in ("id", "key", "slug")]
    values = {name: getattr(event, name) for name in columns}
    with transaction() as session:
        session.add_all(Event(slug=f"clone-{each}", **values) for each in range(number))


def test_events_stand_under_what_they_are(client: Browser) -> None:
    make_series()
    log_in(client, Role.viewer, series="cop")
    make_event("draft", publish=False, title={"en": "A draft"})
    make_event("open", title={"en": "An open one"})
    make_event("foreign", series="other", title={"en": "A foreign one"})
    off = make_event("off", title={"en": "One called off"}, starts_at=START + DAY, ends_at=END + DAY)
    events.call_off_event(off.id, by=None)
    make_event("past", title={"en": "A past one"}, starts_at=datetime(2020, 5, 4, 9), ends_at=datetime(2020, 5, 4, 17))
    assert sections(client) == {
        "Drafts": ["A draft"],
        "Upcoming": ["An open one", "One called off"],
        "Past": ["A past one"],
    }


def test_places_are_told_as_picture_and_number(client: Browser) -> None:
    log_in(client)
    event = make_event("day", capacity=2)
    for _ in range(3):
        register(event)
    make_event("free", capacity=None)
    hybrid = make_event("both", mode="hybrid", capacity=5, online_capacity=7)
    register(hybrid, attends="online")
    page = client.get(OVERVIEW)
    told = words(page)
    assert "2 of 2 places taken, 1 person waits" in told
    assert "0 places taken, unlimited" in told
    assert "In the room: 0 of 5 places taken" in told
    assert "Online: 1 of 7 places taken" in told
    assert len(BeautifulSoup(page.text, "html.parser").select("svg.places-bar")) == 3


def test_an_event_called_off_counts_no_places_and_no_dates_of_registration(client: Browser) -> None:
    log_in(client)
    event = make_event("off", registration_opens_at=datetime(2025, 1, 1, 9))
    register(event)
    addresses = ("/organise/", "/organise/events/off", "/organise/events/off/attendees")
    counted_words, dated = "1 of 80 places taken", "Registration opens"
    assert all(counted_words in words(client.get(address)) for address in addresses)
    assert dated in words(client.get("/organise/events/off"))
    events.call_off_event(event.id, by=None)
    told = [words(client.get(address)) for address in addresses]
    assert [counted_words in each or dated in each for each in told] == [False] * 3
    assert "1 Confirmed" in told[1]


def test_what_needs_a_hand_comes_first(client: Browser) -> None:
    log_in(client)
    asked = make_event("asked", approval=True, title={"en": "Asked"})
    register(asked), register(asked)
    late = make_event("late", capacity=1, title={"en": "Late"})
    holder = register(late)
    register(late)
    assert sections(client)["Needs a hand"] == ["2 requests await your answer"]
    with time_machine.travel(late.starts_at - timedelta(hours=5), tick=False):
        log_in(client)
        assert sections(client)["Needs a hand"] == ["2 requests await your answer"]
        service.give_up(holder.id)
        assert sections(client)["Needs a hand"] == ["2 requests await your answer", "1 place can be given by hand"]
        assert "Give 1 free place by hand" in words(client.get("/organise/events/late"))
    with time_machine.travel(late.ends_at + DAY, tick=False):
        log_in(client)
        assert "Needs a hand" not in sections(client)


def test_past_events_come_twenty_at_a_time(client: Browser) -> None:
    log_in(client)
    past = make_event("past", starts_at=datetime(2020, 5, 4, 9), ends_at=datetime(2020, 5, 4, 17))
    clones(past, 25)
    assert len(sections(client)["Past"]) == 20
    assert len(sections(client, f"{OVERVIEW}?page=2")["Past"]) == 6
    assert client.get(f"{OVERVIEW}?page={'9' * 30}").status_code == 200


def test_the_overview_costs_the_same_for_3_and_for_300(client: Browser) -> None:
    log_in(client)
    clones(make_event("day"), 2)
    client.get(OVERVIEW)
    with counted() as few:
        client.get(OVERVIEW)
    with transaction() as session:
        for event in session.scalars(select(Event).where(Event.slug.startswith("clone"))):
            session.delete(event)
    clones(db.session.scalars(select(Event)).one(), 299)
    with counted() as many:
        assert len(sections(client)["Upcoming"]) == 300
    assert len(many) == len(few)


def test_a_new_team_is_told_how_to_begin(client: Browser) -> None:
    make_series()
    log_in(client, Role.editor, series="cop")
    assert "No event to come" in words(client.get(OVERVIEW))
    assert "New event" in words(client.get(OVERVIEW))
    viewer = Browser(client.application)
    log_in(viewer, Role.viewer, series="cop")
    assert "New event" not in words(viewer.get(OVERVIEW))


def test_a_draft_says_what_is_still_missing(client: Browser) -> None:
    log_in(client)
    make_event("day", publish=False, venue=None)
    page = words(client.get("/organise/events/day"))
    assert "Add the agenda" in page
    assert "Say where it takes place" in page
    assert "Write the privacy notice" not in page
    assert "Publish the event" in page


def test_an_event_shows_its_people_and_its_page(client: Browser) -> None:
    log_in(client)
    event = make_event("day", capacity=1)
    register(event), register(event)
    page = client.get("/organise/events/day")
    told = words(page)
    assert "1 Confirmed 1 Waiting" in told
    assert "http://localhost/events/day" in told
    assert 'href="/organise/events/day/attendees?status=waitlisted"' in page.text


def test_a_moment_stands_in_the_zone_of_the_event(client: Browser) -> None:
    log_in(client)
    make_event("day", timezone="America/New_York", registration_opens_at=datetime(2027, 9, 1, 9))
    page = words(client.get("/organise/events/day"))
    assert "Wednesday 1 September 2027, 09:00, New York time (UTC−4)" in page
    with time_machine.travel(datetime(2027, 8, 1, tzinfo=UTC), tick=False):
        log_in(client)
        assert "Registration not open yet" in words(client.get("/organise/events/day"))
