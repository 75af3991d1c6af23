"""The pages of people in line, and the organisers' page of who moved up and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from eventsapp.database import db
from eventsapp.registration import handling, offers, service, short_notice
from eventsapp.registration.models import Registration
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user, register, reload
from tests.organising import change, counted, errors, log_in
from tests.pages import fill_in, heading, links_of, path, words

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
FRIDAY_NOON = datetime(2027, 6, 4, 10, tzinfo=UTC)
LATE = datetime(2027, 10, 12, 8, tzinfo=UTC)
"""An hour after the end of moving up."""


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One database is enough: the services are tried on both."""
    return sqlite_database_url


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def in_line(number: int, **values: Any) -> list[Registration]:
    """Who has the only place, and those behind."""
    event = make_event("day", capacity=1, **values)
    return [register(event, name=f"Person {place}", short_notice=place > 0) for place in range(number)]


def offered(number: int) -> list[Registration]:
    first, *others = in_line(number + 1, promotion="offer")
    service.give_up(first.id)
    return [reload(row) for row in others]


def at(person: Registration, act: str = "") -> str:
    return path(links_of(person).own_page) + act


def state(person: Registration) -> str:
    return reload(person).state


def test_the_own_page_says_until_when_and_how_to_answer(client: Browser) -> None:
    ann, ben = offered(2)
    page = client.get(at(ann))
    assert heading(page) == "A place is held for you"
    said = words(page)
    assert "until Friday 4 June 2027, 12:00, Brussels time (UTC+2)" in said
    assert "Accept the place" in said
    assert "Decline it" in said
    assert "Give up my place" not in said
    assert "it is offered to the first in line" in words(client.get(at(ben)))


def test_accepting_asks_first_and_then_acts(client: Browser) -> None:
    ann, _ben = offered(2)
    assert heading(client.get(at(ann, "/accept"))) == "Accept the place?"
    assert state(ann) == "offered"
    answer = fill_in(client, at(ann, "/accept"))
    assert (answer.status_code, answer.headers["Location"]) == (303, at(ann))
    page = client.get(at(ann))
    assert heading(page) == "You have a place"
    assert "The place is yours." in page.text
    assert client.get(at(ann, "/accept")).headers["Location"] == at(ann)


def test_declining_asks_first_and_then_acts(client: Browser) -> None:
    ann, ben = offered(2)
    assert heading(client.get(at(ann, "/decline"))) == "Decline the place?"
    assert state(ann) == "offered"
    assert fill_in(client, at(ann, "/decline")).status_code == 303
    assert (state(ann), state(ben)) == ("cancelled", "offered")
    assert "The next in line gets the place." in client.get(at(ann)).text


def test_too_late_is_said_kindly_before_and_after_the_worker(client: Browser, clock_stands: Any) -> None:
    ann, ben = offered(2)
    form = client.csrf_token(at(ann, "/accept"))
    clock_stands.move_to(FRIDAY_NOON)
    for _ in range(2):
        for page in (client.get(at(ann, "/accept")), client.post(at(ann, "/accept"), data={"csrf_token": form})):
            assert page.status_code == 200
            assert heading(page) == "The time to accept is over"
        assert state(ann) != "confirmed"
        said = words(client.get(at(ann)))
        assert "Accept the place" not in said
        offers.expire_due()
    assert (state(ann), state(ben)) == ("waitlisted", "offered")
    assert "No place yet: number 1 in line" in words(client.get(at(ann, "/accept")))


def test_nothing_to_accept_says_so(client: Browser) -> None:
    _first, ann = in_line(2)
    assert heading(client.get(at(ann, "/accept"))) == "No place is held for you"
    assert client.get(at(ann, "/decline")).status_code == 303


def test_the_tick_is_there_where_people_would_wait(client: Browser) -> None:
    make_event("free", capacity=5)
    make_event("no-line", capacity=1, waitlist=False)
    register(make_event("full", capacity=1))
    pages = {slug: client.get(f"/events/{slug}/register") for slug in ("free", "no-line", "full")}
    assert [slug for slug, page in pages.items() if "I can come at short notice" in words(page)] == ["full"]
    given = {"name": "Ann", "email": "ann@example.org", "short_notice": "y"}
    assert fill_in(client, "/events/full/register", **given).status_code == 303
    ann = db.session.query(Registration).filter_by(email="ann@example.org").one()
    assert ann.short_notice
    assert "You can come at short notice" in words(client.get(at(ann)))


def test_short_notice_can_be_changed_while_waiting(client: Browser) -> None:
    first, ann = in_line(2)
    assert change(client, at(ann, "/short-notice"), short_notice=None).status_code == 303
    assert not reload(ann).short_notice
    assert "Can you come at short notice?" in words(client.get(at(ann)))
    change(client, at(ann, "/short-notice"), short_notice="y")
    assert reload(ann).short_notice
    assert client.get(at(first, "/short-notice")).status_code == 303


