"""What needs a hand: who is new, letters that did not arrive, a worker that is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import update

from eventsapp.clock import now
from eventsapp.database import transaction
from eventsapp.events import service as events
from eventsapp.mail import outbox
from eventsapp.mail.models import Letter
from eventsapp.registration import service
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_event, make_series, register
from tests.organising import counted, log_in
from tests.pages import words

OVERVIEW = "/organise/"
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 8, 2, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def tasks(client: Browser) -> list[tuple[str, str, str]]:
    """Text, event and address of each."""
    page = BeautifulSoup(client.get(OVERVIEW).text, "html.parser")
    return [
        (item.a.get_text(), item.span.get_text(), str(item.a["href"]))
        for item in page.select(".tasks li")
        if item.a is not None and item.span is not None
    ]


def texts(client: Browser) -> list[str]:
    return [text for text, _, _ in tasks(client)]


def pass_time(client: Browser, clock: time_machine.Traveller, minutes: int, *, looking_every: int = 0) -> None:
    """Minutes go by, in which somebody opens a page now and then, or not at all."""
    for _ in range(minutes // looking_every if looking_every else 0):
        clock.shift(looking_every * MINUTE)
        client.get(OVERVIEW)
    if not looking_every:
        clock.shift(minutes * MINUTE)


def all_sent() -> None:
    """As if the worker had sent every letter."""
    with transaction() as session:
        session.execute(update(Letter).values(state="sent"))


def test_who_registered_since_the_last_visit_is_new(client: Browser, clock: time_machine.Traveller) -> None:
    make_event("quiet", title={"en": "Quiet"})
    event = make_event("day")
    register(event)
    log_in(client, Role.viewer, series="cop")
    assert texts(client) == [], "on a first visit nothing is new"
    pass_time(client, clock, 60)
    register(event), register(event)
    service.give_up(register(event).id)
    expected = [("2 new registrations since your last visit", "Reflection Day", "/organise/events/day/attendees")]
    assert tasks(client) == expected
    pass_time(client, clock, 60, looking_every=20)
    assert tasks(client) == expected, "the visit goes on, and the news with it"
    register(event)
    assert texts(client) == ["3 new registrations since your last visit"]
    pass_time(client, clock, 31)
    assert texts(client) == []


def test_a_new_login_begins_no_new_visit_by_itself(client: Browser, clock: time_machine.Traveller) -> None:
    event = make_event("day")
    log_in(client)
    pass_time(client, clock, 60)
    register(event)
    assert texts(client) == ["1 new registration since your last visit"]
    phone = Browser(client.application)
    session = client.get_cookie("session")
    assert session is not None
    phone.set_cookie("session", session.value)
    clock.shift(6 * MINUTE)
    assert texts(phone) == ["1 new registration since your last visit"]


def test_a_capacity_below_the_people_in_it_needs_a_hand(client: Browser) -> None:
    event = make_event("day", mode="hybrid", capacity=4, online_capacity=1)
    for _ in range(4):
        register(event)
    register(event, attends="online")
    log_in(client)
    assert texts(client) == []
    events.change_capacity(event.id, capacity=1, online_capacity=1, by=None)
    expected = ("3 people more have a place than there are places", "Reflection Day")
    assert tasks(client) == [(*expected, "/organise/events/day/attendees?status=confirmed")]
    events.call_off_event(event.id, by=None)
    all_sent()
    assert texts(client) == []


def test_each_account_has_visits_of_its_own(client: Browser, clock: time_machine.Traveller) -> None:
    event, other = make_event("day"), Browser(client.application)
    log_in(client), log_in(other)
    pass_time(other, clock, 40, looking_every=20)
    register(event)
    assert texts(client) == ["1 new registration since your last visit"]
    assert texts(other) == []


def test_the_overview_writes_nothing_within_five_minutes(client: Browser, clock: time_machine.Traveller) -> None:
    make_event("day")
    log_in(client)
    clock.shift(4 * MINUTE)
    with counted() as statements:
        client.get(OVERVIEW)
    assert [text for text in statements if text.startswith(("UPDATE", "INSERT", "DELETE"))] == []


def test_nothing_is_new_in_another_team(client: Browser, clock: time_machine.Traveller) -> None:
    make_series()
    log_in(client, Role.viewer, series="cop")
    foreign = make_event("foreign", series="other")
    pass_time(client, clock, 60)
    register(foreign)
    assert texts(client) == []


def test_a_letter_that_failed_is_shown_with_its_event(client: Browser) -> None:
    event = make_event("day")
    person = register(event, "ann@example.org", name="Ann")
    register(make_event("calm"))
    all_sent()
    log_in(client)
    assert texts(client) == []
    with transaction() as session:
        session.execute(update(Letter).where(Letter.recipient == "ann@example.org").values(state="failed"))
    assert tasks(client) == [("1 letter did not arrive", "Reflection Day", "/organise/events/day#letters")]
    page = BeautifulSoup(client.get("/organise/events/day").text, "html.parser")
    (link,) = page.select("section[aria-labelledby=letters] li a")
    assert (link.get_text(), link["href"]) == ("ann@example.org", f"/organise/events/day/attendees/{person.id}")
    events.call_off_event(event.id, by=None)
    all_sent()
    assert texts(client) == []


def test_a_failed_letter_about_nobody_or_somebody_forgotten_has_no_link(client: Browser) -> None:
    event = make_event("day")
    log_in(client)
    with transaction() as session:
        for number, person in enumerate((None, "registration:x", "team:7")):
            outbox.write(
                kind="place", recipient="x@example.org", facts={}, dedupe_key=f"{number}", person=person,
                topic=f"event:{event.id}",
            )  # fmt: skip
        session.execute(update(Letter).values(state="failed"))
        outbox.forget("team:7")
    page = BeautifulSoup(client.get("/organise/events/day").text, "html.parser")
    items = page.select("section[aria-labelledby=letters] li")
    assert [" ".join(item.get_text().split()) for item in items] == ["(forgotten)", "x@example.org", "x@example.org"]
    assert page.select("section[aria-labelledby=letters] li a") == []


def test_a_silent_worker_is_a_red_line_after_five_minutes(client: Browser, clock: time_machine.Traveller) -> None:
    register(make_event("day"))
    log_in(client)
    clock.shift(4 * MINUTE)
    assert "Letters do not go out" not in words(client.get(OVERVIEW))
    clock.shift(3 * MINUTE)
    page = client.get(OVERVIEW)
    assert "Letters have been waiting to go out for 7 minutes." in words(page)
    assert "tone-off" in page.text
    all_sent()
    assert "Letters do not go out" not in words(client.get(OVERVIEW))


def test_a_letter_that_is_to_be_tried_later_is_no_silence(client: Browser, clock: time_machine.Traveller) -> None:
    register(make_event("day"))
    log_in(client)
    with transaction() as session:
        session.execute(update(Letter).values(attempts=3, next_try_at=now() + 60 * MINUTE))
    clock.shift(30 * MINUTE)
    assert "Letters do not go out" not in words(client.get(OVERVIEW))


def test_more_to_do_costs_no_more_statements(client: Browser, clock: time_machine.Traveller) -> None:
    log_in(client)
    clock.shift(60 * MINUTE)

    def busy(number: int) -> int:
        for each in range(number):
            register(make_event(f"day-{number}-{each}", approval=True))
        with transaction() as session:
            session.execute(update(Letter).values(state="failed"))
        client.get(OVERVIEW)
        with counted() as statements:
            assert len(texts(client)) >= 3 * number
        return len(statements)

    assert busy(1) == busy(6)
