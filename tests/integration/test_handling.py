"""What organisers do with one person, and what news of an event means for everyone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.mail.models import Letter
from eventsapp.registration import handling, integrity, queries, service
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.rules import State
from tests.builders import event_details, get_event, make_event, make_user, register, reload

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def last_letter(row: Registration) -> Letter:
    letters = db.session.query(Letter).filter_by(person=f"registration:{row.id}").order_by(Letter.id.desc())
    return letters.first()  # type: ignore[return-value]


def test_approved_in_the_order_of_the_requests() -> None:
    user = make_user()
    event = make_event(capacity=1, approval=True)
    first, second = register(event), register(event)
    assert handling.approve(second.id, by=user) is State.CONFIRMED
    assert handling.approve(first.id, by=user) is State.WAITLISTED
    assert last_letter(second).kind == "place"
    assert last_letter(first).kind == "waiting"
    assert list(integrity.problems()) == []


def test_a_request_of_earlier_date_comes_before_those_who_wait() -> None:
    user = make_user()
    event = make_event(capacity=1, approval=True)
    early, late, holder = register(event), register(event), register(event)
    handling.approve(holder.id, by=user)
    handling.approve(late.id, by=user)
    handling.approve(early.id, by=user)
    assert queries.position_of(reload(early)) == 1
    assert queries.position_of(reload(late)) == 2
    service.give_up(holder.id)
    assert reload(early).state == "confirmed"
    assert list(integrity.problems()) == []


def test_declined_is_told() -> None:
    row = register(make_event(approval=True))
    assert handling.decline(row.id, by=make_user(), why="not a partner") is State.DECLINED
    assert last_letter(row).kind == "not_accepted"


def test_approval_without_waitlist_says_when_there_is_no_place() -> None:
    user = make_user()
    event = make_event(capacity=1, approval=True, waitlist=False)
    first, second = register(event), register(event)
    handling.approve(first.id, by=user)
    assert handling.approve(second.id, by=user) is Unable.NO_PLACE


def test_withdrawn_takes_a_reason_and_the_next_moves_up() -> None:
    user = make_user()
    event = make_event(capacity=1)
    first, second = register(event), register(event)
    assert handling.withdraw(first.id, by=user, why=" ") is Unable.NO_REASON
    assert handling.withdraw(first.id, by=user, why="asked by phone") is State.CANCELLED
    assert last_letter(first).kind == "withdrawn"
    assert last_letter(first).facts["calendar"]["method"] == "CANCEL"
    assert reload(second).state == "confirmed"
    move = db.session.query(RegistrationMove).filter_by(registration_id=first.id).all()[-1]
    assert (move.why, move.by_user_id, move.actor) == ("asked by phone", user, "organiser")


def test_moved_up_by_hand_passes_queue_and_capacity_and_is_marked() -> None:
    user = make_user()
    event = make_event(capacity=1)
    register(event)
    second, third = register(event), register(event)
    assert handling.move_up(third.id, by=user, why="speaks on the panel") is State.CONFIRMED
    assert get_event(event.id).room_confirmed == 2
    assert queries.position_of(reload(second)) == 1
    assert last_letter(third).kind == "moved_up"
    assert list(integrity.problems()) == []


def test_put_back_goes_to_the_end_and_the_head_gets_the_place() -> None:
    user = make_user()
    event = make_event(capacity=1)
    first, second = register(event), register(event)
    assert handling.put_back(first.id, by=user, why="cannot say yet") is State.WAITLISTED
    assert reload(second).state == "confirmed"
    assert last_letter(first).kind == "put_back"
    assert last_letter(first).facts["position"] == 1
    assert list(integrity.problems()) == []


def test_put_back_with_nobody_waiting_would_come_straight_back() -> None:
    row = register(make_event(capacity=2))
    assert handling.put_back(row.id, by=make_user(), why="why not") is Unable.NOBODY_WAITS
    assert reload(row).state == "confirmed"


@pytest.mark.parametrize("act", ["approve", "decline", "move_up", "put_back"])
def test_acts_fit_the_state(act: str) -> None:
    row = register(make_event())
    service.give_up(row.id)
    more: dict[str, Any] = {} if act == "approve" else {"why": "a reason"}
    assert getattr(handling, act)(row.id, by=make_user(), **more) is Unable.NOT_IN_THIS_STATE


def test_nothing_is_done_after_the_end(clock_stands: Any) -> None:
    event = make_event(capacity=1)
    register(event)
    row = register(event)
    clock_stands.move_to(event.ends_at)
    assert handling.move_up(row.id, by=make_user(), why="late") is Unable.EVENT_OVER


def test_a_new_time_is_told_to_everyone_in_or_waiting_with_a_raised_sequence() -> None:
    event = make_event("moving", capacity=1)
    inside, waiting, gone = register(event), register(event), register(event)
    service.give_up(gone.id)
    later = event_details(event, starts_at=datetime(2027, 10, 15, 9), ends_at=datetime(2027, 10, 15, 17))
    events.edit_event(event.id, later, by=None, tell=True)
    assert last_letter(inside).kind == "moved"
    assert last_letter(inside).facts["calendar"] == {
        "method": "REQUEST",
        "sequence": 1,
        "called_off": False,
        "attends": "room",
    }
    assert last_letter(inside).facts["old"]["starts_wall"] == "2027-10-14T09:00:00"
    assert last_letter(inside).facts["event"]["starts_wall"] == "2027-10-15T09:00:00"
    assert (last_letter(waiting).kind, last_letter(waiting).facts["calendar"]) == ("moved", None)
    assert last_letter(gone).kind == "given_up"
    assert reload(inside).contact_until == get_event(event.id).ends_at + timedelta(days=180)
    assert reload(waiting).contact_until == get_event(event.id).ends_at + timedelta(days=30)


def test_a_small_correction_is_told_to_nobody_but_raises_the_sequence() -> None:
    event = make_event()
    row = register(event)
    later = event_details(event, ends_at=datetime(2027, 10, 14, 17, 15))
    events.edit_event(event.id, later, by=None, tell=False)
    assert last_letter(row).kind == "place"
    assert get_event(event.id).calendar_sequence == 1


def test_called_off_changes_no_state_and_cancels_every_entry() -> None:
    event = make_event(capacity=1)
    inside, waiting = register(event), register(event)
    events.call_off_event(event.id, by=None)
    assert [reload(row).state for row in (inside, waiting)] == ["confirmed", "waitlisted"]
    assert last_letter(inside).facts["calendar"] == {
        "method": "CANCEL",
        "sequence": 1,
        "called_off": True,
        "attends": "room",
    }
    assert (last_letter(waiting).kind, last_letter(waiting).facts["calendar"]) == ("called_off", None)
    service.give_up(inside.id)
    assert reload(waiting).state == "waitlisted"
    assert list(integrity.problems()) == []


def test_an_event_moved_far_enough_lets_people_move_up_again(clock_stands: Any) -> None:
    event = make_event("postponed", capacity=1)
    first, second = register(event), register(event)
    clock_stands.move_to(event.starts_at - timedelta(hours=1))
    service.give_up(first.id)
    assert reload(second).state == "waitlisted"
    later = event_details(event, starts_at=datetime(2027, 11, 14, 9), ends_at=datetime(2027, 11, 14, 17))
    events.edit_event(event.id, later, by=None, tell=True)
    assert reload(second).state == "confirmed"
    assert list(integrity.problems()) == []
