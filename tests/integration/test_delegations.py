"""Places held for a partner organisation: what organisers and contacts do with them, and what never follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.delegations import due, filling, service
from eventsapp.delegations.filling import Filled, Named, TooFew
from eventsapp.delegations.models import Delegation
from eventsapp.delegations.rules import Details, Refusal
from eventsapp.delegations.service import Changed, Invalid, Made, NeedsReason
from eventsapp.events import service as events
from eventsapp.events.rules import Edited
from eventsapp.registration import forgetting, handling, integrity, merging
from eventsapp.registration import service as registration
from eventsapp.registration.models import RegistrationMove
from tests.builders import START, event_details, get_event, make_event, make_user, register, reload
from tests.delegating import (
    UNTIL,
    details,
    get_delegation,
    make_delegation,
    named,
    names,
    page_of,
    person,
    places_of,
    standing,
)
from tests.letters import last_letter, letters

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
AFTER_RETURN = datetime(2027, 10, 7, 7, 1, tzinfo=UTC)
AT_START = datetime(2027, 10, 14, 7, tzinfo=UTC)
Clock = time_machine.Traveller


@pytest.fixture(autouse=True)
def at() -> object:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


# Organisers.


def test_places_are_held_and_the_contact_is_written_to(app: Flask) -> None:
    event = make_event(capacity=5)
    delegation = make_delegation(event, organisation="PZ Antwerpen", contact_email="chris@example.org", places=3)
    assert places_of(event) == (0, 3, 0)
    register(event)
    register(event)
    assert register(event).state == "waitlisted"
    assert places_of(event) == (2, 3, 1)
    letter = last_letter("chris@example.org")
    assert letter.subject == "3 places are held for you – Reflection Day"
    for part in ("PZ Antwerpen", "Thursday 14 October 2027", "Thursday 7 October 2027, 09:00", "Manos Premier"):
        assert part in letter.text
    assert page_of(delegation) in letter.text
    assert page_of(delegation) in letter.html


@pytest.mark.parametrize("waiting", [False, True])
def test_more_than_is_free_takes_a_reason_that_is_kept(app: Flask, waiting: bool) -> None:
    event = make_event(capacity=2)
    register(event)
    if waiting:
        register(event)
        register(event)
    free = 0 if waiting else 1
    refused = service.create(event.id, details(places=2), by=make_user())
    assert refused == NeedsReason(free)
    assert service.create(event.id, details(places=2), by=make_user(), why="  ") == NeedsReason(free)
    made = service.create(event.id, details(places=2), by=make_user(), why="They pay for the hall.")
    assert isinstance(made, Made)
    entry = db.session.query(AuditEntry).filter_by(action="delegation.made").one()
    assert (entry.subject, entry.details["why"]) == (f"delegation:{made.delegation_id}", "They pay for the hall.")
    named(made.delegation_id, "Ann Able", "Bob Able")
    assert places_of(event)[1] == 0
    assert [each.by_hand for each in _moves(made.delegation_id)] == [True, True]


def _moves(delegation_id: int) -> list[RegistrationMove]:
    people = [each.registration_id for each in names(delegation_id)]
    rows = db.session.query(RegistrationMove).filter(RegistrationMove.registration_id.in_(people))
    return list(rows.order_by(RegistrationMove.id))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"places": 0}, "places"),
        ({"places": 5001}, "places"),
        ({"returns_wall": START + timedelta(minutes=1)}, "returns_wall"),
        ({"returns_wall": datetime(2027, 6, 1, 13)}, "returns_wall"),
        ({"returns_wall": datetime(2027, 3, 28, 2, 30)}, "returns_wall"),
    ],
)
def test_what_makes_no_sense_is_refused(app: Flask, values: dict[str, object], field: str) -> None:
    answer = service.create(make_event().id, details(**values), by=make_user())
    assert isinstance(answer, Invalid)
    assert [each.field for each in answer.problems] == [field]


def test_nothing_is_held_in_an_event_that_is_off_or_has_started(app: Flask, at: Clock) -> None:
    event, off = make_event(), make_event()
    events.call_off_event(off.id, by=None)
    assert service.create(off.id, details(), by=make_user()) is Refusal.CALLED_OFF
    at.move_to(AT_START)
    assert service.create(event.id, details(), by=make_user()) is Refusal.STARTED
    assert service.create(99999, details(), by=make_user()) is Refusal.NOT_THERE


def test_fewer_places_go_to_the_queue_and_never_below_those_filled(app: Flask) -> None:
    event = make_event(capacity=3)
    delegation = make_delegation(event, places=3, contact_email="chris@example.org")
    waits = register(event)
    named(delegation, "Ann Able")
    given = service.change(delegation, _as_is(delegation, places=0), by=make_user())
    assert isinstance(given, Invalid)
    assert service.change(delegation, _as_is(delegation, places=2), by=make_user()) == Changed(True)
    assert reload(waits).state == "confirmed"
    assert places_of(event) == (2, 1, 0)
    named(delegation, "Bob Able")
    assert service.change(delegation, _as_is(delegation, places=1), by=make_user()) is Refusal.BELOW_FILLED
    (_, changed) = [each for each in letters("chris@example.org") if each.kind == "delegation"]
    assert changed.subject.startswith("The places held for you have changed")


def _as_is(delegation_id: int, **changes: object) -> Details:
    it = get_delegation(delegation_id)
    assert it.contact_email is not None
    same = Details(
        organisation=it.organisation,
        contact_name=it.contact_name,
        contact_email=it.contact_email,
        places=it.places,
        returns_wall=it.returns_wall,
        language=it.language,
        attends=it.attends,
    )
    return replace(same, **changes)  # type: ignore[arg-type]


def test_more_places_take_a_reason_only_beyond_what_is_free(app: Flask) -> None:
    event = make_event(capacity=4)
    delegation = make_delegation(event, places=2)
    assert service.change(delegation, _as_is(delegation, places=4), by=make_user()) == Changed(True)
    answer = service.change(delegation, _as_is(delegation, places=5), by=make_user())
    assert answer == NeedsReason(0)
    assert service.change(delegation, _as_is(delegation, places=5), by=make_user(), why="So agreed.") == Changed(True)
    assert places_of(event) == (0, 5, 0)


def test_another_contact_gets_a_new_link_and_the_letters_of_those_without_an_address(app: Flask) -> None:
    delegation = make_delegation(make_event(), contact_email="old@example.org")
    named(delegation, "Ann Able", "Bob Able <bob@example.org>")
    before = get_delegation(delegation).link_version
    by = make_user()
    assert service.change(delegation, _as_is(delegation, contact_email="new@example.org"), by=by) == Changed(True)
    assert get_delegation(delegation).link_version == before + 1
    assert [each.kind for each in letters("new@example.org")] == ["new_address", "delegation"]
    assert letters("old@example.org")[-1].kind == "address_changed"
    assert person(delegation, "Ann Able").contact_email == "new@example.org"
    assert person(delegation, "Bob Able").contact_email is None


def test_withdrawn_places_go_to_the_queue_and_names_stay(app: Flask) -> None:
    event = make_event(capacity=3)
    delegation = make_delegation(event, places=3, contact_email="chris@example.org")
    waits = register(event)
    (ann,) = named(delegation, "Ann Able")
    assert service.withdraw(delegation, by=make_user(), why="They cancelled.") is None
    assert reload(waits).state == "confirmed"
    assert person(delegation, "Ann Able").state == "confirmed"
    assert places_of(event) == (2, 0, 0)
    assert service.withdraw(delegation, by=make_user()) is Refusal.FLOWED_BACK
    assert last_letter("chris@example.org").subject.startswith("No more places are held for you")
    assert filling.fill(delegation, [Named("Bob Able")]) is Refusal.FLOWED_BACK
    assert filling.take_back(delegation, ann) is None
    assert places_of(event) == (1, 0, 0)


def test_of_a_draft_nothing_is_told_before_it_is_published(app: Flask) -> None:
    event = make_event(publish=False, mode="hybrid", capacity=5, online_capacity=5)
    made = service.create(event.id, details(attends="online", contact_email="chris@example.org"), by=make_user())
    assert isinstance(made, Made)
    assert not made.written
    assert filling.fill(made.delegation_id, [Named("Ann Able")]) is Refusal.NOT_THERE
    events.edit_event(event.id, event_details(event, mode="in_person", online_capacity=None), by=None, tell=True)
    assert letters() == []
    events.publish_event(event.id, by=None)
    assert [each.kind for each in letters("chris@example.org")] == ["delegation"]
    assert places_of(event) == (0, 3, 0)


# Contacts.


def test_people_are_entered_told_by_whom_and_may_refuse(app: Flask) -> None:
    event = make_event(capacity=3, approval=True)
    delegation = make_delegation(event, organisation="PZ Antwerpen", contact_email="chris@example.org")
    assert filling.fill(delegation, [Named("Ann Able", "ann@example.org"), Named("Bob Able")]) == Filled(2, 0)
    assert places_of(event) == (2, 1, 0)
    letter = last_letter("ann@example.org")
    assert letter.subject.startswith("You have a place")
    assert "Chris Contact (PZ Antwerpen) has named you" in letter.text
    assert "I did not ask for this" in letter.text
    assert "Bob Able has one of the places held for PZ Antwerpen" in last_letter("chris@example.org").text
    ann, bob = person(delegation, "Ann Able"), person(delegation, "Bob Able")
    assert (ann.state, ann.organisation, ann.source, ann.delegation_id) == (
        "confirmed",
        "PZ Antwerpen",
        "partner",
        delegation,
    )
    assert (bob.email, bob.contact_email) == (None, "chris@example.org")
    (step,) = db.session.query(RegistrationMove).filter_by(registration_id=ann.id)
    assert (step.actor, step.delegated, step.held, step.by_hand) == ("contact", True, 2, False)


def test_a_form_sent_twice_enters_nobody_twice(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event, places=3)
    people = [Named("Ann Able", "ann@example.org"), Named("Bob Able")]
    assert filling.fill(delegation, people) == Filled(2, 0)
    assert filling.fill(delegation, people) == Filled(0, 2)
    assert filling.fill(delegation, [*people, Named("Able, Ann", "ANN@example.org"), Named("Cas Able")]) == Filled(1, 2)
    assert places_of(event) == (3, 0, 0)


def test_all_or_none_are_entered(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event, places=1)
    assert filling.fill(delegation, [Named("Ann Able"), Named("Bob Able")]) == TooFew(1)
    assert places_of(event) == (0, 1, 0)


def test_people_of_one_mailbox_are_several_people(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event)
    named(delegation, "Ann Able <desk@example.org>", "Bob Able <desk@example.org>")
    assert places_of(event) == (2, 1, 0)


def test_a_place_given_up_is_held_again_and_not_given_to_the_queue(app: Flask) -> None:
    event = make_event(capacity=2)
    delegation = make_delegation(event, places=2)
    waits = register(event)
    named(delegation, "Ann Able <ann@example.org>", "Bob Able <bob@example.org>")
    registration.give_up(person(delegation, "Ann Able").id)
    handling.withdraw(person(delegation, "Bob Able").id, by=make_user(), why="Not this year.")
    assert (reload(waits).state, places_of(event)) == ("waitlisted", (0, 2, 1))
    assert [each.ended for each in names(delegation)] == ["left", "left"]
    named(delegation, "Cas Able")
    assert places_of(event) == (1, 1, 1)


def test_a_person_put_back_in_the_queue_leaves_the_delegation(app: Flask) -> None:
    event = make_event(capacity=2)
    delegation = make_delegation(event, places=1)
    register(event)
    register(event)
    named(delegation, "Ann Able")
    ann = person(delegation, "Ann Able")
    assert handling.put_back(ann.id, by=make_user(), why="So agreed.") == "waitlisted"
    assert (reload(ann).delegation_id, places_of(event)) == (None, (1, 1, 2))


def test_a_slip_is_corrected_and_what_the_person_wrote_stays(app: Flask) -> None:
    delegation = make_delegation(make_event())
    ann, bob = named(delegation, "An Able <ann@example.org>", "Bob Able <bob@example.org>")
    bobs = person(delegation, "Bob Able")
    registration.correct(bobs.id, name="Robert Able", organisation="PZ")
    assert filling.correct(delegation, ann, "Ann Able") is None
    assert filling.correct(delegation, bob, "Bobby Able") is None
    assert person(delegation, "Ann Able").name == "Ann Able"
    assert reload(bobs).name == "Robert Able"
    assert standing(delegation) == ["Ann Able", "Bobby Able"]


def test_another_person_takes_the_place(app: Flask) -> None:
    event = make_event(capacity=2)
    delegation = make_delegation(event, organisation="PZ Antwerpen", places=2)
    register(event)
    (ann,) = named(delegation, "Ann Able <ann@example.org>")
    assert filling.replace_person(delegation, ann, Named("Bob Able", "bob@example.org")) is None
    assert person(delegation, "Ann Able").state == "cancelled"
    assert person(delegation, "Bob Able").state == "confirmed"
    assert places_of(event) == (1, 1, 1)
    assert "PZ Antwerpen, which had named you, has taken the place back" in last_letter("ann@example.org").text
    assert last_letter("ann@example.org").subject.startswith("Your place was withdrawn")
    assert filling.replace_person(delegation, ann, Named("Cas Able")) is Refusal.NOT_THERE
    (bob,) = [each.id for each in names(delegation) if each.ended is None]
    assert filling.replace_person(delegation, bob, Named("Bob Able", "bob@example.org")) is Refusal.THERE


def test_a_name_taken_back_comes_back_as_a_new_registration(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event)
    (ann,) = named(delegation, "Ann Able <ann@example.org>")
    first = person(delegation, "Ann Able")
    version = first.link_version
    assert filling.take_back(delegation, ann) is None
    named(delegation, "Ann Able <ann@example.org>")
    again = person(delegation, "Ann Able")
    assert (again.id, again.link_version) == (first.id, version + 1)
    assert places_of(event) == (1, 2, 0)


def test_places_given_back_go_to_the_queue(app: Flask) -> None:
    event = make_event(capacity=3)
    delegation = make_delegation(event, places=3)
    waits = register(event)
    named(delegation, "Ann Able")
    assert filling.return_places(delegation, 3) == TooFew(2)
    assert filling.return_places(delegation, 1) is None
    assert reload(waits).state == "confirmed"
    assert places_of(event) == (2, 1, 0)


def test_a_contact_cannot_write_to_the_whole_world(app: Flask) -> None:
    delegation = make_delegation(make_event(), places=1)
    for number in range(22):
        (name,) = named(delegation, f"Person {number} <p{number}@example.org>")
        assert filling.take_back(delegation, name) is None
    assert filling.fill(delegation, [Named("One More", "more@example.org")]) is Refusal.TOO_MANY


# People who are registered already.


def test_somebody_who_has_a_place_keeps_it_and_the_contact_learns_nothing(app: Flask) -> None:
    event = make_event(capacity=4)
    ann = register(event, "ann@example.org", name="Ann Able")
    delegation = make_delegation(event, places=2)
    (entry,) = named(delegation, "Able, Ann <Ann@example.org>")
    assert places_of(event) == (1, 2, 0)
    assert (standing(delegation), reload(ann).delegation_id) == (["Able, Ann"], None)
    assert last_letter("ann@example.org").kind == "already_registered"
    assert filling.fill(delegation, [Named("Bob Able"), Named("Cas Able")]) == TooFew(1)
    assert filling.take_back(delegation, entry) is None
    assert reload(ann).state == "confirmed"
    named(delegation, "Bob Able", "Cas Able")
    assert places_of(event) == (3, 0, 0)


def test_somebody_who_waits_gets_the_place_and_waits_again_when_it_is_taken_back(app: Flask) -> None:
    event = make_event(capacity=2)
    register(event)
    delegation = make_delegation(event, places=1)
    first = register(event)
    ann = register(event, "ann@example.org", name="Ann Able")
    number = ann.queue_no
    (entry,) = named(delegation, "Ann Able <ann@example.org>")
    assert (reload(ann).state, reload(ann).delegation_id) == ("confirmed", delegation)
    assert (reload(first).state, places_of(event)) == ("waitlisted", (2, 0, 1))
    assert last_letter("ann@example.org").subject.startswith("You now have a place")
    assert filling.take_back(delegation, entry) is None
    assert (reload(ann).state, reload(ann).queue_no) == ("waitlisted", number)
    assert "has taken back the place" in last_letter("ann@example.org").text
    assert places_of(event) == (1, 1, 2)


def test_who_waited_keeps_a_place_when_others_are_free_by_then(app: Flask) -> None:
    event = make_event(capacity=2)
    other = register(event)
    delegation = make_delegation(event, places=1)
    ann = register(event, "ann@example.org", name="Ann Able")
    (entry,) = named(delegation, "Ann Able <ann@example.org>")
    registration.give_up(other.id)
    assert filling.take_back(delegation, entry) is None
    assert (reload(ann).state, reload(ann).delegation_id) == ("confirmed", None)
    assert places_of(event) == (1, 1, 0)


def test_somebody_who_asks_for_approval_is_left_to_the_organisers(app: Flask) -> None:
    event = make_event(approval=True)
    ann = register(event, "ann@example.org", name="Ann Able")
    bob = register(event, "bob@example.org", name="Bob Able")
    handling.decline(bob.id, by=make_user())
    delegation = make_delegation(event)
    ann_entry, bob_entry = named(delegation, "Ann Able <ann@example.org>", "Bob Able <bob@example.org>")
    assert [reload(each).state for each in (ann, bob)] == ["pending", "declined"]
    assert filling.take_back(delegation, ann_entry) is None
    assert filling.take_back(delegation, bob_entry) is None
    assert [reload(each).state for each in (ann, bob)] == ["pending", "declined"]
    assert places_of(event) == (0, 3, 0)


def test_two_registrations_of_one_person_are_merged(app: Flask) -> None:
    event = make_event()
    ann = register(event, "home@example.org", name="Ann Able")
    delegation = make_delegation(event, places=2)
    (entry,) = named(delegation, "Ann Able <work@example.org>")
    other = person(delegation, "Ann Able")
    assert merging.merge(ann.id, other.id, by=make_user()) == ann.id
    assert places_of(event) == (1, 2, 0)
    assert standing(delegation) == ["Ann Able"]
    assert filling.take_back(delegation, entry) is None
    assert reload(ann).state == "confirmed"


# What falls due, and what becomes of the event.


def test_places_without_a_name_flow_back_on_the_date(app: Flask, at: Clock) -> None:
    event = make_event(capacity=3)
    delegation = make_delegation(event, places=3, contact_email="chris@example.org")
    first, second, third = register(event), register(event), register(event)
    (ann,) = named(delegation, "Ann Able <ann@example.org>")
    at.move_to(AFTER_RETURN - timedelta(minutes=2))
    assert due.return_due() == 0
    at.move_to(AFTER_RETURN)
    assert filling.fill(delegation, [Named("Late Lee")]) is Refusal.FLOWED_BACK
    assert due.return_due() == 1
    assert due.return_due() == 0
    assert [reload(each).state for each in (first, second, third)] == ["confirmed", "confirmed", "waitlisted"]
    assert places_of(event) == (3, 0, 1)
    assert last_letter("chris@example.org").subject == "2 places without a name have gone back – Reflection Day"
    entry = db.session.query(AuditEntry).filter_by(action="delegation.flowed_back").one()
    assert (entry.actor, entry.details) == ("worker", {"before": {"places": 3}, "after": {"places": 1}})
    assert filling.replace_person(delegation, ann, Named("Bob Able")) is None
    assert places_of(event) == (3, 0, 1)
    (bob,) = [each.id for each in names(delegation) if each.ended is None]
    assert filling.correct(delegation, bob, "Bobby Able") is None
    at.move_to(AT_START)
    assert filling.correct(delegation, bob, "Bob Able") is Refusal.STARTED
    assert filling.take_back(delegation, bob) is Refusal.STARTED


def test_a_name_that_took_no_place_has_none_to_pass_on_later(app: Flask, at: Clock) -> None:
    event = make_event(capacity=3)
    register(event, "ann@example.org", name="Ann Able")
    delegation = make_delegation(event, places=2, contact_email="chris@example.org")
    (ann,) = named(delegation, "Ann Able <ann@example.org>")
    at.move_to(AFTER_RETURN)
    assert due.return_due() == 1
    assert last_letter("chris@example.org").subject.startswith("1 place without a name has gone back")
    assert filling.replace_person(delegation, ann, Named("Bob Able")) is Refusal.NO_PLACE
    assert places_of(event) == (1, 0, 0)


def test_after_the_date_a_place_given_up_goes_to_the_queue(app: Flask, at: Clock) -> None:
    event = make_event(capacity=1)
    delegation = make_delegation(event, places=1)
    named(delegation, "Ann Able")
    waits = register(event)
    at.move_to(AFTER_RETURN)
    due.return_due()
    registration.give_up(person(delegation, "Ann Able").id)
    assert (reload(waits).state, places_of(event)) == ("confirmed", (1, 0, 0))


def test_places_that_flowed_back_are_held_again_with_another_date(app: Flask, at: Clock) -> None:
    event = make_event(capacity=3)
    delegation = make_delegation(event, places=2)
    at.move_to(AFTER_RETURN)
    due.return_due()
    again = _as_is(delegation, places=2, returns_wall=datetime(2027, 10, 12, 9))
    assert service.change(delegation, again, by=make_user()) == Changed(True)
    assert places_of(event) == (0, 2, 0)
    named(delegation, "Ann Able")


def test_the_date_moves_along_with_the_event_and_the_contact_is_told(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event, contact_email="chris@example.org")
    later = timedelta(days=60)
    moved = event_details(event, starts_at=START + later, ends_at=START + later + timedelta(hours=8))
    events.edit_event(event.id, moved, by=None, tell=True)
    it = get_delegation(delegation)
    # In winter time by then.
    assert (it.returns_wall, it.returns_at) == (UNTIL + later, datetime(2027, 12, 6, 8, tzinfo=UTC))
    letter = last_letter("chris@example.org")
    assert letter.subject.startswith("New time or place")
    assert "Monday 6 December 2027, 09:00" in letter.text


def test_another_zone_derives_the_instant_anew(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event)
    events.edit_event(event.id, event_details(event, timezone="Europe/Athens"), by=None, tell=False)
    assert get_delegation(delegation).returns_at == datetime(2027, 10, 7, 6, tzinfo=UTC)


def test_called_off_nothing_is_held_and_the_contact_is_told(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event, contact_email="chris@example.org")
    named(delegation, "Ann Able <ann@example.org>")
    events.call_off_event(event.id, by=None, message="The hall is flooded.")
    assert places_of(event) == (1, 0, 0)
    letter = last_letter("chris@example.org")
    assert letter.subject.startswith("Will not take place")
    assert "The hall is flooded." in letter.text
    assert due.return_due() == 0


@pytest.mark.parametrize(("kind", "left"), [("online", "in_person"), ("room", "online")])
def test_a_kind_of_place_that_goes_is_held_in_the_one_that_is_left(app: Flask, kind: str, left: str) -> None:
    event = make_event(mode="hybrid", capacity=4, online_capacity=4)
    delegation = make_delegation(event, places=2, attends=kind)
    named(delegation, "Ann Able <ann@example.org>")
    for _ in range(5):
        register(event, attends="room")
    capacity = {"capacity": 9} if left == "in_person" else {"capacity": None, "venue": None}
    online = {"online_capacity": None} if left == "in_person" else {"online_capacity": 9}
    changed = event_details(get_event(event.id), mode=left, **capacity, **online)
    assert isinstance(events.edit_event(event.id, changed, by=None, tell=True), Edited)
    assert list(integrity.problems()) == []
    now = get_event(event.id)
    assert (now.room_held, now.online_held) == ((1, 0) if left == "in_person" else (0, 1))
    named(delegation, "Bob Able")
    assert list(integrity.problems()) == []


def test_contacts_and_names_are_forgotten(app: Flask, at: Clock) -> None:
    event = make_event()
    delegation = make_delegation(event, contact_email="chris@example.org")
    named(delegation, "Ann Able <ann@example.org>")
    at.move_to(datetime(2027, 10, 14, 15, tzinfo=UTC) + timedelta(days=180))
    while forgetting.forget_due():
        pass
    assert due.forget_due() == 1
    assert due.forget_due() == 0
    it = get_delegation(delegation)
    assert (it.contact_name, it.contact_email, names(delegation)) == ("", None, [])
    kept = [str(each.details) for each in db.session.query(AuditEntry).filter(AuditEntry.action.like("delegation.%"))]
    assert "chris@example.org" not in " ".join(kept)
    assert letters("chris@example.org") == []


def test_who_did_not_ask_for_it_goes_from_the_page_of_the_contact_too(app: Flask) -> None:
    event = make_event()
    delegation = make_delegation(event)
    named(delegation, "Ann Able <ann@example.org>")
    registration.disown(person(delegation, "Ann Able").id)
    assert standing(delegation) == []
    assert places_of(event) == (0, 3, 0)


def test_integrity_names_what_does_not_hold(app: Flask) -> None:
    event = make_event("day")
    delegation = make_delegation(event)
    named(delegation, "Ann Able")
    with transaction() as session:
        session.get_one(Delegation, delegation).filled = 0
    problems = list(integrity.problems())
    assert "event day: the counter room_held says 2, its delegations hold 3" in problems
    assert f"delegation {delegation}: it says 0 filled, the rows say 1" in problems
