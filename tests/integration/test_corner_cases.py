"""What happens when things that are rare alone come together: shared mailboxes, returns, moves, a switch of kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from eventsapp.agenda.queries import published_sessions
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.exchange import queries as exchange_queries
from eventsapp.exchange.file import EventFile
from eventsapp.exchange.reading import read
from eventsapp.exchange.service import import_file
from eventsapp.mail.models import Letter
from eventsapp.registration import addresses, forgetting, handling, integrity, queries, service
from eventsapp.registration.entering import Form
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import Refusal
from eventsapp.registration.service import Registered
from tests.builders import START, event_details, get_event, make_event, make_user, register, reload
from tests.mailboxes import Calendars, Entry

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def nothing_is_broken(app: Flask) -> Any:
    yield
    assert list(integrity.problems()) == []


def letters(of: Registration | None = None) -> list[Letter]:
    rows = db.session.query(Letter).order_by(Letter.id)
    return [row for row in rows if of is None or row.person == f"registration:{of.id}"]


def entry(mailbox: str, event_id: int) -> Entry | None:
    db.session.rollback()
    return Calendars(letters()).holds(mailbox, event_id)


def another(first: Registration, submission: str = "another", **values: Any) -> Registration:
    result = service.register_another(first.id, Form(name="Second", email="", **values), submission=submission)
    assert isinstance(result, Registered), result
    return queries.get_registration(result.registration_id)


def change_address(row: Registration, email: str) -> None:
    assert addresses.ask_new_address(row.id, email)
    assert addresses.prove_address(row.id, reload(row).new_email_version)


def send_everything() -> None:
    with transaction() as session:
        session.query(Letter).update({"state": "sent"})


def move_later(event_id: int, **changes: Any) -> None:
    event = get_event(event_id)
    changes = changes or {
        "starts_at": event.starts_wall + timedelta(hours=1),
        "ends_at": event.ends_wall + timedelta(hours=1),
    }
    answer = events.edit_event(event_id, event_details(event, **changes), by=None, tell=True)
    assert getattr(answer, "changes", ()), answer


# Two people, one mailbox, one calendar entry.


def test_the_second_of_a_mailbox_gets_the_entry_back_that_the_first_one_gave_up() -> None:
    event = make_event(capacity=1)
    first = register(event, "desk@example.org")
    second = another(first)
    service.give_up(first.id)
    assert reload(second).state == "confirmed"
    assert entry("desk@example.org", event.id) is not None


def test_an_update_reaches_a_mailbox_whose_other_person_came_and_went() -> None:
    event = make_event()
    first = register(event, "desk@example.org")
    second = another(first)
    service.give_up(second.id)
    third = another(first, "third")
    service.give_up(third.id)
    move_later(event.id)
    kept = entry("desk@example.org", event.id)
    assert kept is not None
    assert kept.starts_at == get_event(event.id).starts_at.isoformat()


def test_who_waits_under_a_mailbox_that_another_left_gets_an_entry() -> None:
    event = make_event(capacity=1)
    first = register(event, "desk@example.org")
    second = another(first)
    change_address(first, "own@example.org")
    assert entry("desk@example.org", event.id) is None
    service.give_up(first.id)
    assert reload(second).state == "confirmed"
    assert entry("desk@example.org", event.id) is not None
    assert entry("own@example.org", event.id) is None


def test_a_mailbox_that_was_left_can_be_registered_again() -> None:
    event = make_event()
    change_address(register(event, "old@example.org"), "new@example.org")
    register(event, "old@example.org")
    assert entry("old@example.org", event.id) is not None
    assert entry("new@example.org", event.id) is not None


def test_who_was_forgotten_can_come_again() -> None:
    event = make_event()
    row = register(event, "someone@example.org")
    service.disown(row.id)
    written = [letter.facts["calendar"]["sequence"] for letter in letters()]
    send_everything()
    assert forgetting.forget_due() == 1
    again = register(event, "someone@example.org")
    assert again.id != row.id
    assert letters(again)[0].facts["calendar"]["sequence"] > max(written)


def test_an_entry_survives_a_change_of_who_it_was_written_for(app: Flask) -> None:
    """Invitations were sent, then answers can no longer be taken, then they can again."""
    event = make_event()
    first = register(event, "desk@example.org")
    app.config["EVENTSAPP"] = replace(app.config["EVENTSAPP"], calendar_replies=False)
    second = another(first)
    service.give_up(first.id)
    assert entry("desk@example.org", event.id) is not None
    app.config["EVENTSAPP"] = replace(app.config["EVENTSAPP"], calendar_replies=True)
    service.give_up(second.id)
    assert entry("desk@example.org", event.id) is None


def test_two_people_of_one_assistant_share_an_entry() -> None:
    event = make_event()
    rows = [register(event), register(event)]
    with transaction() as session:
        for row in rows:
            session.get_one(Registration, row.id).contact_email = "Assistant@example.org"
    move_later(event.id)
    service.give_up(rows[0].id)
    assert entry("assistant@example.org", event.id) is not None
    service.give_up(rows[1].id)
    assert entry("assistant@example.org", event.id) is None


def test_the_entry_of_a_mailbox_says_how_the_one_who_stays_takes_part() -> None:
    event = make_event(mode="hybrid")
    first = register(event, "desk@example.org", attends="room")
    second = another(first, attends="online")
    service.give_up(second.id)
    kept = entry("desk@example.org", event.id)
    assert kept is not None
    assert kept.attends == "room"


# Refusals write nothing.


def test_a_return_that_is_refused_leaves_the_registration_as_it_was() -> None:
    event = make_event(mode="hybrid", capacity=1, online_capacity=5, waitlist=False)
    row = register(event, "someone@example.org", name="Right Name", attends="online")
    service.give_up(row.id)
    register(event, attends="room")
    form = Form(name="Wrong Name", email="someone@example.org", attends="room")
    assert service.register(event.slug, form, submission="again") is Refusal.FULL
    kept = reload(row)
    assert (kept.name, kept.link_version, kept.attends) == ("Right Name", 1, "online")


def test_an_old_form_sent_again_after_a_return_does_nothing() -> None:
    event = make_event()
    form = Form(name="Someone", email="someone@example.org")
    first = service.register(event.slug, form, submission="first")
    assert isinstance(first, Registered)
    service.give_up(first.registration_id)
    second = service.register(event.slug, form, submission="second")
    assert isinstance(second, Registered)
    before = len(letters())
    assert service.register(event.slug, form, submission="first") == service.Known()
    assert service.register(event.slug, form, submission="second") == second
    assert len(letters()) == before


def test_a_kind_of_place_that_the_event_does_not_have_is_none() -> None:
    """The form was made before the event changed to be online."""
    event = make_event(mode="online", online_capacity=1)
    assert register(event, attends="room").attends == "online"
    assert register(event, attends="room").state == "waitlisted"


# An event that changes how people take part.


def test_a_room_that_becomes_an_online_room_keeps_places_and_queue() -> None:
    event = make_event(capacity=2)
    rows = [register(event) for _ in range(4)]
    move_later(event.id, mode="online", capacity=None, online_capacity=3, venue=None, online_url="https://meet.example")
    assert [reload(row).state for row in rows] == ["confirmed", "confirmed", "confirmed", "waitlisted"]
    assert {reload(row).attends for row in rows} == {"online"}
    changed = get_event(event.id)
    assert (changed.room_confirmed, changed.online_confirmed, changed.online_waiting) == (0, 3, 1)
    assert register(changed, attends="online").state == "waitlisted"
    assert letters(rows[0])[-1].facts["registration"]["attends"] == "online"


def test_one_room_left_turns_nobody_out() -> None:
    event = make_event(mode="hybrid", capacity=1, online_capacity=2)
    rows = [register(event, attends=attends) for attends in ("room", "room", "online", "online", "online")]
    assert [reload(row).state for row in rows] == ["confirmed", "waitlisted", "confirmed", "confirmed", "waitlisted"]
    move_later(event.id, mode="in_person", online_capacity=None)
    assert [reload(row).state for row in rows] == ["confirmed", "waitlisted", "confirmed", "confirmed", "waitlisted"]
    assert (get_event(event.id).room_confirmed, get_event(event.id).room_waiting) == (3, 2)
    for row in (rows[0], rows[2], rows[3]):
        service.give_up(row.id)
    assert [reload(row).state for row in rows] == ["cancelled", "confirmed", "cancelled", "cancelled", "waitlisted"]


# News that come together.


def test_who_moves_up_with_a_move_is_not_told_to_wait() -> None:
    event = make_event(capacity=1)
    _inside, first, second = (register(event) for _ in range(3))
    move_later(event.id, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=8), capacity=2)
    assert [letter.facts["registration"]["state"] for letter in letters(first)] == [
        "waitlisted",
        "confirmed",
        "confirmed",
    ]
    assert letters(second)[-1].facts["position"] == 1


def test_nobody_gets_an_entry_of_an_event_that_was_called_off() -> None:
    event = make_event()
    row = register(event, "old@example.org")
    assert addresses.ask_new_address(row.id, "new@example.org")
    events.call_off_event(event.id, by=None)
    addresses.prove_address(row.id, reload(row).new_email_version)
    assert entry("old@example.org", event.id) is None
    assert entry("new@example.org", event.id) is None


def test_an_event_moved_does_not_keep_data_that_are_to_go() -> None:
    event = make_event()
    row = register(event)
    service.disown(row.id)
    move_later(event.id)
    send_everything()
    assert forgetting.forget_due() == 1
    assert reload(row).email is None


def test_i_did_not_register_counts_for_who_is_not_registered_any_more() -> None:
    event = make_event()
    row = register(event)
    service.give_up(row.id)
    service.disown(row.id)
    send_everything()
    assert forgetting.forget_due() == 1
    assert reload(row).email is None


def test_a_postponed_event_does_not_keep_places_for_people_nobody_can_reach(clock_stands: Any) -> None:
    event = make_event(capacity=1)
    inside, waiting = register(event), register(event)
    send_everything()
    clock_stands.move_to(event.ends_at + timedelta(days=31))
    assert forgetting.forget_due() == 1
    later = START + timedelta(days=365)
    move_later(event.id, starts_at=later, ends_at=later + timedelta(hours=8))
    newcomer = register(get_event(event.id))
    service.give_up(inside.id)
    assert (reload(waiting).state, reload(newcomer).state) == ("cancelled", "confirmed")


def test_put_back_to_where_nobody_waits_is_refused_also_while_people_ask_for_approval() -> None:
    event = make_event(capacity=1, approval=True)
    first, second = register(event), register(event)
    handling.approve(first.id, by=make_user())
    assert handling.put_back(first.id, by=make_user(), why="a mistake") is handling.Unable.NOBODY_WAITS
    assert (reload(first).state, reload(second).state) == ("confirmed", "pending")


def test_places_without_number_and_back() -> None:
    event = make_event(capacity=1)
    rows = [register(event) for _ in range(3)]
    events.change_capacity(event.id, capacity=None, by=None)
    events.change_capacity(event.id, capacity=2, by=None)
    rows.append(register(event))
    assert [reload(row).state for row in rows] == ["confirmed"] * 3 + ["waitlisted"]
    service.give_up(rows[0].id)
    assert reload(rows[3]).state == "waitlisted"
    events.change_capacity(event.id, capacity=None, by=None)
    assert reload(rows[3]).state == "confirmed"


def file_of(slug: str, *changes: tuple[str, str]) -> EventFile:
    """The event's own file with some of its text replaced."""
    text = exchange_queries.export(slug)
    assert text is not None
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = read(text)
    assert isinstance(file, EventFile), file
    return file