def test_a_free_place_is_taken_with_a_button(client: Browser, clock_stands: Any) -> None:
    first, ann, ben = in_line(3)
    assert heading(client.get(at(ann, "/take"))) == "There is no place to take now"
    clock_stands.move_to(LATE)
    assert "the first to take it gets it" in words(client.get(at(ann)))
    assert "A place is free now" not in words(client.get(at(ann)))
    service.give_up(first.id)
    page = client.get(at(ben))
    assert "A place is free now" in words(page)
    assert heading(client.get(at(ben, "/take"))) == "Take the place?"
    assert state(ben) == "waitlisted"
    late = client.csrf_token(at(ann, "/take"))
    assert fill_in(client, at(ben, "/take")).status_code == 303
    assert "You were the first" in client.get(at(ben)).text
    answer = client.post(at(ann, "/take"), data={"csrf_token": late})
    assert heading(answer) == "Somebody was faster"
    assert "You keep your number in line" in words(answer)
    assert "No place yet: number 1 in line" in words(answer)


def test_who_did_not_tick_is_led_to_the_tick(client: Browser, clock_stands: Any) -> None:
    first, ann = in_line(2)
    short_notice.set_ready(ann.id, False)
    clock_stands.move_to(LATE)
    service.give_up(first.id)
    assert "of those who can come at short notice" in words(client.get(at(ann)))
    assert client.get(at(ann, "/take")).headers["Location"] == at(ann, "/short-notice")


def test_organisers_see_who_waits_and_who_moved_up_and_why(client: Browser, clock_stands: Any) -> None:
    first, *others = in_line(6, promotion="offer")
    by = make_user("maria@example.org")
    service.give_up(first.id)
    offers.accept(others[0].id)
    handling.move_up(others[4].id, by=by, why="speaks first")
    service.give_up(others[0].id)
    service.give_up(others[4].id)
    clock_stands.move_to(FRIDAY_NOON)
    offers.expire_due()
    log_in(client, Role.viewer, series="cop")
    page = client.get("/organise/events/day/queue")
    said = words(page)
    for part in (
        "Accepted an offer",
        "By hand (maria@example.org): speaks first",
        "First in line when a place came free",
        "Let an offer pass, and is at the end of the line",
        "can come at short notice",
        "Tuesday 1 June 2027, 14:00, Brussels time (UTC+2)",
    ):
        assert part in said, part
    assert said.index("Let an offer pass") < said.index("By hand") < said.index("Accepted an offer")
    assert "/organise/events/day/queue" in client.get("/organise/events/day/attendees").text
    overview = words(client.get("/organise/events/day"))
    assert "1 offer is out until" in overview
    assert "The next in line is offered it" in overview


def test_the_queue_page_runs_the_same_statements_for_one_and_for_many(client: Browser) -> None:
    event = make_event("day", mode="hybrid", capacity=1, online_capacity=1)
    log_in(client, Role.viewer)
    numbers = []
    for _ in range(2):
        people = [register(event, attends=kind) for kind in ("room", "online", "room", "online", "room")]
        service.give_up(people[0].id)
        with counted() as statements:
            assert client.get("/organise/events/day/queue").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_an_organiser_holds_a_place_longer(client: Browser) -> None:
    ann, _ben = offered(2)
    log_in(client, Role.editor, series="cop")
    person = f"/organise/events/day/attendees/{ann.id}"
    page = client.get(person)
    assert "Place held until" in words(page)
    assert f"{person}/extend-offer" in page.text
    for until in ("2027-06-04T12:00", "2027-10-14T09:01", ""):
        answer = change(client, f"{person}/extend-offer", until=until)
        assert (answer.status_code, set(errors(answer))) == (422, {"until"}), until
    answer = change(client, f"{person}/extend-offer", until="2027-06-08T17:00")
    assert answer.headers["Location"] == person
    assert reload(ann).offer_until == datetime(2027, 6, 8, 15, tzinfo=UTC)
    assert "Tuesday 8 June 2027, 17:00" in words(client.get(person))


def test_an_hour_that_does_not_exist_is_asked_about(client: Browser, clock_stands: Any) -> None:
    clock_stands.move_to(datetime(2027, 3, 24, 9, tzinfo=UTC))
    ann, _ben = offered(2)
    log_in(client)
    answer = change(client, f"/organise/events/day/attendees/{ann.id}/extend-offer", until="2027-03-28T02:30")
    assert answer.status_code == 422
    assert "does not exist" in errors(answer)["until"]


def test_an_organiser_confirms_an_offered_place(client: Browser) -> None:
    ann, _ben = offered(2)
    log_in(client, Role.editor, series="cop")
    person = f"/organise/events/day/attendees/{ann.id}"
    answer = client.post(f"{person}/confirm-offer", data={"csrf_token": client.csrf_token(person), "why": "rang us"})
    assert answer.status_code == 303
    assert state(ann) == "confirmed"
    assert "By hand" in words(client.get("/organise/events/day/queue"))


def test_the_person_s_page_says_what_can_still_be_done(client: Browser, clock_stands: Any) -> None:
    ann, _ben = offered(2)
    assert get_event(ann.event_id).promotion == "offer"
    clock_stands.shift(timedelta(days=4))
    offers.expire_due()
    log_in(client)
    answer = client.get(f"/organise/events/day/attendees/{ann.id}/extend-offer")
    assert answer.status_code == 303
