"""Organisers put an event's public texts into another language."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from eventsapp.agenda import service as agenda
from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.queries import published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.translating import set_texts
from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.rules import Edited, Invalid
from eventsapp.venues.models import Venue
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.access import Role
from tests.agendas import add_session
from tests.browser import Browser
from tests.builders import START, event_details, get_event, make_event, make_series, register
from tests.hostile import MARKUP, harm
from tests.letters import letters
from tests.organising import answers_of, change, errors, log_in, send_on
from tests.pages import words

LIST = "/organise/events/day/texts"
PAGE = f"{LIST}/fr"
VENUE = VenueDetails(name="Manos Premier", directions={"en": "Tram 92."}, access_notes={"nl": "Lift aan de zijkant."})
FRENCH = {
    "title": "Journée de réflexion",
    "summary": "Un jour.",
    "description": "Venez *tôt*.",
    "venue_directions": "Le tram 92.",
    "venue_access_notes": "Ascenseur.",
    "session-opening": "Ouverture",
    "session-lunch": "Déjeuner",
}


@pytest.fixture
def event(client: Browser) -> Event:
    log_in(client)
    description = {"en": "Come *early*.\n\nBring a badge."}
    event = make_event("day", venue=VENUE, summary={"en": "One day."}, description=description)
    noon, one = START.replace(hour=12), START.replace(hour=13)
    opening = SessionDetails(starts_at=START, ends_at=noon, title={"en": "Opening"}, key="opening")
    lunch = SessionDetails(starts_at=noon, ends_at=one, title={"en": "Lunch", "nl": "Middagmaal"}, key="lunch")
    agenda.set_agenda(event.id, [opening, lunch], by=None)
    return get_event(event.id)


def sessions(event: Event) -> dict[str, AgendaSession]:
    return {row.key: row for row in published_sessions(event.id)}


def missing(page: TestResponse) -> dict[str, str]:
    """What the list says of each language."""
    found = BeautifulSoup(page.text, "html.parser").select("main li")
    return {str(each.a.get_text()): str(each.span.get_text()) for each in found if each.a and each.span}


def test_the_list_says_what_each_language_lacks(client: Browser, event: Event) -> None:
    assert missing(client.get(LIST)) == {
        "English": "The language of the event",
        "French": "Nothing is translated yet",
        "Dutch": "5 texts are missing",
        "German": "Nothing is translated yet",
    }
    change(client, PAGE, **FRENCH | {"summary": ""})
    assert missing(client.get(LIST))["French"] == "1 text is missing"
    change(client, PAGE, summary="Un jour.")
    assert missing(client.get(LIST))["French"] == "Everything is translated"


def test_the_original_stands_by_each_field_in_its_language(client: Browser, event: Event) -> None:
    page = BeautifulSoup(client.get(PAGE).text, "html.parser")
    hints = {str(each["id"]).removesuffix("-hint"): each.select("[lang]")[0] for each in page.select("main .hint")}
    assert {name: (each["lang"], " ".join(each.get_text(" ").split())) for name, each in hints.items()} == {
        "title": ("en", "Reflection Day"),
        "summary": ("en", "One day."),
        "description": ("en", "Come *early*. Bring a badge."),
        "venue_directions": ("en", "Tram 92."),
        "venue_access_notes": ("nl", "Lift aan de zijkant."),
        "session-opening": ("en", "Opening"),
        "session-lunch": ("en", "Lunch"),
    }
    fields = page.select("main [name][lang]")
    assert [(str(each["name"]), each["lang"]) for each in fields] == [(name, "fr") for name in FRENCH]


def test_texts_are_saved_and_shown_in_their_language(client: Browser, event: Event) -> None:
    answer = change(client, PAGE, **FRENCH)
    assert (answer.status_code, answer.location) == (303, LIST)
    assert {name: answers_of(client.get(PAGE))[name] for name in FRENCH} == FRENCH
    french, english = words(client.get("/events/day?lang=fr")), words(client.get("/events/day?lang=en"))
    for text in ("Journée de réflexion", "Un jour.", "Venez tôt", "Le tram 92.", "Ouverture", "Déjeuner"):
        assert text in french, text
        assert text not in english, text
    assert "Ascenseur." in french
    assert "Reflection Day" in english
    assert sessions(event)["lunch"].title == {"en": "Lunch", "fr": "Déjeuner", "nl": "Middagmaal"}


def test_an_empty_field_takes_the_translation_away(client: Browser, event: Event) -> None:
    change(client, PAGE, **FRENCH)
    answer = change(client, PAGE, **{"title": " ", "venue_directions": "", "session-opening": ""})
    assert answer.status_code == 303
    assert get_event(event.id).title == {"en": "Reflection Day"}
    assert db.session.query(Venue.directions).scalar() == {"en": "Tram 92."}
    assert sessions(event)["opening"].title == {"en": "Opening"}
    french = words(client.get("/events/day?lang=fr"))
    for text in ("Reflection Day", "Tram 92.", "Opening", "Déjeuner"):
        assert text in french, text


def test_only_texts_that_there_are_are_asked_for(client: Browser, event: Event) -> None:
    assert "venue_access_notes" not in answers_of(client.get(f"{LIST}/nl")), "the original"
    make_event("bare")
    asked = set(answers_of(client.get("/organise/events/bare/texts/fr")))
    assert asked == {"csrf_token", "expected_version", "title"}


def test_no_calendar_entry_moves_and_nobody_is_written_to(client: Browser, event: Event) -> None:
    register(event)
    before = len(letters())
    numbers = event.calendar_sequence, {key: row.calendar_sequence for key, row in sessions(event).items()}
    change(client, PAGE, **FRENCH)
    now = get_event(event.id)
    assert (now.calendar_sequence, {key: row.calendar_sequence for key, row in sessions(event).items()}) == numbers
    assert len(letters()) == before


def test_the_verbs_note_who_did_it(client: Browser, event: Event) -> None:
    by = log_in(client)
    change(client, PAGE, **FRENCH)
    noted = db.session.query(AuditEntry.action, AuditEntry.user_id).order_by(AuditEntry.id.desc()).limit(4).all()
    done = {"venue.changed", "event.changed", "agenda.changed", "agenda.published"}
    assert {tuple(each) for each in noted} == {(action, by) for action in done}


def test_what_changed_meanwhile_is_asked_about(client: Browser, event: Event) -> None:
    page = client.get(PAGE)
    events.edit_event(event.id, event_details(event, title={"en": "Day", "fr": "Jour"}), by=None, tell=False)
    coffee = SessionDetails(starts_at=START, ends_at=START, title={"en": "Coffee", "fr": "Café"}, key="coffee")
    add_session(event.id, coffee)
    answer = send_on(client, page, PAGE, **FRENCH)
    assert answer.status_code == 409
    assert "Somebody changed this event or its agenda" in words(answer)
    assert get_event(event.id).title == {"en": "Day", "fr": "Jour"}
    assert answers_of(answer)["session-coffee"] == "Café"
    assert send_on(client, answer, PAGE).status_code == 303
    assert get_event(event.id).title == {"en": "Day", "fr": "Journée de réflexion"}
    assert sessions(event)["coffee"].title["fr"] == "Café"


def test_a_refused_agenda_takes_nothing_of_the_event(event: Event) -> None:
    answer = set_texts(event.id, "fr", {"title": "Jour", "session-lunch": "x" * 301}, by=None)
    assert isinstance(answer, Invalid)
    assert [each.field for each in answer.problems] == ["session-lunch"]
    assert get_event(event.id).title == {"en": "Reflection Day"}


def test_an_agenda_that_is_left_alone_is_not_looked_at(event: Event) -> None:
    """The event's language changed; its agenda has no titles in the new one yet."""
    title = {"en": "Reflection Day", "fr": "Jour"}
    events.edit_event(event.id, event_details(event, language="fr", title=title), by=None, tell=False)
    assert isinstance(set_texts(event.id, "nl", {"title": "Dag"}, by=None), Edited)
    assert isinstance(set_texts(event.id, "nl", {"session-opening": "Opening"}, by=None), Invalid)


