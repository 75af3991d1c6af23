"""Places that come free in the last days: who can come at short notice is told, the first to take one has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from eventsapp.database import transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.registration import handling, integrity, offers, queries, service, short_notice
from eventsapp.registration.models import Registration
from eventsapp.registration.short_notice import Take
from tests.builders import event_details, get_event, make_event, make_user, register, reload
from tests.integration.test_at_once import at_once
from tests.letters import last_letter, letters

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
STARTS = datetime(2027, 10, 14, 7, tzinfo=UTC)
LATE = STARTS - timedelta(hours=47)
"""An hour after the end of moving up."""


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def full(*, ready: tuple[bool, ...] = (True, True), capacity: int = 1, **values: Any) -> list[Registration]:
    """Those who have the places, and those who wait; `ready`: whether these can come at short notice."""
    event = make_event(capacity=capacity, **values)
    inside = [register(event) for _ in range(capacity)]
    return inside + [register(event, short_notice=each) for each in ready]


def states(*people: Registration) -> list[str]:
    return [reload(row).state for row in people]


def told(*people: Registration) -> list[int]:
    """How many letters of a free place each has got."""
    return [sum(each.kind == "short_notice" for each in letters(row.email or "")) for row in people]


def test_who_ticked_is_told_of_a_place_and_the_first_to_take_it_has_it(clock_stands: Any) -> None:
    first, ann, ben, cem = full(ready=(True, False, True))
    clock_stands.move_to(LATE)
    service.give_up(first.id)
    assert states(ann, ben, cem) == ["waitlisted"] * 3
    assert told(ann, ben, cem) == [1, 0, 1]
    letter = last_letter(cem.email or "")
    assert letter.subject == "A place came free: the first to take it gets it – Reflection Day"
    assert "/take" in letter.text
    assert [short_notice.take(row.id) for row in (cem, ann, ben)] == [Take.TAKEN, Take.NONE_FREE, Take.NONE_FREE]
    assert states(ann, ben, cem) == ["waitlisted", "waitlisted", "confirmed"]
    assert [queries.position_of(reload(row)) for row in (ann, ben)] == [1, 2]
    assert short_notice.take(cem.id) is Take.TAKEN
    assert [each.kind for each in letters(cem.email or "")] == ["waiting", "short_notice", "moved_up"]
    assert last_letter(cem.email or "").rendered.calendar is not None
    assert list(integrity.problems()) == []


def test_letters_go_out_in_the_order_of_the_queue(clock_stands: Any) -> None:
    first, *waiting = full(ready=(True,) * 4)
    handling.put_back(first.id, by=make_user(), why="so")
    clock_stands.move_to(LATE)
    service.give_up(waiting[0].id)
    written = [each.recipient for each in letters() if each.kind == "short_notice"]
    assert written == [row.email for row in waiting[1:]]


def test_before_the_end_of_moving_up_nobody_takes_a_place(clock_stands: Any) -> None:
    event = make_event(capacity=1)
    _first, ann = register(event), register(event, short_notice=True)
    clock_stands.move_to(LATE - timedelta(hours=1, seconds=1))
    assert short_notice.take(ann.id) is Take.NOT_NOW
    clock_stands.move_to(LATE)
    assert short_notice.take(ann.id) is Take.NONE_FREE


def test_after_the_start_nobody_takes_a_place(clock_stands: Any) -> None:
    first, ann, _ben = full()
    clock_stands.move_to(LATE)
    service.give_up(first.id)
    clock_stands.move_to(STARTS)
    assert short_notice.take(ann.id) is Take.NOT_NOW
    assert states(ann) == ["waitlisted"]


def test_who_did_not_tick_takes_none_until_they_do(clock_stands: Any) -> None:
    first, ann = full(ready=(False,))
    clock_stands.move_to(LATE)
    service.give_up(first.id)
    assert short_notice.take(ann.id) is Take.NOT_READY
    assert short_notice.set_ready(ann.id, True)
    assert short_notice.take(ann.id) is Take.TAKEN
    assert not short_notice.set_ready(ann.id, False)


def test_one_letter_for_each_place_that_came_free(clock_stands: Any) -> None:
    one, two, ann, ben = full(capacity=2)
    clock_stands.move_to(LATE)
    service.give_up(one.id)
    assert told(ann, ben) == [1, 1]
    clock_stands.shift(timedelta(minutes=30))
    service.give_up(two.id)
    assert told(ann, ben) == [1, 1], "they know of one that is still free"
    assert short_notice.tell_due() == 0
    clock_stands.shift(timedelta(hours=3))
    assert short_notice.tell_due() == 0
    events.change_capacity(ann.event_id, capacity=3, by=None)
    assert told(ann, ben) == [2, 2]
    events.change_capacity(ann.event_id, capacity=2, by=None)
    assert told(ann, ben) == [2, 2]


def test_a_place_freed_anew_is_told_at_once_when_the_other_is_gone(clock_stands: Any) -> None:
    one, two, ann, ben = full(capacity=2)
    clock_stands.move_to(LATE)
    service.give_up(one.id)
    assert short_notice.take(ann.id) is Take.TAKEN
    clock_stands.shift(timedelta(minutes=5))
    service.give_up(two.id)
    assert told(ann, ben) == [1, 2]


def test_an_end_that_is_brought_forward_counts(clock_stands: Any) -> None:
    first, ann, _ben = full()
    event = get_event(ann.event_id)
    details = event_details(event, promotion_ends_at=datetime(2027, 6, 1, 13))
    events.edit_event(event.id, details, by=None, tell=False)
    service.give_up(first.id)
    assert states(ann) == ["waitlisted"]
    assert told(ann) == [1]


def test_an_offer_that_lapses_after_the_end_frees_a_place(clock_stands: Any) -> None:
    first, ann, ben = full(ready=(False, True), promotion="offer", promotion_ends_at=datetime(2027, 6, 2, 12))
    service.give_up(first.id)
    until = reload(ann).offer_until
    assert until == datetime(2027, 6, 4, 10, tzinfo=UTC)
    clock_stands.move_to(until)
    offers.expire_due()
    assert states(ann, ben) == ["waitlisted", "waitlisted"]
    assert told(ann, ben) == [0, 1]


def test_the_worker_tells_of_places_left_at_the_end(clock_stands: Any) -> None:
    """No verb leaves any; a row changed by other means may."""
    _first, ann, ben = full(ready=(True, False))
    with transaction() as session:
        session.get_one(Event, ann.event_id).capacity = 2
    assert short_notice.tell_due() == 0
    clock_stands.move_to(LATE)
    assert short_notice.tell_due() == 1
    assert short_notice.tell_due() == 0
    assert told(ann, ben) == [1, 0]


def test_a_place_online_goes_to_who_would_take_it(clock_stands: Any) -> None:
    event = make_event(mode="hybrid", capacity=1, online_capacity=1)
    _room, online = register(event), register(event, attends="online")
    ann = register(event, online_fine=True, short_notice=True)
    clock_stands.move_to(LATE)
    service.give_up(online.id)
    assert told(ann) == [1]
    assert short_notice.take(ann.id) is Take.TAKEN
    ann = reload(ann)
    assert (ann.state, ann.attends, ann.wish) == ("confirmed", "online", "room")
    assert list(integrity.problems()) == []


def test_nobody_is_told_of_an_event_that_is_called_off(clock_stands: Any) -> None:
    first, ann, _ben = full()
    clock_stands.move_to(LATE)
    events.call_off_event(ann.event_id, by=None)
    service.give_up(first.id)
    assert told(ann) == [0]
    assert short_notice.take(ann.id) is Take.NOT_NOW


def test_four_hands_on_one_place(app: Flask, clock_stands: Any) -> None:
    first, *waiting = full(ready=(True,) * 4)
    ids = [row.id for row in waiting]
    clock_stands.move_to(LATE)
    service.give_up(first.id)
    answers = at_once(app, lambda number: short_notice.take(ids[number]))
    assert sorted(answer.value for answer in answers) == ["none_free"] * 3 + ["taken"]
    event = get_event(first.event_id)
    assert (event.room_confirmed, event.room_waiting) == (1, 3)
    assert list(integrity.problems()) == []
