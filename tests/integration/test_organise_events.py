"""Organisers create an event, change it, publish it, call it off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from eventsapp.agenda import drafting
from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit.models import AuditEntry
from eventsapp.audit.service import record
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.events.queries import details_of, find_by_slug
from eventsapp.events.rules import EventDetails
from eventsapp.registration import inviting
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import END, START, event_details, get_event, make_event, make_series, make_user, register
from tests.letters import letters
from tests.organising import answers_of, change, errors, log_in, send_on
from tests.pages import heading, words

NEW = "/organise/events/new"
EDIT = "/organise/events/day/edit"
GIVEN = {"title": "Reflection Day", "starts_at": "2027-10-14T09:00", "ends_at": "2027-10-14T17:00"}


@pytest.fixture
def owner(client: Browser) -> int:
    """Logged in, with a series to put events in."""
    make_series()
    return log_in(client)


def saved(slug: str) -> EventDetails:
    event = find_by_slug(slug)
    assert event is not None
    return details_of(event)


def test_a_new_event_is_a_draft_of_what_was_typed(client: Browser, owner: int) -> None:
    answer = change(
        client,
        NEW,
        **GIVEN,
        kind="reflection day",
        venue_name="Manos Premier",
        venue_address="Chaussée de Charleroi 100, 1060 Brussels",
        capacity="80",
        registration_closes_at="2027-10-13T18:00",
        approval="y",
        waitlist=None,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/organise/events/reflection-day"
    details = saved("reflection-day")
    assert (details.title, details.kind, details.timezone) == (
        {"en": "Reflection Day"},
        "reflection day",
        "Europe/Brussels",
    )
    assert (details.starts_at, details.ends_at) == (START, END)
    assert details.venue is not None
    assert details.venue.name == "Manos Premier"
    assert (details.capacity, details.approval, details.waitlist) == (80, True, False)
    assert details.registration_closes_at == datetime(2027, 10, 13, 18)
    assert client.get("/events/reflection-day").status_code == 404
    assert "nobody but its team" in words(client.get("/organise/events/reflection-day"))


def test_a_taken_name_gets_a_number_unless_it_was_typed(client: Browser, owner: int) -> None:
    places = [change(client, NEW, **GIVEN).headers["Location"] for _ in range(3)]
    assert [place.rpartition("/")[2] for place in places] == [f"reflection-day{end}" for end in ("", "-2", "-3")]
    answer = change(client, NEW, **GIVEN, slug="reflection-day")
    assert answer.status_code == 422
    assert set(errors(answer)) == {"slug"}


def test_an_event_called_new_does_not_hide_behind_the_page_of_that_name(client: Browser, owner: int) -> None:
    answer = change(client, NEW, **GIVEN | {"title": "New"})
    assert answer.headers["Location"].endswith("/new-2")


WRONG: list[tuple[dict[str, str], set[str]]] = [
    ({"title": ""}, {"title"}),
    ({"title": " \u200b "}, {"title"}),
    ({"title": "x" * 201}, {"title"}),
    ({"starts_at": ""}, {"starts_at"}),
    ({"ends_at": "tomorrow"}, {"ends_at"}),
    ({"ends_at": "2027-10-14T09:00"}, {"ends_at"}),
    ({"starts_at": "0000-10-14T09:00"}, {"starts_at"}),
    ({"starts_at": "2027-03-28T02:30"}, {"starts_at"}),
    ({"ends_at": "2027-10-31T02:30"}, {"ends_at"}),
    ({"starts_at": "1583-10-14T09:00"}, {"starts_at"}),
    ({"timezone": "Mars/Olympus"}, {"timezone"}),
    ({"capacity": "-1"}, {"capacity"}),
    ({"capacity": "0"}, {"capacity"}),
    ({"capacity": "8.5"}, {"capacity"}),
    ({"capacity": "9" * 5000}, {"capacity"}),
    ({"capacity": "٣"}, {"capacity"}),
    ({"mode": "online", "capacity": "80"}, {"capacity"}),
    ({"online_capacity": "80"}, {"online_capacity"}),
    ({"mode": "on the moon"}, {"mode"}),
    ({"online_url": "javascript:alert(1)"}, {"online_url"}),
    ({"online_url": "http://example.org"}, {"online_url"}),
    ({"venue_address": "Somewhere 1"}, {"venue_name"}),
    ({"registration_closes_at": "2027-10-15T09:00"}, {"registration_closes_at"}),
    ({"promotion_ends_at": "2027-10-14T09:30"}, {"promotion_ends_at"}),
    ({"party_max": "21"}, {"party_max"}),
    ({"slug": "No Spaces"}, {"slug"}),
    ({"slug": "new"}, {"slug"}),
    ({"language": "xx"}, {"language"}),
    ({"title": "", "capacity": "many", "online_url": "x"}, {"title", "capacity", "online_url"}),
]


def test_wrong_answers_come_back_with_all_that_was_typed(client: Browser, owner: int) -> None:
    blank = answers_of(client.get(NEW))
    for answers, wrong in WRONG:
        typed = GIVEN | {"summary": "=cmd() <b>kept</b> 😀 \u202eشرطة"} | answers
        answer = client.post(NEW, data=blank | typed)
        assert (answer.status_code, set(errors(answer))) == (422, wrong), answers
        kept = answers_of(answer)
        assert kept["summary"] == "=cmd() <b>kept</b> 😀 شرطة"
        texts = {name: text for name, text in answers.items() if name not in ("timezone", "mode", "language", "title")}
        assert {name: kept[name] for name in texts} == texts


def test_any_title_is_kept_and_shown_as_text(client: Browser, owner: int) -> None:
    for number, text in enumerate(["=cmd()", "<script>alert(1)</script>", "😀 شرطة", "a\x00b\x07c", "x" * 200]):
        slug = f"odd-{number}"
        assert change(client, NEW, **GIVEN | {"title": text}, slug=slug).status_code == 303
        clean = text.replace("\x00", "").replace("\x07", "")
        assert saved(slug).title == {"en": clean}
        pages = ["", *(f"events/{slug}{part}" for part in ("", "/edit", "/agenda", "/attendees"))]
        assert not any("<script>alert" in client.get(f"/organise/{page}").text for page in pages)
        assert heading(client.get(f"/organise/events/{slug}")) == clean


def test_an_old_form_comes_back_and_can_be_sent_again(client: Browser, owner: int) -> None:
    page = client.get(NEW)
    answer = send_on(client, page, NEW, **GIVEN, csrf_token="old")
    assert answer.status_code == 400
    assert answers_of(answer)["title"] == "Reflection Day"
    assert send_on(client, answer, NEW).status_code == 303


def test_an_edit_changes_what_was_changed_and_nothing_else(client: Browser, owner: int) -> None:
    make_event("day", title={"en": "Day", "fr": "Journée"}, recorded=True, online_url="https://example.org/room")
    before = saved("day")
    assert change(client, EDIT, capacity="90", summary="New.").status_code == 303
    after = saved("day")
    assert {name for name in vars(before) if getattr(before, name) != getattr(after, name)} == {"capacity", "summary"}
    assert after.title == {"en": "Day", "fr": "Journée"}


def test_texts_of_an_event_in_another_language_are_edited_in_it(client: Browser, owner: int) -> None:
    make_event("day", language="fr", title={"en": "Day", "fr": "Journée"})
    assert answers_of(client.get(EDIT))["title"] == "Journée"
    change(client, EDIT, title="Jour", summary="Court.")
    assert (saved("day").title, saved("day").summary) == ({"en": "Day", "fr": "Jour"}, {"fr": "Court."})


def test_an_empty_capacity_is_unlimited_and_lets_people_move_up(client: Browser, owner: int) -> None:
    event = make_event("day", capacity=1)
    register(event), register(event)
    change(client, EDIT, capacity="")
    assert (get_event(event.id).room_confirmed, get_event(event.id).room_waiting) == (2, 0)


def test_a_published_event_keeps_its_address(client: Browser, owner: int) -> None:
    make_event("day")
    assert "slug" not in answers_of(client.get(EDIT))
    assert change(client, EDIT, slug="night", title="Night").status_code == 303
    assert saved("day").title == {"en": "Night"}
    make_event("draft", publish=False)
    assert set(errors(change(client, "/organise/events/draft/edit", slug="new"))) == {"slug"}
    assert set(errors(change(client, "/organise/events/draft/edit", slug="day"))) == {"slug"}
    assert change(client, "/organise/events/draft/edit", slug="sketch").headers["Location"].endswith("/sketch")


def test_whoever_was_slower_is_told_by_whom_and_of_what(client: Browser, owner: int) -> None:
    event = make_event("day")
    page = client.get(EDIT)
    other = make_user("quick@example.org")
    events.edit_event(event.id, event_details(event, capacity=12, kind="workshop"), by=other, tell=False)
    answer = send_on(client, page, EDIT, title="Slow change")
    assert answer.status_code == 409
    assert "quick@example.org changed this event while you had it open: Kind of event, Places in the room." in words(
        answer
    )
    assert answers_of(answer)["title"] == "Slow change"
    assert saved("day").title == {"en": "Reflection Day"}
    assert send_on(client, answer, EDIT).status_code == 303
    assert (saved("day").title, saved("day").capacity) == ({"en": "Slow change"}, 80)


def test_whoever_did_something_else_since_is_not_taken_for_the_quicker_one(client: Browser, owner: int) -> None:
    event = make_event("day")
    page = client.get(EDIT)
    quick, other = make_user("quick@example.org"), make_user("other@example.org")
    events.edit_event(event.id, event_details(event, kind="workshop"), by=quick, tell=False)
    inviting.set_invited(event.id, ["guest@example.org"], by=other)
    drafting.add_to_draft(event.id, [SessionDetails(starts_at=START, ends_at=END, title={"en": "Talk"})], by=other)
    with transaction():
        record("signatures.printed", f"event:{event.id}", by=other, series_id=event.series_id)
    answer = send_on(client, page, EDIT, title="Slow change")
    assert "quick@example.org changed this event while you had it open: Kind of event." in words(answer)


def test_whoever_published_the_agenda_was_quicker(client: Browser, owner: int) -> None:
    event = make_event("day")
    page = client.get(EDIT)
    talk = SessionDetails(starts_at=START, ends_at=END, title={"en": "Talk"})
    agenda.set_agenda(event.id, [talk], by=make_user("quick@example.org"))
    told = words(send_on(client, page, EDIT, title="Slow change"))
    assert "quick@example.org changed this event while you had it open: something that is not on this page." in told


def test_whoever_moved_an_event_with_an_agenda_is_said_to_have_changed_its_times(client: Browser, owner: int) -> None:
    event = make_event("day")
    talk = SessionDetails(starts_at=START, ends_at=END, title={"en": "Talk"})
    agenda.set_agenda(event.id, [talk], by=owner)
    page = client.get(EDIT)
    later = event_details(event, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1))
    events.edit_event(event.id, later, by=make_user("quick@example.org"), tell=False)
    told = words(send_on(client, page, EDIT, title="Slow change"))
    assert "quick@example.org changed this event while you had it open: Start, End." in told


def test_a_registration_meanwhile_is_no_conflict(client: Browser, owner: int) -> None:
    event = make_event("day")
    page = client.get(EDIT)
    register(event)
    assert send_on(client, page, EDIT, title="New title").status_code == 303


MOVE = {"starts_at": "2027-10-15T10:00", "ends_at": "2027-10-15T18:00", "venue_name": "Town Hall"}


def test_a_move_is_asked_about_before_it_is_saved(client: Browser, owner: int) -> None:
    event = make_event("day", capacity=1)
    register(event), register(event)
    answer = change(client, EDIT, **MOVE)
    assert answer.status_code == 200
    assert heading(answer) == "2 people will be told"
    told = words(answer)
    assert "Thursday 14 October 2027, 09:00 to 17:00, Brussels time (UTC+2)" in told
    assert "Friday 15 October 2027, 10:00 to 18:00, Brussels time (UTC+2)" in told
    assert "Manos Premier, Chaussée de Charleroi 100, 1060 Brussels" in told
    assert "Town Hall, Chaussée de Charleroi 100, 1060 Brussels" in told
    assert saved("day").starts_at == START


@pytest.mark.parametrize(("tell", "letters_sent"), [(None, 2), ("no", 0)])
def test_a_move_tells_people_unless_it_is_a_small_correction(
    client: Browser, owner: int, tell: str | None, letters_sent: int
) -> None:
    event = make_event("day")
    people = [register(event), register(event)]
    asked = change(client, EDIT, **MOVE)
    answers: dict[str, Any] = {"tell": tell} if tell else {}
    answer = send_on(client, asked, EDIT, **answers)
    assert answer.status_code == 303
    assert saved("day").starts_at == datetime(2027, 10, 15, 10)
    assert get_event(event.id).calendar_sequence == 1
    moved = [letter for person in people for letter in letters(person.email or "") if letter.kind.endswith("moved")]
    assert len(moved) == letters_sent
    page = words(client.get("/organise/events/day"))
    assert "Friday 15 October 2027" in page


def test_the_way_back_from_the_question_keeps_what_was_typed(client: Browser, owner: int) -> None:
    register(make_event("day"))
    asked = change(client, EDIT, **MOVE, summary="Typed.")
    form = send_on(client, asked, EDIT, back="1")
    assert form.status_code == 200
    kept = answers_of(form)
    assert {name: kept[name] for name in MOVE} == MOVE
    assert kept["summary"] == "Typed."
    assert saved("day").starts_at == START


@pytest.mark.parametrize(
    ("publish", "answers"),
    [(False, MOVE), (True, {"title": "Other", "capacity": "7", "venue_directions": "By tram 92."})],
)
def test_what_moves_nobody_is_saved_at_once(
    client: Browser, owner: int, publish: bool, answers: dict[str, str]
) -> None:
    event = make_event("day")
    if publish:
        register(event)
    assert change(client, EDIT, **answers).status_code == 303


def test_an_agenda_that_cannot_move_along_is_told_beside_the_start(client: Browser, owner: int) -> None:
    event = make_event("day", starts_at=datetime(2027, 3, 27, 1), ends_at=datetime(2027, 3, 27, 12))
    early = SessionDetails(
        starts_at=datetime(2027, 3, 27, 2, 15), ends_at=datetime(2027, 3, 27, 2, 45), title={"en": "Night watch"}
    )
    agenda.set_agenda(event.id, [early], by=None)
    answer = change(client, EDIT, starts_at="2027-03-28T01:00", ends_at="2027-03-28T12:00")
    assert answer.status_code == 422
    assert set(errors(answer)) == {"starts_at"}
    assert saved("day").starts_at == datetime(2027, 3, 27, 1)


def test_publishing_opens_the_public_page(client: Browser, owner: int) -> None:
    make_event("day", publish=False)
    page = client.get("/organise/events/day")
    assert client.get("/events/day").status_code == 404
    answer = client.post("/organise/events/day/publish", data=answers_of(page, "/publish"))
    assert answer.headers["Location"] == "/organise/events/day"
    assert client.get("/events/day").status_code == 200
    assert "Publish the event" not in words(client.get("/organise/events/day"))


def test_calling_off_says_how_many_are_written_to_and_is_final(client: Browser, owner: int) -> None:
    event = make_event("day", capacity=1)
    people = [register(event), register(event)]
    question = client.get("/organise/events/day/call-off")
    assert "2 people get a letter" in words(question)
    assert get_event(event.id).status == "published"
    answer = send_on(client, question, "/organise/events/day/call-off", message="The venue was flooded.")
    assert answer.status_code == 303
    assert get_event(event.id).status == "cancelled"
    last = [letters(person.email or "")[-1] for person in people]
    assert all(letter.subject.startswith("Will not take place") for letter in last)
    assert all("The venue was flooded." in letter.text for letter in last)
    for path in ("/edit", "/call-off", "/agenda/x"):
        assert client.get(f"/organise/events/day{path}").status_code == 409
    assert "Called off" in words(client.get("/organise/events/day"))


def test_a_draft_cannot_be_called_off(client: Browser, owner: int) -> None:
    make_event("day", publish=False)
    assert client.get("/organise/events/day/call-off").status_code == 409


def test_without_a_series_the_page_says_what_to_do(app: Flask, client: Browser) -> None:
    log_in(client, Role.owner)
    page = client.get(NEW)
    assert "An event belongs to a series" in words(page)
    assert client.post(NEW, data={"csrf_token": client.csrf_token(NEW)}).status_code == 200


def test_every_change_leaves_who_did_it(client: Browser, owner: int) -> None:
    change(client, NEW, **GIVEN)
    change(client, "/organise/events/reflection-day/edit", capacity="5")
    client.post("/organise/events/reflection-day/publish", data={"csrf_token": client.csrf_token(NEW)})
    change(client, "/organise/events/reflection-day/call-off")
    rows = db.session.query(AuditEntry).filter(AuditEntry.subject.startswith("event:")).order_by(AuditEntry.id).all()
    assert [(row.action, row.user_id) for row in rows] == [
        (f"event.{action}", owner) for action in ("created", "changed", "published", "cancelled")
    ]
