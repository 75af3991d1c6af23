"""The attendee list, its downloads, one person's history, and what an organiser can do."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask import Flask

from eventsapp.audit.models import AuditEntry
from eventsapp.clock import now
from eventsapp.database import db, transaction
from eventsapp.events.models import Event
from eventsapp.registration import handling, service
from eventsapp.registration.models import Registration
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_event, register, reload
from tests.letters import letters
from tests.organising import answers_of, counted, errors, log_in
from tests.pages import heading, words

LIST = "/organise/events/day/attendees"
HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "محمد الحسيني", "😀 Smith", "@SUM(A1)", "x" * 200]


@pytest.fixture
def organiser(client: Browser) -> int:
    return log_in(client)


def names(path: str, client: Browser) -> list[str]:
    """Of the rows of the list, in order."""
    page = BeautifulSoup(client.get(path).text, "html.parser")
    return [" ".join(cell.get_text().split()) for cell in page.select("tbody th")]


def crowd(event: Event, number: int) -> None:
    """Many registrations at once, straight into the table; counters are not what these tests look at."""
    at = now()
    with transaction() as session:
        session.add_all(
            Registration(
                event_id=event.id,
                email=f"guest{each}@example.org",
                email_key=f"guest{each}@example.org",
                name=f"Guest {each:03}",
                state="confirmed" if each % 3 else "waitlisted",
                queue_no=1000 + each,
                registered_at=at,
                contact_until=at,
            )
            for each in range(number)
        )


def as_csv(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def as_xlsx(answer: Any) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_the_list_filters_searches_and_counts(client: Browser, organiser: int) -> None:
    event = make_event("day", capacity=2)
    for name, organisation in (
        ("Ana Pereira", "Lisbon Police"),
        ("Bo Berg", "Oslo"),
        ("Cy Kos", "Oslo"),
        ("Di Wu", ""),
    ):
        register(event, name=name, organisation=organisation)
    assert names(LIST, client) == ["Ana Pereira", "Bo Berg", "Cy Kos", "Di Wu"]
    assert names(f"{LIST}?status=waitlisted", client) == ["Cy Kos", "Di Wu"]
    assert names(f"{LIST}?q=oslo", client) == ["Bo Berg", "Cy Kos"]
    assert names(f"{LIST}?q=OSLO&status=waitlisted", client) == ["Cy Kos"]
    assert names(f"{LIST}?q=%25", client) == []
    assert names(f"{LIST}?status=nonsense", client) == names(LIST, client)
    page = words(client.get(LIST))
    assert "2 of 2 places taken, 2 people wait" in page
    assert "All 4 Confirmed 2 Waiting 2" in page
    assert "number 2 in line" in page


def test_any_filter_gets_a_page(client: Browser, organiser: int) -> None:
    register(make_event("day"))
    for query in ("page=0", "page=-5", "page=99", "page=x", "page=" + "9" * 30, "q=%00", "q=" + "x" * 9000):
        assert client.get(f"{LIST}?{query}").status_code == 200, query


def test_names_are_text_whatever_they_are(client: Browser, organiser: int) -> None:
    event = make_event("day")
    people = [register(event, name=name, organisation=name) for name in HOSTILE]
    assert names(LIST, client) == HOSTILE
    for person, name in zip(people, HOSTILE, strict=True):
        page = client.get(f"{LIST}/{person.id}")
        assert heading(page) == name
        assert "<script>alert" not in page.text


def test_fifty_stand_on_a_page(client: Browser, organiser: int) -> None:
    crowd(make_event("day"), 120)
    pages = [names(f"{LIST}?page={page}", client) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [name for page in pages for name in page] == [f"Guest {each:03}" for each in range(120)]
    assert "120 people, page 2 of 3" in words(client.get(f"{LIST}?page=2"))
    assert names(f"{LIST}?page=4", client) == pages[2]


@pytest.mark.parametrize(("ending", "read"), [("csv", as_csv), ("xlsx", as_xlsx)])
def test_a_download_holds_exactly_what_the_filter_shows(
    client: Browser, organiser: int, ending: str, read: Any
) -> None:
    event = make_event("day")
    crowd(event, 120)
    register(event, name="Ana Pereira", organisation="Lisbon Police")
    for query in ("", "?status=waitlisted", "?q=guest+01", "?status=confirmed&q=lisbon", "?q=nobody"):
        answer = client.get(f"{LIST}.{ending}{query}")
        header, *rows = read(answer)
        assert header[:5] == ["Name", "E-mail", "Organisation", "Status", "Position"]
        shown: list[str] = []
        page = 1
        while len(shown) < len(rows) or page == 1:
            shown += names(f"{LIST}{query}{'&' if query else '?'}page={page}", client)
            page += 1
        assert [row[0] for row in rows] == shown
    header, *rows = read(client.get(f"{LIST}.{ending}?status=waitlisted"))
    assert {row[3] for row in rows} == {"waitlisted"}
    assert [row[4] for row in rows] == [str(place) for place in range(1, 41)]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="day-attendees.{ending}"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_no_cell_of_a_download_is_a_formula(client: Browser, organiser: int) -> None:
    event = make_event("day")
    for name in HOSTILE:
        register(event, name=name)
    _, *rows = as_csv(client.get(f"{LIST}.csv"))
    assert [row[0].removeprefix("'") for row in rows] == HOSTILE
    assert [row[0][0] for row in rows if row[0].removeprefix("'")[0] in "=@+-"] == ["'", "'"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIST}.xlsx").data))
    assert {cell.data_type for row in book.active.iter_rows(min_row=2, max_col=4) for cell in row} <= {"s", "n"}
    assert [row[0] for row in as_xlsx(client.get(f"{LIST}.xlsx"))[1:]] == HOSTILE


def test_a_download_is_noted_without_what_was_searched(client: Browser, organiser: int) -> None:
    event = make_event("day")
    register(event, name="Ana Pereira")
    client.get(f"{LIST}.csv?q=pereira&status=confirmed")
    (row,) = db.session.query(AuditEntry).filter_by(action="attendees.exported").all()
    assert (row.user_id, row.subject, row.series_id) == (organiser, f"event:{event.id}", event.series_id)
    assert row.details == {
        "format": "csv",
        "status": "confirmed",
        "searched": True,
        "answers": [],
        "columns": ["registered", "attends", "role", "language", "contact"],
        "rows": 1,
        "picked": False,
        "sensitive": False,
    }


@pytest.mark.parametrize("path", [LIST, f"{LIST}.csv", f"{LIST}?q=guest&status=waitlisted"])
def test_the_list_costs_the_same_for_3_and_for_300(client: Browser, organiser: int, path: str) -> None:
    event = make_event("day")
    crowd(event, 3)
    client.get(path)
    with counted() as few:
        client.get(path)
    with transaction() as session:
        session.query(Registration).delete()
    crowd(event, 300)
    with counted() as many:
        client.get(path)
    assert len(many) == len(few)
    assert len(few) <= 14


def test_one_person_with_a_history_in_words(client: Browser, organiser: int) -> None:
    event = make_event("day", capacity=1)
    first, second = register(event), register(event, name="Ana Pereira", organisation="Lisbon Police")
    handling.move_up(second.id, by=organiser, why="She <b>speaks</b>")
    service.give_up(second.id)
    page = words(client.get(f"{LIST}/{second.id}"))
    told = [
        "Registered and joined the waitlist (the participant)",
        "Moved up by hand",
        "Reason: She <b>speaks</b>",
        "Gave up",
    ]
    assert [page.index(each) for each in told] == sorted(page.index(each) for each in told)
    assert "Lisbon Police" in page
    assert "Registered and got a place" in words(client.get(f"{LIST}/{first.id}"))


def act(client: Browser, person: Registration, name: str, **answers: str) -> Any:
    page = client.get(f"{LIST}/{person.id}")
    return client.post(f"{LIST}/{person.id}/{name}", data=answers_of(page, f"/{name}") | answers)


@pytest.mark.parametrize(
    ("start", "name", "state", "subject"),
    [
        ("pending", "approve", "confirmed", "You have a place"),
        ("pending", "decline", "declined", "Not accepted"),
        ("confirmed", "withdraw", "cancelled", "Your place was withdrawn"),
        ("waitlisted", "move-up", "confirmed", "You now have a place"),
    ],
)
def test_an_act_changes_the_state_tells_the_person_and_keeps_the_reason(
    client: Browser, organiser: int, start: str, name: str, state: str, subject: str
) -> None:
    event = make_event("day", approval=start == "pending", capacity=1)
    if start == "waitlisted":
        register(event)
    person = register(event)
    assert person.state == start
    answer = act(client, person, name, **({} if name == "approve" else {"why": "A good reason"}))
    assert answer.headers["Location"] == f"{LIST}/{person.id}"
    assert reload(person).state == state
    assert letters(person.email or "")[-1].subject.startswith(subject)
    page = words(client.get(f"{LIST}/{person.id}"))
    assert ("Reason: A good reason" in page) is (name != "approve")


def test_sent_back_the_place_goes_to_the_first_who_waits(client: Browser, organiser: int) -> None:
    event = make_event("day", capacity=1)
    holder, waiting = register(event), register(event)
    assert act(client, holder, "put-back", why="Asked for it").status_code == 303
    assert (reload(holder).state, reload(waiting).state) == ("waitlisted", "confirmed")


@pytest.mark.parametrize("name", ["withdraw", "put-back"])
@pytest.mark.parametrize("why", ["", "   ", "x" * 501])
def test_an_act_without_a_good_reason_changes_nothing(client: Browser, organiser: int, name: str, why: str) -> None:
    person = register(make_event("day"))
    answer = act(client, person, name, why=why)
    assert answer.status_code == 422
    assert set(errors(answer)) == {f"{name.replace('-', '_')}-why"}
    assert answers_of(answer, f"/{name}")["why"] == why.strip()
    assert reload(person).state == "confirmed"


def test_an_act_that_came_too_late_is_explained(client: Browser, organiser: int) -> None:
    person = register(make_event("day"))
    form = answers_of(client.get(f"{LIST}/{person.id}"), "/withdraw") | {"why": "Ill"}
    service.give_up(person.id)
    assert client.post(f"{LIST}/{person.id}/withdraw", data=form).status_code == 303
    page = client.get(f"{LIST}/{person.id}")
    assert "this registration has moved on meanwhile" in page.text
    assert "Gave up" in words(page)


def test_a_place_that_would_come_straight_back_is_not_taken(client: Browser, organiser: int) -> None:
    person = register(make_event("day"))
    act(client, person, "put-back", why="Try")
    assert "nobody else waits" in client.get(f"{LIST}/{person.id}").text
    assert reload(person).state == "confirmed"


def test_acts_are_offered_to_those_who_may_and_while_they_can(client: Browser, organiser: int) -> None:
    person = register(make_event("day"))
    assert "Withdraw the registration" in words(client.get(f"{LIST}/{person.id}"))
    desk = Browser(client.application)
    log_in(desk, Role.desk, series="cop")
    page = words(desk.get(f"{LIST}/{person.id}"))
    assert "History" in page
    assert "What you can do" not in page
    service.give_up(person.id)
    assert "What you can do" not in words(client.get(f"{LIST}/{person.id}"))


def test_a_forgotten_person_leaves_a_line_without_a_name(app: Flask, client: Browser, organiser: int) -> None:
    person = register(make_event("day"))
    with transaction() as session:
        row = session.get_one(Registration, person.id)
        row.name, row.email, row.email_key, row.organisation = "", None, None, ""
    assert names(LIST, client) == ["(forgotten)"]
    assert heading(client.get(f"{LIST}/{person.id}")) == "(forgotten)"
    assert as_csv(client.get(f"{LIST}.csv"))[1][:3] == ["", "", ""]
