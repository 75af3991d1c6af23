"""Drafts of agendas: the verbs, two organisers at once, and from the draft to the public with one letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from eventsapp.agenda import draft_ends, drafting, queries, service, translating
from eventsapp.agenda.draft import DraftConflict, Published
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from eventsapp.web.access import Role
from tests.agendas import sessions_of
from tests.browser import Browser
from tests.builders import END, START, event_details, get_event, make_event, make_user, register
from tests.integration.test_at_once import at_once
from tests.letters import letters
from tests.organising import change, counted, log_in, send_on
from tests.pages import links_of, words

PAGE = "/organise/events/day/agenda"
MARKER = "Zanzibar"
"""A word that stands in drafts alone."""


def item(key: str, hour: float, minutes: int = 60, **values: Any) -> SessionDetails:
    starts = START.replace(hour=0) + timedelta(hours=hour)
    details: dict[str, Any] = {"starts_at": starts, "ends_at": starts + timedelta(minutes=minutes)}
    return SessionDetails(**{"key": key, "title": {"en": key.capitalize()}} | details | values)


PLAN = [item("opening", 9), item("coffee", 10, 30, kind="break"), item("plenary", 16)]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 7, 14, 12, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def event(app: Flask) -> Event:
    made = make_event("day")
    service.set_agenda(made.id, PLAN, by=None)
    return made


def move(
    event: Event, key: str, hour: float, *, room: str | None = None, expected: int | None = None, by: int | None = None
) -> Any:
    to = item(key, hour)
    return drafting.move_in_draft(
        event.id, key, starts_at=to.starts_at, ends_at=to.ends_at, room=room, by=by, expected_version=expected
    )


def audited(action: str) -> list[dict[str, Any]]:
    rows = db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)
    return [row.details for row in rows]


def test_a_change_begins_a_draft_that_the_public_does_not_see(event: Event) -> None:
    answer = move(event, "plenary", 16.25, room="Blue")
    assert isinstance(answer, Edited)
    assert answer.changes == ("plenary",)
    seen = queries.draft_view(event.id)
    assert (seen.is_draft, seen.version, seen.based_on) == (True, answer.version, 1)
    assert [(row.key, row.starts_wall.minute, row.room) for row in seen.rows][2] == ("plenary", 15, "Blue")
    assert sessions_of(event.id) == PLAN
    assert get_event(event.id).version == event.version


def test_a_draft_that_says_what_is_published_is_gone_again(event: Event) -> None:
    move(event, "plenary", 15)
    move(event, "plenary", 16)
    assert not queries.draft_view(event.id).is_draft


def test_a_whole_new_draft_keeps_the_sessions_it_knows(event: Event) -> None:
    pasted = [item("", 9, title={"en": "OPENING"}), item("", 11, title={"en": "Workshop"})]
    answer = drafting.replace_draft(event.id, pasted, by=None)
    assert isinstance(answer, Edited)
    assert set(answer.changes) == {"opening", "workshop", "coffee", "plenary"}
    stale = drafting.replace_draft(event.id, PLAN, by=None, expected_version=answer.version - 1)
    assert stale == Conflict(answer.version)


def test_a_copy_stands_beside_the_session(event: Event) -> None:
    answer = drafting.duplicate_in_draft(event.id, "plenary", by=None)
    assert isinstance(answer, Edited)
    assert answer.changes == ("plenary-2",)
    rows = queries.draft_view(event.id).rows
    assert [row.key for row in rows] == ["opening", "coffee", "plenary", "plenary-2"]
    assert rows[2].starts_at == rows[3].starts_at


def test_what_follows_is_shifted_and_nothing_else(event: Event) -> None:
    answer = drafting.shift_after(event.id, "opening", 20, by=None)
    assert isinstance(answer, Edited)
    assert answer.changes == ("coffee", "plenary")
    times = [f"{row.starts_wall:%H:%M}" for row in queries.draft_view(event.id).rows]
    assert times == ["09:00", "10:20", "16:20"]


@pytest.mark.parametrize(("key", "minutes"), [("opening", 420), ("plenary", 10), ("opening", 0), ("opening", 1000)])
def test_a_shift_that_cannot_be_moves_nothing(event: Event, key: str, minutes: int) -> None:
    late = [*PLAN, item("dinner", 20, 120)] if key == "opening" else PLAN
    service.set_agenda(event.id, late, by=None)
    answer = drafting.shift_after(event.id, key, minutes, by=None)
    assert isinstance(answer, Invalid)
    assert [each.field for each in answer.problems] == ["minutes"]
    assert not queries.draft_view(event.id).is_draft


def test_a_bad_session_is_refused_by_field(event: Event) -> None:
    answer = drafting.add_to_draft(event.id, [item("", 10, title={})], by=None)
    assert isinstance(answer, Invalid)
    assert [(each.item, each.field) for each in answer.problems] == [(0, "title")]
    with pytest.raises(drafting.SessionNotFound):
        move(event, "nothing", 9)


def test_the_second_organiser_is_told_who_changed_what(event: Event) -> None:
    ann = make_user("ann@example.org")
    shown = queries.draft_view(event.id).rows[2].version
    move(event, "plenary", 16.25, by=ann)
    conflict = move(event, "plenary", 15, expected=shown)
    assert isinstance(conflict, DraftConflict)
    assert conflict.now is not None
    assert conflict.now.starts_at.minute == 15
    (told,) = conflict.changes
    assert told.by == "ann@example.org"
    assert told.difference.fields["starts_at"] == ("2027-10-14T16:00", "2027-10-14T16:15")
    assert isinstance(move(event, "plenary", 15, expected=conflict.version), Edited)


def test_a_version_is_never_used_twice(event: Event) -> None:
    shown = queries.draft_view(event.id).rows[2].version
    first = move(event, "plenary", 15, expected=shown)
    draft_ends.discard_draft(event.id, by=None)
    move(event, "plenary", 14)
    assert isinstance(move(event, "plenary", 13, expected=first.version), DraftConflict)


def test_a_session_taken_off_meanwhile_is_a_conflict(event: Event) -> None:
    shown = queries.draft_view(event.id).rows[2].version
    drafting.remove_from_draft(event.id, "plenary", by=None)
    conflict = drafting.change_in_draft(event.id, "plenary", PLAN[2], by=None, expected_version=shown)
    assert isinstance(conflict, DraftConflict)
    assert (conflict.now, conflict.changes[0].difference.what) == (None, "removed")


def test_publishing_makes_the_draft_public_at_once_with_one_letter_each(event: Event) -> None:
    register(event, "ann@example.org")
    version = move(event, "plenary", 16.25).version
    before = len(letters())
    assert draft_ends.publish_draft(event.id, by=None, tell=True, expected_version=version) == Published(2, told=True)
    assert [letter.kind for letter in letters("ann@example.org")] == ["place", "agenda_changed"]
    assert len(letters()) == before + 1
    assert sessions_of(event.id)[2].starts_at.minute == 15
    newest = queries.list_editions(event.id)[0]
    assert (newest.number, newest.told, [each["key"] for each in newest.changes]) == (2, True, ["plenary"])
    sequences = {row.key: row.calendar_sequence for row in queries.published_sessions(event.id)}
    assert sequences == {"opening": 0, "coffee": 0, "plenary": 1}
    assert get_event(event.id).calendar_sequence == 0
    assert not queries.draft_view(event.id).is_draft


def test_a_small_correction_is_told_nobody(event: Event) -> None:
    register(event, "ann@example.org")
    version = move(event, "plenary", 16.25).version
    assert draft_ends.publish_draft(event.id, by=None, tell=False, expected_version=version) == Published(2)
    assert [letter.kind for letter in letters("ann@example.org")] == ["place"]


def test_a_draft_that_changed_since_it_was_looked_through_is_not_published(event: Event) -> None:
    version = move(event, "plenary", 16.25).version
    newer = move(event, "plenary", 15).version
    stale = draft_ends.publish_draft(event.id, by=None, tell=True, expected_version=version)
    assert stale == Conflict(newer)
    assert sessions_of(event.id) == PLAN


def test_two_who_publish_at_once_make_one_edition_and_one_letter(app: Flask, event: Event) -> None:
    register(event, "ann@example.org")
    event_id, version = event.id, move(event, "plenary", 16.25).version
    publish: Callable[[int], Any] = lambda _: draft_ends.publish_draft(  # noqa: E731
        event_id, by=None, tell=True, expected_version=version
    )
    answers = at_once(app, publish)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Conflict", "Conflict", "Published"]
    assert [letter.kind for letter in letters("ann@example.org")] == ["place", "agenda_changed"]


def test_an_event_not_public_publishes_its_draft_with_itself(app: Flask) -> None:
    event = make_event(publish=False)
    service.set_agenda(event.id, PLAN, by=None)
    version = drafting.remove_from_draft(event.id, "coffee", by=None).version  # type: ignore[union-attr]
    answer = draft_ends.publish_draft(event.id, by=None, tell=True, expected_version=version)
    assert answer is Refusal.NOT_PUBLISHED
    events.publish_event(event.id, by=None)
    rows = queries.published_sessions(event.id, with_removed=True)
    assert [(row.key, row.calendar_sequence) for row in rows] == [("opening", 0), ("plenary", 0)]
    assert [each.number for each in queries.list_editions(event.id)] == [1]
    assert not queries.draft_view(event.id).is_draft


def test_a_file_replaces_a_draft_and_the_log_says_what_it_was(event: Event) -> None:
    move(event, "plenary", 16.25)
    service.set_agenda(event.id, PLAN, by=None)
    assert queries.draft_view(event.id).is_draft
    service.set_agenda(event.id, PLAN[:2], by=None)
    assert not queries.draft_view(event.id).is_draft
    assert [each["key"] for each in audited("agenda.changed")[-1]["replaced_draft"]] == ["plenary"]


def test_a_draft_moves_along_with_its_event_and_goes_with_it(event: Event) -> None:
    move(event, "plenary", 15)
    week = timedelta(days=7)
    events.edit_event(event.id, event_details(event, starts_at=START + week, ends_at=END + week), by=None, tell=True)
    seen = queries.draft_view(event.id)
    assert (seen.is_draft, seen.rows[2].starts_wall) == (True, START.replace(hour=15) + week)
    events.call_off_event(event.id, by=None)
    assert not queries.draft_view(event.id).is_draft
    assert move(event, "plenary", 9) is Refusal.CANCELLED
    assert len(audited("agenda.draft_discarded")) == 1


def test_a_translation_of_what_is_public_is_public_at_once(event: Event) -> None:
    drafting.change_in_draft(
        event.id, "coffee", item("coffee", 10, 30, title={"en": MARKER}), by=None, expected_version=None
    )
    translating.translate_titles(event.id, "fr", {"opening": "Ouverture", "coffee": "Zanzibar-fr"}, by=None)
    assert [each.title.get("fr") for each in sessions_of(event.id)] == ["Ouverture", None, None]
    assert [row.title.get("fr") for row in queries.draft_view(event.id).rows] == ["Ouverture", "Zanzibar-fr", None]


def test_each_verb_leaves_before_and_after_in_the_log(event: Event) -> None:
    drafting.add_to_draft(event.id, [item("workshop", 11)], by=None)
    move(event, "plenary", 15)
    drafting.remove_from_draft(event.id, "coffee", by=None)
    drafting.shift_after(event.id, "opening", 5, by=None)
    draft_ends.discard_draft(event.id, by=None)
    noted = audited("agenda.draft_changed")
    assert [each["verb"] for each in noted] == ["added", "moved", "removed", "shifted"]
    assert noted[1]["differences"][0]["fields"]["starts_at"] == ["2027-10-14T16:00", "2027-10-14T15:00"]
    assert {each["key"] for each in audited("agenda.draft_discarded")[0]["differences"]} == {
        "workshop",
        "coffee",
        "plenary",
    }


def test_a_draft_is_read_with_few_statements(event: Event) -> None:
    move(event, "plenary", 15, by=make_user())
    db.session.rollback()
    with counted() as few:
        queries.draft_view(event.id)
    drafting.add_to_draft(event.id, [item(f"more-{n}", 12) for n in range(5)], by=make_user())
    db.session.rollback()
    with counted() as many:
        queries.draft_view(event.id)
    assert len(many) == len(few) <= 5


def test_no_draft_is_public_anywhere(client: Browser, app: Flask, event: Event) -> None:
    """Every public address of the event, and every letter, before it is published; the word is found after."""
    registration = register(event, "ann@example.org")
    version = drafting.change_in_draft(
        event.id,
        "plenary",
        item("plenary", 16, title={"en": MARKER}, room=MARKER, speakers=(MARKER,)),
        by=None,
        expected_version=None,
    ).version  # type: ignore[union-attr]
    given = {"slug": "day", "token": links_of(registration).own_token}
    walked = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(("/organise", "/static", "/mailbox", "/design")):
            continue
        slug = "cop" if rule.rule.startswith("/series") else "day"
        values = {name: (given | {"slug": slug}).get(name, "1") for name in rule.arguments}
        path = app.url_map.bind("localhost").build(rule.endpoint, values, "GET")
        answer = client.get(path)
        walked += answer.status_code == 200
        assert MARKER.encode() not in answer.data, path
    assert walked > 12
    assert MARKER not in client.get(f"/search?q={MARKER}&page=1").text.replace(f'value="{MARKER}"', "")
    assert MARKER not in "".join(letter.text + letter.html for letter in letters())
    draft_ends.publish_draft(event.id, by=None, tell=True, expected_version=version)
    assert MARKER in client.get("/events/day").text
    assert MARKER in client.get("/events/day/agenda.ics").text
    assert MARKER in letters("ann@example.org")[-1].text


def test_from_a_change_to_one_letter_by_forms_alone(client: Browser, event: Event) -> None:
    register(event, "ann@example.org")
    log_in(client)
    assert change(client, f"{PAGE}/plenary", starts_at="16:15", ends_at="17:15", room="Blue").status_code == 303
    page = client.get(PAGE)
    assert "These changes are not published yet" in words(page)
    assert "Outside the time of the event: Plenary (16:15–17:15)" in words(page)
    public = client.get("/events/day").text
    assert "16:15" not in public
    review = client.get(f"{PAGE}/publish")
    assert "Plenary: 16:00 → 16:15; in Blue" in words(review)
    assert "1 person gets one letter" in words(review)
    assert send_on(client, review, f"{PAGE}/publish", tell="yes").status_code == 303
    assert [letter.kind for letter in letters("ann@example.org")] == ["place", "agenda_changed"]
    assert "16:15" in client.get("/events/day").text
    assert send_on(client, review, f"{PAGE}/publish", tell="yes").status_code == 303
    assert len(letters("ann@example.org")) == 2
    shown = words(client.get(f"{PAGE}/editions"))
    assert "Edition 2" in shown
    assert "Plenary: 16:00 → 16:15; in Blue" in shown
    assert "16:00–17:00" in words(client.get(f"{PAGE}/editions/1"))
    assert client.get(f"{PAGE}/editions/3").status_code == 404


def test_the_second_organiser_reads_who_did_what_and_loses_nothing(client: Browser, event: Event) -> None:
    log_in(client)
    second = Browser(client.application)
    log_in(second, Role.editor, series="cop")
    mine, theirs = client.get(f"{PAGE}/plenary"), second.get(f"{PAGE}/coffee")
    change(second, f"{PAGE}/plenary", room="Blue")
    answer = send_on(client, mine, f"{PAGE}/plenary", title="Closing")
    assert answer.status_code == 409
    assert "Plenary: in Blue" in words(answer)
    assert "editor" in words(answer)
    assert 'value="Closing"' in answer.text
    assert send_on(client, answer, f"{PAGE}/plenary").status_code == 303
    drafting.remove_from_draft(event.id, "coffee", by=None)
    gone = send_on(second, theirs, f"{PAGE}/coffee", room="Foyer")
    assert gone.status_code == 409
    assert "Somebody took this session off the agenda" in words(gone)
    assert send_on(second, gone, f"{PAGE}/coffee").status_code == 303
    assert {row.key: row.room for row in queries.draft_view(event.id).rows}["coffee"] == "Foyer"


def test_sessions_are_duplicated_shifted_and_discarded_by_forms(client: Browser, event: Event) -> None:
    log_in(client)
    copied = client.post(f"{PAGE}/opening/duplicate", data={"csrf_token": client.csrf_token(PAGE)})
    assert copied.headers["Location"].endswith("/agenda/opening-2")
    assert change(client, f"{PAGE}/opening/shift", minutes="15").status_code == 303
    assert change(client, f"{PAGE}/opening/shift", minutes="soon").status_code == 422
    assert change(client, f"{PAGE}/opening/shift", minutes="600").status_code == 422
    assert "10:15–10:45" in words(client.get(PAGE))
    assert change(client, f"{PAGE}/discard").status_code == 303
    assert not queries.draft_view(event.id).is_draft
    assert client.get(f"{PAGE}/publish").status_code == 303
