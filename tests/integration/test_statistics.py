"""The figures and charts of an event's page for organisers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import insert

from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.registration import handling, service
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.statistics import (
    SHOWN,
    Day,
    Kind,
    Organisation,
    Organisations,
    by_day,
    by_kind,
    by_organisation,
)
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user, register
from tests.organising import counted, log_in

pytestmark = pytest.mark.usefixtures("app")

PAGE = "/organise/events/day"
HOSTILE = '</text><script>alert("x")</script> {{ 7 * 7 }} %(num)d \u202e'


def charts(client: Browser) -> Tag | None:
    return BeautifulSoup(client.get(PAGE).text, "html.parser").select_one("section[aria-labelledby=charts]")


def rows(part: Tag, caption: str) -> list[list[str]]:
    """The cells of the table with this caption, its head left out."""
    for table in part.select("table"):
        if table.caption is not None and table.caption.get_text() == caption:
            return [[cell.get_text().strip() for cell in row.select("th, td")] for row in table.select("tbody tr")]
    raise AssertionError(f"no table {caption!r}")


def test_days_are_those_of_the_zone_of_the_event() -> None:
    """In Kathmandu the day begins at 18:15 UTC; the event is in Brussels in the other case, two hours ahead."""
    for zone, days in (
        ("Asia/Kathmandu", [Day(date(2027, 8, 1), 1, 0), Day(date(2027, 8, 2), 2, 0)]),
        ("Europe/Brussels", [Day(date(2027, 8, 1), 2, 0)]),
    ):
        event = make_event(timezone=zone)
        for minute in (14, 15):
            with time_machine.travel(datetime(2027, 8, 1, 18, minute, 59, 900_000, tzinfo=UTC), tick=False):
                register(event)
        assert by_day(event) == days, zone


def test_a_day_says_how_all_stood_at_its_end() -> None:
    event = make_event(capacity=2)
    with time_machine.travel(datetime(2027, 8, 1, 9, tzinfo=UTC), tick=False) as clock:
        first, second = register(event), register(event)
        clock.move_to(datetime(2027, 8, 3, 9, tzinfo=UTC))
        register(event), register(event)
        clock.move_to(datetime(2027, 8, 4, 9, tzinfo=UTC))
        service.give_up(first.id)
        clock.move_to(datetime(2027, 8, 7, 9, tzinfo=UTC))
        handling.put_back(second.id, by=make_user(), why="She asked for it")
    assert by_day(event) == [
        Day(date(2027, 8, 1), 2, 0),
        Day(date(2027, 8, 3), 2, 2),
        Day(date(2027, 8, 4), 2, 1),
    ]
    assert by_day(make_event()) == []


def test_the_last_day_is_what_the_counters_say() -> None:
    event = make_event(mode="hybrid", capacity=1, online_capacity=2)
    for attends in ("room", "room", "online", "room", "online", "online"):
        register(event, attends=attends)
    row = get_event(event.id)
    last = by_day(row)[-1]
    assert (last.confirmed, last.waiting) == (row.room_confirmed + row.online_confirmed, 2 + 1)
    assert by_kind(event.id) == [Kind("room", 1, 2), Kind("online", 2, 1)]
    assert by_kind(make_event().id) == [Kind("room", 0, 0), Kind("online", 0, 0)]


def test_organisations_are_one_whatever_their_capital_letters() -> None:
    event = make_event(capacity=6)
    for name in ("Universität", "UNIVERSITÄT", "Universität", "Unia", "", "Café"):
        register(event, organisation=name)
    register(event, organisation="Waits")
    found = by_organisation(event.id)
    assert found == Organisations(
        [Organisation("Universität", 3), Organisation("Café", 1), Organisation("Unia", 1)], others=0, without=1
    )


def test_the_largest_ten_organisations_are_shown_and_the_rest_is_counted() -> None:
    event = make_event(capacity=None)
    for number in range(SHOWN + 3):
        register(event, organisation=f"Team {number:02}")
    register(event, organisation="Team 12")
    found = by_organisation(event.id)
    assert [each.name for each in found.shown] == ["Team 12", *(f"Team {number:02}" for number in range(SHOWN - 1))]
    assert (found.shown[0].people, found.others, found.without) == (2, 3, 0)


def test_charts_stand_beside_tables_that_say_the_same(client: Browser) -> None:
    event = make_event("day", mode="hybrid", capacity=2, online_capacity=5)
    log_in(client, Role.viewer, series="cop")
    with time_machine.travel(datetime(2027, 8, 1, 9, tzinfo=UTC), tick=False) as clock:
        register(event, organisation="Unia"), register(event, attends="online")
        clock.move_to(datetime(2027, 8, 3, 9, tzinfo=UTC))
        register(event, organisation="Unia"), register(event)
    part = charts(client)
    assert part is not None
    days = rows(part, "People at the end of each day on which something changed")
    assert days == [["1 Aug 2027", "2", "0"], ["3 Aug 2027", "3", "1"]]
    assert rows(part, "People in the room and online") == [["In the room", "2", "1"], ["Online", "1", "0"]]
    assert rows(part, "People with a place, by organisation") == [["Unia", "2"], ["No organisation named", "1"]]
    assert {svg["focusable"] for svg in part.select("svg")} == {"false"}
    hidden = [svg for svg in part.select("svg") if svg.find_parent(attrs={"aria-hidden": "true"}) or svg["aria-hidden"]]
    assert len(hidden) == len(part.select("svg"))
    assert "script" not in {tag.name for tag in part.find_all(True)}


def test_the_line_goes_up_with_the_people(client: Browser) -> None:
    log_in(client)
    event = make_event("day", capacity=4)
    with time_machine.travel(datetime(2027, 8, 1, 9, tzinfo=UTC), tick=False) as clock:
        register(event)
        clock.move_to(datetime(2027, 8, 2, 9, tzinfo=UTC))
        register(event)
        clock.move_to(datetime(2027, 8, 5, 9, tzinfo=UTC))
        register(event), register(event)
    part = charts(client)
    assert part is not None
    line = part.select_one(".chart-picture .chart-confirmed")
    assert line is not None
    assert " ".join(str(line["d"]).split()) == "M0 150.0 H0.0 V150.0 H150.0 V100.0 H600.0 V0.0"
    assert part.select_one(".chart-picture .chart-limit") is not None
    assert part.select_one(".chart-waiting") is None


def test_nothing_is_shown_while_there_is_nothing_to_show(client: Browser) -> None:
    log_in(client)
    event = make_event("day", mode="hybrid", capacity=2, online_capacity=5)
    assert charts(client) is None
    with time_machine.travel(datetime(2027, 8, 1, 9, tzinfo=UTC), tick=False):
        register(event)
    part = charts(client)
    assert part is not None
    assert [heading.get_text() for heading in part.select("h3")] == ["In the room and online"]


def test_a_hostile_name_is_a_name(client: Browser) -> None:
    log_in(client)
    register(make_event("day"), organisation=HOSTILE)
    part = charts(client)
    assert part is not None
    ((name, number),) = rows(part, "People with a place, by organisation")
    assert name == HOSTILE
    assert number == "1"


def test_figures_cost_the_same_for_3_and_for_300(client: Browser) -> None:
    log_in(client)
    event = make_event("day", mode="hybrid", capacity=None, online_capacity=None)
    _crowd(event, range(3))
    client.get(PAGE)
    with counted() as few:
        client.get(PAGE)
    _crowd(event, range(3, 300))
    with counted() as many:
        assert charts(client) is not None
    assert len(many) == len(few)


def test_a_viewer_sees_them_and_a_stranger_does_not(app: Flask, client: Browser) -> None:
    register(make_event("day"), organisation="Unia")
    log_in(client, Role.viewer, series="cop")
    assert charts(client) is not None
    assert Browser(app).get(PAGE).status_code == 303


def _crowd(event: Event, numbers: range) -> None:
    """People past the services: making them is not what is measured."""
    at = datetime(2027, 8, 1, tzinfo=UTC)
    shared = {"event_id": event.id, "attends": "online", "takes_place": True}
    with transaction() as session:
        for number in numbers:
            row = Registration(
                **shared,
                name=f"Person {number}",
                organisation=f"Team {number}",
                state="confirmed",
                queue_no=1000 + number,
                registered_at=at,
                contact_until=at,
            )
            session.add(row)
            session.flush()
            session.execute(
                insert(RegistrationMove).values(
                    **shared,
                    registration_id=row.id,
                    to_state="confirmed",
                    at=at.replace(day=1 + number % 28),
                    actor="participant",
                    queue_no=1000 + number,
                )
            )
