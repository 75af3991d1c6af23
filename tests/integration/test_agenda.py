"""Agendas through their verbs, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from eventsapp.agenda import queries, service
from eventsapp.agenda.entries import session_entries
from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.view import days
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.queries import find_snapshot
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from tests.agendas import add_session, remove_session
from tests.builders import END, START, event_details, get_event, make_event


def item(name: str, hour: float, minutes: int = 30, **values: Any) -> SessionDetails:
    starts = START.replace(hour=0) + timedelta(hours=hour)
    details: dict[str, Any] = {"starts_at": starts, "ends_at": starts + timedelta(minutes=minutes)}
    return SessionDetails(**details | {"title": {"en": name}} | values)


PLAN = (item("Walk-in", 9), item("Welcome", 9.5), item("Coffee", 11, kind="break"))


def with_plan(**values: Any) -> Event:
    event = make_event(publish=False, **values)
    assert isinstance(service.set_agenda(event.id, PLAN, by=None), Edited)
    return get_event(event.id)


def rows(event: Event) -> dict[str, AgendaSession]:
    return {row.key: row for row in queries.published_sessions(event.id, with_removed=True)}


def sequences(event: Event) -> dict[str, int]:
    return {key: row.calendar_sequence for key, row in rows(event).items()}


def test_an_agenda_gets_keys_and_instants(app: Flask) -> None:
    event = with_plan()
    there = queries.published_sessions(event.id)
    assert [(row.key, row.starts_wall.hour) for row in there] == [("walk-in", 9), ("welcome", 9), ("coffee", 11)]
    assert there[0].starts_at == datetime(2027, 10, 14, 7, tzinfo=UTC)
    assert (event.version, event.agenda_number) == (2, 0)


def test_the_same_agenda_again_changes_nothing(app: Flask) -> None:
    event = with_plan()
    assert service.set_agenda(event.id, PLAN, by=None) == Edited(event.id, 2, ())
    assert get_event(event.id).version == 2


def test_a_draft_forgets_what_is_removed(app: Flask) -> None:
    event = with_plan()
    assert service.set_agenda(event.id, PLAN[:2], by=None) == Edited(event.id, 3, ("coffee",))
    assert set(rows(event)) == {"walk-in", "welcome"}
    assert queries.list_editions(event.id) == []


def test_publication_makes_the_first_edition_and_each_change_another(app: Flask) -> None:
    event = with_plan()
    events.publish_event(event.id, by=None)
    service.set_agenda(event.id, [*PLAN[:2], item("Lunch", 12.5)], by=None)
    service.set_agenda(event.id, [*PLAN[:2], item("Lunch", 12.5)], by=None)
    editions = queries.list_editions(event.id)
    assert [(each.number, [session["key"] for session in each.sessions]) for each in editions] == [
        (2, ["walk-in", "welcome", "lunch"]),
        (1, ["walk-in", "welcome", "coffee"]),
    ]
    assert editions[0].sessions[2]["starts_at"] == "2027-10-14T12:30"
    assert get_event(event.id).agenda_number == 2


def test_an_event_published_without_agenda_has_no_edition_yet(app: Flask) -> None:
    event = make_event()
    assert queries.list_editions(event.id) == []
    service.set_agenda(event.id, PLAN, by=None)
    assert [edition.number for edition in queries.list_editions(event.id)] == [1]


def test_each_session_counts_for_itself_and_the_event_does_not(app: Flask) -> None:
    event = with_plan()
    events.publish_event(event.id, by=None)
    moved = [PLAN[0], item("Welcome", 9.75, key="welcome"), item("Coffee!", 11, kind="break", key="coffee")]
    answer = service.set_agenda(event.id, moved, by=None)
    assert isinstance(answer, Edited)
    assert set(answer.changes) == {"welcome", "coffee"}
    assert sequences(event) == {"walk-in": 0, "welcome": 1, "coffee": 0}
    assert get_event(event.id).calendar_sequence == 0


def test_what_is_taken_off_stays_cancelled_and_comes_back_as_the_same(app: Flask) -> None:
    event = with_plan()
    events.publish_event(event.id, by=None)
    uid = rows(event)["coffee"].uid_key
    assert isinstance(remove_session(event.id, "coffee"), Edited)
    gone = rows(event)["coffee"]
    assert (gone.cancelled_at is None, gone.calendar_sequence) == (False, 1)
    assert [row.key for row in queries.published_sessions(event.id)] == ["walk-in", "welcome"]
    assert queries.find_session(event.id, "coffee") is None
    answer = add_session(event.id, PLAN[2])
    assert isinstance(answer, Edited)
    assert answer.changes == ("coffee",)
    back = rows(event)["coffee"]
    assert (back.cancelled_at, back.calendar_sequence, back.uid_key) == (None, 2, uid)


def test_a_bad_session_is_refused_with_its_fields(app: Flask) -> None:
    event = with_plan()
    answer = add_session(event.id, item("", 10, minutes=-5))
    assert isinstance(answer, Invalid)
    assert [(problem.item, problem.field) for problem in answer.problems] == [(3, "title"), (3, "ends_at")]
    listed = service.set_agenda(event.id, [*PLAN, item("Night", 10, kind="party")], by=None)
    assert isinstance(listed, Invalid)
    assert [(problem.item, problem.field) for problem in listed.problems] == [(3, "kind")]
    assert len(rows(event)) == 3


def test_the_hour_that_the_clocks_skip_is_asked_about(app: Flask) -> None:
    night = datetime(2027, 3, 27, 20)
    event = make_event(starts_at=night, ends_at=night + timedelta(hours=12))
    wall = datetime(2027, 3, 28, 2, 30)
    answer = add_session(event.id, item("Night walk", 0, starts_at=wall, ends_at=wall))
    assert isinstance(answer, Invalid)
    assert str(answer.problems[0]).startswith("2027-03-28 02:30 does not exist in Europe/Brussels")


def test_a_form_that_is_out_of_date_is_a_conflict(app: Flask) -> None:
    event = with_plan()
    shown = event.details_version
    assert isinstance(service.set_agenda(event.id, PLAN[:2], by=None, expected_version=shown), Edited)
    conflict = Conflict(shown + 1)
    assert service.set_agenda(event.id, PLAN, by=None, expected_version=shown) == conflict


def test_the_agenda_moves_along_with_the_day(app: Flask) -> None:
    event = with_plan()
    events.publish_event(event.id, by=None)
    winter = {"starts_at": datetime(2027, 11, 3, 10), "ends_at": datetime(2027, 11, 3, 17)}
    answer = events.edit_event(event.id, event_details(event, **winter), by=None, tell=True)
    assert isinstance(answer, Edited)
    row = rows(event)["coffee"]
    assert (row.starts_wall, row.starts_at) == (datetime(2027, 11, 3, 11), datetime(2027, 11, 3, 10, tzinfo=UTC))
    assert sequences(event) == {"walk-in": 1, "welcome": 1, "coffee": 1}
    assert [edition.number for edition in queries.list_editions(event.id)] == [2, 1]


def test_an_event_put_off_by_an_hour_takes_its_agenda_along(app: Flask) -> None:
    event = make_event()
    service.set_agenda(event.id, [item("coffee", 11)], by=None)
    later = event_details(event, starts_at=START.replace(hour=10), ends_at=END.replace(hour=18))
    events.edit_event(event.id, later, by=None, tell=True)
    row = rows(event)["coffee"]
    assert (row.starts_wall.hour, row.calendar_sequence) == (12, 1)


def test_the_agenda_stays_when_only_the_start_moves(app: Flask) -> None:
    event = with_plan()
    events.publish_event(event.id, by=None)
    events.edit_event(event.id, event_details(event, starts_at=START.replace(hour=8)), by=None, tell=True)
    assert rows(event)["coffee"].starts_wall.hour == 11
    assert sequences(event) == {"walk-in": 0, "welcome": 0, "coffee": 0}


def test_another_zone_keeps_the_wall_clock(app: Flask) -> None:
    event = with_plan()
    events.publish_event(event.id, by=None)
    events.edit_event(event.id, event_details(event, timezone="Europe/Lisbon"), by=None, tell=True)
    row = rows(event)["coffee"]
    assert (row.starts_wall.hour, row.starts_at.hour, row.calendar_sequence) == (11, 10, 1)


def test_a_day_on_which_a_session_cannot_be_is_refused_whole(app: Flask) -> None:
    starts = datetime(2027, 3, 20, 20)
    event = make_event(starts_at=starts, ends_at=starts + timedelta(hours=12))
    wall = datetime(2027, 3, 21, 2, 30)
    assert isinstance(add_session(event.id, item("Walk", 0, starts_at=wall, ends_at=wall)), Edited)
    week = timedelta(days=7)
    later = event_details(event, starts_at=starts + week, ends_at=starts + timedelta(hours=12) + week)
    answer = events.edit_event(event.id, later, by=None, tell=True)
    assert isinstance(answer, Invalid)
    assert [(problem.field, str(problem)[:16]) for problem in answer.problems] == [("starts_at", "2027-03-28 02:30")]
    event = get_event(event.id)
    assert (event.starts_wall, event.calendar_sequence) == (starts, 0)


def test_an_event_called_off_takes_its_sessions_along(app: Flask) -> None:
    event = with_plan()
    events.publish_event(event.id, by=None)
    events.call_off_event(event.id, by=None)
    assert service.set_agenda(event.id, PLAN[:1], by=None) is Refusal.CANCELLED
    taken = find_snapshot(event.id)
    assert taken is not None
    entries = session_entries(queries.published_sessions(event.id), taken, language="en", url="")
    assert [(entry.status, entry.sequence) for entry in entries] == [("CANCELLED", 1)] * 3


def test_entries_are_related_to_the_event_and_free_where_they_overlap(app: Flask) -> None:
    event = make_event()
    groups = [item("Group A", 14, 90, room="Blue"), item("Group B", 14, 90, speakers=("A. Speaker",))]
    service.set_agenda(event.id, [*PLAN, *groups], by=None)
    remove_session(event.id, "coffee")
    taken = find_snapshot(event.id)
    assert taken is not None
    sessions = queries.published_sessions(event.id, with_removed=True)
    entries = session_entries(sessions, taken, language="fr", url="https://events.example.org/e")
    assert {entry.related_to for entry in entries} == {f"event-{event.key}@localhost"}
    assert [(entry.summary, entry.transparent, entry.status) for entry in entries] == [
        ("Walk-in", False, "CONFIRMED"),
        ("Welcome", False, "CONFIRMED"),
        ("Coffee", False, "CANCELLED"),
        ("Group A", True, "CONFIRMED"),
        ("Group B", True, "CONFIRMED"),
    ]
    assert entries[3].uid == f"session-{sessions[3].uid_key}@localhost"
    assert entries[3].location == "Blue, Manos Premier, Chaussée de Charleroi 100, 1060 Brussels"
    assert entries[4].description == "Reflection Day\n\nA. Speaker\n\nhttps://events.example.org/e"


def test_a_page_gets_days_and_slots(app: Flask) -> None:
    event = make_event(ends_at=START + timedelta(days=1, hours=8))
    parallel = [item("Group B", 14, title={"en": "Group B", "fr": "Groupe B"}), item("Group A", 14, 90)]
    service.set_agenda(event.id, [item("Second day", 24 + 9.5), *parallel, *PLAN], by=None)
    shown = days(queries.published_sessions(event.id), event.timezone, language="fr", fallback="en")
    assert [day.on.day for day in shown] == [14, 15]
    assert [slot.start for slot in shown[0].slots] == ["09:00", "09:30", "11:00", "14:00"]
    both = shown[0].slots[3]
    assert (both.parallel, [item.title for item in both.items]) == (True, ["Groupe B", "Group A"])
    assert (both.items[1].end, both.items[1].ends_iso) == ("15:30", "2027-10-14T15:30+02:00")
    assert both.starts_iso == "2027-10-14T14:00+02:00"
