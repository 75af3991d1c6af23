"""Places in agenda sessions: who has one, who waits, who moves up, and what becomes of them when all else changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.events.rules import Edited
from eventsapp.mail.models import Letter
from eventsapp.registration import handling, integrity, merging
from eventsapp.registration import service as registration
from eventsapp.registration.forgetting import forget_due
from eventsapp.registration.switching import Switched, switch
from eventsapp.signups import service
from eventsapp.signups.models import SignupMove
from eventsapp.signups.queries import people_of, sessions_to_sign_up
from eventsapp.signups.rules import Bar, Standing
from eventsapp.signups.service import Chosen, Refused
from tests.builders import START, event_details, make_user, register, reload
from tests.letters import letters
from tests.organising import counted
from tests.signups import change_agenda, event_with, put_agenda, session, sign_up, standings

WORKSHOP, VISIT, TALK = session("workshop", 1), session("visit", 1.5), session("talk", 3)
"""The first two overlap. One place each."""


@pytest.fixture(autouse=True)
def all_is_well(app: Flask) -> Iterator[None]:
    """After every test, whatever it did."""
    yield
    assert list(integrity.problems()) == []


def test_the_first_gets_the_place_and_the_others_wait_in_order(app: Flask) -> None:
    event = event_with(WORKSHOP)
    one, two, three = (register(event) for _ in range(3))
    for each in (one, two, three):
        sign_up(each, "workshop")
    assert [standings(each) for each in (one, two, three)] == [
        {"workshop": "taken"},
        {"workshop": "waiting 1"},
        {"workshop": "waiting 2"},
    ]
    assert {each.kind for each in letters()} == {"place"}


def test_who_gives_back_lets_the_next_move_up_with_a_letter(app: Flask) -> None:
    event = event_with(WORKSHOP)
    one, two, three = (register(event) for _ in range(3))
    for each in (one, two, three):
        sign_up(each, "workshop")
    assert service.give_back(one.id, "workshop") == Chosen(left=("workshop",))
    assert [standings(each) for each in (one, two, three)] == [{}, {"workshop": "taken"}, {"workshop": "waiting 1"}]
    (letter,) = [each for each in letters() if each.kind == "session_place"]
    assert letter.recipient == reload(two).email
    assert letter.subject.startswith("You now have a place in “Workshop”")
    assert "“Workshop” (10:00–11:00): you have a place." in letter.text


def test_who_gives_up_the_event_gives_up_its_sessions(app: Flask) -> None:
    event = event_with(WORKSHOP)
    one, two = register(event), register(event)
    sign_up(one, "workshop")
    sign_up(two, "workshop")
    registration.give_up(one.id)
    assert [standings(one), standings(two)] == [{}, {"workshop": "taken"}]
    back = register(event, reload(one).email or "", name=one.name)
    assert (back.id, standings(back)) == (one.id, {})


def test_wishes_are_kept_and_tried_when_people_get_in(app: Flask) -> None:
    event = event_with(WORKSHOP, TALK, capacity=1)
    one, two = register(event), register(event, parts={"sessions": ["workshop", "talk"]})
    sign_up(one, "talk")
    assert standings(two) == {"workshop": "wished", "talk": "wished"}
    registration.give_up(one.id)
    assert standings(two) == {"workshop": "taken", "talk": "taken"}
    kinds = [each.kind for each in letters(reload(two).email or "")]
    assert sorted(kinds) == ["moved_up", "session_place", "waiting"]


def test_who_is_put_back_keeps_wishes(app: Flask) -> None:
    event = event_with(WORKSHOP, capacity=1)
    one, two = register(event), register(event)
    sign_up(one, "workshop")
    handling.put_back(one.id, by=make_user(), why="A mistake.")
    assert (reload(two).state, standings(one)) == ("confirmed", {"workshop": "wished"})
    sign_up(two, "workshop")
    registration.give_up(two.id)
    assert standings(one) == {"workshop": "taken"}


def test_two_sessions_at_one_time_are_refused(app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT, TALK)
    one = register(event)
    answer = service.choose(one.id, take=["talk", "workshop", "visit"])
    assert answer == Refused(((Bar.OVERLAPS, {"en": "Visit"}, {"en": "Workshop"}),))
    assert standings(one) == {}
    sign_up(one, "workshop", "talk")
    assert isinstance(service.sign_up(one.id, "visit"), Refused)
    assert standings(one) == {"workshop": "taken", "talk": "taken"}


def test_who_waits_beside_a_place_swaps_when_moving_up(app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT)
    one, two, three = (register(event) for _ in range(3))
    sign_up(one, "visit")
    sign_up(two, "workshop")
    sign_up(two, "visit")
    sign_up(three, "workshop")
    assert standings(two) == {"workshop": "taken", "visit": "waiting 1"}
    service.give_back(one.id, "visit")
    assert [standings(two), standings(three)] == [{"visit": "taken"}, {"workshop": "taken"}]
    told = next(each for each in letters(reload(two).email or "") if each.kind == "session_place")
    assert "“Workshop” (10:00–11:00): given up for “Visit”, which is at the same time." in told.text


def test_a_swap_keeps_the_old_place_until_the_new_one_is_there(app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT)
    one, two = register(event), register(event)
    sign_up(one, "visit")
    sign_up(two, "workshop")
    answer = service.choose(two.id, take=["visit"], leave=["workshop"])
    assert answer == Chosen({"visit": Standing.WAITING}, (), ("workshop",))
    assert standings(two) == {"workshop": "taken", "visit": "waiting 1"}
    service.give_back(one.id, "visit")
    assert standings(two) == {"visit": "taken"}


def test_a_switch_of_kind_tries_the_sessions_anew(app: Flask) -> None:
    workshop, talk = replace(WORKSHOP, online_capacity=1), TALK
    event = event_with(workshop, talk, mode="hybrid", online_capacity=9)
    one, two = register(event), register(event, attends="online")
    sign_up(one, "workshop", "talk")
    sign_up(two, "workshop")
    answer = events.edit_event(event.id, event_details(event, mode="online", capacity=None), tell=True, by=None)
    assert isinstance(answer, Edited), answer
    assert [standings(one), standings(two)] == [{"workshop": "waiting 1"}, {"workshop": "taken"}]
    told = next(each for each in letters(reload(one).email or "") if each.kind == "session_place")
    assert "nobody signs up for this session in the way in which you take part now." in told.text
    assert "no place is free, you are number 1 in line." in told.text


def test_who_waits_for_another_kind_wishes_for_what_can_be_had_in_that_way(app: Flask) -> None:
    """A wish that nobody can have online ends, with a letter: what they said was how they take part."""
    both, room = session("both", 1, online_capacity=1), session("room", 3)
    event = event_with(both, room, mode="hybrid", capacity=1, online_capacity=1)
    register(event)
    online = register(event, attends="online")
    waits = register(event, "waits@example.org")
    sign_up(waits, "both", "room")
    assert standings(waits) == {"both": "wished", "room": "wished"}
    assert switch(waits.id, "online") is Switched.CHANGED
    assert standings(waits) == {"both": "wished"}
    assert [each.kind for each in letters("waits@example.org")] == ["waiting", "session_place"]
    registration.give_up(online.id)
    assert standings(waits) == {"both": "taken"}


def test_kinds_have_places_and_lines_of_their_own(app: Flask) -> None:
    event = event_with(replace(WORKSHOP, online_capacity=1), TALK, mode="hybrid", online_capacity=9)
    one, two, three = register(event), register(event, attends="online"), register(event, attends="online")
    for each in (one, two, three):
        sign_up(each, "workshop")
    assert [standings(each)["workshop"] for each in (one, two, three)] == ["taken", "taken", "waiting 1"]
    assert service.sign_up(two.id, "talk") == Refused(((Bar.OTHER_KIND, {"en": "Talk"}, {}),))


def test_more_places_let_people_move_up_and_fewer_turn_nobody_out(app: Flask) -> None:
    event = event_with(WORKSHOP)
    people = [register(event) for _ in range(3)]
    for each in people:
        sign_up(each, "workshop")
    change_agenda(event, workshop=replace(WORKSHOP, capacity=2))
    assert [standings(each)["workshop"] for each in people] == ["taken", "taken", "waiting 1"]
    change_agenda(event, workshop=WORKSHOP)
    assert [standings(each)["workshop"] for each in people] == ["taken", "taken", "waiting 1"]
    service.give_back(people[0].id, "workshop")
    assert [standings(each).get("workshop") for each in people] == [None, "taken", "waiting 1"]


def test_a_session_taken_off_ends_its_sign_ups_and_says_so(app: Flask) -> None:
    event = event_with(WORKSHOP, TALK)
    one, two = register(event), register(event)
    sign_up(one, "workshop", "talk")
    sign_up(two, "workshop")
    change_agenda(event, workshop=None, talk=replace(TALK, capacity=None))
    assert [standings(one), standings(two)] == [{}, {}]
    told = [each for each in letters() if each.kind == "session_place"]
    assert [each.subject[:40] for each in told] == ["You no longer have a place in “Workshop”"] * 2
    assert "Talk" not in told[0].text


def test_held_sessions_that_the_agenda_moves_together_are_both_kept(app: Flask) -> None:
    event = event_with(WORKSHOP, TALK)
    one = register(event)
    sign_up(one, "workshop", "talk")
    change_agenda(event, talk=session("talk", 1.25))
    assert standings(one) == {"workshop": "taken", "talk": "taken"}


def test_nobody_signs_up_for_what_has_begun_or_for_an_event_that_is_off(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = event_with(WORKSHOP, TALK)
    one, two = register(event), register(event)
    sign_up(one, "talk")
    sign_up(two, "talk")
    begun = (START + timedelta(hours=3.5)).replace(tzinfo=UTC) - timedelta(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr("eventsapp.clock.now", lambda: begun)
        assert service.sign_up(two.id, "workshop") == Refused(((Bar.BEGUN, {"en": "Workshop"}, {}),))
        service.give_back(one.id, "talk")
        assert standings(two) == {"talk": "waiting 1"}
        assert list(integrity.problems()) == []
    put_agenda(event, WORKSHOP, replace(TALK, title={"en": "Speech"}))
    assert standings(two) == {"talk": "taken"}
    events.call_off_event(event.id, by=None)
    assert service.give_back(two.id, "talk") == Refused(((Bar.OVER, {}, {}),))
    assert service.sign_up(two.id, "x") == Refused(((Bar.OVER, {}, {}),))


def test_organisers_place_and_remove_people_by_hand(app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT)
    one, two, three = (register(event) for _ in range(3))
    by = make_user()
    for each in (one, two, three):
        sign_up(each, "workshop")
    assert service.place_by_hand(three.id, "workshop", by=by, why=" ") is Bar.NO_REASON
    assert service.place_by_hand(three.id, "workshop", by=by, why="Speaks there.") is None
    assert service.place_by_hand(three.id, "workshop", by=by, why="Again.") is Bar.THERE
    assert service.place_by_hand(three.id, "visit", by=by, why="Both.") is Bar.OVERLAPS
    assert service.remove_by_hand(one.id, "workshop", by=by, why="Asked on the phone.") is None
    assert [standings(each) for each in (one, two, three)] == [{}, {"workshop": "waiting 1"}, {"workshop": "taken"}]
    assert service.remove_by_hand(one.id, "workshop", by=by, why="Again.") is Bar.THERE
    told = next(each for each in letters(reload(one).email or "") if each.kind == "session_place")
    assert "the organisers took you off the list." in told.text
    actions = [each.action for each in db.session.query(AuditEntry).filter_by(user_id=by).order_by(AuditEntry.id)]
    assert actions[-2:] == ["session place given by hand", "taken off a session by hand"]
    by_hand = db.session.query(SignupMove).filter_by(by_hand=True).order_by(SignupMove.id).all()
    assert [(each.to_state, each.why, each.by_user_id) for each in by_hand] == [
        ("taken", "Speaks there.", by),
        (None, "Asked on the phone.", by),
    ]


def test_merged_registrations_keep_what_either_has(app: Flask) -> None:
    event = event_with(WORKSHOP, VISIT, TALK)
    first, kept, gone, last = (register(event) for _ in range(4))
    sign_up(first, "talk")
    sign_up(kept, "workshop")
    sign_up(gone, "visit", "talk")
    sign_up(last, "visit", "talk")
    merging.merge(kept.id, gone.id, by=make_user())
    assert standings(gone) == {}
    assert standings(kept) == {"workshop": "taken", "talk": "waiting 1"}
    assert standings(last) == {"visit": "taken", "talk": "waiting 2"}


def test_forgetting_takes_the_reasons_along(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    event = event_with(WORKSHOP)
    one = register(event)
    service.place_by_hand(one.id, "workshop", by=make_user(), why="Ana is the host.")
    with transaction() as opened:
        opened.execute(update(Letter).values(state="sent"))
    with monkeypatch.context() as later:
        later.setattr("eventsapp.clock.now", lambda: datetime(2030, 1, 1, tzinfo=UTC))
        forget_due()
    assert db.session.query(SignupMove).one().why == ""


def test_lists_are_read_with_a_constant_number_of_statements(app: Flask) -> None:
    event = event_with(WORKSHOP)
    for _ in range(3):
        sign_up(register(event), "workshop")
    found = sessions_to_sign_up(event)
    with counted() as statements:
        people_of(found[0])
    assert len(statements) == 1
