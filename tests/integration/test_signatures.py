"""The signature sheet: who stands on it, in which order and language, a sheet for each day, rows to spare."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from eventsapp.audit.models import AuditEntry
from eventsapp.clock import now
from eventsapp.database import db, transaction
from eventsapp.documents.rules import days_of, sorted_lines
from eventsapp.events.models import Event
from eventsapp.organisations.models import Organisation
from eventsapp.registration import service
from eventsapp.registration.models import Registration
from eventsapp.series.models import Series
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_event, make_series, register
from tests.lists import make_partner_logo
from tests.organising import counted, log_in
from tests.pages import words

SHEET = "/organise/events/day/signatures"


@pytest.fixture
def organiser(client: Browser) -> int:
    return log_in(client, Role.desk)


def sheets(page: Any) -> list[Tag]:
    return list(BeautifulSoup(page.text, "html.parser").select("section.sheet"))


def rows(sheet: Tag) -> list[list[str]]:
    return [[cell.get_text().strip() for cell in row.select("th, td")] for row in sheet.select("tbody tr")]


def names(page: Any) -> list[str]:
    return [row[1] for row in rows(sheets(page)[0]) if row[1]]


def text(sheet: Tag) -> str:
    return " ".join(sheet.get_text(" ").split())


def test_everybody_with_a_place_in_the_room_stands_there_by_name(client: Browser, organiser: int) -> None:
    event = make_event("day", mode="hybrid", capacity=4, online_capacity=5)
    for name, attends in (("Zoë", "room"), ("émile", "room"), ("Ann", "online"), ("Bo", "room"), ("Gone", "room")):
        row = register(event, name=name, attends=attends, organisation="Unia")
    service.give_up(row.id)
    register(event, name="Fred"), register(event, name="Waits")
    (sheet,) = sheets(client.get(SHEET))
    filled = [row for row in rows(sheet) if row[1]]
    assert filled == [
        ["1", "Bo", "Unia", ""],
        ["2", "émile", "Unia", ""],
        ["3", "Fred", "", ""],
        ["4", "Zoë", "Unia", ""],
    ]
    blank = rows(sheet)[len(filled) :]
    assert [row[0] for row in blank] == [str(number) for number in range(5, 15)]
    assert {cell for row in blank for cell in row[1:]} == {""}
    head = [cell.get_text() for cell in sheet.select("thead tr")[-1].select("th")]
    assert head == ["No.", "Name", "Organisation", "Signature"]


def test_it_says_what_when_where_and_who_pays(client: Browser, organiser: int) -> None:
    event = make_event("day")
    logo = make_partner_logo(event.series_id, "The fund")
    with transaction() as session:
        series = session.get_one(Series, event.series_id)
        series.funder_statement, series.grant_number = {"en": "Funded by the ISF."}, "101074951"
    page = client.get(SHEET)
    (sheet,) = sheets(page)
    for said in (
        "Reflection Day",
        "Thursday 14 October 2027",
        "Manos Premier, Chaussée de Charleroi 100, 1060 Brussels",
        "Funded by the ISF.",
        "Grant number 101074951",
    ):
        assert said in text(sheet), said
    (picture,) = sheet.select("img")
    assert (picture["alt"], picture["src"]) == ("The fund", f"{SHEET}/logos/{logo}.png")
    answer = client.get(str(picture["src"]))
    assert (answer.content_type, answer.data[:4]) == ("image/png", b"\x89PNG")


def test_each_day_has_a_sheet_and_one_can_be_chosen(client: Browser, organiser: int) -> None:
    register(make_event("day", ends_at=datetime(2027, 10, 17)), name="Ann")
    page = client.get(SHEET)
    days = ["Thursday 14 October 2027", "Friday 15 October 2027", "Saturday 16 October 2027"]
    assert [day in text(sheet) for sheet, day in zip(sheets(page), days, strict=True)] == [True] * 3
    (sheet,) = sheets(client.get(f"{SHEET}?day=2027-10-15"))
    assert days[1] in text(sheet)
    for nonsense in ("2027-10-17", "x", "<script>"):
        assert len(sheets(client.get(SHEET, query_string={"day": nonsense}))) == 3


def test_of_a_long_event_a_day_is_chosen(client: Browser, organiser: int) -> None:
    make_event("day", ends_at=datetime(2027, 11, 30, 17))
    (sheet,) = sheets(client.get(SHEET))
    assert "Thursday 14 October 2027" in text(sheet)
    assert "Every day" not in words(client.get(SHEET))


def test_the_days_of_an_event() -> None:
    def days(month: int, day: int, hour: int, minute: int = 0) -> list[int]:
        ends = datetime(2027, month, day, hour, minute)
        return [each.day for each in days_of(datetime(2027, 10, 30, 20), ends)]

    assert days(10, 30, 23) == [30]
    assert days(10, 31, 0, 0) == [30]
    assert days(10, 31, 0, 1) == [30, 31]
    assert days_of(datetime(2027, 10, 30), datetime(2027, 11, 2)) == [
        date(2027, 10, 30),
        date(2027, 10, 31),
        date(2027, 11, 1),
    ]


def test_by_organisation_and_then_by_name() -> None:
    lines = [("Zoë", "unia"), ("Ann", ""), ("Émile", "Unia"), ("Bo", "Éa")]
    assert sorted_lines(lines, "organisation") == [("Bo", "Éa"), ("Émile", "Unia"), ("Zoë", "unia"), ("Ann", "")]
    assert sorted_lines(lines, "name") == [("Ann", ""), ("Bo", "Éa"), ("Émile", "Unia"), ("Zoë", "unia")]


def test_an_organisation_has_the_name_it_has_in_the_series(client: Browser, organiser: int) -> None:
    person = register(make_event("day"), name="Ann", organisation="Unia vzw")
    with transaction() as session:
        made = Organisation(series_id=make_series(), name="Unia", created_at=now())
        session.add(made)
        session.flush()
        session.get_one(Registration, person.id).organisation_id = made.id
    assert rows(sheets(client.get(SHEET))[0])[0] == ["1", "Ann", "Unia", ""]


def test_the_sheet_is_in_the_events_language_or_a_chosen_one(client: Browser, organiser: int) -> None:
    make_event("day", language="fr", title={"fr": "Journée de réflexion", "en": "Reflection Day"})
    page = client.get(SHEET)
    (sheet,) = sheets(page)
    assert sheet["lang"] == "fr"
    assert "Journée de réflexion" in text(sheet)
    assert "jeudi 14 octobre 2027" in text(sheet)
    assert "Print it from your browser" in words(page), "the page around it stays in the reader's"
    (sheet,) = sheets(client.get(f"{SHEET}?language=en"))
    assert (sheet["lang"], "Thursday 14 October 2027" in text(sheet)) == ("en", True)
    assert sheets(client.get(f"{SHEET}?language=xx"))[0]["lang"] == "fr"


def test_nobody_signs_online(client: Browser, organiser: int) -> None:
    register(make_event("day", mode="online"))
    page = client.get(SHEET)
    assert sheets(page) == []
    assert "This event takes place online only." in words(page)
    assert "Signature sheet" not in words(client.get("/organise/events/day/attendees"))


def test_a_forgotten_person_is_not_on_it(client: Browser, organiser: int) -> None:
    person = register(make_event("day"), name="Ann")
    with transaction() as session:
        session.get_one(Registration, person.id).forgotten_at = now()
    assert names(client.get(SHEET)) == []


def test_names_are_text_whatever_they_are(client: Browser, organiser: int) -> None:
    event = make_event("day")
    hostile = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "x" * 200, "محمد الحسيني"]
    for name in hostile:
        register(event, name=name, organisation=name)
    page = client.get(SHEET)
    assert sorted(names(page)) == sorted(hostile)
    assert "<script>alert" not in page.text


def test_printing_is_noted(client: Browser, organiser: int) -> None:
    event: Event = make_event("day", ends_at=datetime(2027, 10, 15, 12))
    register(event)
    client.get(SHEET)
    (entry,) = db.session.query(AuditEntry).filter_by(action="signatures.printed").all()
    assert (entry.user_id, entry.subject) == (organiser, f"event:{event.id}")
    assert entry.details == {"rows": 1, "days": 2}


def test_a_sheet_costs_the_same_for_few_and_for_many(client: Browser, organiser: int) -> None:
    event = make_event("day")
    register(event)
    client.get(SHEET)
    with counted() as few:
        client.get(SHEET)
    for _ in range(12):
        register(event)
    with counted() as many:
        client.get(SHEET)
    assert len(many) == len(few)


def test_a_logo_is_found_in_its_series_only(client: Browser, organiser: int, app: Flask) -> None:
    make_event("day")
    foreign = make_partner_logo(make_series("other"))
    assert client.get(f"{SHEET}/logos/{foreign}.png").status_code == 404


def test_a_viewer_takes_no_sheet(client: Browser) -> None:
    make_event("day")
    log_in(client, Role.viewer, series="cop")
    assert client.get(SHEET).status_code == 403
    assert "Signature sheet" not in words(client.get("/organise/events/day/attendees"))
