"""What organisers do with people they enter: by hand, without an address, past the places; editing, merging, notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import time_machine

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.mail.models import Letter
from eventsapp.people.models import User
from eventsapp.places import Pool
from eventsapp.registration import editing, forgetting, handling, integrity, merging, service, standing
from eventsapp.registration.doubles import doubles_of, name_key
from eventsapp.registration.entering import Form
from eventsapp.registration.entering_by_hand import (
    Decision,
    Doubles,
    Entered,
    How,
    Person,
    Wish,
    decide,
    enter_person,
)
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import State
from tests.builders import get_event, make_event, make_user, register, reload
from tests.letters import last_letter, letters
from tests.mailboxes import Calendars
from tests.pages import links_of

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
_numbers = count(1)


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def by() -> int:
    """An organiser with a name."""
    user_id = make_user()
    with transaction() as session:
        session.get_one(User, user_id).name = "Olga Organiser"
    return user_id


def enter(event: Any, name: str = "", email: str = "", *, by: int, **values: Any) -> Registration:
    """Somebody whom an organiser has entered; `values` are those of Person and of How."""
    how = How(**{key: values.pop(key) for key in ("wish", "why", "tell") if key in values})
    person = Person(name or f"Hand {next(_numbers)}", email, **values)
    answer = enter_person(event.id, person, by=by, how=how, another=True)
    assert isinstance(answer, Entered), answer
    return db.session.get_one(Registration, answer.registration_id)


FREE, FULL, WAITING = Pool(2, confirmed=1), Pool(1, confirmed=1), Pool(2, confirmed=1, waiting=1)
IN, WAITS, BY_HAND = Decision(State.CONFIRMED), Decision(State.WAITLISTED), Decision(State.CONFIRMED, by_hand=True)


@pytest.mark.parametrize(
    ("wish", "pool", "values", "expected"),
    [
        (Wish.BY_PLACES, FREE, {}, IN),
        (Wish.BY_PLACES, Pool(None), {}, IN),
        (Wish.BY_PLACES, FULL, {}, WAITS),
        (Wish.BY_PLACES, WAITING, {}, WAITS),
        (Wish.BY_PLACES, FULL, {"waitlist": False}, Unable.NO_PLACE),
        (Wish.BY_PLACES, FULL, {"takes_place": False}, IN),
        (Wish.BY_PLACES, FULL, {"why": "a reason"}, WAITS),
        (Wish.CONFIRMED, FREE, {}, IN),
        (Wish.CONFIRMED, FREE, {"why": "a reason"}, IN),
        (Wish.CONFIRMED, FULL, {}, Unable.NO_REASON),
        (Wish.CONFIRMED, FULL, {"why": " "}, Unable.NO_REASON),
        (Wish.CONFIRMED, FULL, {"why": "a reason"}, BY_HAND),
        (Wish.CONFIRMED, FULL, {"why": "a reason", "waitlist": False}, BY_HAND),
        (Wish.CONFIRMED, WAITING, {"why": "a reason"}, BY_HAND),
        (Wish.CONFIRMED, WAITING, {}, Unable.NO_REASON),
        (Wish.CONFIRMED, FULL, {"takes_place": False}, IN),
        (Wish.WAITLISTED, FREE, {}, IN),
        (Wish.WAITLISTED, FREE, {"moving_up_open": False}, WAITS),
        (Wish.WAITLISTED, FULL, {}, WAITS),
        (Wish.WAITLISTED, WAITING, {}, WAITS),
        (Wish.WAITLISTED, FULL, {"waitlist": False}, Unable.NO_PLACE),
        (Wish.WAITLISTED, FULL, {"takes_place": False}, IN),
    ],
)
def test_where_a_person_comes_to_stand(
    wish: Wish, pool: Pool, values: dict[str, Any], expected: Decision | Unable
) -> None:
    usual: dict[str, Any] = {"takes_place": True, "waitlist": True, "moving_up_open": True, "why": ""}
    assert decide(wish, pool, **usual | values) == expected


def test_the_first_letter_says_who_entered_the_person_and_how_to_refuse(by: int) -> None:
    row = enter(make_event("day"), "Ann Lee", ANN, by=by, language="en", source="phone")
    letter = last_letter(ANN)
    assert letter.subject == "You have a place – Reflection Day"
    first = "Olga Organiser (Community Policing without Borders) has entered you for this event."
    assert letter.text.index(first) < letter.text.index("Your place is certain.")
    assert "I did not ask for this" in letter.text
    assert "somebody registered" not in letter.text
    assert links_of(row).not_me in letter.text
    assert letter.rendered.calendar is not None
    service.disown(row.id)
    assert last_letter(ANN).subject == "The registration is removed – Reflection Day"
    assert list(integrity.problems()) == []


def test_an_organiser_without_a_name_is_not_told_by_address() -> None:
    user = make_user("secret@example.org")
    enter(make_event(), email=ANN, by=user)
    letter = last_letter(ANN)
    assert "The organisers (Community Policing without Borders) have entered you for this event." in letter.text
    assert "secret@example.org" not in letter.text + letter.html


def test_a_contact_gets_the_letters(by: int) -> None:
    row = enter(make_event(), "Ann Lee", by=by, contact_name="Bob", contact_email=BOB)
    assert row.email is None
    assert "has entered Ann Lee for this event. You get the letters about it." in last_letter(BOB).text


def test_a_person_without_an_address_gets_no_letter(by: int) -> None:
    event = make_event(capacity=1)
    first, second = enter(event, by=by), enter(event, by=by)
    assert (first.state, second.state) == ("confirmed", "waitlisted")
    handling.withdraw(first.id, by=by, why="ill")
    assert reload(second).state == "confirmed"
    assert letters() == []
    assert list(integrity.problems()) == []


def test_an_organiser_may_write_to_nobody(by: int) -> None:
    row = enter(make_event(), email=ANN, by=by, tell=False)
    assert letters() == []
    assert list(integrity.problems()) == []
    assert standing.send_again(row.id, by=by) is State.CONFIRMED
    assert "Olga Organiser" in last_letter(ANN).text


def test_who_needs_no_place_is_not_counted_and_never_waits(by: int) -> None:
    event = make_event(capacity=1, approval=True)
    speaker = enter(event, by=by, email=ANN, role="speaker", takes_place=False)
    guest = enter(event, by=by, email=BOB)
    assert (speaker.state, guest.state) == ("confirmed", "confirmed")
    assert get_event(event.id).room_confirmed == 1
    assert handling.put_back(speaker.id, by=by, why="why not") is Unable.NEEDS_NO_PLACE
    waiting = enter(event, by=by)
    assert waiting.state == "waitlisted"
    handling.withdraw(speaker.id, by=by, why="ill")
    assert reload(waiting).state == "waitlisted"
    service.register(event.slug, Form("Hand again", ANN), submission="again")
    back = reload(speaker)
    assert (back.state, back.role, back.takes_place, back.source) == ("pending", "participant", True, "form")
    assert list(integrity.problems()) == []


def test_past_the_places_takes_a_reason_and_is_by_hand(by: int) -> None:
    event = make_event(capacity=1)
    register(event)
    register(event)
    person = Person("Ann", ANN)
    assert enter_person(event.id, person, by=by, how=How(Wish.CONFIRMED)) is Unable.NO_REASON
    row = enter(event, "Ann", ANN, by=by, wish=Wish.CONFIRMED, why="speaks")
    assert row.state == "confirmed"
    assert "speaks" not in last_letter(ANN).text
    assert list(integrity.problems()) == []


@pytest.mark.parametrize(
    "values", [{"publish": False}, {"starts_at": datetime(2027, 5, 1, 9), "ends_at": datetime(2027, 5, 1, 17)}]
)
def test_nobody_is_entered_for_what_is_not_known_or_is_over(values: dict[str, Any], by: int) -> None:
    event = make_event(**values)
    answer = enter_person(event.id, Person("Ann", ANN), by=by)
    assert answer in (Unable.DRAFT, Unable.EVENT_OVER)
    assert letters() == []


@pytest.mark.parametrize(
    ("name", "email", "like"),
    [
        ("Ann Lee", "", True),
        ("LEE, ann", "", True),
        ("Änn  Lee", "other@example.org", True),
        ("Somebody Else", "ANN@example.org", True),
        ("Ann Leeds", "", False),
    ],
)
def test_possible_doubles_are_shown_first(name: str, email: str, like: bool, by: int) -> None:
    event = make_event()
    known = register(event, ANN, name="Ann Lee")
    answer = enter_person(event.id, Person(name, email), by=by)
    assert (answer == Doubles((known.id,))) is like
    assert isinstance(enter_person(event.id, Person(name, email), by=by, another=True), Entered)
    assert list(integrity.problems()) == []


def test_names_have_their_parts_in_one_order() -> None:
    assert name_key("De Smet, Bram") == name_key("Bram de-Smet") == "bram de smet"


def test_a_known_address_is_another_person_of_the_mailbox(by: int) -> None:
    event = make_event()
    first = register(event, ANN)
    second = enter(event, email="Ann@example.org", by=by)
    assert (first.person_no, second.person_no) == (1, 2)
    service.give_up(first.id)
    calendars = Calendars(db.session.query(Letter).order_by(Letter.id))
    assert calendars.holds(ANN, event.id) is not None


def test_whoever_gave_up_comes_back_as_the_same_row(by: int) -> None:
    event = make_event()
    row = register(event, ANN, name="Ann Lee")
    service.give_up(row.id)
    again = enter(event, "ann lee", ANN, by=by, role="guest")
    assert again.id == row.id
    assert (again.role, again.source, again.entered_by) == ("guest", "other", by)
    assert list(integrity.problems()) == []


def test_what_was_entered_stands_in_the_log(by: int) -> None:
    row = enter(make_event(), "Ann Lee", ANN, by=by, source="paper")
    entry = db.session.query(AuditEntry).filter_by(subject=f"registration:{row.id}").one()
    assert (entry.action, entry.user_id) == ("person entered", by)
    assert entry.details["source"] == "paper"


def test_an_edit_is_kept_with_before_and_after(by: int) -> None:
    row = register(make_event(), ANN, name="Ann Lee", organisation="PZ")
    details = replace(editing.details_of(row), name="Ann Leigh", language="fr")
    assert editing.edit_person(row.id, details, by=by) is False
    assert (reload(row).name, reload(row).language) == ("Ann Leigh", "fr")
    entry = db.session.query(AuditEntry).filter_by(action="registration edited").one()
    assert entry.subject == f"registration:{row.id}"
    assert (entry.details["before"]["name"], entry.details["after"]["name"]) == ("Ann Lee", "Ann Leigh")
    assert len(letters()) == 1


def test_another_address_moves_letters_links_and_entry(by: int) -> None:
    event = make_event()
    row = register(event, ANN)
    before = links_of(row)
    assert editing.edit_person(row.id, replace(editing.details_of(row), email=BOB), by=by) is True
    assert links_of(row).own_page != before.own_page
    old, new = last_letter(ANN), last_letter(BOB)
    assert old.subject == "Your address was changed – Reflection Day"
    assert new.subject == "Letters about this event now come here – Reflection Day"
    assert "The organisers have entered another address" in old.text
    assert links_of(row).not_me in new.text
    calendars = Calendars(db.session.query(Letter).order_by(Letter.id))
    assert calendars.holds(ANN, event.id) is None
    assert calendars.holds(BOB, event.id) is not None
    assert list(integrity.problems()) == []


def test_an_address_for_somebody_who_had_none(by: int) -> None:
    row = enter(make_event(), by=by)
    editing.edit_person(row.id, replace(editing.details_of(row), email=ANN), by=by)
    assert [letter.kind for letter in letters()] == ["new_address"]
    assert last_letter(ANN).rendered.calendar is not None
    editing.edit_person(row.id, replace(editing.details_of(row), email=""), by=by)
    assert reload(row).email is None
    assert last_letter(ANN).kind == "address_changed"
    assert list(integrity.problems()) == []


def test_a_contact_takes_over_the_letters_and_the_entry(by: int) -> None:
    event = make_event()
    row = register(event, ANN)
    editing.edit_person(row.id, replace(editing.details_of(row), contact_name="Bob", contact_email=BOB), by=by)
    assert (reload(row).email, reload(row).mailbox_key) == (ANN, BOB)
    calendars = Calendars(db.session.query(Letter).order_by(Letter.id))
    assert calendars.holds(ANN, event.id) is None
    assert calendars.holds(BOB, event.id) is not None


def test_who_gave_up_is_not_edited(by: int) -> None:
    row = register(make_event(), ANN)
    service.give_up(row.id)
    details = replace(editing.details_of(row), name="X")
    assert editing.edit_person(row.id, details, by=by) is Unable.NOT_IN_THIS_STATE


def test_a_note_is_kept_and_forgotten_with_the_person(by: int, clock_stands: Any) -> None:
    row = register(make_event(), ANN)
    assert editing.set_note(row.id, "Comes by wheelchair.\nCall 0470", by=by)
    assert reload(row).private_note == "Comes by wheelchair.\nCall 0470"
    assert "wheelchair" not in "".join(letter.text for letter in letters())
    entry = db.session.query(AuditEntry).filter_by(action="note changed").one()
    assert entry.details["after"] == {"note": "Comes by wheelchair.\nCall 0470"}
    with transaction() as session:
        session.query(Letter).update({"state": "sent"})
    clock_stands.move_to(datetime(2028, 10, 14, tzinfo=UTC))
    forgetting.forget_due()
    assert reload(row).private_note == ""
    db.session.expire_all()
    assert db.session.get_one(AuditEntry, entry.id).details == {}


def test_the_letter_again_is_rationed(by: int, clock_stands: Any) -> None:
    row = register(make_event(), ANN)
    answers = [standing.send_again(row.id, by=by) for _ in range(4)]
    assert answers == [State.CONFIRMED] * 3 + [Unable.TOO_OFTEN]
    assert len(letters(ANN)) == 4
    clock_stands.move_to(datetime(2027, 6, 1, 13, 1, tzinfo=UTC))
    assert standing.send_again(row.id, by=by) is State.CONFIRMED
    assert "I did not register" in last_letter(ANN).text


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        ({"capacity": 1}, "waiting"),
        ({"approval": True}, "received"),
        ({}, "place"),
    ],
)
def test_the_letter_again_says_where_they_stand(make: dict[str, Any], expected: str, by: int) -> None:
    event = make_event(**make)
    if "capacity" in make:
        register(event)
    row = register(event, ANN)
    standing.send_again(row.id, by=by)
    assert last_letter(ANN).kind == expected


def test_merging_keeps_the_earlier_place(by: int) -> None:
    event = make_event()
    first, second = register(event, ANN, name="Ann Lee"), register(event, BOB, name="Lee Ann", organisation="PZ")
    assert [row.id for row in doubles_of(first)] == [second.id]
    assert merging.merge(second.id, first.id, by=by) == first.id
    assert (reload(first).state, reload(second).state) == ("confirmed", "cancelled")
    assert reload(first).organisation == "PZ"
    letter = last_letter(BOB)
    assert letter.kind == "merged"
    assert ANN not in letter.text
    calendars = Calendars(db.session.query(Letter).order_by(Letter.id))
    assert calendars.holds(BOB, event.id) is None
    assert calendars.holds(ANN, event.id) is not None
    assert list(integrity.problems()) == []


def test_a_place_is_kept_before_an_earlier_number(by: int) -> None:
    event = make_event(capacity=1)
    holder, early, late = register(event), register(event, ANN), register(event, BOB)
    handling.move_up(late.id, by=by, why="speaks")
    assert merging.merge(early.id, late.id, by=by) == late.id
    assert reload(early).state == "cancelled"
    assert reload(holder).state == "confirmed"
    assert list(integrity.problems()) == []


def test_a_freed_place_goes_to_the_next(by: int) -> None:
    event = make_event(capacity=2)
    first, second, third = register(event), register(event), register(event)
    merging.merge(first.id, second.id, by=by)
    assert reload(third).state == "confirmed"
    assert list(integrity.problems()) == []


def test_two_of_one_mailbox_are_merged_quietly(by: int) -> None:
    event = make_event()
    first = register(event, ANN)
    second = enter(event, email=ANN, by=by)
    before = len(letters(ANN))
    merging.merge(first.id, second.id, by=by)
    assert len(letters(ANN)) == before
    calendars = Calendars(db.session.query(Letter).order_by(Letter.id))
    assert calendars.holds(ANN, event.id) is not None
    assert list(integrity.problems()) == []


def test_the_kept_one_takes_over_an_address(by: int) -> None:
    event = make_event(capacity=1)
    first = enter(event, "Ann Lee", by=by)
    second = register(event, ANN, name="Ann Lee")
    assert second.state == "waitlisted"
    assert merging.merge(first.id, second.id, by=by) == first.id
    assert reload(first).email == ANN
    assert last_letter(ANN).subject == "You have a place – Reflection Day"
    assert Calendars(db.session.query(Letter).order_by(Letter.id)).holds(ANN, event.id) is not None
    assert list(integrity.problems()) == []


def test_merging_takes_two_live_ones_of_one_event(by: int) -> None:
    event, other = make_event(), make_event()
    first, gone, elsewhere = register(event), register(event), register(other)
    service.give_up(gone.id)
    assert merging.merge(first.id, first.id, by=by) is Unable.NOT_IN_THIS_STATE
    assert merging.merge(first.id, gone.id, by=by) is Unable.NOT_IN_THIS_STATE
    assert merging.merge(first.id, elsewhere.id, by=by) is Unable.NOT_THERE
