"""Events through their verbs, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from blinker import NamedSignal
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.events import queries, service, signals
from eventsapp.events.entries import entry_of, location_of
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Created, Edited, EventDetails, Invalid, Refusal
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.series import service as series_service
from eventsapp.series.queries import details_of as series_details_of
from eventsapp.series.queries import find_current_notice, get_series
from eventsapp.series.rules import NoticeDetails, Saved, SeriesDetails
from eventsapp.series.rules import Refusal as SeriesRefusal
from eventsapp.venues.models import Venue
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.access import Scope
from tests.builders import END, START, event_details, get_event, make_event, make_series, make_user

NEWS = (
    signals.event_published,
    signals.event_rescheduled,
    signals.event_moved,
    signals.event_cancelled,
    signals.capacity_changed,
    signals.details_changed,
)


@contextmanager
def news_of() -> Iterator[dict[str, dict[str, Any]]]:
    """What is sent meanwhile: the values by name of the signal."""
    heard: dict[str, dict[str, Any]] = {}

    def listener(signal: NamedSignal) -> Any:
        return lambda sender, **values: heard.update({signal.name: {"event_id": sender} | values})

    listeners = [(signal, listener(signal)) for signal in NEWS]
    for signal, hear in listeners:
        signal.connect(hear, weak=False)
    try:
        yield heard
    finally:
        for signal, hear in listeners:
            signal.disconnect(hear)


@contextmanager
def statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)


def edit(event: Event, *, tell: bool = True, expected_version: int | None = None, **changes: Any) -> Any:
    details = event_details(event, **changes)
    return service.edit_event(event.id, details, by=None, tell=tell, expected_version=expected_version)


def test_a_created_event_keeps_wall_times_and_their_instants(app: Flask) -> None:
    event = make_event(publish=False, registration_opens_at=datetime(2027, 1, 14, 9))
    assert (event.status, event.version, event.calendar_sequence, event.published_at) == ("draft", 1, 0, None)
    assert (event.starts_wall, event.starts_at) == (START, datetime(2027, 10, 14, 7, tzinfo=UTC))
    assert event.opens_at == datetime(2027, 1, 14, 8, tzinfo=UTC)


def test_a_venue_is_made_once_for_its_series(app: Flask) -> None:
    first, second = make_event(), make_event()
    other = make_event(series="other")
    assert first.venue_id == second.venue_id
    assert other.venue_id != first.venue_id
    assert len(db.session.scalars(select(Venue)).all()) == 2


def test_directions_are_kept_when_none_are_given(app: Flask) -> None:
    event = make_event(venue=VenueDetails(name="Manos Premier", directions={"en": "Tram 8."}))
    make_event(venue=VenueDetails(name="Manos Premier"))
    venue = db.session.get_one(Venue, event.venue_id)
    assert venue.directions == {"en": "Tram 8."}


def test_a_slug_is_given_once(app: Flask) -> None:
    event = make_event("day")
    draft = make_event(publish=False)
    assert service.create_event(event.series_id, event_details(event), by=None) is Refusal.SLUG_TAKEN
    assert edit(draft, slug="day") is Refusal.SLUG_TAKEN
    assert edit(event, slug="another-day") is Refusal.SLUG_FIXED
    assert isinstance(edit(draft, slug="another-day"), Edited)


def test_bad_details_are_refused_with_their_problems(app: Flask) -> None:
    event = make_event()
    answer = edit(event, capacity=0, ends_at=START)
    assert isinstance(answer, Invalid)
    assert [problem.field for problem in answer.problems] == ["ends_at", "capacity"]
    assert get_event(event.id).capacity == 80


def test_an_edit_without_a_change_writes_nothing(app: Flask) -> None:
    event = make_event()
    with news_of() as heard:
        answer = edit(event)
    assert answer == Edited(event.id, event.details_version, ())
    assert (get_event(event.id).version, heard) == (event.version, {})


def test_a_later_start_of_a_published_event_raises_its_sequence(app: Flask) -> None:
    event = make_event()
    before = event.calendar_changed_at
    with news_of() as heard:
        answer = edit(event, starts_at=START + timedelta(hours=1), tell=False)
    assert answer == Edited(event.id, 3, ("starts_at",))
    event = get_event(event.id)
    assert (event.calendar_sequence, event.starts_at) == (1, datetime(2027, 10, 14, 8, tzinfo=UTC))
    assert event.calendar_changed_at > before
    moved = heard["event-moved"]
    assert (moved["event_id"], moved["tell"], moved["by"]) == (event.id, False, None)
    assert (moved["old"].starts_wall, moved["new"].starts_wall) == (START, START + timedelta(hours=1))
    assert (moved["old"].calendar_sequence, moved["new"].calendar_sequence) == (0, 1)
    assert set(heard) == {"event-moved", "event-rescheduled", "capacity-changed"}


@pytest.mark.parametrize(
    "changes",
    [
        {"venue": VenueDetails(name="Elsewhere")},
        {"venue": None},
        {"mode": "hybrid"},
        {"ends_at": END + timedelta(hours=1)},
        {"timezone": "Europe/London"},
    ],
)
def test_time_and_place_raise_the_sequence(app: Flask, changes: dict[str, Any]) -> None:
    event = make_event()
    with news_of() as heard:
        edit(event, **changes)
    assert "event-moved" in heard
    assert get_event(event.id).calendar_sequence == 1


def test_words_alone_change_the_entry_and_not_its_sequence(app: Flask) -> None:
    event = make_event()
    before = event.calendar_changed_at
    with news_of() as heard:
        assert edit(event, title={"en": "Day"}) == Edited(event.id, 3, ("title",))
    event = get_event(event.id)
    assert (event.calendar_sequence, event.version) == (0, 3)
    assert event.calendar_changed_at > before
    assert set(heard) == {"event-details-changed"}


def test_a_draft_moves_without_news_of_it(app: Flask) -> None:
    event = make_event(publish=False)
    with news_of() as heard:
        edit(event, starts_at=START + timedelta(hours=1), capacity=5)
    assert set(heard) == {"event-rescheduled"}
    assert get_event(event.id).calendar_sequence == 0


def test_more_places_are_news(app: Flask) -> None:
    event = make_event()
    with news_of() as heard:
        assert edit(event, capacity=90) == Edited(event.id, 3, ("capacity",))
    assert heard == {"capacity-changed": {"event_id": event.id, "by": None}}
    with news_of() as heard:
        assert service.change_capacity(event.id, capacity=None, by=None) == Edited(event.id, 4, ("capacity",))
    assert set(heard) == {"capacity-changed"}
    assert isinstance(service.change_capacity(event.id, capacity=0, by=None), Invalid)


def test_a_form_that_is_out_of_date_is_a_conflict(app: Flask) -> None:
    event = make_event()
    shown = event.details_version
    edit(event, title={"en": "Day"}, expected_version=shown)
    assert edit(event, title={"en": "Night"}, expected_version=shown) == Conflict(shown + 1)
    assert service.change_capacity(event.id, capacity=3, by=None, expected_version=shown) == Conflict(shown + 1)
    assert get_event(event.id).title == {"en": "Day"}


def test_publishing_happens_once(app: Flask) -> None:
    event = make_event(publish=False)
    with news_of() as heard:
        assert service.publish_event(event.id, by=None) == Edited(event.id, 2, ("status",))
    assert set(heard) == {"event-published"}
    first = get_event(event.id).published_at
    with news_of() as heard:
        assert service.publish_event(event.id, by=None) == Edited(event.id, 2)
    assert (heard, get_event(event.id).published_at) == ({}, first)


def test_calling_off_is_final(app: Flask) -> None:
    event = make_event()
    with news_of() as heard:
        assert service.call_off_event(event.id, by=None, message="The trains are on strike.") == Edited(
            event.id, 3, ("status",)
        )
    told = heard["event-cancelled"]
    assert (told["old"].status, told["new"].status) == ("published", "cancelled")
    assert (told["new"].calendar_sequence, told["message"]) == (1, "The trains are on strike.")
    with news_of() as heard:
        assert service.call_off_event(event.id, by=None) == Edited(event.id, 3)
        assert edit(event, title={"en": "Again"}) is Refusal.CANCELLED
        assert service.publish_event(event.id, by=None) is Refusal.CANCELLED
        assert service.change_capacity(event.id, capacity=3, by=None) is Refusal.CANCELLED
    assert (heard, get_event(event.id).status) == ({}, "cancelled")


def test_a_draft_cannot_be_called_off(app: Flask) -> None:
    assert service.call_off_event(make_event(publish=False).id, by=None) is Refusal.NOT_PUBLISHED


def test_what_a_receiver_raises_undoes_the_change(app: Flask) -> None:
    event = make_event()

    def refuse(_event_id: int, **_: Any) -> None:
        raise RuntimeError("a letter could not be written")

    with signals.event_moved.connected_to(refuse), pytest.raises(RuntimeError, match="letter"):
        edit(event, starts_at=START + timedelta(hours=1))
    event = get_event(event.id)
    assert (event.starts_wall, event.calendar_sequence, event.version) == (START, 0, 2)


def test_an_event_that_is_not_there_is_an_error(app: Flask) -> None:
    with pytest.raises(service.EventNotFound):
        service.publish_event(4711, by=None)


def test_every_change_is_in_the_audit_log(app: Flask) -> None:
    by = make_user()
    event = make_event(publish=False)
    service.edit_event(event.id, event_details(event, capacity=90), by=by, tell=True)
    service.publish_event(event.id, by=by)
    service.call_off_event(event.id, by=None)
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == f"event:{event.id}").order_by(AuditEntry.id)
    ).all()
    assert [(row.action, row.user_id, row.actor) for row in rows] == [
        ("event.created", None, "command"),
        ("event.changed", by, "organiser"),
        ("event.published", by, "organiser"),
        ("event.cancelled", None, "command"),
    ]
    assert rows[1].details["changes"] == {"capacity": [80, 90]}


def test_a_snapshot_survives_being_frozen(app: Flask) -> None:
    event = make_event(online_url="https://meet.example.org/x", mode="hybrid", confidential=True)
    taken = queries.find_snapshot(event.id)
    assert taken is not None
    assert EventSnapshot.from_facts(taken.to_facts() | {"of_a_later_release": 1}) == taken
    assert taken.place == "Manos Premier, Chaussée de Charleroi 100, 1060 Brussels"


def test_an_entry_tells_the_event_as_it_was_frozen(app: Flask) -> None:
    event = make_event(summary={"en": "A day.", "fr": "Une journée."}, title={"en": "Day", "fr": "Journée"})
    edit(event, starts_at=START + timedelta(hours=1))
    taken = queries.find_snapshot(event.id)
    assert taken is not None
    entry = entry_of(taken, language="fr", url="https://events.example.org/events/x", sequence=4)
    assert entry.uid == f"event-{event.key}@localhost"
    assert (entry.sequence, entry.summary, entry.status) == (4, "Journée", "CONFIRMED")
    assert entry.description == "Une journée.\n\nhttps://events.example.org/events/x"
    assert entry.location == "Manos Premier, Chaussée de Charleroi 100, 1060 Brussels"
    assert entry.starts_at == datetime(2027, 10, 14, 8, tzinfo=UTC)
    assert entry_of(taken, language="de", url="").summary == "Day"
    assert entry_of(taken, language="de", url="").sequence == 1


def test_the_online_room_is_told_only_when_asked_for(app: Flask) -> None:
    event = make_event(mode="hybrid", online_url="https://meet.example.org/x")
    taken = queries.find_snapshot(event.id)
    assert taken is not None
    shared = entry_of(taken, language="en", url="", attends="online")
    assert (shared.location, "meet.example.org" in shared.description) == ("Online", False)
    own = entry_of(taken, language="en", url="", attends="online", join_link=True)
    assert own.location == "https://meet.example.org/x"
    assert own.description == "Join online: https://meet.example.org/x"
    assert location_of(taken, "en", "room") == taken.place


def test_the_public_sees_what_is_published_or_called_off(app: Flask) -> None:
    draft, shown, unlisted = make_event(publish=False), make_event(), make_event(visibility="unlisted")
    off = make_event()
    service.call_off_event(off.id, by=None)
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert queries.find_public_event(draft.slug) is None
    assert [queries.find_public_event(event.slug) is None for event in (shown, unlisted, off)] == [False] * 3
    assert [event.id for event in queries.list_upcoming(now)] == [shown.id, off.id]
    assert queries.list_past(now) == []
    after = datetime(2027, 10, 14, 15, tzinfo=UTC)
    assert queries.list_upcoming(after) == []
    assert [event.id for event in queries.list_past(after)] == [shown.id]


def test_lists_are_in_order_and_paged(app: Flask) -> None:
    later = make_event(starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1))
    sooner = make_event()
    elsewhere = make_event(series="other", starts_at=START + timedelta(hours=1))
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert [event.id for event in queries.list_upcoming(now)] == [sooner.id, elsewhere.id, later.id]
    assert [event.id for event in queries.list_upcoming(now, later.series_id)] == [sooner.id, later.id]
    assert [event.id for event in queries.list_upcoming(now, limit=1, offset=1)] == [elsewhere.id]
    past = datetime(2028, 1, 1, tzinfo=UTC)
    assert [event.id for event in queries.list_past(past, limit=2)] == [later.id, elsewhere.id]


def test_organisers_see_the_series_of_their_scope(app: Flask) -> None:
    mine, draft = make_event(), make_event(publish=False)
    other = make_event(series="other")
    scope = Scope(everywhere=False, series_ids=frozenset({mine.series_id}))
    everywhere = Scope(everywhere=True, series_ids=frozenset())
    assert queries.find_for_organiser(draft.slug, scope) is not None
    assert queries.find_for_organiser(other.slug, scope) is None
    assert queries.find_for_organiser(other.slug, everywhere) is not None
    assert [event.id for event in queries.list_for_organiser(scope)] == [mine.id, draft.id]
    assert len(queries.list_for_organiser(everywhere)) == 3
    assert queries.list_for_organiser(Scope(everywhere=False, series_ids=frozenset())) == []
    past = datetime(2028, 1, 1, tzinfo=UTC)
    assert queries.list_for_organiser(scope, now=past) == []
    assert {event.id for event in queries.list_past_for_organiser(scope, past)} == {mine.id, draft.id}


@pytest.mark.parametrize("count", [1, 4])
def test_lists_are_one_statement_however_long(app: Flask, count: int) -> None:
    for _ in range(count):
        make_event()
    db.session.rollback()
    with statements() as sent:
        rows = queries.list_upcoming(datetime(2027, 1, 1, tzinfo=UTC))
        titles = {(event.series.slug, event.venue.name if event.venue else "") for event in rows}
    assert (len(rows), titles) == (count, {("cop", "Manos Premier")})
    assert len([each for each in sent if each.startswith("SELECT")]) == 1


def test_a_form_gets_back_what_was_entered(app: Flask) -> None:
    given: dict[str, Any] = {
        "title": {"en": "Day", "fr": "Journée"},
        "description": {"en": "One\n\nTwo"},
        "mode": "hybrid",
        "online_capacity": 200,
        "approval": True,
        "registration_closes_at": START - timedelta(hours=15),
        "promotion_ends_at": START - timedelta(days=1),
    }
    details = event_details(make_event(**given))
    assert {name: getattr(details, name) for name in given} == given
    assert isinstance(
        service.create_event(make_series("x"), EventDetails(**vars(details) | {"slug": "y"}), by=None), Created
    )


def test_a_series_is_made_and_changed(app: Flask) -> None:
    made = series_service.create_series(SeriesDetails(slug="cop", title={"en": "CoP"}), by=None)
    assert isinstance(made, Saved)
    details = SeriesDetails(slug="cop", title={"en": "CoP"}, accent="plum", contact_email="team@example.org")
    assert series_service.create_series(details, by=None) is SeriesRefusal.SLUG_TAKEN
    assert series_service.edit_series(made.series_id, details, by=None) == Saved(
        made.series_id, ("accent", "contact_email")
    )
    assert series_service.edit_series(made.series_id, details, by=None) == Saved(made.series_id)
    assert series_details_of(get_series(made.series_id)) == details
    renamed = SeriesDetails(slug="other", title={"en": "CoP"})
    assert series_service.edit_series(made.series_id, renamed, by=None) is SeriesRefusal.SLUG_FIXED
    bad = SeriesDetails(slug="cop", title={}, accent="neon", contact_email="nobody")
    answer = series_service.edit_series(made.series_id, bad, by=None)
    assert [problem.field for problem in getattr(answer, "problems", ())] == ["title", "accent", "contact_email"]


def test_a_new_notice_is_a_new_version_and_the_same_one_is_not(app: Flask) -> None:
    series_id = make_series()
    text = {"en": "Text."}
    notice = NoticeDetails(controller="We", contact="us", lawful_basis=text, recipients=text, retention=text)
    assert series_service.publish_notice(series_id, notice, language="en", by=None) == 2
    assert series_service.publish_notice(series_id, notice, language="en", by=None) == 2
    newest = find_current_notice(series_id)
    assert newest is not None
    assert (newest.version, newest.controller) == (2, "We")
    assert not isinstance(series_service.publish_notice(series_id, notice, language="fr", by=None), int)
