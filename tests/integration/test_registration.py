"""What participants do, through the service, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.mail.models import Letter
from eventsapp.registration import addresses, handling, integrity, queries, service
from eventsapp.registration.entering import Form
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import Refusal
from eventsapp.registration.service import Known, Registered
from tests.builders import get_event, make_event, make_user, register, reload

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def letters(of: Registration | None = None) -> list[Letter]:
    rows = db.session.query(Letter).order_by(Letter.id)
    return [row for row in rows if of is None or row.person == f"registration:{of.id}"]


def kinds(of: Registration) -> list[str]:
    return [letter.kind for letter in letters(of)]


def try_to_register(slug: str, email: str = "someone@example.org", submission: str = "s", **values: Any) -> Any:
    return service.register(slug, Form(name="Someone", email=email, **values), submission=submission)


def test_places_run_out_and_the_queue_forms() -> None:
    event = make_event(capacity=2)
    people = [register(event) for _ in range(4)]
    assert [row.state for row in people] == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert [queries.position_of(row) for row in people] == [None, None, 1, 2]
    assert [kinds(row) for row in people] == [["place"], ["place"], ["waiting"], ["waiting"]]
    assert [letter.facts["position"] for letter in letters()] == [None, None, 1, 2]
    assert list(integrity.problems()) == []


def test_a_place_given_up_confirms_the_next_at_once() -> None:
    event = make_event(capacity=1)
    first, second, third = (register(event) for _ in range(3))
    assert service.give_up(first.id)
    assert [reload(row).state for row in (first, second, third)] == ["cancelled", "confirmed", "waitlisted"]
    assert queries.position_of(reload(third)) == 1
    assert kinds(first) == ["place", "given_up"]
    assert kinds(second) == ["waiting", "moved_up"]
    assert kinds(third) == ["waiting"]
    assert list(integrity.problems()) == []


def test_giving_up_twice_does_it_once() -> None:
    event = make_event(capacity=1)
    first, _second, _third = (register(event) for _ in range(3))
    assert service.give_up(first.id)
    assert not service.give_up(first.id)
    assert kinds(first) == ["place", "given_up"]
    assert get_event(event.id).room_confirmed == 1


def test_a_raised_capacity_confirms_from_the_head_of_the_queue() -> None:
    event = make_event(capacity=1)
    people = [register(event) for _ in range(4)]
    events.change_capacity(event.id, capacity=3, by=None)
    assert [reload(row).state for row in people] == ["confirmed", "confirmed", "confirmed", "waitlisted"]
    assert list(integrity.problems()) == []


def test_a_lowered_capacity_turns_nobody_out() -> None:
    event = make_event(capacity=3)
    people = [register(event) for _ in range(4)]
    events.change_capacity(event.id, capacity=1, by=None)
    assert [reload(row).state for row in people] == ["confirmed"] * 3 + ["waitlisted"]
    service.give_up(people[0].id)
    assert reload(people[3]).state == "waitlisted"
    assert list(integrity.problems()) == []


def test_after_promotion_end_nobody_moves_up_and_newcomers_queue(clock_stands: Any) -> None:
    event = make_event(capacity=1)
    first, second = register(event), register(event)
    clock_stands.move_to(event.starts_at - timedelta(hours=47))
    service.give_up(first.id)
    assert reload(second).state == "waitlisted"
    assert register(event).state == "waitlisted"
    assert list(integrity.problems()) == []


def test_the_same_form_twice_gives_the_same_answer_and_one_letter() -> None:
    event = make_event()
    first = try_to_register(event.slug, submission="once")
    again = try_to_register(event.slug, submission="once")
    assert isinstance(first, Registered)
    assert again == first
    assert len(letters()) == 1


def test_a_known_address_is_written_to_and_not_registered_twice() -> None:
    event = make_event(capacity=1)
    register(event)
    row = register(event, "someone@example.org")
    assert try_to_register(event.slug, "SomeOne@Example.org", submission="again") == Known()
    assert kinds(row) == ["waiting", "already_registered"]
    assert letters(row)[1].facts["others"][0]["position"] == 1
    assert letters(row)[1].recipient == "someone@example.org"
    assert queries.counts(event.id)["waitlisted"] == 1


def test_letters_without_news_are_rationed_and_news_is_not(clock_stands: Any) -> None:
    event = make_event()
    row = register(event, "someone@example.org")
    for number in range(5):
        assert try_to_register(event.slug, submission=f"again-{number}") == Known()
    assert kinds(row) == ["place"] + ["already_registered"] * 3
    service.give_up(row.id)
    assert kinds(row)[-1] == "given_up"
    clock_stands.shift(timedelta(hours=1, seconds=1))
    register(event, "someone@example.org")
    try_to_register(event.slug, submission="later")
    assert kinds(row)[-1] == "already_registered"


def test_more_than_ten_new_registrations_a_day_are_refused(clock_stands: Any) -> None:
    for _ in range(10):
        register(make_event(), "someone@example.org")
    event = make_event()
    assert try_to_register(event.slug, submission="eleventh") is Refusal.TOO_MANY
    assert try_to_register(event.slug, "other@example.org", submission="other") != Refusal.TOO_MANY
    clock_stands.shift(timedelta(days=1, seconds=1))
    assert isinstance(try_to_register(event.slug, submission="next day"), Registered)


def test_whoever_returns_gets_the_same_row_and_the_end_of_the_queue() -> None:
    event = make_event(capacity=1)
    first, second = register(event, "first@example.org"), register(event)
    old_version = first.link_version
    service.give_up(first.id)
    back = register(event, "first@example.org", name="First, back")
    assert back.id == first.id
    assert (back.state, back.name) == ("waitlisted", "First, back")
    assert back.queue_no > reload(second).queue_no
    assert back.link_version > old_version
    assert list(integrity.problems()) == []


def test_a_return_has_a_sequence_above_the_cancellation() -> None:
    event = make_event()
    row = register(event, "someone@example.org")
    service.give_up(row.id)
    register(event, "someone@example.org")
    parts = [letter.facts["calendar"] for letter in letters(row)]
    assert [part["method"] for part in parts] == ["REQUEST", "CANCEL", "REQUEST"]
    sequences = [part["sequence"] for part in parts]
    assert sequences == sorted(set(sequences))


def test_who_waits_has_no_calendar_entry() -> None:
    event = make_event(capacity=1)
    register(event)
    waiting = register(event)
    service.give_up(waiting.id)
    assert [letter.facts["calendar"] for letter in letters(waiting)] == [None, None]


def test_approval_holds_no_place_and_keeps_the_date_of_the_request() -> None:
    event = make_event(capacity=1, approval=True)
    row = register(event)
    assert row.state == "pending"
    assert kinds(row) == ["received"]
    assert get_event(event.id).room_confirmed == 0


def test_declined_people_do_not_come_back_by_themselves() -> None:
    event = make_event(approval=True)
    row = register(event, "someone@example.org")
    handling.decline(row.id, by=make_user())
    assert try_to_register(event.slug, submission="again") == Known()
    assert reload(row).state == "declined"


@pytest.mark.parametrize(
    ("values", "shift", "expected"),
    [
        ({"registration_opens_at": datetime(2027, 7, 1, 9)}, timedelta(), Refusal.NOT_YET_OPEN),
        ({"registration_closes_at": datetime(2027, 5, 1, 9)}, timedelta(), Refusal.CLOSED),
        ({}, timedelta(days=136), Refusal.PAST),
        ({"visibility": "closed"}, timedelta(), Refusal.BY_INVITATION),
        ({"capacity": 1, "waitlist": False}, timedelta(), Refusal.FULL),
    ],
)
def test_refusals_write_nothing(values: dict[str, Any], shift: timedelta, expected: Refusal, clock_stands: Any) -> None:
    event = make_event(**values)
    if expected is Refusal.FULL:
        register(event)
    before = (len(letters()), sum(queries.counts(event.id).values()))
    clock_stands.shift(shift)
    assert try_to_register(event.slug) is expected
    assert (len(letters()), sum(queries.counts(event.id).values())) == before


def test_a_draft_or_unknown_event_takes_nobody() -> None:
    assert try_to_register(make_event(publish=False).slug) is None
    assert try_to_register("nowhere") is None


def test_a_full_event_without_waitlist_still_answers_the_known_address() -> None:
    event = make_event(capacity=1, waitlist=False)
    register(event, "someone@example.org")
    assert try_to_register(event.slug, submission="again") == Known()


def test_two_people_of_one_mailbox() -> None:
    event = make_event(capacity=1)
    first = register(event, "desk@example.org", name="First")
    form = Form(name="Second", email="ignored@example.org")
    result = service.register_another(first.id, form, submission="another")
    assert isinstance(result, Registered)
    second = queries.get_registration(result.registration_id)
    assert (second.email, second.person_no, second.state) == ("desk@example.org", 2, "waitlisted")
    assert service.register_another(first.id, form, submission="another") == result


def test_one_of_a_shared_mailbox_comes_back_under_the_same_name() -> None:
    event = make_event()
    first = register(event, "desk@example.org", name="Cléo Clerk")
    service.register_another(first.id, Form(name="Dora Desk", email=""), submission="another")
    service.give_up(first.id)
    back = service.register(event.slug, Form(name="cléo  clerk", email="desk@example.org"), submission="back")
    assert isinstance(back, Registered)
    assert (back.registration_id, back.link_version) == (first.id, reload(first).link_version)
    assert reload(first).state == "confirmed"
    stranger = service.register(event.slug, Form(name="Somebody", email="desk@example.org"), submission="third")
    assert stranger == Known()
    assert list(integrity.problems()) == []


def test_who_was_not_accepted_does_not_come_in_as_another_person() -> None:
    event = make_event(approval=True)
    row = register(event, "someone@example.org", name="Sid")
    handling.decline(row.id, by=make_user())
    assert service.register_another(row.id, Form(name="Sid", email=""), submission="again") is None
    assert [letter.kind for letter in letters(row)] == ["received", "not_accepted"]


def test_one_mailbox_hears_a_cancellation_only_for_its_last_person() -> None:
    event = make_event()
    first = register(event, "desk@example.org")
    result = service.register_another(first.id, Form(name="Second", email=""), submission="another")
    assert isinstance(result, Registered)
    second = queries.get_registration(result.registration_id)
    service.give_up(first.id)
    assert letters(first)[-1].facts["calendar"] is None
    service.give_up(second.id)
    last = letters(second)[-1].facts["calendar"]
    assert last["method"] == "CANCEL"
    everything = [letter.facts["calendar"] for letter in letters() if letter.facts["calendar"]]
    assert last["sequence"] > max(part["sequence"] for part in everything[:-1])


def test_a_new_address_is_proved_then_links_and_entry_move_along() -> None:
    event = make_event()
    row = register(event, "old@example.org")
    assert addresses.ask_new_address(row.id, "new@example.org")
    assert reload(row).email == "old@example.org"
    assert (letters(row)[-1].kind, letters(row)[-1].recipient) == ("prove_address", "new@example.org")
    version = reload(row).new_email_version
    assert addresses.prove_address(row.id, version)
    moved = reload(row)
    assert (moved.email, moved.link_version) == ("new@example.org", 2)
    told = [(letter.kind, letter.recipient, letter.facts["calendar"]) for letter in letters(row)[-2:]]
    assert [(kind, to, part["method"]) for kind, to, part in told] == [
        ("address_changed", "old@example.org", "CANCEL"),
        ("new_address", "new@example.org", "REQUEST"),
    ]
    assert told[1][2]["sequence"] > told[0][2]["sequence"] > 0
    assert not addresses.prove_address(row.id, version)


def test_an_older_proof_opens_nothing() -> None:
    row = register(make_event(), "old@example.org")
    addresses.ask_new_address(row.id, "one@example.org")
    version = reload(row).new_email_version
    addresses.ask_new_address(row.id, "two@example.org")
    assert not addresses.prove_address(row.id, version)
    assert reload(row).email == "old@example.org"


def test_a_new_address_that_is_taken_becomes_another_person_of_that_mailbox() -> None:
    event = make_event()
    register(event, "taken@example.org")
    row = register(event, "old@example.org")
    addresses.ask_new_address(row.id, "taken@example.org")
    assert addresses.prove_address(row.id, reload(row).new_email_version)
    assert (reload(row).email_key, reload(row).person_no) == ("taken@example.org", 2)


def test_a_corrected_name_keeps_place_and_queue() -> None:
    row = register(make_event())
    assert service.correct(row.id, name="Right Name", organisation="PZ Antwerp")
    assert (reload(row).name, reload(row).organisation, reload(row).state) == ("Right Name", "PZ Antwerp", "confirmed")
    service.give_up(row.id)
    assert not service.correct(row.id, name="Late", organisation="")


def test_hybrid_places_are_counted_apart() -> None:
    event = make_event(mode="hybrid", capacity=1, online_capacity=1)
    room = [register(event, attends="room") for _ in range(2)]
    online = [register(event, attends="online") for _ in range(2)]
    assert [row.state for row in room + online] == ["confirmed", "waitlisted"] * 2
    assert [queries.position_of(row) for row in (room[1], online[1])] == [1, 1]
    service.give_up(online[0].id)
    assert [reload(row).state for row in (room[1], online[1])] == ["waitlisted", "confirmed"]
    assert list(integrity.problems()) == []
