"""Working groups in pages: the form, the own page, what organisers see and do."""

from __future__ import annotations

import io
import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.registration import service as registration
from eventsapp.registration.links import OWN
from eventsapp.registration.models import Registration
from eventsapp.signups import groups_service as service
from eventsapp.web import tokens
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_event, register, reload
from tests.grouping import given, make_ranked, of, set_groups, the_choice, where, wishing
from tests.letters import letters
from tests.organising import answers_in, change, counted, errors, log_in

AT = "20271014T0800Z"
FIRST, SECOND, THIRD = (f"groups-{AT}-{number}" for number in (1, 2, 3))


def own(row: Registration) -> str:
    return f"/registrations/{tokens.make(OWN, reload(row).key, reload(row).link_version)}"


def words(html: str) -> str:
    main = BeautifulSoup(html, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def newest(event: Event) -> Registration:
    event_id = event.id
    db.session.rollback()
    return db.session.query(Registration).filter_by(event_id=event_id).order_by(Registration.id.desc()).first()  # type: ignore[return-value]


def press(client: Browser, where_to: str, **sent: str) -> TestResponse:
    """A button of the page of working groups."""
    page = "/organise/events/day/groups"
    return client.post(f"{page}/{AT}/{where_to}", data={"csrf_token": client.csrf_token(page), **sent})


def publish(event: Event) -> None:
    starts_at = the_choice(event).starts_at
    service.work_out(event.id, starts_at, by=None)
    service.publish(event.id, starts_at, by=None)


def test_wishes_are_kept_with_the_registration(client: Browser) -> None:
    event = make_ranked()
    page = client.get("/events/day/register")
    assert "Which working group? Thursday 14 October 2027, 10:00" in words(page.text)
    assert "Crime, 10:00–10:45, Room C" in words(page.text)
    person = {"name": "Ann", "email": "ann@example.org"}
    answer = change(client, "/events/day/register", **person, **{FIRST: "roads", THIRD: "crime"})
    assert answer.status_code == 303
    assert of(event, newest(event)).ranks == ("roads", "crime")


def test_no_wish_is_fine(client: Browser) -> None:
    event = make_ranked()
    assert change(client, "/events/day/register", name="Ann", email="ann@example.org").status_code == 303
    assert of(event, newest(event)).ranks == ()


@pytest.mark.parametrize(
    ("wishes", "wrong", "sentence"),
    [
        ({FIRST: "crime", SECOND: "crime"}, SECOND, "“Crime” is your 1st wish already. Choose another group, or none."),
        ({FIRST: "gone"}, FIRST, "this group is not on the agenda any more. Choose another one."),
    ],
)
def test_wishes_that_cannot_be_are_asked_again(
    client: Browser, wishes: dict[str, str], wrong: str, sentence: str
) -> None:
    make_ranked()
    answer = change(client, "/events/day/register", name="Ann", email="ann@example.org", **wishes)
    assert answer.status_code == 422
    assert list(errors(answer)) == [wrong]
    assert errors(answer)[wrong].endswith(sentence)
    assert db.session.query(Registration).count() == 0


def test_online_one_wishes_for_groups_that_are_online(client: Browser) -> None:
    event = make_ranked(mode="hybrid", capacity=5, online_capacity=5)
    set_groups(event, {"crime": None, "youth": None}, online={"crime": 3})
    assert "Youth, 10:00–10:45, Room Y (in the room only)" in words(client.get("/events/day/register").text)
    person = {"name": "Ann", "email": "ann@example.org", "attends": "online"}
    answer = change(client, "/events/day/register", **person, **{FIRST: "youth"})
    assert errors(answer)[FIRST].endswith("“Youth” takes place in the room only. Choose another group.")
    assert change(client, "/events/day/register", **person, **{FIRST: "crime"}).status_code == 303


def test_wishes_change_on_the_own_page_until_a_group_is_given(client: Browser) -> None:
    event = make_ranked()
    ann = wishing(event, "roads")
    address = own(ann)
    assert "You wish for: Roads The organisers write to you which group is yours. Change your wishes" in words(
        client.get(address).text
    )
    answer = change(client, f"{address}/groups", **{FIRST: "youth", SECOND: "roads"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}#groups")
    assert of(event, ann).ranks == ("youth", "roads")
    assert errors(change(client, f"{address}/groups", **{FIRST: "roads"})) != {}
    publish(event)
    page = words(client.get(address).text)
    assert "Your working group Thursday 14 October 2027, 10:00 Youth , 10:00–10:45, Room Y" in page
    assert "Change your wishes" not in page
    assert client.get(f"{address}/groups").status_code == 303


def test_a_wish_that_comes_too_late_changes_nothing(client: Browser) -> None:
    event = make_ranked()
    ann = wishing(event, "roads")
    address = own(ann)
    page = client.get(f"{address}/groups")
    publish(event)
    form = BeautifulSoup(page.text, "html.parser").select("main form")[0]
    answer = client.post(f"{address}/groups", data=answers_in(form) | {FIRST: "crime"}, follow_redirects=True)
    assert "Your wishes can no longer be changed." in answer.text
    assert (given(ann), of(event, ann).ranks) == ("roads", ("roads",))


def test_nobody_is_asked_at_other_events(client: Browser) -> None:
    event = make_event("day")
    set_groups(event, {"crime": None, "youth": None})
    ann = register(event)
    assert "Which working group?" not in client.get("/events/day/register").text
    assert client.get(f"{own(ann)}/groups").status_code == 303
    assert "working group" not in words(client.get(own(ann)).text).lower()


def test_an_organiser_works_out_looks_and_publishes(client: Browser) -> None:
    event = make_ranked(places={"crime": 1, "youth": 1, "roads": 1})
    ann = wishing(event, "crime", "youth", name="Ann Able", email="ann@example.org")
    ben = wishing(event, "crime", name="Ben Able", email="ben@example.org")
    log_in(client, Role.editor)
    page = words(client.get("/organise/events/day/groups").text)
    assert "2 with a place 2 said what they want 0 in a group 2 without a group" in page
    assert "Crime (0 of 1 places) 2 0 0" in page
    answer = press(client, "work-out")
    assert answer.headers["Location"] == f"/organise/events/day/groups#at-{AT}"
    shown = client.get("/organise/events/day/groups").text
    assert "Worked out: 2 people have another group than before." in shown
    page = words(shown)
    assert "1st wish: 1 person a group they did not name: 1 person" in page
    assert "Not published: 2 changes" in page

    moved = press(client, "people", who=str(ben.id), group="youth")
    assert moved.status_code == 303
    assert "Put there by hand: they stay there" in client.get("/organise/events/day/groups").text
    assert where(event) == {"crime": ["Ann Able"], "youth": ["Ben Able"]}
    released = press(client, "people", who=str(ben.id), release="y")
    assert released.status_code == 303
    assert not of(event, ben).by_hand

    asked = client.get(f"/organise/events/day/groups/{AT}/publish")
    assert "2 people get a letter: their group is new or another one." in words(asked.text)
    assert change(client, f"/organise/events/day/groups/{AT}/publish").status_code == 303
    assert (given(ann), given(ben)) == ("crime", "youth")
    assert [each.recipient for each in letters() if each.kind == "group_place"] == [
        "ann@example.org",
        "ben@example.org",
    ]
    assert "Published: 2 people get a letter." in client.get("/organise/events/day/groups").text
    assert client.get(f"/organise/events/day/groups/{AT}/publish").status_code == 303


def test_too_few_places_are_said_with_the_figure(client: Browser) -> None:
    event = make_ranked(places={"crime": 1, "youth": 1})
    for _ in range(3):
        register(event)
    log_in(client, Role.editor)
    said = "Too few places: 3 people, 2 places. Give the groups more places in the agenda."
    assert said in words(client.get("/organise/events/day/groups").text)
    answer = press(client, "work-out")
    assert answer.status_code == 303
    assert client.get("/organise/events/day/groups").text.count(said) == 2
    assert where(event).keys() == {""}


def test_groups_that_changed_are_looked_through_again(client: Browser) -> None:
    event = make_ranked()
    ann = wishing(event, "crime")
    log_in(client, Role.editor)
    starts_at = the_choice(event).starts_at
    service.work_out(event.id, starts_at, by=None)
    page = client.get(f"/organise/events/day/groups/{AT}/publish")
    service.put(event.id, starts_at, [ann.id], "roads", by=None)
    sent = answers_in(BeautifulSoup(page.text, "html.parser").select("main form")[0])
    answer = client.post(f"/organise/events/day/groups/{AT}/publish", data=sent)
    assert answer.status_code == 409
    assert "Somebody changed the groups while you had this page open." in words(answer.text)
    again = answers_in(BeautifulSoup(answer.text, "html.parser").select("main form")[0])
    assert client.post(f"/organise/events/day/groups/{AT}/publish", data=again).status_code == 303
    assert given(ann) == "roads"


def test_what_is_not_published_is_discarded(client: Browser) -> None:
    event = make_ranked()
    ann = wishing(event, "crime")
    log_in(client, Role.editor)
    press(client, "work-out")
    assert press(client, "discard").status_code == 303
    assert of(event, ann).group is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Nobody was ticked, so nothing changed."),
        ({"who": "x", "group": "crime"}, "Nobody was ticked, so nothing changed."),
        ({"who": "{n}"}, "Choose the group into which they go."),
        ({"who": "{n}", "group": "gone"}, "Nothing changed."),
        ({"who": "999", "group": "crime"}, "Nothing changed."),
        ({"who": "{n}", "release": "y"}, "Nothing changed."),
    ],
)
def test_a_move_that_cannot_be(client: Browser, sent: dict[str, str], said: str) -> None:
    event = make_ranked()
    ann = register(event)
    log_in(client, Role.editor)
    press(client, "people", **{name: value.format(n=ann.id) for name, value in sent.items()})
    assert said in client.get("/organise/events/day/groups").text
    assert of(event, ann).group is None


