"""Several people confirmed or withdrawn at once: asked first, done in one transaction, told what became of whom."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.exc import OperationalError

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration import handling, handling_many, integrity, service
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.rules import State
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user, register, reload
from tests.letters import letters
from tests.organising import answers_of, counted, errors, log_in
from tests.pages import heading, words

LIST = "/organise/events/day/attendees"


@pytest.fixture
def organiser(client: Browser) -> int:
    return log_in(client)


@pytest.fixture(autouse=True)
def sound(app: Flask) -> Iterator[None]:
    """Whatever a test did: counters, queue and letters fit the history."""
    yield
    db.session.rollback()
    assert list(integrity.problems()) == []


def people(event: Event, number: int) -> list[Registration]:
    return [register(event, name=f"Guest {each}") for each in range(1, number + 1)]


def states(rows: list[Registration]) -> list[str]:
    return [reload(row).state for row in rows]


def ask(client: Browser, act: str, rows: list[Registration], **more: Any) -> Any:
    query = urlencode([("who", row.id) for row in rows] + list(more.items()))
    return client.get(f"{LIST}/{act}?{query}")


def do(client: Browser, act: str, rows: list[Registration], **answers: str) -> Any:
    form = answers_of(ask(client, act, rows), f"/{act}")
    return client.post(f"{LIST}/{act}", data=form | answers)


def told(page: Any) -> dict[str, list[str]]:
    """The groups of the result page: what is said of whom."""
    sections = BeautifulSoup(page.text, "html.parser").select("main section")
    return {
        " ".join(section.h2.get_text().split()): [" ".join(item.get_text().split()) for item in section.select("li")]
        for section in sections
        if section.h2 is not None
    }


def test_withdrawing_asks_names_everybody_and_tells_them(client: Browser, organiser: int) -> None:
    event = make_event("day", capacity=3)
    rows = people(event, 6)
    page = ask(client, "withdraw", [rows[0], rows[2], rows[4]])
    assert heading(page) == "Withdraw 3 registrations?"
    listed = BeautifulSoup(page.text, "html.parser").select("ol.people li bdi")
    assert [item.get_text() for item in listed] == ["Guest 1", "Guest 3", "Guest 5"]
    assert states(rows) == ["confirmed"] * 3 + ["waitlisted"] * 3, "asking changes nothing"
    answer = do(client, "withdraw", [rows[0], rows[2], rows[4]], why="The bus is too small")
    assert answer.status_code == 200
    assert told(answer) == {"3 registrations are withdrawn": ["Guest 1", "Guest 3", "Guest 5"]}
    assert states(rows) == ["cancelled", "confirmed", "cancelled", "confirmed", "cancelled", "confirmed"]
    for row, kind in zip(rows, ["withdrawn", "place", "withdrawn", "moved_up", "withdrawn", "moved_up"], strict=True):
        last = letters(row.email or "")[-1]
        assert last.kind == kind
        assert "bus" not in last.text, "the reason is the organisers' own"
    reasons = db.session.query(RegistrationMove.why).filter_by(to_state="cancelled").all()
    assert {why for (why,) in reasons} == {"The bus is too small"}


def test_nobody_moves_up_only_to_be_withdrawn(client: Browser, organiser: int) -> None:
    event = make_event("day", capacity=1)
    rows = people(event, 3)
    do(client, "withdraw", rows[:2], why="Not from a partner")
    assert states(rows) == ["cancelled", "cancelled", "confirmed"]
    assert [each.kind for each in letters(rows[1].email or "")] == ["waiting", "withdrawn"]


def test_confirming_approves_and_moves_up_as_the_state_allows(client: Browser, organiser: int) -> None:
    event = make_event("day", capacity=2, approval=True)
    rows = people(event, 5)
    for row in rows[:3]:
        handling.approve(row.id, by=organiser)
    assert states(rows) == ["confirmed", "confirmed", "waitlisted", "pending", "pending"]
    service.give_up(rows[4].id)
    page = ask(client, "confirm", rows)
    assert heading(page) == "Give 2 people a place?"
    assert "3 people are left out" in words(page)
    assert "That is 1 place more than there are." in words(page)
    answer = do(client, "confirm", rows, why="The hall has more chairs")
    assert told(answer) == {
        "1 person has a place now": ["Guest 3"],
        "1 request is approved and waits for a place": ["Guest 4"],
        "Nothing was done for 3 people": [
            "Guest 1 – has a place already",
            "Guest 2 – has a place already",
            "Guest 5 – is not registered any more",
        ],
    }
    assert states(rows) == ["confirmed", "confirmed", "confirmed", "waitlisted", "cancelled"]
    move = db.session.query(RegistrationMove).filter_by(registration_id=rows[2].id, by_hand=True).one()
    assert (move.why, move.by_user_id) == ("The hall has more chairs", organiser)


def test_requests_alone_are_approved_without_a_reason(client: Browser, organiser: int) -> None:
    rows = people(make_event("day", approval=True), 3)
    page = ask(client, "confirm", rows)
    assert BeautifulSoup(page.text, "html.parser").select("[name=why]") == []
    assert told(do(client, "confirm", rows)) == {"3 people have a place now": ["Guest 1", "Guest 2", "Guest 3"]}
    assert [letters(row.email or "")[-1].kind for row in rows] == ["place"] * 3


def test_where_nobody_can_wait_a_request_stays_one(client: Browser, organiser: int) -> None:
    rows = people(make_event("day", approval=True, capacity=1, waitlist=False), 2)
    answer = do(client, "confirm", rows)
    assert told(answer)["Nothing was done for 1 person"] == [
        "Guest 2 – all places are taken, and this event has no waitlist"
    ]
    assert states(rows) == ["confirmed", "pending"]


@pytest.mark.parametrize("act", ["withdraw", "confirm"])
@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_without_a_good_reason_nothing_is_done(client: Browser, organiser: int, act: str, why: str) -> None:
    rows = people(make_event("day", capacity=1), 3)
    answer = do(client, act, rows[1:], why=why)
    assert (answer.status_code, set(errors(answer))) == (422, {"why"})
    assert answers_of(answer, f"/{act}")["why"] == why.strip()
    assert answers_of(answer, f"/{act}")["who"] == f"{rows[1].id},{rows[2].id}"
    assert states(rows) == ["confirmed", "waitlisted", "waitlisted"]


def test_who_gave_up_meanwhile_is_left_out(client: Browser, organiser: int) -> None:
    rows = people(make_event("day"), 3)
    form = answers_of(ask(client, "withdraw", rows), "/withdraw") | {"why": "Ill"}
    service.give_up(rows[1].id)
    answer = client.post(f"{LIST}/withdraw", data=form)
    assert told(answer) == {
        "2 registrations are withdrawn": ["Guest 1", "Guest 3"],
        "Nothing was done for 1 person": ["Guest 2 – is not registered any more"],
    }
    assert [each.kind for each in letters(rows[1].email or "")] == ["place", "given_up"]
    again = client.post(f"{LIST}/withdraw", data=form)
    assert again.status_code == 422, "sent twice: there is nobody left to do it with"
    assert "For none of these people is there anything to do." in words(again)


def test_who_came_to_wait_meanwhile_asks_for_a_reason(client: Browser, organiser: int) -> None:
    event = make_event("day", capacity=1, approval=True)
    rows = people(event, 2)
    form = answers_of(ask(client, "confirm", rows), "/confirm")
    for row in rows:
        handling.approve(row.id, by=organiser)
    answer = client.post(f"{LIST}/confirm", data=form)
    assert set(errors(answer)) == {"why"}
    assert states(rows) == ["confirmed", "waitlisted"]
    assert handling_many.confirm_many(event.id, [rows[1].id], by=organiser, why=" ") is Unable.NO_REASON


def test_all_that_the_filter_shows_is_a_choice_of_its_own(client: Browser, organiser: int) -> None:
    rows = people(make_event("day", capacity=2), 5)
    page = client.get(f"{LIST}/withdraw?status=waitlisted&pick=all")
    assert heading(page) == "Withdraw 3 registrations?"
    assert answers_of(page, "/withdraw")["who"] == ",".join(str(row.id) for row in rows[2:])
    page = client.get(f"{LIST}/withdraw?status=waitlisted&pick=ticked")
    assert heading(page) == "Nobody to do this with"
    late = register(get_event(rows[0].event_id), name="Late")
    assert str(late.id) not in answers_of(client.get(f"{LIST}/withdraw?pick=page&q=guest"), "/withdraw")["who"]


def test_people_of_other_events_are_never_touched(client: Browser, organiser: int) -> None:
    mine, foreign = people(make_event("day"), 1)[0], people(make_event("other", series="other"), 1)[0]
    page = ask(client, "withdraw", [mine, foreign])
    assert heading(page) == "Withdraw 1 registration?"
    form = answers_of(page, "/withdraw") | {"who": f"{mine.id},{foreign.id},{2**62},x,-1", "why": "Ill"}
    assert told(client.post(f"{LIST}/withdraw", data=form)) == {"1 registration is withdrawn": ["Guest 1"]}
    assert states([mine, foreign]) == ["cancelled", "confirmed"]


def test_an_event_that_is_over_is_explained(client: Browser, organiser: int) -> None:
    event = make_event("day")
    rows = people(event, 2)
    form = answers_of(ask(client, "withdraw", rows), "/withdraw") | {"why": "Ill"}
    events.call_off_event(event.id, by=organiser)
    answer = client.post(f"{LIST}/withdraw", data=form)
    assert answer.status_code == 303
    page = client.get(LIST)
    assert "the event is over or was called off" in page.text
    assert "Withdraw" not in words(page)
    assert states(rows) == ["confirmed", "confirmed"]


def test_more_than_five_hundred_are_refused(client: Browser, organiser: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling_many, "MOST", 3)
    event = make_event("day")
    rows = people(event, 4)
    page = ask(client, "withdraw", rows)
    assert heading(page) == "Too many people at once"
    assert "at most 3 people at once" in words(page)
    form = {"csrf_token": client.csrf_token(LIST), "who": ",".join(str(row.id) for row in rows), "why": "Ill"}
    assert client.post(f"{LIST}/withdraw", data=form).status_code == 422
    with pytest.raises(ValueError, match="at most 3"):
        handling_many.withdraw_many(event.id, [row.id for row in rows], by=organiser, why="Ill")
    assert states(rows) == ["confirmed"] * 4


def test_a_fault_in_the_middle_leaves_nothing_half_done(
    client: Browser, organiser: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event("day", approval=True)
    rows = people(event, 3)
    before = len(letters())
    real = handling.approve

    def fail_at_last(registration_id: int, *, by: int) -> State | Unable:
        if registration_id == rows[2].id:
            raise OperationalError("UPDATE", {}, Exception("the disk is full"))
        return real(registration_id, by=by)

    monkeypatch.setattr(handling, "approve", fail_at_last)
    with pytest.raises(OperationalError):
        handling_many.confirm_many(event.id, [row.id for row in rows], by=organiser, why="")
    assert states(rows) == ["pending"] * 3
    assert len(letters()) == before


def test_the_whole_act_and_each_person_are_in_the_audit_log(client: Browser, organiser: int) -> None:
    event = make_event("day")
    rows = people(event, 3)
    service.give_up(rows[2].id)
    do(client, "withdraw", rows, why="Ana is ill")
    (entry,) = db.session.query(AuditEntry).filter_by(action="attendees.withdrawn").all()
    assert (entry.user_id, entry.subject) == (organiser, f"event:{event.id}")
    assert entry.details == {"done": [rows[0].id, rows[1].id], "left_out": [rows[2].id], "reason": True}
    own = db.session.query(AuditEntry).filter_by(action="registration withdrawn").order_by(AuditEntry.id).all()
    assert [(each.subject, each.details) for each in own] == [
        (f"registration:{row.id}", {"before": "confirmed", "after": "cancelled", "why": "Ana is ill"})
        for row in rows[:2]
    ]


def test_names_are_text_whatever_they_are(client: Browser, organiser: int) -> None:
    event = make_event("day")
    rows = [register(event, name=name) for name in ("<script>alert(1)</script>", "محمد الحسيني", "x" * 200)]
    page = ask(client, "withdraw", rows)
    answer = do(client, "withdraw", rows, why="<script>alert(2)</script>")
    for shown in (page, answer):
        assert "<script>alert" not in shown.text
        assert "محمد الحسيني" in shown.text


def test_viewers_may_pick_for_a_file_and_nothing_else(client: Browser) -> None:
    rows = people(make_event("day"), 2)
    log_in(client, Role.viewer, series="cop")
    page = BeautifulSoup(client.get(LIST).text, "html.parser")
    assert [button.get_text() for button in page.select(".together button")] == ["Excel file", "CSV file"]
    assert ask(client, "withdraw", rows).status_code == 403


def test_two_hundred_people_at_once(client: Browser) -> None:
    by, event = make_user(), make_event("day", capacity=None, approval=True)
    rows = people(event, 200)
    ids = [row.id for row in rows]
    outcomes = handling_many.confirm_many(event.id, ids, by=by, why="")
    assert isinstance(outcomes, list)
    assert {outcome.answer for outcome in outcomes} == {State.CONFIRMED}
    with counted() as statements:
        outcomes = handling_many.withdraw_many(event.id, ids, by=by, why="The hall burnt down")
    assert isinstance(outcomes, list)
    assert len(statements) < 15 * len(ids)
    assert get_event(event.id).room_confirmed == 0
    assert len(letters()) == 600


def test_giving_up_and_being_withdrawn_at_the_same_moment(app: Flask) -> None:
    """However it falls: each is out once, with one letter about it, and each freed place goes to one who waits."""
    by, event = make_user(), make_event("day", capacity=6)
    rows = people(event, 12)
    ids = [row.id for row in rows]
    start = Barrier(4, timeout=30)

    def together() -> None:
        handling_many.withdraw_many(event.id, ids[:5], by=by, why="Too many")

    def by_themselves(number: int) -> None:
        service.give_up(ids[number])

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                together() if number == 0 else by_themselves(number)
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert states(rows) == ["cancelled"] * 5 + ["confirmed"] * 6 + ["waitlisted"]
    for row in rows[:5]:
        out = [each.kind for each in letters(row.email or "") if each.kind in ("withdrawn", "given_up")]
        assert len(out) == 1