def test_a_file_that_calls_an_event_off_tells_that_alone() -> None:
    event = make_event(capacity=1)
    inside, waiting = register(event), register(event)
    changes = (("capacity = 1", "capacity = 2"), ("T17:00:00", "T18:00:00"), ('"published"', '"cancelled"'))
    file = file_of(event.slug, *changes)
    assert import_file(file).outcome == "changed"
    assert import_file(file).outcome == "unchanged"
    assert [letter.kind for letter in letters(inside)] == ["place", "called_off"]
    assert [letter.kind for letter in letters(waiting)] == ["waiting", "called_off"]
    assert entry(str(inside.email), event.id) is None


def test_a_file_that_changes_time_and_places_and_agenda_at_once() -> None:
    event = make_event(capacity=1)
    inside, waiting = register(event), register(event)
    session = '\n[[session]]\nkey = "a"\nstarts_at = 10:00:00\nends_at = 11:00:00\ntitle = "A"\n'
    import_file(file_of(event.slug, ("T17:00:00\n", "T17:30:00\n"), ("[series]", f"{session}\n[series]")))
    before = letters()[-1].id
    changes = (("capacity = 1", "capacity = 2"), ("2027-10-14T", "2027-10-15T"), ("11:00:00", "11:30:00"))
    import_file(file_of(event.slug, *changes))
    assert [(x.kind, x.person) for x in letters() if x.id > before] == [
        ("moved_up", f"registration:{waiting.id}"),
        ("moved", f"registration:{inside.id}"),
        ("moved", f"registration:{waiting.id}"),
    ]
    (row,) = published_sessions(event.id)
    assert (row.starts_wall, row.ends_wall) == (datetime(2027, 10, 15, 10), datetime(2027, 10, 15, 11, 30))