def test_what_is_too_long_comes_back(client: Browser, event: Event) -> None:
    for name, length in {"title": 201, "summary": 1001, "venue_directions": 4001, "session-opening": 301}.items():
        answer = change(client, PAGE, **{name: "x" * length})
        assert (answer.status_code, set(errors(answer))) == (422, {name})
        assert answers_of(answer)[name] == "x" * length


def test_hostile_texts_stay_texts(client: Browser, event: Event) -> None:
    assert change(client, PAGE, **dict.fromkeys(FRENCH, MARKUP)).status_code == 303
    for path in (PAGE, f"{LIST}/nl", LIST, "/events/day?lang=fr", "/organise/events/day"):
        assert harm(client.get(path)) == [], path
    assert answers_of(client.get(PAGE))["title"] == MARKUP


def test_the_events_own_language_and_unknown_ones(client: Browser, event: Event) -> None:
    assert client.get(f"{LIST}/en").location == "/organise/events/day/edit"
    for language in ("xx", "es", "FR", "%00"):
        assert client.get(f"{LIST}/{language}").status_code == 404


def test_an_event_that_was_called_off_takes_none(client: Browser, event: Event) -> None:
    page = client.get(PAGE)
    events.call_off_event(event.id, by=None)
    assert [client.get(LIST).status_code, client.get(PAGE).status_code] == [409, 409]
    assert send_on(client, page, PAGE, **FRENCH).status_code == 409


def test_the_pages_of_the_event_lead_there(client: Browser) -> None:
    make_series("cop", title={"en": "Borders", "fr": "Frontières"})
    make_event("day")
    log_in(client)
    for path in ("/organise/events/day", "/organise/events/day/edit"):
        assert f'href="{LIST}"' in client.get(path).text
    page = BeautifulSoup(client.get("/organise/events/day").text, "html.parser")
    assert [each["href"] for each in page.select("[aria-labelledby=languages] a")] == [PAGE]


def test_a_viewer_is_not_led_there(client: Browser) -> None:
    make_series("cop", title={"en": "Borders", "fr": "Frontières"})
    make_event("day")
    log_in(client, Role.viewer, series="cop")
    page = client.get("/organise/events/day")
    assert "French: title" in words(page)
    assert LIST not in page.text