@pytest.mark.parametrize("choice", ["20271014T0900Z", "20271399T9999Z", "tomorrow"])
def test_a_choice_that_is_not_there(client: Browser, choice: str) -> None:
    make_ranked()
    log_in(client, Role.editor)
    assert client.get(f"/organise/events/day/groups/{choice}/publish").status_code == 404
    assert client.get("/organise/events/day/groups/opening.csv").status_code == 404


def test_each_group_is_a_file(client: Browser) -> None:
    event = make_ranked()
    wishing(event, "crime", name="=Ann", email="ann@example.org", organisation="PZ")
    wishing(event, "roads", name="Ben", email="ben@example.org")
    publish(event)
    log_in(client, Role.viewer)
    answer = client.get("/organise/events/day/groups/crime.csv")
    assert answer.data.decode("utf-8-sig").splitlines() == [
        '"Name","E-mail","Organisation","Attends","Group"',
        '"\'=Ann","ann@example.org","PZ","room","crime"',
    ]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="day-crime.csv"'
    book = load_workbook(io.BytesIO(client.get("/organise/events/day/groups/roads.xlsx").data))
    assert [[cell.value for cell in row] for row in book.active.rows][1] == [
        "Ben",
        "ben@example.org",
        None,
        "room",
        "roads",
    ]


