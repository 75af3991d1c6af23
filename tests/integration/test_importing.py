"""A list of people on its way into an event: looked over, then registered once each, whatever happens meanwhile."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.importing import service
from eventsapp.importing.models import PeopleImport
from eventsapp.importing.reading import MOST_BYTES
from eventsapp.importing.rules import Unready
from eventsapp.importing.running import BATCH, run_batch
from eventsapp.mail import claims
from eventsapp.mail.models import Letter
from eventsapp.registration import integrity
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user, register
from tests.importing import HEADER, make_import, people, workbook
from tests.letters import last_letter, letters
from tests.organising import answers_of, counted, errors, log_in
from tests.pages import heading, words
from tests.scale import Scale

UPLOAD = "/organise/events/day/attendees/import"
BAD = ("none", "a@b@c", "ann@", "@example.org", "ann example.org")


def send(client: Browser, content: bytes, name: str = "people.xlsx") -> TestResponse:
    token = client.csrf_token(UPLOAD)
    return client.post(UPLOAD, data={"csrf_token": token, "file": (io.BytesIO(content), name)})


def press(client: Browser, page: TestResponse, path: str, do: str, **answers: Any) -> TestResponse:
    """A button of the preview, with the rest of the form as it stands."""
    ticks = BeautifulSoup(page.text, "html.parser").select("input[type=checkbox][checked]")
    ticked: dict[str, list[str]] = {"left_out": [], "anyway": []}
    for tick in ticks:
        ticked[str(tick["name"])].append(str(tick["value"]))
    return client.post(path, data=answers_of(page, "") | ticked | {"do": do} | answers)


def upload_of(upload_id: int) -> PeopleImport:
    db.session.rollback()
    return db.session.get_one(PeopleImport, upload_id, populate_existing=True)


def run_all() -> int:
    rows = 0
    while done := run_batch():
        rows += done
    return rows


def registered(event: Event) -> list[Registration]:
    db.session.rollback()
    wanted = select(Registration).where(Registration.event_id == event.id).order_by(Registration.queue_no)
    return list(db.session.scalars(wanted))


@pytest.mark.timeout(900)
def test_a_list_with_faults_is_shown_whole_and_registered_once_they_are_left_out(
    client: Browser, app: Flask, scale: Scale
) -> None:
    number = scale.pick(160, 5000)
    event = make_event("day", capacity=number - 60)
    by = log_in(client)
    rows: list[tuple[str, str, str]] = people(number)
    faulty = sorted({2 + at * (number // 20) for at in range(20)})
    for at, row in enumerate(faulty):
        name, _, organisation = rows[row - 2]
        rows[row - 2] = ("", "", organisation) if at % 4 == 0 else (name, BAD[at % 5], organisation)

    answer = send(client, workbook(rows))
    assert answer.status_code == 303
    path = answer.headers["Location"]
    page = client.get(path)
    table = BeautifulSoup(page.text, "html.parser").select_one("table.table-cards")
    assert table is not None
    assert [int(cell.get_text()) for cell in table.select("tbody th")] == faulty
    assert "20 rows have faults" in words(page)
    assert f"{number - 20} people would be registered" in words(page)

    refused = press(client, page, path, "start")
    assert refused.status_code == 422
    assert "Nothing was registered: some rows still have faults." in words(refused)
    assert (registered(event), letters()) == ([], [])
    assert run_batch() == 0

    assert press(client, page, path, "leave_out").status_code == 303
    page = client.get(path)
    assert "20 rows are left out" in words(page)
    assert press(client, page, path, "start").status_code == 303
    assert registered(event) == []
    progress = client.get(path)
    bar = BeautifulSoup(progress.text, "html.parser").progress
    assert bar is not None
    assert (bar["value"], bar["max"]) == ("0", str(number - 20))
    assert run_batch() == BATCH
    bar = BeautifulSoup(client.get(path).text, "html.parser").progress
    assert bar is not None
    assert bar["value"] == str(BATCH)

    assert run_all() == number - 20 - BATCH
    done = words(client.get(path))
    assert "The list is done" in done
    assert f"{number - 60} people have a place" in done
    assert "40 people wait" in done
    assert "20 rows were left out" in done
    expected = [row for at, row in enumerate(rows, start=2) if at not in faulty]
    assert [(row.name, row.email, row.organisation) for row in registered(event)] == expected
    assert [row.state for row in registered(event)] == ["confirmed"] * (number - 60) + ["waitlisted"] * 40
    assert db.session.scalar(select(func.count()).select_from(Letter)) == number - 20
    upload = db.session.query(PeopleImport).one()
    assert (upload.state, upload.rows) == ("done", [])
    log = db.session.query(AuditEntry).filter_by(subject=f"event:{event.id}")
    assert {entry.action: entry.user_id for entry in log}["import finished"] == by
    assert list(integrity.problems()) == []


@pytest.mark.timeout(300)
def test_killed_workers_lose_and_double_nobody(app: Flask, database_url: str, tmp_path: Path, scale: Scale) -> None:
    """Two at once, killed again and again a moment after they began."""
    number = scale.pick(230, 2000)
    event = make_event("day", capacity=100)
    upload_id = make_import(event.id, by=make_user(), rows=people(number))
    assert service.start(upload_id, by=make_user()) == number
    command = [sys.executable, "-m", "tests.import_worker", database_url, str(tmp_path / "instance")]
    kills = 0
    while upload_of(upload_id).state == "running":
        workers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        if upload_of(upload_id).done < number * 0.8:
            before = upload_of(upload_id).done
            while upload_of(upload_id).done == before:
                db.session.rollback()
            for worker in workers:
                kills += worker.poll() is None
                worker.kill()
        for worker in workers:
            worker.communicate()
    assert kills >= 2
    assert [row.name for row in registered(event)] == [name for name, _, _ in people(number)]
    assert [row.state for row in registered(event)] == ["confirmed"] * 100 + ["waitlisted"] * (number - 100)
    assert upload_of(upload_id).results["confirmed"] + upload_of(upload_id).results["waiting"] == number
    assert db.session.scalar(select(func.count()).select_from(Letter)) == number
    assert list(integrity.problems()) == []


@pytest.mark.usefixtures("app")
def test_others_register_meanwhile_and_their_letters_go_first() -> None:
    event = make_event("day", capacity=BATCH + 1)
    upload_id = make_import(event.id, by=make_user(), rows=people(2 * BATCH))
    service.start(upload_id, by=make_user())
    run_batch()
    guest = register(event, "guest@example.org")
    late = register(event, "late@example.org")
    run_all()
    assert (guest.state, late.state) == ("confirmed", "waitlisted")
    order = [row.email for row in registered(event)]
    assert order[BATCH : BATCH + 2] == ["guest@example.org", "late@example.org"]
    first = claims.claim("worker", 2)
    assert {letter.recipient for letter in first} == {"guest@example.org", "late@example.org"}
    assert list(integrity.problems()) == []


@pytest.mark.usefixtures("app")
def test_an_idle_worker_only_reads() -> None:
    make_import(make_event().id, by=make_user())
    with counted() as statements:
        assert run_batch() == 0
    assert len(statements) <= 2
    assert [statement for statement in statements if not statement.startswith(("SELECT", "BEGIN"))] == []


ROWS = [
    ("Ann Lee", "ann@example.org", "PZ"),
    ("LEE, Ann", "", ""),
    ("Bob", "bob@example.org", ""),
    ("Carl", "BOB@example.org", ""),
    ("Known Person", "new@example.org", ""),
    ("Dia", "known@example.org", ""),
    ("Eve", "", ""),
]


@pytest.mark.parametrize(
    ("anyway", "names"), [([], ["Ann Lee", "Bob", "Eve"]), ([5, 7], ["Ann Lee", "Bob", "Carl", "Dia", "Eve"])]
)
def test_doubles_are_skipped_unless_somebody_says_otherwise(
    client: Browser, app: Flask, anyway: list[int], names: list[str]
) -> None:
    event = make_event("day")
    register(event, "known@example.org", name="Known Person")
    log_in(client)
    path = send(client, workbook(ROWS)).headers["Location"]
    page = client.get(path)
    for said in (
        "4 possible doubles",
        "Row 3: LEE, Ann – as in row 2",
        "Row 5: Carl, BOB@example.org – as in row 4",
        "Row 6: Known Person, new@example.org – registered already",
        "Row 7: Dia, known@example.org – registered already",
    ):
        assert said in words(page).replace(" ,", ",")
    press(client, page, path, "check", anyway=[str(number) for number in anyway])
    page = client.get(path)
    press(client, page, path, "start", anyway=[str(number) for number in anyway])
    run_all()
    assert [row.name for row in registered(event)][1:] == names
    done = words(client.get(path))
    left = [number for number in (3, 5, 6, 7) if number not in anyway]
    assert f"{len(left)} were known already (rows {', '.join(map(str, left))})" in done
    assert list(integrity.problems()) == []


@pytest.mark.usefixtures("app")
def test_whoever_registered_meanwhile_is_known() -> None:
    event = make_event("day")
    upload_id = make_import(event.id, by=make_user(), rows=ROWS[:1])
    service.start(upload_id, by=make_user())
    register(event, "ann@example.org", name="Ann Lee")
    run_all()
    assert upload_of(upload_id).results["known"] == [2]
    assert len(registered(event)) == 1


@pytest.mark.usefixtures("app")
def test_the_letters_say_who_and_how_to_refuse_or_none_goes_out() -> None:
    event = make_event("day")
    told = make_import(event.id, by=make_user(), rows=[("Ann Lee", "ann@example.org", "")])
    service.start(told, by=make_user())
    run_all()
    letter = last_letter("ann@example.org")
    assert "have entered you for this event" in letter.text
    assert "I did not ask for this" in letter.text
    untold = make_import(event.id, by=make_user(), rows=[("Bob", "bob@example.org", "")], tell=False)
    service.start(untold, by=make_user())
    run_all()
    assert len(letters()) == 1
    assert list(integrity.problems()) == []


@pytest.mark.usefixtures("app")
def test_places_in_any_case_take_a_reason_when_there_are_not_enough() -> None:
    event = make_event("day", capacity=2)
    by = make_user()
    upload_id = make_import(event.id, by=by, wish="confirmed")
    assert service.start(upload_id, by=by) is Unready.NO_REASON
    service.choose(upload_id, {"name": 0, "email": 1}, upload_of(upload_id).options | {"why": "the whole team"})
    assert service.start(upload_id, by=by) == 3
    run_all()
    assert get_event(event.id).room_confirmed == 3
    assert list(integrity.problems()) == []


@pytest.mark.usefixtures("app")
def test_an_event_called_off_stops_the_list() -> None:
    event = make_event("day")
    upload_id = make_import(event.id, by=make_user(), rows=people(2 * BATCH))
    service.start(upload_id, by=make_user())
    run_batch()
    events.call_off_event(event.id, by=make_user(), message="")
    run_all()
    upload = upload_of(upload_id)
    assert (upload.state, upload.results["stopped"], upload.rows) == ("given_up", True, [])
    assert len(registered(event)) == BATCH


@pytest.mark.usefixtures("app")
def test_a_list_that_is_given_up_is_erased_and_does_no_more() -> None:
    event = make_event("day")
    upload_id = make_import(event.id, by=make_user(), rows=people(2 * BATCH))
    service.start(upload_id, by=make_user())
    run_batch()
    assert service.give_up(upload_id, by=make_user())
    assert run_all() == 0
    assert (upload_of(upload_id).state, upload_of(upload_id).rows) == ("given_up", [])
    assert len(registered(event)) == BATCH
    assert not service.give_up(upload_id, by=make_user())


@pytest.mark.usefixtures("app")
def test_a_list_that_nobody_starts_is_erased_after_a_week() -> None:
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False) as clock:
        upload_id = make_import(make_event("day").id, by=make_user())
        clock.shift(timedelta(days=7))
        assert service.erase_forgotten() == 0
        clock.shift(timedelta(seconds=1))
        assert service.erase_forgotten() == 1
    assert (upload_of(upload_id).state, upload_of(upload_id).rows) == ("given_up", [])


@pytest.mark.usefixtures("app")
def test_a_list_starts_once_and_not_empty() -> None:
    event, by = make_event("day"), make_user()
    upload_id = make_import(event.id, by=by)
    assert service.start(upload_id, by=by) == 3
    assert service.start(upload_id, by=by) is Unready.NOT_THERE
    assert not service.choose(upload_id, {}, {})
    run_all()
    again = make_import(event.id, by=by)
    assert service.start(again, by=by) is Unready.NOBODY
    draft = make_event("draft", publish=False)
    assert service.start(make_import(draft.id, by=by), by=by) is Unready.EVENT_OVER


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "people.csv", "There is nothing in this file."),
        (b"PK\x03\x04", "people.xlsx", "This file could not be read."),
        (b"\xd0\xcf\x11\xe0" * 9, "people.xls", "This file is in an old format of Excel"),
    ],
    ids=["empty", "broken", "old"],
)
def test_a_file_that_is_no_list_is_refused_beside_the_field(
    client: Browser, app: Flask, content: bytes, name: str, said: str
) -> None:
    make_event("day")
    log_in(client)
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert said in errors(answer)["file"]
    assert db.session.query(PeopleImport).count() == 0


def test_a_file_far_too_large_gets_a_page(client: Browser, app: Flask) -> None:
    make_event("day")
    log_in(client)
    claimed = {"CONTENT_LENGTH": str(MOST_BYTES + 600 * 1024)}
    answer = client.post(UPLOAD, data=b"--x", content_type="multipart/form-data; boundary=x", environ_overrides=claimed)
    assert answer.status_code == 413
    assert "This file is too large: at most 2 MB." in words(answer)
    assert db.session.query(PeopleImport).count() == 0


def test_columns_are_matched_again_by_hand(client: Browser, app: Flask) -> None:
    event = make_event("day", mode="hybrid", online_capacity=5)
    log_in(client)
    rows = [("x", "Ann", "Lee", "ann@example.org", "sur place"), ("y", "Bob", "", "", "")]
    path = send(client, workbook(rows, ("One", "Two", "Three", "Four", "Five")), "liste.xlsx").headers["Location"]
    page = client.get(path)
    assert "2 rows have faults" in words(page)
    chosen = {"column_first_name": "1", "column_last_name": "2", "column_email": "3", "column_attends": "4"}
    press(client, page, path, "check", **chosen, attends="online", language="fr")
    page = client.get(path)
    assert "2 people would be registered" in words(page)
    press(client, page, path, "start")
    run_all()
    told = [(row.name, row.email, row.attends, row.language) for row in registered(event)]
    assert told == [("Ann Lee", "ann@example.org", "room", "fr"), ("Bob", None, "online", "fr")]


def test_hostile_cells_are_text(client: Browser, app: Flask) -> None:
    event = make_event("day")
    log_in(client)
    rows = [
        ("<script>alert(7)</script>", "x@example.org", "=cmd|' /C calc'!A0"),
        ("محمد\u202e الحسيني", '"><img src=x>@x', "'--"),
        ("a" * 3000, "b@example.org", ""),
    ]
    path = send(client, workbook(rows), "<b>x</b>.xlsx").headers["Location"]
    page = client.get(path)
    assert "<script>alert" not in page.text
    assert "<b>x</b>" not in page.text
    assert "<img src=x>" not in page.text
    assert "2 rows have faults" in words(page)
    press(client, page, path, "leave_out")
    press(client, client.get(path), path, "start")
    run_all()
    (row,) = registered(event)
    assert (row.name, row.organisation) == ("<script>alert(7)</script>", "=cmd|' /C calc'!A0")
    progress = client.get(path)
    assert heading(progress) == "The list is done"
    assert "<b>x</b>" not in progress.text


def test_another_event_has_other_lists(client: Browser, app: Flask) -> None:
    make_event("day")
    make_event("other")
    log_in(client)
    path = send(client, workbook(people(1), HEADER)).headers["Location"]
    assert client.get(path).status_code == 200
    assert client.get(path.replace("/day/", "/other/")).status_code == 404


def test_a_long_list_is_looked_over_in_as_many_statements(client: Browser, app: Flask) -> None:
    event, by = make_event("day"), log_in(client)
    numbers = []
    for length in (1, 30):
        key = upload_of(make_import(event.id, by=by, rows=people(length))).key
        with counted() as statements:
            assert client.get(f"{UPLOAD}/{key}").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
