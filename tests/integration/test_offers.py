"""A place that is held for the next in line: accepted, declined, let pass, held longer. On both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from eventsapp.events import service as events
from eventsapp.registration import handling, integrity, offers, queries, service, standing
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.offers import Answered
from eventsapp.registration.rules import State
from tests.builders import event_details, get_event, make_event, make_user, register, reload
from tests.integration.test_at_once import at_once
from tests.letters import last_letter, letters

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
"""A Tuesday. 48 hours on it is 14.00 in Brussels, so offers made now are held until Friday noon."""
FRIDAY_NOON = datetime(2027, 6, 4, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def in_line(number: int = 3, **values: Any) -> list[Registration]:
    """Who has the only place, and those behind."""
    event = make_event(capacity=1, promotion="offer", **values)
    return [register(event) for _ in range(number)]


def offered(number: int = 3, **values: Any) -> list[Registration]:
    """The one who is offered the place, and those behind."""
    first, *others = in_line(number + 1, **values)
    service.give_up(first.id)
    return [reload(row) for row in others]


def states(*people: Registration) -> list[str]:
    return [reload(row).state for row in people]


def kinds(person: Registration) -> list[str]:
    return [letter.kind for letter in letters(person.email or "")]


def test_a_place_that_comes_free_is_held_for_the_first_in_line() -> None:
    ann, ben = offered(2)
    assert (ann.state, ben.state) == ("offered", "waitlisted")
    assert (ann.offered_at, ann.offer_until) == (NOW, FRIDAY_NOON)
    event = get_event(ann.event_id)
    assert (event.room_offered, event.room_waiting, event.room_confirmed) == (1, 1, 0)
    letter = last_letter(ann.email or "")
    assert letter.kind == "offered"
    assert letter.subject == (
        "A place is held for you until Friday 4 June 2027, 12:00, Brussels time (UTC+2) – Reflection Day"
    )
    assert "/accept" in letter.text
    assert "/decline" in letter.text
    assert "Please do not book travel yet." in letter.text
    assert letter.rendered.calendar is None
    assert list(integrity.problems()) == []


def test_a_newcomer_does_not_get_a_place_that_is_held() -> None:
    ann, _ben = offered(2)
    assert register(get_event(ann.event_id)).state == "waitlisted"


def test_accepting_gives_the_place_once() -> None:
    ann, ben = offered(2)
    assert [offers.accept(ann.id) for _ in range(2)] == [Answered.ACCEPTED] * 2
    assert states(ann, ben) == ["confirmed", "waitlisted"]
    assert kinds(ann) == ["waiting", "offered", "place"]
    assert last_letter(ann.email or "").rendered.calendar is not None
    assert reload(ann).offer_until is None
    assert list(integrity.problems()) == []


def test_declining_leads_out_and_the_next_is_offered_the_place() -> None:
    ann, ben, cem = offered(3)
    assert offers.decline(ann.id) is Answered.DECLINED
    assert states(ann, ben, cem) == ["cancelled", "offered", "waitlisted"]
    assert last_letter(ann.email or "").subject.startswith("You declined the place")
    assert kinds(ben) == ["waiting", "offered"]
    assert offers.decline(ann.id) is Answered.NO_OFFER
    assert offers.accept(ann.id) is Answered.NO_OFFER
    assert list(integrity.problems()) == []


def test_an_offer_let_pass_leads_to_the_end_of_the_line(clock_stands: Any) -> None:
    ann, ben, cem = offered(3)
    before = ann.queue_no
    clock_stands.move_to(FRIDAY_NOON - timedelta(seconds=1))
    assert offers.expire_due() == 0
    clock_stands.move_to(FRIDAY_NOON)
    assert offers.expire_due() == 1
    assert states(ann, ben, cem) == ["waitlisted", "offered", "waitlisted"]
    ann = reload(ann)
    assert (queries.position_of(ann), ann.lapses, ann.offer_until) == (2, 1, None)
    assert ann.queue_no > cem.queue_no > before
    letter = last_letter(ann.email or "")
    assert letter.kind == "lapsed"
    assert letter.subject == "The place is no longer held for you – Reflection Day"
    assert "you are at the end of the line now" in letter.text
    assert offers.expire_due() == 0
    assert list(integrity.problems()) == []


def test_the_second_lapse_leads_out(clock_stands: Any) -> None:
    (ann,) = offered(1)
    clock_stands.move_to(FRIDAY_NOON)
    assert offers.expire_due() == 1
    assert states(ann) == ["offered"]
    assert kinds(ann) == ["waiting", "offered", "lapsed", "offered"]
    clock_stands.move_to(reload(ann).offer_until)
    assert offers.expire_due() == 1
    assert states(ann) == ["cancelled"]
    letter = last_letter(ann.email or "")
    assert letter.kind == "lapsed"
    assert "no longer on the waitlist" in letter.text
    assert get_event(ann.event_id).room_offered == 0
    assert list(integrity.problems()) == []


def test_who_comes_back_has_let_nothing_pass(clock_stands: Any) -> None:
    (ann,) = offered(1)
    clock_stands.move_to(FRIDAY_NOON)
    offers.expire_due()
    service.give_up(ann.id)
    assert register(reload(ann).event, ann.email or "", name=ann.name).lapses == 0


@pytest.mark.parametrize(("seconds", "answer"), [(-1, Answered.ACCEPTED), (0, Answered.TOO_LATE)])
def test_the_clock_decides_and_not_the_worker(clock_stands: Any, seconds: int, answer: Answered) -> None:
    ann, ben = offered(2)
    clock_stands.move_to(FRIDAY_NOON + timedelta(seconds=seconds))
    assert offers.accept(ann.id) is answer
    if answer is Answered.TOO_LATE:
        assert states(ann, ben) == ["offered", "waitlisted"]
        assert kinds(ann) == ["waiting", "offered"]
    offers.expire_due()
    assert offers.accept(ann.id) is answer


def test_declining_late_is_never_too_late(clock_stands: Any) -> None:
    ann, ben = offered(2)
    clock_stands.move_to(FRIDAY_NOON + timedelta(hours=1))
    assert offers.decline(ann.id) is Answered.DECLINED
    assert states(ann, ben) == ["cancelled", "offered"]


def test_many_lapse_in_batches(clock_stands: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "BATCH", 2)
    event = make_event(capacity=1, promotion="offer")
    people = [register(event) for _ in range(6)]
    events.change_capacity(event.id, capacity=6, by=None)
    assert states(*people) == ["confirmed"] + ["offered"] * 5
    clock_stands.move_to(FRIDAY_NOON)
    # Nobody else waits, so each is offered the place once more.
    assert offers.expire_due() == 5
    assert states(*people) == ["confirmed"] + ["offered"] * 5
    assert list(integrity.problems()) == []


def test_an_offer_never_lies_after_the_start(clock_stands: Any) -> None:
    end = datetime(2027, 10, 14, 8)
    first, ann = in_line(2, promotion_ends_at=end)
    starts_at = get_event(ann.event_id).starts_at
    clock_stands.move_to(starts_at - timedelta(hours=3))
    service.give_up(first.id)
    assert reload(ann).offer_until == starts_at


def test_an_earlier_start_ends_offers_there() -> None:
    ann, _ben = offered(2)
    event = get_event(ann.event_id)
    soon = datetime(2027, 6, 3, 9)
    moved = event_details(event, starts_at=soon, ends_at=soon + timedelta(hours=8))
    events.edit_event(event.id, moved, by=None, tell=True)
    assert reload(ann).offer_until == get_event(event.id).starts_at
    letter = last_letter(ann.email or "")
    assert letter.kind == "moved"
    assert "A place is held for you until Thursday 3 June 2027, 09:00" in letter.text
    assert list(integrity.problems()) == []


def test_a_lapse_at_the_start_says_that_the_event_has_begun(clock_stands: Any) -> None:
    first, ann, ben = in_line(3, promotion_ends_at=datetime(2027, 10, 14, 8))
    starts_at = get_event(ann.event_id).starts_at
    clock_stands.move_to(starts_at - timedelta(hours=3))
    service.give_up(first.id)
    clock_stands.move_to(starts_at)
    assert offers.expire_due() == 1
    assert states(ann, ben) == ["waitlisted", "waitlisted"]
    assert "The event has begun." in last_letter(ann.email or "").text


def test_offers_of_an_event_that_is_called_off_stay_as_they_are(clock_stands: Any) -> None:
    ann, ben = offered(2)
    events.call_off_event(ann.event_id, by=None)
    assert last_letter(ann.email or "").kind == "called_off"
    assert offers.accept(ann.id) is Answered.OVER
    assert offers.decline(ann.id) is Answered.OVER
    clock_stands.move_to(FRIDAY_NOON)
    assert offers.expire_due() == 0
    assert states(ann, ben) == ["offered", "waitlisted"]


def test_offers_that_are_out_outlive_the_setting() -> None:
    ann, ben = offered(2)
    event = get_event(ann.event_id)
    events.edit_event(event.id, event_details(event, promotion="confirm"), by=None, tell=False)
    assert states(ann) == ["offered"]
    offers.decline(ann.id)
    assert states(ben) == ["confirmed"]


def test_an_organiser_holds_a_place_longer(clock_stands: Any) -> None:
    ann, _ben = offered(2)
    by = make_user()
    starts_at, later = get_event(ann.event_id).starts_at, FRIDAY_NOON + timedelta(days=3)
    for until in (FRIDAY_NOON, FRIDAY_NOON - timedelta(hours=1), starts_at + timedelta(minutes=1)):
        assert offers.extend(ann.id, until, by=by) is Unable.DEADLINE
    assert offers.extend(ann.id, later, by=by) is State.OFFERED
    assert reload(ann).offer_until == later
    assert "You have more time: the place is held for you until Monday 7 June 2027, 12:00" in (
        last_letter(ann.email or "").text
    )
    clock_stands.move_to(FRIDAY_NOON)
    assert offers.expire_due() == 0
    assert offers.accept(ann.id) is Answered.ACCEPTED
    assert offers.extend(ann.id, later + timedelta(days=1), by=by) is Unable.NOT_IN_THIS_STATE


def test_an_organiser_confirms_or_withdraws_by_hand(clock_stands: Any) -> None:
    by = make_user()
    ann, ben = offered(2)
    clock_stands.move_to(FRIDAY_NOON + timedelta(minutes=1))
    assert offers.confirm(ann.id, by=by, why="rang us") is State.CONFIRMED
    assert states(ann, ben) == ["confirmed", "waitlisted"]
    ann, ben = offered(2)
    handling.withdraw(ann.id, by=by, why="left the ministry")
    assert states(ann, ben) == ["cancelled", "offered"]
    assert last_letter(ann.email or "").kind == "withdrawn"
    assert list(integrity.problems()) == []


def test_by_hand_a_person_is_confirmed_at_once() -> None:
    _, ann, ben = in_line()
    handling.move_up(ben.id, by=make_user(), why="speaks first")
    assert states(ann, ben) == ["waitlisted", "confirmed"]


def test_the_letter_of_an_offer_can_be_sent_again() -> None:
    ann, _ben = offered(2)
    assert standing.send_again(ann.id, by=make_user()) is State.OFFERED
    assert kinds(ann) == ["waiting", "offered", "offered"]


def test_accepting_and_lapsing_at_once_leave_one_answer(app: Flask, clock_stands: Any) -> None:
    ann, ben = offered(2)
    ann_id, clock_is = ann.id, FRIDAY_NOON - timedelta(seconds=1)
    clock_stands.move_to(clock_is)
    acts = (offers.accept, lambda _: offers.expire_due(), offers.decline, offers.accept)
    at_once(app, lambda number: acts[number](ann_id))
    assert (reload(ann).state, reload(ben).state) in {("confirmed", "waitlisted"), ("cancelled", "offered")}
    assert list(integrity.problems()) == []


def test_at_the_deadline_everybody_at_once_lets_it_lapse_once(app: Flask, clock_stands: Any) -> None:
    ann, ben = offered(2)
    ann_id = ann.id
    clock_stands.move_to(FRIDAY_NOON)
    acts = (offers.accept, lambda _: offers.expire_due(), offers.accept, lambda _: offers.expire_due())
    answers = at_once(app, lambda number: acts[number](ann_id))
    assert answers[0] is answers[2] is Answered.TOO_LATE
    assert {answers[1], answers[3]} == {0, 1}
    assert states(ann, ben) == ["waitlisted", "offered"]
    assert list(integrity.problems()) == []