def test_the_attendee_list_has_a_column_to_filter_by(client: Browser) -> None:
    event = make_ranked()
    ann = wishing(event, "crime", name="Ann Able")
    wishing(event, "roads", name="Ben Best")
    publish(event)
    register(event, name="Cem Caro")
    log_in(client, Role.viewer)
    page = words(client.get("/organise/events/day/attendees?columns=working-group").text)
    assert re.search(r"Ann Able .* Crime .*Ben Best .* Roads", page)
    names = {"crime": ["Ann Able"], "none": ["Cem Caro"]}
    for value, expected in names.items():
        page = client.get(f"/organise/events/day/attendees?answer-working-group={value}").text
        found = [name for name in ("Ann Able", "Ben Best", "Cem Caro") if name in page]
        assert found == expected, value
    assert "Crime" in words(client.get(f"/organise/events/day/attendees/{ann.id}").text)


def test_viewers_look_and_change_nothing(client: Browser) -> None:
    event = make_ranked()
    wishing(event, "crime")
    log_in(client, Role.viewer)
    page = BeautifulSoup(client.get("/organise/events/day/groups").text, "html.parser").main
    assert page is not None
    assert page.select("form, input") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_groups_takes_as_many_statements_for_all(client: Browser, rows: int) -> None:
    event = make_ranked()
    for _ in range(rows):
        wishing(event, "crime")
    publish(event)
    log_in(client, Role.editor)
    client.get("/organise/events/day/groups")
    with counted() as statements:
        client.get("/organise/events/day/groups")
    assert len(statements) <= 13, statements


def test_the_page_says_what_is_missing(client: Browser) -> None:
    make_event("day")
    make_event("ranked", ranks_groups=True)
    log_in(client, Role.editor)
    assert "People do not rank working groups" in client.get("/organise/events/day/groups").text
    assert "There is nothing to choose between" in client.get("/organise/events/ranked/groups").text


def test_who_gives_up_leaves_the_page(client: Browser, app: Flask) -> None:
    event = make_ranked()
    ann = wishing(event, "crime")
    publish(event)
    registration.give_up(ann.id)
    assert "working group" not in words(client.get(own(ann)).text).lower()
