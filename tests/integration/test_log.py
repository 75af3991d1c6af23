"""The audit log as owners read it: every act in words, with before and after, filtered, and taken along."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit.models import AuditEntry
from eventsapp.audit.service import record
from eventsapp.audit.words import ACTIONS
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.people import service as people
from eventsapp.registration import handling
from eventsapp.series import members, team
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import END, START, event_details, make_event, make_series, register
from tests.organising import change, counted, log_in
from tests.pages import words

LOG = "/organise/series/cop/log"
MARKUP = "<script>alert(7)</script>"


@pytest.fixture
def owner(app: Flask, client: Browser) -> int:
    """Olga, logged in as an owner of the series."""
    make_series()
    user_id = log_in(client, Role.owner, series="cop")
    people.rename(user_id, "Olga Owner")
    return user_id


def told(page: TestResponse) -> list[list[str]]:
    """What each line says: what and about what, who, before and after; the times left out."""
    lines = BeautifulSoup(page.text, "html.parser").select("tbody tr")
    cells = [[" ".join(cell.get_text(" ").split()) for cell in line.select("th, td")] for line in lines]
    return [[what, who, values] for what, who, _, values in cells]


def test_what_was_changed_is_told_before_and_after(owner: int, client: Browser) -> None:
    make_event("day")
    change(client, "/organise/events/day/edit", title="Day of Reflection", capacity="40")
    assert told(client.get(LOG))[0] == [
        "Event changed Day of Reflection",
        "Olga Owner",
        "Places in the room: 80 → then 40 Title (en): Reflection Day → then Day of Reflection People told by letter: no",  # noqa: E501
    ]


def test_an_act_on_a_person_leads_to_the_person(owner: int, client: Browser) -> None:
    ann = register(make_event("day", approval=True), name="Ann Able")
    handling.decline(ann.id, by=owner, why="Too late")
    page = client.get(LOG)
    assert told(page)[0][:2] == ["Registration not accepted Ann Able – Reflection Day", "Olga Owner"]
    assert "Reason: Too late" in told(page)[0][2]
    assert f"/organise/events/day/attendees/{ann.id}" in page.text


def test_roles_are_told_by_their_names(owner: int, client: Browser) -> None:
    team.add_organiser("bob@example.org", Role.editor, slug="cop", password=None)
    bob = next(each for each in team.members_of(make_series()) if each.email == "bob@example.org")
    members.change_role(make_series(), bob.user_id, Role.desk, by=owner)
    assert told(client.get(LOG))[0] == ["Role in the team set bob@example.org", "Olga Owner", "Editor → then Desk"]
    assert told(client.get(LOG))[1][1] == "The command line"


def test_a_download_of_attendees_is_in_the_log(owner: int, client: Browser) -> None:
    register(make_event("day"))
    client.get("/organise/events/day/attendees.xlsx")
    assert told(client.get(LOG))[0][0] == "List of attendees downloaded Reflection Day"


def fill(number: int, **values: Any) -> None:
    series_id = make_series()
    with transaction():
        for each in range(number):
            record("event.created", "event:1", by=None, series_id=series_id, number=each, **values)


def test_pages_lead_from_the_newest_to_the_oldest(owner: int, client: Browser) -> None:
    fill(120)
    page, seen = client.get(LOG), []
    for _ in range(10):
        seen += [line[2] for line in told(page)]
        older = BeautifulSoup(page.text, "html.parser").find("a", string="Older entries")
        if older is None:
            break
        page = client.get(str(older["href"]))
    numbers = [int(each.removeprefix("Number: ")) for each in seen if each.startswith("Number: ")]
    assert numbers == list(reversed(range(120)))
    assert "Back to the newest" in page.text


def test_the_filter_shows_what_is_asked_for(owner: int, client: Browser) -> None:
    day, other = make_event("day"), make_event("later", title={"en": "Later Day"})
    ann = register(day, name="Ann Able")
    handling.withdraw(ann.id, by=owner, why="Ill")
    events.publish_event(other.id, by=owner)
    events.call_off_event(other.id, by=owner)

    def shown(query: str) -> set[str]:
        return {line[0] for line in told(client.get(f"{LOG}?{query}"))}

    assert shown(f"who={owner}") == {"Registration withdrawn Ann Able – Reflection Day", "Event called off Later Day"}
    assert shown("action=event.cancelled") == {"Event called off Later Day"}
    assert shown(f"event={other.id}") == {
        "Event made Later Day",
        "Event published Later Day",
        "Event called off Later Day",
    }
    assert "Registration withdrawn Ann Able – Reflection Day" in shown(f"event={day.id}")
    assert "Event made Reflection Day" in shown("who=command")
    assert shown("action=nothing.like-it") == set()
    assert "Nothing fits" in words(client.get(f"{LOG}?action=nothing.like-it"))


def test_dates_take_whole_days(owner: int, client: Browser) -> None:
    for day in (1, 2, 3):
        with time_machine.travel(datetime(2027, 7, day, 23, 59, tzinfo=UTC)):
            fill(1, name=f"day {day}")

    def shown(query: str) -> list[str]:
        lines = told(client.get(f"{LOG}?action=event.created&{query}"))
        return [line[2].removeprefix("Name: day ").removesuffix(" Number: 0") for line in lines]

    assert shown("from=2027-07-02") == ["3", "2"]
    assert shown("to=2027-07-02") == ["2", "1"]
    assert shown("from=2027-07-02&to=2027-07-02") == ["2"]


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=-1",
        "before=99999999999999999999",
        "who=%00",
        "who=99999999999999999999",
        "who=%D9%A1",
        "event=-1",
        "event=99999999999",
        "from=0001-01-01",
        "to=9999-12-31",
        "from=soon",
        "action=%00",
        "action=" + "x" * 5000,
    ],
)
def test_nonsense_in_the_address_counts_as_not_asked(owner: int, client: Browser, query: str) -> None:
    fill(1)
    for path in (LOG, f"{LOG}.csv"):
        assert client.get(f"{path}?{query}").status_code == 200
    assert told(client.get(f"{LOG}?{query}"))


def test_another_series_is_neither_told_nor_found(owner: int, client: Browser) -> None:
    theirs = make_event("theirs", series="other", title={"en": "Secret Day"})
    assert "Secret Day" not in client.get(LOG).text
    assert told(client.get(f"{LOG}?event={theirs.id}")) == []
    assert "Secret Day" not in client.get(f"{LOG}.csv").text


def test_the_log_of_the_site_tells_of_accounts_too(app: Flask, client: Browser) -> None:
    make_event("day")
    user_id = log_in(client)
    people.rename(user_id, "Olga Owner")
    page = client.get("/organise/log")
    lines = told(page)
    assert [
        "Name of the account changed Olga Owner",
        "Olga Owner",
        "– → then Olga Owner",
    ] in lines
    assert ["Event published Reflection Day Community Policing without Borders", "The command line", ""] in lines


def test_hostile_values_stay_text(owner: int, client: Browser) -> None:
    people.rename(owner, MARKUP)
    event = make_event("day", title={"en": MARKUP})
    events.edit_event(event.id, event_details(event, title={"en": "=1+1", MARKUP[:9]: "x"}), by=owner, tell=False)
    with transaction():
        fill(1, name=MARKUP, strange={MARKUP: [MARKUP, {"a": MARKUP}]})
    page = client.get(LOG)
    assert MARKUP not in page.text
    assert page.text.count("&lt;script&gt;alert(7)") > 3


def test_a_long_value_is_shortened_on_the_page_and_whole_in_the_file(owner: int, client: Browser) -> None:
    fill(1, name="x" * 1000)
    assert "x" * 400 not in client.get(LOG).text
    assert "x" * 399 + "…" in client.get(LOG).text
    assert "x" * 1000 in client.get(f"{LOG}.csv").text


def rows(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_file_holds_what_the_filter_shows_and_is_in_the_log_itself(owner: int, client: Browser) -> None:
    fill(1200, why="=cmd()")
    answer = client.get(f"{LOG}.csv?action=event.created&who=")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cop-log.csv"'
    found = rows(answer)
    assert len(found) == 1200
    assert (found[0]["What"], found[0]["Action"], found[0]["Subject"]) == ("Event made", "event.created", "event:1")
    assert found[0]["Values"] == "Number: 1199\nReason: =cmd()"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.user_id, entry.details) == (
        "log.exported",
        owner,
        {"rows": 1200, "filtered": ["action"]},
    )
    assert told(client.get(LOG))[0][0] == "Log downloaded Community Policing without Borders"


def test_a_forgotten_person_is_named_no_more(owner: int, client: Browser) -> None:
    ann = register(make_event("day"), name="Ann Able")
    handling.withdraw(ann.id, by=owner, why="Her reason")
    with transaction() as session:
        session.get_one(type(ann), ann.id).name = ""
        for entry in session.scalars(select(AuditEntry).where(AuditEntry.subject == f"registration:{ann.id}")):
            entry.details = {}
    assert "Her reason" not in client.get(LOG).text
    assert told(client.get(LOG))[0][0] == "Registration withdrawn (forgotten) – Reflection Day"


def test_the_page_costs_the_same_whatever_it_shows(owner: int, client: Browser) -> None:
    costs = []
    for slug in ("one", "two", "three"):
        ann = register(make_event(slug), name=slug)
        handling.withdraw(ann.id, by=owner, why="Ill")
        client.get(LOG)
        with counted() as statements:
            client.get(LOG)
        costs.append(len(statements))
    assert len(set(costs)) == 1, costs


def test_lines_are_in_the_language_of_the_reader(owner: int, client: Browser) -> None:
    make_event("day")
    assert told(client.get(f"{LOG}?lang=en"))[0][0].startswith(str(ACTIONS["event.published"]))
    assert "Event published" not in client.get(f"{LOG}?lang=fr").text


@pytest.mark.parametrize("days", [0, 4000])
def test_times_are_told_in_utc(owner: int, client: Browser, days: int) -> None:
    at = datetime(2027, 7, 1, 22, 30, tzinfo=UTC) + timedelta(days=days)
    with time_machine.travel(at):
        fill(1)
    assert f"{at:%Y-%m-%d %H:%M}" in words(client.get(f"{LOG}?action=event.created"))


def test_sessions_and_states_are_told_in_words(owner: int, client: Browser) -> None:
    day = make_event("day")
    opening = SessionDetails(starts_at=START, ends_at=END, title={"en": "Opening"}, key="opening")
    agenda.set_agenda(day.id, [opening], by=owner)
    agenda.set_agenda(day.id, [replace(opening, room="Room B")], by=owner)
    changed = next(line for line in told(client.get(f"{LOG}?action=agenda.changed")))
    assert "Opening: in Room B" in changed[2]
    handling.withdraw(register(day, name="Ann").id, by=owner, why="Ill")
    assert told(client.get(LOG))[0][2] == "Confirmed → then Cancelled Reason: Ill"


def test_differences_of_an_earlier_version_are_shown_as_they_stand(owner: int, client: Browser) -> None:
    fill(1, differences=[{"strange": "thing"}])
    assert "differences: strange: thing" in told(client.get(LOG))[0][2]
