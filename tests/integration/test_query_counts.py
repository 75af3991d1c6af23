"""The public pages need the same number of statements for 3 and for 300 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import inspect, update
from werkzeug.test import TestResponse

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import START, get_event, make_event, register
from tests.pages import blank_form, fill_in, links_of, path
from tests.speakers import make_speaker

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
FEW, MANY = 3, 300
MOST = {"registration": 30, "giving up": 40, "event": 6, "own page": 6, "own page of who waits": 7}
"""Statements that a page may need, transaction control among them; every other page needs at most 5."""

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)


def crowd(event_id: int, waiting: int) -> None:
    """People who wait, written past the services: making them is not what is measured."""
    values: dict[str, Any] = {"event_id": event_id, "state": "waitlisted", "attends": "room", "link_version": 1}
    with transaction() as session:
        session.add_all(
            Registration(
                **values,
                email=f"crowd{number}@example.org",
                email_key=f"crowd{number}@example.org",
                name=f"Crowd {number}",
                queue_no=1000 + number,
                registered_at=NOW,
                contact_until=NOW + timedelta(days=300),
            )
            for number in range(waiting)
        )
        counters = {"room_waiting": Event.room_waiting + waiting, "last_queue_no": 1000 + waiting}
        session.execute(update(Event).where(Event.id == event_id).values(counters))


def long_agenda(event: Event, items: int) -> None:
    plan = [
        SessionDetails(
            starts_at=START + timedelta(minutes=number),
            ends_at=START + timedelta(minutes=number + 1),
            title={"en": f"Item {number}"},
            speakers=(f"Speaker {number}",),
        )
        for number in range(items)
    ]
    agenda.set_agenda(event.id, plan, by=None)
    for number in range(items):
        make_speaker(event.series_id, f"Speaker {number}", about={"en": "Listens."})
    events.publish_event(event.id, by=None)


def neighbours(event: Event, count: int) -> None:
    """Other listed events of the series, as this one is."""
    skipped = {"id", "key", "slug"}
    values = {column.key: getattr(event, column.key) for column in inspect(Event).columns if column.key not in skipped}
    with transaction() as session:
        session.add_all(Event(**values, slug=f"{event.slug}-{number}") for number in range(count))


def pages(client: Browser, rows: int) -> dict[str, Callable[[], TestResponse]]:
    """Every public page of an event, its series and its people, each with so many rows behind it."""
    series, slug = f"series-{rows}", f"day-{rows}"
    event = make_event(slug, capacity=2, publish=False, series=series)
    long_agenda(event, rows)
    ann, _, cy = (register(event) for _ in range(3))
    crowd(event.id, rows)
    neighbours(get_event(event.id), rows)
    form = blank_form(client, f"/events/{slug}/register") | {"name": "New", "email": f"new{rows}@example.org"}
    links, waiting = links_of(ann), links_of(cy)
    return {
        "home": lambda: client.get("/"),
        "series": lambda: client.get(f"/series/{series}"),
        "series calendar": lambda: client.get(f"/series/{series}/calendar.ics"),
        "event": lambda: client.get(f"/events/{slug}"),
        "agenda": lambda: client.get(f"/events/{slug}/agenda.ics"),
        "frame": lambda: client.get(f"/events/{slug}/embed"),
        "card": lambda: client.get(f"/events/{slug}/card.png"),
        "search": lambda: client.get("/?q=day&place=brussels&month=2027-10"),
        "sitemap": lambda: client.get("/sitemap.xml"),
        "form": lambda: client.get(f"/events/{slug}/register"),
        "own page": lambda: client.get(path(links.own_page)),
        "own page of who waits": lambda: client.get(path(waiting.own_page)),
        "personal feed": lambda: client.get(path(links.feed)),
        "registration": lambda: client.post(f"/events/{slug}/register", data=form),
        "giving up": lambda: fill_in(client, path(links.give_up)),
    }


def counted(client: Browser, rows: int) -> dict[str, int]:
    counts = {}
    for name, look in pages(client, rows).items():
        with statements() as sent:
            answer = look()
        assert answer.status_code in (200, 303), name
        counts[name] = len(sent)
    return counts


def test_pages_need_no_more_statements_for_more_rows(client: Browser) -> None:
    few, many = counted(client, FEW), counted(client, MANY)
    assert few == many
    assert {name: count for name, count in few.items() if count > MOST.get(name, 5)} == {}
