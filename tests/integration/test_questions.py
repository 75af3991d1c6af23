"""An event's questions on its registration form: asked, answered, kept with the registration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventsapp.database import db
from eventsapp.questions import service as questions
from eventsapp.questions.models import Answer
from eventsapp.questions.rules import Kind
from eventsapp.registration import service
from eventsapp.registration.models import Registration
from tests.asking import answers, ask, ask_consents, ask_everything, ask_ready, consents, field, keep
from tests.browser import Browser
from tests.builders import get_event, make_event, register, reload
from tests.letters import letters
from tests.organising import counted, errors
from tests.pages import blank_form, fill_in, heading, links_of, path, words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
ANN = {"name": "Ann Lee", "email": "ann@example.org", "organisation": "Police Zone Antwerp"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


pytestmark = pytest.mark.usefixtures("app")


def people() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def sent(client: Browser, **given: Any) -> TestResponse:
    return fill_in(client, "/events/day/register", **(ANN | given))


def test_every_kind_of_question_is_asked_and_kept(client: Browser) -> None:
    asked = ask_everything(make_event("day"))
    given: dict[Kind, Any] = {
        Kind.SHORT_TEXT: "  Oat   milk ",
        Kind.LONG_TEXT: "One\r\nTwo",
        Kind.ONE_OF: "tea",
        Kind.SEVERAL_OF: ["coffee", "tea"],
        Kind.YES_NO: "no",
        Kind.NUMBER: "2",
        Kind.COUNTRY: "BE",
        Kind.DATE: "2027-10-13",
    }
    answer = sent(client, **{field(asked[kind]): value for kind, value in given.items()})
    assert answer.status_code == 303
    (ann,) = people()
    assert list(answers(ann).values()) == [
        "Oat milk",
        "One\nTwo",
        "tea",
        ["tea", "coffee"],
        False,
        2,
        "BE",
        "2027-10-13",
    ]
    page = words(client.get(path(links_of(ann).own_page)))
    for text in ("Oat milk", "Tea, Coffee", "No", "Belgium", "13 Oct 2027"):
        assert text in page


def test_nothing_is_kept_of_questions_left_empty(client: Browser) -> None:
    asked = ask_everything(make_event("day"))
    assert sent(client, **{field(each): "" for each in asked.values()}).status_code == 303
    assert answers(people()[0]) == {}


def test_wrong_answers_are_said_beside_the_field_and_kept(client: Browser) -> None:
    event = make_event("day")
    asked = ask_everything(event)
    must = ask(event, "Name of your dog?", required=True)
    wrong: dict[Kind, Any] = {
        Kind.SHORT_TEXT: "x" * 301,
        Kind.ONE_OF: "milk",
        Kind.SEVERAL_OF: ["tea", "milk"],
        Kind.YES_NO: "maybe",
        Kind.NUMBER: "two",
        Kind.COUNTRY: "XX",
        Kind.DATE: "tomorrow",
    }
    given = {field(asked[kind]): value for kind, value in wrong.items()} | {field(asked[Kind.LONG_TEXT]): "stays"}
    answer = sent(client, **given)
    assert answer.status_code == 422
    said = errors(answer)
    assert set(said) == {field(asked[kind]) for kind in wrong} | {field(must)}
    assert said[field(must)] == "“Name of your dog?”: Please answer this question."
    assert said[field(asked[Kind.NUMBER])] == "“Number please”: Enter a whole number in digits, such as 2."
    page = BeautifulSoup(answer.text, "html.parser")
    for kind in (Kind.SHORT_TEXT, Kind.NUMBER, Kind.DATE):
        (shown,) = page.select(f"[name={field(asked[kind])}]")
        assert shown["value"] == wrong[kind]
    assert "stays" in answer.text
    (ticked,) = page.select(f"[name={field(asked[Kind.SEVERAL_OF])}][checked]")
    assert ticked["value"] == "tea"
    assert people() == []


def test_bounds_of_a_number_are_said(client: Browser) -> None:
    nights = ask(make_event("day"), "How many nights?", Kind.NUMBER, minimum=1, maximum=3)
    answer = sent(client, **{field(nights): "4"})
    assert errors(answer) == {field(nights): "“How many nights?”: Enter a number from 1 to 3."}


def test_the_form_says_why_it_asks_and_how_long_it_keeps(client: Browser) -> None:
    event = make_event("day")
    ask(event, "Which drink?", purpose={"en": "To brew enough."}, keep_days=7)
    said = words(client.get("/events/day/register"))
    assert "Why we ask: To brew enough. Kept until 21 Oct 2027." in said
    assert "your answers are kept until 11 Apr 2028 at most" in said


def test_the_same_form_sent_twice_gives_one_person_and_one_set_of_answers(client: Browser) -> None:
    drink = ask(make_event("day"))
    form = blank_form(client, "/events/day/register") | ANN | {field(drink): "Tea"}
    first, second = (client.post("/events/day/register", data=form) for _ in range(2))
    assert first.location == second.location
    assert len(people()) == 1
    db.session.rollback()
    assert db.session.query(Answer).count() == 1


def test_another_answer_with_the_same_form_is_another_form(client: Browser) -> None:
    drink = ask(make_event("day"))
    form = blank_form(client, "/events/day/register") | ANN
    first, second = (client.post("/events/day/register", data=form | {field(drink): text}) for text in ("Tea", "Milk"))
    assert "received/" in first.location
    assert second.location == "/events/day/received"
    assert answers(people()[0]) == {"Which drink?": "Tea"}


def test_only_what_fits_how_one_takes_part_is_asked(client: Browser) -> None:
    event = make_event("day", mode="hybrid", online_capacity=9)
    lunch = ask(event, "Lunch?", required=True, attends="room")
    tool = ask(event, "Which browser?", required=True, attends="online")
    page = client.get("/events/day/register")
    assert "Only if you come to the room." in words(page)
    assert "js/questions.js" in page.text
    undecided = errors(sent(client))
    assert set(undecided) == {"attends"}
    assert set(errors(sent(client, attends="room"))) == {field(lunch)}
    assert sent(client, attends="online", **{field(tool): "Firefox", field(lunch): "Soup"}).status_code == 303
    assert answers(people()[0]) == {"Which browser?": "Firefox"}


def test_a_sensitive_answer_needs_its_own_consent(client: Browser) -> None:
    event = make_event("day")
    diet, more = ask_ready(event, "diet")
    page = client.get("/events/day/register")
    assert "You may keep this answer until 28 Oct 2027" in words(page)
    assert BeautifulSoup(page.text, "html.parser").select("input[type=checkbox][checked]") == []
    refused = sent(client, **{field(diet): ["vegan"], field(more): "Celiac", keep(more): "y"})
    assert refused.status_code == 422
    assert set(errors(refused)) == {keep(diet)}
    assert "Celiac" in refused.text
    assert people() == []
    assert sent(client, **{field(diet): ["vegan"], keep(diet): "y", keep(more): "y"}).status_code == 303
    (ann,) = people()
    assert answers(ann) == {"Dietary needs": ["vegan"]}
    assert db.session.scalars(select(Answer)).one().consented_at == NOW


def test_consents_are_unticked_and_separate(client: Browser) -> None:
    ask_consents(make_event("day"), photos="Photos of me.", news="Write to me.")
    page = client.get("/events/day/register")
    boxes = BeautifulSoup(page.text, "html.parser").select("input[type=checkbox]")
    assert [(box["name"], box.has_attr("checked")) for box in boxes] == [
        ("questions-agree-photos-1", False),
        ("questions-agree-news-1", False),
    ]
    sent(client, **{"questions-agree-photos-1": "y"})
    assert consents(people()[0]) == {"photos-1": True}


def test_nobody_agrees_to_a_text_that_came_while_the_form_was_open(client: Browser) -> None:
    event = make_event("day")
    ask_consents(event, photos="Photos of me.")
    form = blank_form(client, "/events/day/register") | ANN | {"questions-agree-photos-1": "y"}
    ask_consents(event, photos="Photos of me, sold to everybody.")
    assert client.post("/events/day/register", data=form).status_code == 303
    assert consents(people()[0]) == {}


def test_another_person_of_the_mailbox_answers_too(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event, required=True)
    ann = register(event, "ann@example.org", parts={"questions": {"answers": {drink.key.hex: "Tea"}, "agreed": {}}})
    page = path(links_of(ann).own_page) + "/another"
    assert set(errors(fill_in(client, page, name="Bob"))) == {field(drink)}
    assert fill_in(client, page, name="Bob", **{field(drink): "Milk"}).status_code == 303
    first, second = people()
    assert (answers(first), answers(second)) == ({"Which drink?": "Tea"}, {"Which drink?": "Milk"})


def test_who_comes_back_answers_anew(client: Browser) -> None:
    event = make_event("day")
    drink, snack = ask(event), ask(event, "Which snack?")
    ask_consents(event, photos="Photos of me.", news="Write to me.")
    sent(client, **{field(drink): "Tea", field(snack): "Cake", "questions-agree-photos-1": "y"})
    service.give_up(people()[0].id)
    sent(client, **{field(drink): "Milk", "questions-agree-news-1": "y"})
    (ann,) = people()
    assert answers(ann) == {"Which drink?": "Milk"}
    assert consents(ann) == {"photos-1": False, "news-1": True}


def test_a_question_asked_no_more_while_the_form_was_open_is_no_fault(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event, required=True)
    form = blank_form(client, "/events/day/register") | ANN | {field(drink): "Tea"}
    questions.remove_question(event.id, drink.key.hex, by=None)
    assert client.post("/events/day/register", data=form).status_code == 303


def test_a_person_without_a_place_is_refused_with_answers_and_nothing_is_kept(client: Browser) -> None:
    event = make_event("day", capacity=1, waitlist=False)
    drink = ask(event)
    form = blank_form(client, "/events/day/register") | ANN | {field(drink): "Tea"}
    register(event)
    assert client.post("/events/day/register", data=form).status_code == 409
    assert db.session.query(Answer).count() == 0


def test_no_letter_tells_an_answer(client: Browser) -> None:
    event = make_event("day", capacity=1)
    (_, more), (access,) = ask_ready(event, "diet"), ask_ready(event, "access")
    drink = ask(event)
    told = {
        field(more): "Zebrafish",
        keep(more): "y",
        field(access): "Xylophone",
        keep(access): "y",
        field(drink): "Quark",
    }
    sent(client, **told)
    sent(client, **told | {"name": "Bob", "email": "bob@example.org"})
    sent(client, **told | {"name": "Someone", "email": "bob@example.org"})
    service.give_up(people()[0].id)
    written = letters()
    assert {letter.kind for letter in written} >= {"place", "waiting", "already_registered", "given_up", "moved_up"}
    for letter in written:
        said = f"{letter.subject} {letter.text} {letter.html} {letter.rendered}"
        assert not any(word in said for word in ("Zebrafish", "Xylophone", "Quark"))


def test_the_form_needs_no_more_statements_for_more_questions(client: Browser) -> None:
    numbers = []
    for slug, many in (("few", 1), ("many", 12)):
        event = make_event(slug)
        for number in range(many):
            ask(event, f"Question {number}?", Kind.SEVERAL_OF)
        ask_consents(event, photos="Photos.", news="News.")
        with counted() as form:
            client.get(f"/events/{slug}/register")
        blank = blank_form(client, f"/events/{slug}/register") | ANN | {"email": f"{slug}@example.org"}
        with counted() as registration:
            assert client.post(f"/events/{slug}/register", data=blank).status_code == 303
        numbers.append((len(form), len(registration)))
    assert numbers[0] == numbers[1]


def test_choices_of_countries_are_in_the_readers_language(client: Browser) -> None:
    ask(make_event("day"), "Where from?", Kind.COUNTRY)
    page = BeautifulSoup(client.get("/events/day/register?lang=fr").text, "html.parser")
    names = [option.get_text() for option in page.select("select option")]
    assert names[0] == "Choisissez un pays"
    assert names.index("Éthiopie") < names.index("Fidji") < names.index("Zambie")
    assert {"Belgique", "Kosovo", "Allemagne"} <= set(names)
    assert not {"Union européenne", "Nations Unies", "région indéterminée"} & set(names)


def test_own_answers_are_changed(client: Browser) -> None:
    event = make_event("day", capacity=1)
    drink, snack = ask(event), ask(event, "Which snack?", Kind.SEVERAL_OF)
    ask_consents(event, photos="Photos of me.")
    sent(client, **{field(drink): "Tea", field(snack): ["tea"]})
    (ann,) = people()
    version = get_event(event.id).version
    own = path(links_of(ann).own_page)
    page = BeautifulSoup(client.get(f"{own}/answers").text, "html.parser")
    assert page.select_one(f"[name={field(drink)}]")["value"] == "Tea"  # type: ignore[index]
    changed = fill_in(client, f"{own}/answers", **{field(drink): "Milk", "questions-agree-photos-1": "y"})
    assert (changed.status_code, changed.location) == (303, f"{own}#answers")
    assert answers(ann) == {"Which drink?": "Milk"}
    assert consents(ann) == {"photos-1": True}
    assert get_event(event.id).version == version
    assert "Your answers are saved." in client.get(own).text


def test_a_sensitive_answer_and_a_consent_are_taken_back(client: Browser) -> None:
    event = make_event("day")
    (access,) = ask_ready(event, "access")
    ask_consents(event, photos="Photos of me.")
    sent(client, **{field(access): "A ramp", keep(access): "y", "questions-agree-photos-1": "y"})
    (ann,) = people()
    service.give_up(ann.id)
    own = path(links_of(ann).own_page)
    page = client.get(own)
    assert "Kept with your consent until 28 Oct 2027." in words(page)
    assert f'{own}/answers"' not in page.text
    token = client.csrf_token(own)
    for what in (f"answers/{access.key.hex}", "consents/photos"):
        assert client.post(f"{own}/{what}/take-back", data={"csrf_token": token}).status_code == 303
    assert answers(ann) == {}
    assert consents(ann) == {"photos-1": False}
    assert "A ramp" not in client.get(own).text


@pytest.mark.parametrize("what", ["answers/" + "0" * 32, "consents/news"])
def test_nothing_is_taken_back_that_is_not_there(client: Browser, what: str) -> None:
    ann = register(make_event("day"))
    own = path(links_of(ann).own_page)
    token = blank_form(client, f"{own}/details")["csrf_token"]
    assert client.post(f"{own}/{what}/take-back", data={"csrf_token": token}).status_code == 303
    assert client.post(f"/registrations/x/{what}/take-back", data={"csrf_token": token}).status_code == 404


def test_answers_of_others_are_out_of_reach(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event)
    said = {"questions": {"answers": {drink.key.hex: "Tea"}, "agreed": {}}}
    ann, bob = register(event, parts=said), register(event)
    own = path(links_of(bob).own_page)
    token = blank_form(client, f"{own}/details")["csrf_token"]
    client.post(f"{own}/answers/{drink.key.hex}/take-back", data={"csrf_token": token})
    fill_in(client, f"{own}/answers", **{field(drink): "Milk"})
    assert answers(ann) == {"Which drink?": "Tea"}
    assert answers(bob) == {"Which drink?": "Milk"}


def test_an_event_without_questions_shows_nothing_of_them(client: Browser) -> None:
    ann = register(make_event("day"))
    own = path(links_of(ann).own_page)
    assert "Your answers" not in words(client.get(own))
    assert client.get(f"{own}/answers").status_code == 303
    assert heading(client.get(own)) == "You have a place"
    assert reload(ann).state == "confirmed"
