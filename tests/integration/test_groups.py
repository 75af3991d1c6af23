"""Working groups by preference through the services: wishes, working out, by hand, publication, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp import clock
from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.rules import Edited
from eventsapp.pages.calendars import of_registration
from eventsapp.registration import extensions, handling, merging
from eventsapp.registration import service as registration
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import PARTICIPANT, move
from eventsapp.registration.rules import State
from eventsapp.registration.service import locked_registration
from eventsapp.signups import groups_service as service
from eventsapp.signups.groups_keeping import Ranked
from eventsapp.signups.groups_proposing import NoNews, NotEnough, Overfull, Without
from eventsapp.signups.groups_rules import Figures
from eventsapp.signups.groups_service import NotThere, Placed, Told, WorkedOut
from eventsapp.signups.models import GroupChoice, GroupPlace, GroupRun
from tests.builders import event_details, get_event, make_event, make_user, register, reload
from tests.grouping import AT, given, make_ranked, of, rank, set_groups, the_choice, where, wishing
from tests.letters import letters

pytestmark = pytest.mark.usefixtures("app")
STARTS = datetime(2027, 10, 14, 8, tzinfo=UTC)


def work_out(event: Event, *, anew: bool = False) -> object:
    return service.work_out(event.id, the_choice(event).starts_at, by=None, anew=anew)


def publish(event: Event) -> object:
    return service.publish(event.id, the_choice(event).starts_at, by=None)


def put(event: Event, row: Registration, key: str) -> object:
    return service.put(event.id, the_choice(event).starts_at, [row.id], key, by=None)


def group_letters() -> list[tuple[str, str]]:
    return [(each.recipient, each.subject) for each in letters() if each.kind == "group_place"]


def done(event: Event) -> None:
    assert isinstance(work_out(event), WorkedOut)
    assert isinstance(publish(event), Told)


def test_everyone_gets_one_group_and_one_letter() -> None:
    event = make_ranked(places={"crime": 2, "youth": 2, "roads": 1})
    ann = wishing(event, "crime", "youth", name="Ann", email="ann@example.org")
    wishing(event, "crime", name="Ben", email="ben@example.org")
    wishing(event, "crime", "roads", name="Cem", email="cem@example.org")
    register(event, name="Dea", email="dea@example.org")
    assert work_out(event) == WorkedOut(Figures((2, 1), 0, 1, 0), 4)
    assert where(event) == {"crime": ["Ann", "Ben"], "roads": ["Cem"], "youth": ["Dea"]}
    assert (given(ann), group_letters()) == (None, [])

    assert publish(event) == Told(1, 4, 0)
    assert given(ann) == "crime"
    assert group_letters() == [
        ("ann@example.org", "Your working group: Crime – Reflection Day"),
        ("ben@example.org", "Your working group: Crime – Reflection Day"),
        ("cem@example.org", "Your working group: Roads – Reflection Day"),
        ("dea@example.org", "Your working group: Youth – Reflection Day"),
    ]
    text = next(each for each in letters("ann@example.org") if each.kind == "group_place").text
    assert "You are in the working group “Crime”: room Room C, 10:00–10:45, Thursday 14 October 2027." in text
    assert publish(event) == NoNews()
    assert list(extensions.problems()) == []


def test_too_few_places_are_refused_with_the_figure() -> None:
    event = make_ranked(places={"crime": 1, "youth": 1})
    for _ in range(3):
        register(event)
    assert work_out(event) == NotEnough("room", 3, 2)
    assert publish(event) == NotEnough("room", 3, 2)
    assert list(where(event)) == [""]
    assert group_letters() == []


def test_nothing_is_published_that_leaves_somebody_out_the_first_time() -> None:
    event = make_ranked()
    register(event)
    assert publish(event) == Without(1)
    done(event)
    late = register(event, email="late@example.org")
    assert publish(event) == NoNews()
    assert of(event, late).group is None
    put(event, register(event), "roads")
    assert publish(event) == Told(2, 1, 1)


def test_only_people_with_a_place_are_given_a_group() -> None:
    event = make_ranked(capacity=1)
    first, waiting = register(event), wishing(event, "crime")
    done(event)
    assert (given(first), given(waiting)) == ("crime", None)
    registration.give_up(first.id)
    assert given(first) is None
    assert of(event, waiting).group is None
    work_out(event)
    assert of(event, waiting).proposed == "crime"


def test_whoever_takes_no_place_is_left_out_unless_they_wish() -> None:
    event = make_ranked()
    speaker, staff = register(event, name="Speaker"), wishing(event, "roads", name="Staff")
    with transaction() as session:
        for row in session.scalars(select(Registration)):
            row.takes_place = False
        session.get_one(Event, event.id).room_confirmed = 0
    work_out(event)
    assert where(event) == {"roads": ["Staff"]}
    assert {speaker.id, staff.id} > {of(event, staff).id}


def test_by_hand_stays_until_released() -> None:
    event = make_ranked(places={"crime": 1, "youth": 1, "roads": 1})
    ann = wishing(event, "crime", name="Ann", email="ann@example.org")
    ben = wishing(event, "crime", name="Ben", email="ben@example.org")
    work_out(event)
    assert where(event) == {"crime": ["Ann"], "roads": ["Ben"]}
    assert put(event, ben, "crime") == Placed(1)
    assert where(event) == {"crime": ["Ann", "Ben"]}
    assert publish(event) == Told(1, 2, 0)  # by hand over the places
    assert list(extensions.problems()) == []
    work_out(event, anew=True)
    assert where(event) == {"crime": ["Ben"], "roads": ["Ann"]}
    assert service.release(event.id, the_choice(event).starts_at, [ann.id, ben.id], by=None) == Placed(1)
    assert list(extensions.problems()) == []
    work_out(event, anew=True)
    assert where(event) == {"crime": ["Ann"], "roads": ["Ben"]}
    before = len(group_letters())
    assert publish(event) == Told(2, 1, 0)
    assert group_letters()[before:] == [("ben@example.org", "Your working group: Roads – Reflection Day")]
    assert "Until now it was “Crime”." in letters("ben@example.org")[-1].text


def test_who_was_told_a_group_keeps_it_unless_all_is_worked_out_anew() -> None:
    event = make_ranked(places={"crime": 1, "youth": 2})
    ann = wishing(event, "youth", name="Ann")
    done(event)
    ben = wishing(event, "youth", name="Ben")
    cem = wishing(event, "youth", name="Cem")
    assert rank(event, ann, "crime") is Ranked.TOO_LATE
    assert work_out(event) == WorkedOut(Figures((2,), 1, 0, 0), 2)
    assert where(event) == {"youth": ["Ann", "Ben"], "crime": ["Cem"]}
    assert publish(event) == Told(2, 2, 0)
    registration.give_up(ben.id)
    work_out(event)
    assert publish(event) == NoNews()
    assert work_out(event, anew=True) == WorkedOut(Figures((2,), 0, 0, 0), 1)
    assert (given(cem), of(event, cem).proposed) == ("crime", "youth")
    assert service.discard(event.id, the_choice(event).starts_at, by=None) == Placed(1)
    assert of(event, cem).group == "crime"
    assert service.discard(event.id, the_choice(event).starts_at, by=None) == NoNews()


def test_places_taken_away_before_publication_are_seen() -> None:
    event = make_ranked(places={"crime": 2, "youth": 2})
    for _ in range(2):
        wishing(event, "crime")
    work_out(event)
    set_groups(event, {"crime": 1, "youth": 2})
    assert publish(event) == Overfull("crime", 2, 1)
    done(event)
    set_groups(event, {"crime": 0, "youth": 2})
    assert list(extensions.problems()) == []


def test_a_changed_group_is_not_published_unseen() -> None:
    event = make_ranked()
    register(event)
    work_out(event)
    answer = service.publish(event.id, the_choice(event).starts_at, by=None, expected="what it was before")
    assert answer == service.Changed()
    assert group_letters() == []


def test_the_same_people_give_the_same_result_whenever_they_wished() -> None:
    results = []
    for slug, order in (("one", [0, 1, 2]), ("two", [2, 0, 1])):
        event = make_ranked(slug, places={"crime": 1, "youth": 1, "roads": 1})
        people = [register(event, name=name) for name in ("Ann", "Ben", "Cem")]
        wishes = [("crime", "youth"), ("crime", "youth"), ("crime", "roads")]
        for place in order:
            rank(event, people[place], *wishes[place])
        work_out(event)
        results.append(where(event))
    assert results[0] == results[1] == {"crime": ["Ann"], "youth": ["Ben"], "roads": ["Cem"]}


def test_people_online_have_places_of_their_own() -> None:
    event = make_ranked(mode="hybrid", capacity=5, online_capacity=5)
    room = wishing(event, "crime", attends="room", name="Room")
    online = wishing(event, "crime", attends="online", name="Online")
    assert work_out(event) == WorkedOut(Figures((1,), 0, 0, 0), 1)
    set_groups(event, {"crime": 1, "youth": 1}, online={"crime": 1})
    assert work_out(event) == WorkedOut(Figures((2,), 0, 0, 0), 1)
    publish(event)
    assert (given(room), given(online)) == ("crime", "crime")
    register(event, attends="online")
    assert work_out(event) == NotEnough("online", 2, 1)
    assert put(event, online, "youth") == NotThere()
    assert list(extensions.problems()) == []


def test_at_an_event_that_is_online_every_group_is() -> None:
    event = make_ranked(mode="online")
    ann = wishing(event, "roads")
    done(event)
    assert given(ann) == "roads"


def test_two_choices_do_not_touch_each_other() -> None:
    event = make_ranked()
    ann = register(event)
    done(event)
    first = the_choice(event).starts_at
    assert service.work_out(event.id, first + timedelta(hours=1), by=None) == NotThere()
    assert service.publish(event.id, first + timedelta(hours=1), by=None) == NotThere()
    assert given(ann) == "crime"


def test_an_agenda_at_another_time_keeps_wishes_and_groups() -> None:
    event = make_ranked()
    ann, ben = wishing(event, "roads", name="Ann"), wishing(event, "youth", name="Ben")
    done(event)
    set_groups(event, {"crime": None, "roads": None}, at=AT.replace(hour=14))
    assert the_choice(event).starts_at == STARTS + timedelta(hours=4)
    assert (given(ann), given(ben)) == ("roads", None)
    assert of(event, ann).ranks == ("roads",)
    assert the_choice(event).published
    assert list(extensions.problems()) == []
    answer = events.edit_event(
        event.id,
        event_details(event, starts_at=datetime(2027, 11, 14, 9), ends_at=datetime(2027, 11, 14, 17)),
        by=None,
        tell=False,
    )
    assert isinstance(answer, Edited)
    assert (given(ann), of(event, ann).ranks) == ("roads", ("roads",))
    assert list(extensions.problems()) == []


def test_a_group_that_leaves_the_agenda_leaves_its_people_without_one() -> None:
    event = make_ranked()
    ann = wishing(event, "roads")
    done(event)
    set_groups(event, {"crime": None, "youth": None})
    assert of(event, ann).group is None
    work_out(event)
    assert of(event, ann).proposed == "crime"
    assert list(extensions.problems()) == []


def test_a_switch_of_kind_frees_a_group_that_is_not_for_it() -> None:
    event = make_ranked(mode="hybrid", capacity=5, online_capacity=5)
    ann = wishing(event, "crime", attends="room")
    set_groups(event, {"crime": 5, "youth": 5}, online={"youth": 1})
    done(event)
    _switch(ann, "online")
    assert given(ann) is None
    work_out(event)
    assert of(event, ann).proposed == "youth"


def _switch(row: Registration, attends: str) -> None:
    """As the door for switches does it."""
    row_id = row.id
    with transaction() as session:
        lock, found = locked_registration(session, row_id)
        assert lock is not None
        assert found is not None
        move(lock, found, State.CONFIRMED, PARTICIPANT, attends=attends)


def test_one_who_returns_begins_anew() -> None:
    event = make_ranked()
    ann = wishing(event, "roads", email="ann@example.org")
    done(event)
    registration.give_up(ann.id)
    assert given(ann) is None
    register(event, "ann@example.org")
    assert of(event, ann).ranks == ()
    assert of(event, ann).group is None


def test_two_registrations_that_become_one_keep_wishes_and_group() -> None:
    event = make_ranked()
    first, second = register(event, name="Ann"), wishing(event, "roads", name="Ann A")
    done(event)
    with transaction() as session:
        for row in session.scalars(select(GroupPlace).where(GroupPlace.registration_id == first.id)):
            session.delete(row)
    assert merging.merge(first.id, second.id, by=make_user()) == first.id
    assert (given(first), of(event, first).ranks) == ("roads", ("roads",))
    assert given(second) is None
    assert list(extensions.problems()) == []


def test_wishes_are_forgotten_with_the_address_and_groups_with_the_name() -> None:
    event = make_ranked()
    ann = wishing(event, "roads")
    done(event)
    for wholly, groups in ((False, 1), (True, 0)):
        with transaction() as session:
            extensions.forget(session, [ann.id], wholly=wholly)
        db.session.rollback()
        assert db.session.query(GroupChoice).count() == 0
        assert db.session.query(GroupPlace).count() == groups


def test_a_calendar_shows_the_own_group_alone_once_it_is_published() -> None:
    event = make_ranked()
    ann = wishing(event, "roads")

    def shown() -> list[tuple[str, bool]]:
        found = of_registration(reload(ann), clock.now())
        return [(entry.summary, entry.transparent) for entry in found.entries]

    assert shown() == [("Opening", False), ("Crime", True), ("Youth", True), ("Roads", True)]
    work_out(event)
    assert len(shown()) == 4
    changed = of_registration(reload(ann), clock.now()).changed_at
    publish(event)
    assert shown() == [("Opening", False), ("Roads", False)]
    assert of_registration(reload(ann), clock.now()).changed_at > changed
    late = register(event)
    assert len(of_registration(reload(late), clock.now()).entries) == 4


def test_what_is_done_stands_in_the_log() -> None:
    event = make_ranked()
    ann = wishing(event, "roads")
    by = make_user()
    starts_at = the_choice(event).starts_at
    service.work_out(event.id, starts_at, by=by)
    service.put(event.id, starts_at, [ann.id], "youth", by=by)
    service.publish(event.id, starts_at, by=by)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("group%")).order_by(AuditEntry.id)
    ).all()
    assert [(each.action, each.subject, each.user_id) for each in entries] == [
        ("groups ranked", f"registration:{ann.id}", None),
        ("groups.worked_out", f"event:{event.id}", by),
        ("group given by hand", f"registration:{ann.id}", by),
        ("groups.published", f"event:{event.id}", by),
    ]
    assert entries[2].details["changes"] == {"group": ["roads", "youth"]}


def test_problems_are_named() -> None:
    event = make_ranked(places={"crime": 1, "youth": 1})
    ann, ben = wishing(event, "crime"), wishing(event, "youth")
    done(event)
    with transaction() as session:
        row = session.scalars(select(GroupPlace).where(GroupPlace.registration_id == ben.id)).one()
        row.session_id = the_choice(event).group("crime").id
        session.get_one(Registration, ann.id).state = "cancelled"
    found = list(extensions.problems())
    assert f"day: registration {ann.id} is cancelled and in the working group crime" in found
    assert "day: 2 people (room) in the working group crime, which takes 1" in found


def test_an_event_that_does_not_ask_has_no_choice() -> None:
    event = make_event("plain")
    set_groups(event, {"crime": 3, "youth": 3})
    assert service.work_out(event.id, STARTS, by=None) == NotThere()
    assert "groups" not in extensions.form_parts(get_event(event.id))
    assert db.session.query(GroupRun).count() == 0


def test_an_organiser_who_withdraws_somebody_frees_the_group(app: Flask) -> None:
    event = make_ranked()
    ann = wishing(event, "roads")
    done(event)
    handling.withdraw(ann.id, by=make_user(), why="ill")
    assert given(ann) is None
    assert list(extensions.problems()) == []
