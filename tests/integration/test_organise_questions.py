"""What organisers do with questions, who sees the answers, and when they are gone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.mail.models import Letter
from eventsapp.questions import answering, queries, service
from eventsapp.questions.forgetting import forget_due
from eventsapp.questions.models import Answer, Consent, Question
from eventsapp.questions.rules import Kind
from eventsapp.registration import extensions, forgetting, merging
from eventsapp.registration.models import Registration
from eventsapp.web.access import Role
from tests.asking import answers, ask, ask_consents, ask_everything, ask_ready, consents, question
from tests.browser import Browser
from tests.builders import END, START, event_details, make_event, make_user, register
from tests.hostile import MARKUP, harm
from tests.organising import answers_of, change, counted, errors, log_in
from tests.pages import fill_in, words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
PAGE = "/organise/events/day/questions"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


pytestmark = pytest.mark.usefixtures("app")


def questions() -> list[Question]:
    db.session.rollback()
    return list(db.session.scalars(select(Question).order_by(Question.position)))


def audit(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def say(event: Event, *answers_: tuple[Question, Any], agreed: tuple[str, ...] = (), **values: Any) -> Registration:
    """Somebody registers with these answers."""
    said = {each.key.hex: value for each, value in answers_}
    parts = {"questions": {"answers": said, "agreed": dict.fromkeys(agreed, True)}}
    return register(event, parts=parts, **values)


def test_a_question_is_added_by_a_form_of_its_kind(client: Browser) -> None:
    make_event("day")
    log_in(client)
    answer = change(
        client, f"{PAGE}/add?kind=one_of", label="Which drink?", purpose="To brew.", options="Tea\r\n\r\n Coffee \nTea"
    )
    assert (answer.status_code, answer.location) == (303, PAGE)
    (drink,) = questions()
    assert (drink.kind, drink.label, drink.purpose, drink.required) == (
        "one_of",
        {"en": "Which drink?"},
        {"en": "To brew."},
        False,
    )
    assert [each["key"] for each in drink.options] == ["tea", "coffee", "tea-2"]
    assert audit("question.added")[0].details["after"]["label"] == {"en": "Which drink?"}
    assert "Which drink?" in words(client.get(PAGE))
    assert "Which drink?" in words(client.get("/events/day/register"))


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        ("short_text", {"label": " "}, {"label"}),
        ("short_text", {"purpose": ""}, {"purpose"}),
        ("short_text", {"label": "x" * 301, "help": "x" * 601}, {"label", "help"}),
        ("short_text", {"keep_days": "9999"}, {"keep_days"}),
        ("one_of", {"options": "Tea"}, {"options"}),
        ("one_of", {"options": "\n".join(map(str, range(61)))}, {"options"}),
        ("one_of", {"options": f"Tea\n{'x' * 201}"}, {"options"}),
        ("number", {"minimum": "5", "maximum": "4"}, {"maximum"}),
        ("number", {"minimum": "many"}, {"minimum"}),
    ],
)
def test_a_wrong_question_comes_back_with_what_is_wrong(
    client: Browser, kind: str, given: dict[str, str], wrong: set[str]
) -> None:
    make_event("day")
    log_in(client)
    answer = change(client, f"{PAGE}/add?kind={kind}", **({"label": "Well?", "purpose": "So."} | given))
    assert answer.status_code == 422
    assert set(errors(answer)) == wrong
    kept = answers_of(answer)
    assert all(kept[name].strip() == value.strip() for name, value in given.items())
    assert questions() == []


def test_ready_made_questions_are_taken_once_in_every_language(client: Browser) -> None:
    make_event("day")
    log_in(client)
    for topic in ("diet", "access", "interpretation", "diet", "nonsense"):
        client.post(f"{PAGE}/ready", data={"csrf_token": client.csrf_token(PAGE), "topic": topic})
    assert [each.topic for each in questions()] == ["diet", "diet", "access", "interpretation"]
    assert [each.sensitive for each in questions()] == [True, True, True, False]
    assert all(set(each.label) == {"en", "fr", "nl", "de"} for each in questions())


def test_a_sensitive_topic_stays_sensitive_and_optional() -> None:
    event = make_event("day")
    (access,) = ask_ready(event, "access")
    details = queries.details_of(access)
    changed = type(details)(**vars(details) | {"sensitive": False, "required": True, "keep_days": 400})
    service.change_question(event.id, access.key.hex, changed, by=None)
    after = question(access.key.hex)
    assert (after.sensitive, after.required, after.keep_days) == (True, False, None)


def test_questions_change_places(client: Browser) -> None:
    event = make_event("day")
    first, second = ask(event, "One?"), ask(event, "Two?")
    log_in(client)
    token = client.csrf_token(PAGE)
    for asked, to in ((second, "up"), (second, "up"), (first, "down"), (first, "nowhere")):
        client.post(f"{PAGE}/{asked.key.hex}/move", data={"csrf_token": token, "to": to})
    assert [each.label["en"] for each in questions()] == ["Two?", "One?"]


def test_an_option_that_was_chosen_is_closed_and_another_is_gone(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event, kind=Kind.ONE_OF)
    ann = say(event, (drink, "tea"))
    log_in(client)
    path = f"{PAGE}/{drink.key.hex}"
    given: dict[str, Any] = {"option-tea": "", "option-coffee": "", "options": "Milk\nWater"}
    assert change(client, path, **given).status_code == 303
    options = question(drink.key.hex).options
    assert [(each["key"], each["retired"]) for each in options] == [("tea", True), ("milk", False), ("water", False)]
    assert answers(ann) == {"Which drink?": "tea"}
    assert "Tea" in words(client.get(f"/organise/events/day/attendees/{ann.id}"))
    assert "Tea" not in words(client.get("/events/day/register"))
    changed = audit("question.changed")[0].details
    assert [each["key"] for each in changed["before"]["options"]] == ["tea", "coffee"]


def test_a_label_changes_and_answers_stay(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event, kind=Kind.SEVERAL_OF)
    ann = say(event, (drink, ["tea"]))
    log_in(client)
    given: dict[str, Any] = {"label": "What to drink?", "option-tea": "Green tea"}
    change(client, f"{PAGE}/{drink.key.hex}", **given)
    assert answers(ann) == {"What to drink?": ["tea"]}
    assert "Green tea" in words(client.get(f"/organise/events/day/attendees/{ann.id}"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": Kind.NUMBER}, "kind"), ({"sensitive": True}, "sensitive"), ({"keep_days": 90}, "keep_days")],
)
def test_what_people_answered_under_does_not_change(changes: dict[str, Any], field: str) -> None:
    event = make_event("day")
    drink = ask(event, keep_days=30)
    details = queries.details_of(drink)
    wished = type(details)(**vars(details) | changes)
    free = ask(event, "Nobody answered?", keep_days=30)
    assert isinstance(service.change_question(event.id, free.key.hex, wished, by=None), service.Saved)
    say(event, (drink, "Tea"))
    refused = service.change_question(event.id, drink.key.hex, wished, by=None)
    assert not isinstance(refused, service.Saved)
    assert [each.field for each in refused.problems] == [field]


def test_a_question_with_answers_is_retired_and_can_be_asked_again(client: Browser) -> None:
    event = make_event("day")
    drink, free = ask(event), ask(event, "Nobody answered?")
    ann = say(event, (drink, "Tea"))
    log_in(client)
    for asked in (drink, free):
        page = f"{PAGE}/{asked.key.hex}/remove"
        assert client.post(page, data=answers_of(client.get(page))).status_code == 303
    assert [each.label["en"] for each in questions()] == ["Which drink?"]
    assert "Which drink?" not in words(client.get("/events/day/register"))
    person = words(client.get(f"/organise/events/day/attendees/{ann.id}"))
    assert "Which drink? (asked no more)" in person
    assert "Tea" in person
    client.post(f"{PAGE}/{drink.key.hex}/ask-again", data={"csrf_token": client.csrf_token(PAGE)})
    assert "Which drink?" in words(client.get("/events/day/register"))


def test_consents_have_versions(client: Browser) -> None:
    event = make_event("day")
    log_in(client)
    given: dict[str, Any] = {"ask-photos": "y", "ask-news": "y"}
    assert change(client, f"{PAGE}/consents", **given).status_code == 303
    photos, _ = queries.texts_of(event.id)
    assert set(photos.text) == {"en", "fr", "nl", "de"}
    ann = say(event, agreed=("photos-1", "news-1"))
    given = {"text-photos": "Photos of me.", "ask-news": None}
    change(client, f"{PAGE}/consents", **given)
    assert [(each.purpose, each.version, each.text) for each in queries.texts_of(event.id)] == [
        ("photos", 2, {"en": "Photos of me."})
    ]
    assert consents(ann) == {"photos-1": True, "news-1": True}
    assert audit("consents.changed")[1].details["after"] == {"photos": {"en": "Photos of me."}, "news": None}
    given = {"text-photos": " "}
    assert set(errors(change(client, f"{PAGE}/consents", **given))) <= {"text-photos"}


def test_texts_are_written_in_another_language(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event, kind=Kind.ONE_OF)
    ask_consents(event, photos="Photos of me.")
    log_in(client)
    key = drink.key.hex
    given = {f"{key}-label": "Quelle boisson ?", f"{key}-option-coffee": "Café", "consent-photos": "Des photos."}
    assert change(client, f"{PAGE}/texts/fr", **given).status_code == 303
    page = words(client.get("/events/day/register?lang=fr"))
    for text in ("Quelle boisson ?", "Thé", "Café", "Des photos."):
        assert text in page
    assert client.get(f"{PAGE}/texts/en").status_code == 404
    assert client.get(f"{PAGE}/texts/xx").status_code == 404


def test_a_called_off_event_takes_no_changes(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event)
    events.call_off_event(event.id, by=None)
    log_in(client)
    assert client.get(PAGE).status_code == 200
    for path in ("add", "consents", "texts/fr", drink.key.hex, f"{drink.key.hex}/remove"):
        assert client.get(f"{PAGE}/{path}").status_code == 409


@pytest.mark.parametrize("key", ["nothing", "0" * 32, "%C3%A9", "x" * 200])
def test_a_question_of_no_such_key_is_not_there(client: Browser, key: str) -> None:
    event = make_event("day")
    other = ask(make_event("other"))
    log_in(client)
    token = client.csrf_token(PAGE)
    for wrong in (key, other.key.hex):
        assert client.get(f"{PAGE}/{wrong}").status_code == 404
        assert client.post(f"{PAGE}/{wrong}/move", data={"csrf_token": token}).status_code == 404
    with pytest.raises(service.QuestionNotFound):
        service.remove_question(event.id, other.key.hex, by=None)


@pytest.mark.parametrize("role", list(Role))
def test_sensitive_answers_are_for_editors_and_owners(client: Browser, role: Role) -> None:
    event = make_event("day")
    (access,), drink = ask_ready(event, "access"), ask(event)
    ann = say(event, (access, "Xylophone"), (drink, "Quark"))
    log_in(client, role, series="cop")
    attendees = "/organise/events/day/attendees"
    key = f"question-{access.key.hex}"
    seen = [f"{attendees}/{ann.id}", f"{attendees}.csv?sensitive=1"]
    for path in seen:
        page = client.get(path)
        assert page.status_code == 200
        assert "Quark" in page.text
        assert ("Xylophone" in page.text) == (role >= Role.editor)
    for path in (attendees, f"{attendees}.csv", f"{attendees}.csv?sensitive=0", PAGE):
        assert "Xylophone" not in client.get(path).text
    if role < Role.editor:
        for path in (f"{attendees}?columns={key}", f"{attendees}.csv?columns={key}"):
            assert "Xylophone" not in client.get(path).text


@pytest.mark.parametrize("role", list(Role))
def test_nobody_learns_a_sensitive_answer_by_filtering(client: Browser, role: Role) -> None:
    event = make_event("day")
    diet, _ = ask_ready(event, "diet")
    say(event, (diet, ["vegan"]), name="Vera")
    register(event, name="Otto")
    log_in(client, role, series="cop")
    found = words(client.get(f"/organise/events/day/attendees?answer-question-{diet.key.hex}=vegan"))
    assert "Vera" in found
    assert ("Otto" in found) == (role < Role.editor)


def test_answers_are_columns_of_the_download(client: Browser) -> None:
    event = make_event("day")
    asked = ask_everything(event)
    (access,) = ask_ready(event, "access")
    ask_consents(event, photos="Photos of me.")
    given = {
        Kind.SHORT_TEXT: "=1+1",
        Kind.ONE_OF: "tea",
        Kind.SEVERAL_OF: ["tea", "coffee"],
        Kind.YES_NO: True,
        Kind.NUMBER: 3,
        Kind.COUNTRY: "BE",
        Kind.DATE: "2027-10-13",
    }
    said = [(asked[kind], value) for kind, value in given.items()]
    say(event, *said, (access, "A ramp"), agreed=("photos-1",), name="Ann")
    register(event, name="Bob")
    log_in(client)
    header, ann, bob = read_csv(client, "")
    assert header[:5] == ["Name", "E-mail", "Organisation", "Status", "Position"]
    assert header[-9:] == [*(each.label["en"] for each in asked.values()), "Photos"]
    assert ann[-9:] == ["'=1+1", "", "Tea", "Tea, Coffee", "Yes", "3", "Belgium", "2027-10-13", "Yes"]
    assert bob[-9:] == [""] * 9
    assert [entry.details["sensitive"] for entry in audit("attendees.exported")] == [False]
    header, ann, _ = read_csv(client, "?sensitive=1")
    assert ann[header.index(access.label["en"])] == "A ramp"
    assert [entry.details["sensitive"] for entry in audit("attendees.exported")] == [False, True]


def read_csv(client: Browser, query: str) -> list[list[str]]:
    text = client.get(f"/organise/events/day/attendees.csv{query}").data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def test_people_are_found_by_what_they_answered() -> None:
    event = make_event("day")
    asked = ask_everything(event)
    ask_consents(event, photos="Photos of me.")
    tea = say(event, (asked[Kind.ONE_OF], "tea"), (asked[Kind.YES_NO], True), (asked[Kind.COUNTRY], "BE"))
    both = say(event, (asked[Kind.SEVERAL_OF], ["tea", "coffee"]), (asked[Kind.YES_NO], False), agreed=("photos-1",))
    wanted = {
        (Kind.ONE_OF, "tea"): {tea.id},
        (Kind.SEVERAL_OF, "coffee"): {both.id},
        (Kind.SEVERAL_OF, "milk"): set(),
        (Kind.YES_NO, "true"): {tea.id},
        (Kind.YES_NO, "false"): {both.id},
        (Kind.COUNTRY, "BE"): {tea.id},
        (Kind.COUNTRY, '%"'): set(),
    }
    columns = {each.key: each for each in extensions.columns(event, sensitive=True)}
    for (kind, choice), people in wanted.items():
        column = columns[f"question-{asked[kind].key.hex}"]
        assert column.matching is not None
        assert set(db.session.scalars(column.matching(choice))) == people
    photos = columns["consent-photos"]
    assert photos.matching is not None
    assert set(db.session.scalars(photos.matching("yes"))) == {both.id}


def test_columns_need_no_more_statements_for_more_people(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event)
    ask_consents(event, photos="Photos of me.")
    log_in(client)
    numbers = []
    for many in (1, 4):
        for _ in range(many):
            say(event, (drink, "Tea"), agreed=("photos-1",))
        with counted() as statements:
            client.get("/organise/events/day/attendees.csv")
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_the_kitchen_gets_numbers_and_no_names(client: Browser) -> None:
    event = make_event("day", mode="hybrid", capacity=4, online_capacity=5)
    diet, more = ask_ready(event, "diet")
    for number in range(2):
        say(event, (diet, ["vegan", "no-nuts"]), (more, "No shellfish"), name=f"Zora {number}", organisation="Kwik")
    say(event, (diet, ["vegan"]), name="Zora 3")
    say(event, (diet, ["halal"]), attends="online", name="Zora at home")
    register(event, name="Zora who eats all")
    say(event, (diet, ["kosher"]), name="Zora who waits")
    log_in(client)
    page = client.get("/organise/events/day/catering")
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in BeautifulSoup(page.text, "html.parser").select("tbody tr")
    ]
    told = {row[0]: row[1] for row in rows}
    assert {name: number for name, number in told.items() if number != "0"} == {
        "Vegan": "3",
        "Without nuts": "2",
        "No shellfish": "2",
    }
    assert "4 people have a place in the room." in words(page)
    assert not any(word in page.text for word in ("Zora", "Kwik", "person1", '@example.org"'))


def gone_after(clock: time_machine.Traveller, days: float) -> int:
    """How many answers go so many days after the Reflection Day."""
    clock.move_to(datetime(2027, 10, 14, 15, tzinfo=UTC) + timedelta(days=days))
    return forget_due()


def test_answers_go_when_their_time_has_come(clock: time_machine.Traveller) -> None:
    event = make_event("day")
    (access,), short, usual = ask_ready(event, "access"), ask(event, "Short?", keep_days=3), ask(event, "Usual?")
    service.remove_question(event.id, short.key.hex, by=None)
    ann = say(event, (access, "A ramp"), (usual, "Stays"))
    service.ask_again(event.id, ask(event, "Short?", keep_days=3).key.hex, by=None)
    short = questions()[-1]
    answering.change_answers(ann.id, {"answers": {short.key.hex: "Brief"}, "agreed": {}})
    moment = timedelta(seconds=1) / timedelta(days=1)
    assert gone_after(clock, 3 - moment) == 0
    assert gone_after(clock, 3) == 1
    assert gone_after(clock, 14 - moment) == 0
    assert answers(ann) == {"What do you need so that you can take part?": "A ramp", "Usual?": "Stays"}
    assert gone_after(clock, 14) == 1
    assert answers(ann) == {"Usual?": "Stays"}
    assert gone_after(clock, 100) == 0


def test_an_event_that_is_put_off_keeps_answers_as_much_longer(clock: time_machine.Traveller) -> None:
    event = make_event("day")
    (access,) = ask_ready(event, "access")
    say(event, (access, "A ramp"))
    later = event_details(event, starts_at=START + timedelta(days=7), ends_at=END + timedelta(days=7))
    events.edit_event(event.id, later, by=None, tell=False)
    assert gone_after(clock, 14) == 0
    assert gone_after(clock, 14 + 7) == 1


def test_nothing_is_left_of_a_forgotten_person(clock: time_machine.Traveller, client: Browser) -> None:
    event = make_event("day")
    drink, (access,) = ask(event), ask_ready(event, "access")
    ask_consents(event, photos="Photos of me.")
    ann = say(event, (drink, "Quark"), (access, "Xylophone"), agreed=("photos-1",))
    answering.change_answers(ann.id, {"answers": {drink.key.hex: "Quokka"}, "agreed": {}})
    answering.take_back(ann.id, access.key.hex)
    told = repr([(entry.action, entry.details) for entry in db.session.scalars(select(AuditEntry))])
    assert not any(word in told for word in ("Quark", "Xylophone", "Quokka"))
    with transaction() as session:
        session.query(Letter).update({"state": "sent"})
    clock.move_to(event.ends_at + timedelta(days=180))
    assert forgetting.forget_due() == 1
    assert db.session.query(Answer).count() == db.session.query(Consent).count() == 0


def test_whose_registrations_are_merged_keeps_every_answer() -> None:
    event = make_event("day")
    drink, snack = ask(event), ask(event, "Which snack?")
    first, second = say(event, (drink, "Tea")), say(event, (drink, "Milk"), (snack, "Cake"))
    assert merging.merge(first.id, second.id, by=make_user()) == first.id
    assert answers(first) == {"Which drink?": "Tea", "Which snack?": "Cake"}
    assert answers(second) == {"Which drink?": "Milk"}


def test_texts_of_organisers_and_people_are_only_texts(client: Browser) -> None:
    event = make_event("day")
    asked = ask(event, MARKUP, Kind.LONG_TEXT, help={"en": MARKUP}, purpose={"en": MARKUP})
    ask(event, "Which?", kind=Kind.ONE_OF)
    log_in(client)
    change(client, f"{PAGE}/{questions()[1].key.hex}", options=MARKUP)
    ask_consents(event, photos=MARKUP)
    (_, more), (access,) = ask_ready(event, "diet"), ask_ready(event, "access")
    ann = say(event, (asked, MARKUP), (more, MARKUP), (access, MARKUP))
    attendees = "/organise/events/day/attendees"
    pages = [PAGE, f"{PAGE}/texts/fr", f"{PAGE}/consents", f"{PAGE}/{asked.key.hex}", f"{PAGE}/{asked.key.hex}/remove"]
    pages += [attendees, f"{attendees}/{ann.id}", f"{attendees}.csv?sensitive=1", "/organise/events/day/catering"]
    for path in [*pages, "/events/day/register"]:
        page = client.get(path)
        assert page.status_code == 200
        assert harm(page) == []
        assert "alert(7)" in page.text or path == attendees


def test_nobody_else_changes_what_they_said(client: Browser) -> None:
    event = make_event("day")
    drink = ask(event)
    said = fill_in(
        client, "/events/day/register", name="Ann", email="ann@example.org", **{f"questions-{drink.key.hex}": "Tea"}
    )
    assert said.status_code == 303
    again = fill_in(
        client, "/events/day/register", name="Ann", email="ann@example.org", **{f"questions-{drink.key.hex}": "No"}
    )
    assert again.location == "/events/day/received"
    assert [each.value for each in db.session.scalars(select(Answer))] == ["Tea"]
