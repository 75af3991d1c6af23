"""Which language a page, a letter and a calendar are in, and what a page says of texts in another one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask, render_template
from werkzeug.test import TestResponse

from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db, transaction
from eventsapp.events.models import Event
from eventsapp.registration.models import Registration
from eventsapp.series.models import Series
from tests.agendas import add_session
from tests.browser import Browser
from tests.builders import START, make_event, make_series, register
from tests.letters import last_letter
from tests.organising import log_in
from tests.pages import fill_in, heading, links_of, path

SUMMER = datetime(2027, 7, 14, 12, tzinfo=UTC)
REGISTER = {"en": "Register", "fr": "S’inscrire", "nl": "Inschrijven", "de": "Anmelden"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SUMMER, tick=False) as traveller:
        yield traveller


def language(page: TestResponse) -> str:
    """What a page says it is written in, in its head and in its headers alike."""
    html = BeautifulSoup(page.text, "html.parser").html
    assert html is not None
    assert page.headers["Content-Language"] == html["lang"]
    return str(html["lang"])


def langs(page: TestResponse, selector: str) -> list[str | None]:
    return [found.get("lang") for found in BeautifulSoup(page.text, "html.parser").select(selector)]  # type: ignore[misc]


def add_welcome(event: Event) -> None:
    welcome = SessionDetails(title={"en": "Welcome"}, starts_at=START, ends_at=datetime.combine(START, time(10)))
    add_session(event.id, welcome)


@pytest.mark.parametrize(
    ("asked", "kept", "browser", "event", "expected"),
    [
        ("fr", "nl", "de", "en", "fr"),
        ("", "nl", "de", "en", "nl"),
        ("", "", "de", "fr", "de"),
        ("", "", "", "fr", "fr"),
        ("", "", "it, es;q=0.5", "nl", "nl"),
        ("", "", "", "it", "en"),
        ("xx", "", "", "en", "en"),
        ("", "xx", "nl", "en", "nl"),
        ("../fr", "", "", "de", "de"),
        ("fr-BE", "", "", "en", "fr"),
        ("", "", "fr-BE, en;q=0.9", "nl", "fr"),
        ("", "", "en;q=0.1, fr;q=0.8", "nl", "fr"),
        ("", "", "fr;q=0, it", "nl", "nl"),
        ("", "", "*", "de", "de"),
    ],
)
def test_the_reader_chooses_then_the_browser_then_the_event(
    client: Browser, asked: str, kept: str, browser: str, event: str, expected: str
) -> None:
    make_event("day", language=event, title={event: "Reflection Day"})
    if kept:
        client.set_cookie("lang", kept)
    headers = {"Accept-Language": browser} if browser else {}
    page = client.get("/events/day", query_string={"lang": asked} if asked else {}, headers=headers)
    assert language(page) == expected
    button = BeautifulSoup(page.text, "html.parser").select_one(".reach a")
    assert button is not None
    assert button.get_text(strip=True) == REGISTER[expected]


def test_a_language_that_was_asked_for_is_kept(client: Browser) -> None:
    make_event("day")
    answer = client.get("/events/day?lang=fr")
    kept = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("lang="))
    assert "lang=fr;" in kept
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "Max-Age=31536000" in kept
    assert answer.headers["Cache-Control"] == "no-store"
    assert language(client.get("/")) == "fr"
    assert language(client.get("/login")) == "fr"
    assert "Set-Cookie" not in client.get("/?lang=fr").headers
    assert language(client.get("/?lang=de")) == "de"
    assert language(client.get("/")) == "de"


@pytest.mark.parametrize("address", ["/?lang=it", "/?lang=", "/", "/nowhere"])
def test_nothing_else_is_kept(client: Browser, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers


def test_caches_learn_what_a_page_varies_by(client: Browser) -> None:
    make_event("day")
    for address in ("/", "/events/day", "/series/cop", "/nowhere"):
        assert client.get(address).vary.as_set() >= {"cookie", "accept-language"}, address


def test_fault_pages_are_in_the_readers_language(client: Browser) -> None:
    page = client.get("/nowhere", headers={"Accept-Language": "fr"})
    assert (page.status_code, language(page), heading(page)) == (404, "fr", "Cette page n’existe pas")


def test_the_switch_keeps_the_page_and_what_it_was_asked_for(client: Browser) -> None:
    page = client.get("/?page=1&lang=nl", headers={"Accept-Language": "fr"})
    links = BeautifulSoup(page.text, "html.parser").select(".languages a")
    assert [(link["href"], link["lang"], link["hreflang"], link.get_text()) for link in links] == [
        ("/?page=1&lang=en", "en", "en", "English"),
        ("/?page=1&lang=fr", "fr", "fr", "Français"),
        ("/?page=1&lang=nl", "nl", "nl", "Nederlands"),
        ("/?page=1&lang=de", "de", "de", "Deutsch"),
    ]
    assert [link["lang"] for link in links if link.get("aria-current") == "true"] == ["nl"]


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/organise/events/day/publish", "/organise/events/day"),
        ("/organise/series/cop/logo/remove", "/organise/series/cop"),
        ("/logout", "/"),
        ("/organise/events/day/agenda", "/organise/events/day/agenda"),
        ("/nothing/here", "/nothing/here"),
    ],
)
def test_the_switch_leads_to_a_page_that_can_be_opened(app: Flask, path: str, leads_to: str) -> None:
    with app.test_request_context(path, method="POST", query_string="a=1"):
        switch = app.jinja_env.from_string("{% for each in languages() %}{{ each.href|safe }} {% endfor %}")
        found = render_template(switch).split()
    assert {href.partition("?")[0] for href in found} == {leads_to}
    assert found[0].partition("?")[2] == ("a=1&lang=en" if leads_to == path else "lang=en")


def test_a_form_that_came_back_offers_languages_that_open(client: Browser) -> None:
    log_in(client)
    person = register(make_event("day", approval=True))
    page = f"/organise/events/day/attendees/{person.id}"
    answer = client.post(f"{page}/decline", data={"csrf_token": client.csrf_token(page), "why": "x" * 5000})
    assert answer.status_code == 422
    links = [str(link["href"]) for link in BeautifulSoup(answer.text, "html.parser").select(".languages a")]
    assert [client.get(link).status_code for link in links] == [200] * 4


def test_names_within_other_words_say_their_language(client: Browser) -> None:
    make_series("cop", title={"en": "Community of Practice"})
    event = make_event("day", kind="night walk")
    log_in(client)

    def spans(address: str, part: str) -> list[tuple[str, str | None]]:
        page = BeautifulSoup(client.get(address).text, "html.parser")
        return [(each.get_text(strip=True), each.get("lang")) for each in page.select(part)]  # type: ignore[misc]

    assert ("Community of Practice", "en") in spans("/events/day?lang=fr", ".site-series span")
    assert spans("/events/day/register?lang=fr", ".back [lang]") == [("Reflection Day", "en")]
    assert spans("/?lang=fr", ".kicker [lang]") == [("Night walk", "en"), ("Community of Practice", "en")]
    assert spans("/?lang=en", ".kicker") == [("Night walk · Community of Practice", None)]
    assert spans("/events/day/embed?lang=fr", ".kicker, h1 [lang]") == [("Night walk", "en"), ("Reflection Day", "en")]
    assert spans("/organise/events/day?lang=fr", "h1") == [("Reflection Day", "en")]
    assert spans("/organise/events/day/call-off?lang=fr", "h1 [lang]") == [("Reflection Day", "en")]
    links = links_of(register(event, language="fr"))
    assert spans(f"{path(links.own_page)}/cancel", ".lead [lang]") == [("Reflection Day", "en")]


@pytest.mark.usefixtures("app")
def test_a_letter_says_the_language_of_names_too() -> None:
    statement = {"en": "Funded by the Union."}
    make_series("cop", title={"en": "Community of Practice"}, funder_statement=statement, grant_number="REC-1")
    register(make_event("day"), "ada@example.org", language="fr")
    letter = last_letter("ada@example.org")
    page = BeautifulSoup(letter.html, "html.parser")
    said = {each.get_text(strip=True) for each in page.select('[lang="en"]')}
    assert said == {"Reflection Day", "Community of Practice", "Funded by the Union."}
    grant = "Funded by the Union. – Numéro de subvention\u00a0: REC-1"
    assert (grant in letter.text, grant in page.get_text()) == (True, True)


def test_organisers_have_the_switch_too(client: Browser) -> None:
    log_in(client)
    page = client.get("/organise/?lang=de")
    assert language(page) == "de"
    assert len(BeautifulSoup(page.text, "html.parser").select(".languages a")) == 4


def test_a_person_is_written_to_in_the_language_of_the_form(client: Browser) -> None:
    make_event("day", title={"en": "Reflection Day", "fr": "Journée de réflexion"})
    client.get("/?lang=fr")
    answer = fill_in(client, "/events/day/register", name="Ada", email="ada@example.org")
    assert answer.status_code == 303
    assert db.session.query(Registration).one().language == "fr"
    letter = last_letter("ada@example.org")
    assert letter.subject == "Vous avez une place – Journée de réflexion"
    assert '<html lang="fr"' in letter.html
    assert "jeudi 14 octobre 2027" in letter.text


def test_a_persons_own_page_speaks_the_language_of_the_letters(app: Flask) -> None:
    links = links_of(register(make_event("day"), language="nl"))
    own = path(links.own_page)
    assert language(Browser(app).get(own)) == "nl"
    assert language(Browser(app).get(own, headers={"Accept-Language": "fr"})) == "nl"
    assert language(Browser(app).get(f"{own}?lang=fr", headers={"Accept-Language": "de"})) == "fr"
    assert language(Browser(app).get(f"{own}/cancel", headers={"Accept-Language": "fr"})) == "nl"


def test_texts_in_another_language_than_the_page_say_so(client: Browser) -> None:
    event = make_event(
        "day",
        title={"en": "Reflection Day", "fr": "Journée de réflexion"},
        summary={"en": "A day to look back."},
        description={"en": "Come *early*."},
    )
    add_welcome(event)
    page = client.get("/events/day?lang=fr")
    assert langs(page, "h1") == [None]
    assert langs(page, ".lead") == ["en"]
    assert langs(page, ".prose") == ["en"]
    assert langs(page, ".agenda-title") == ["en"]
    assert langs(page, ".kicker")[0] is None
    assert langs(client.get("/?lang=fr"), ".event-card-title a") == [None]
    assert langs(client.get("/?lang=nl"), ".event-card-title a") == ["en"]
    english = client.get("/events/day?lang=en")
    assert {each for name in ("h1", ".lead", ".prose", ".agenda-title") for each in langs(english, name)} == {None}


def test_a_kind_that_many_use_is_translated_and_another_keeps_its_language(client: Browser) -> None:
    make_event("day", kind="Study visit")
    make_event("walk", kind="night walk")
    visit, walk = (BeautifulSoup(client.get(f"/events/{slug}?lang=fr").text, "html.parser") for slug in ("day", "walk"))
    kickers = [page.select(".kicker")[0] for page in (visit, walk)]
    assert [(each.get_text(), each.get("lang")) for each in kickers] == [("Visite d’étude", None), ("Night walk", "en")]


@pytest.mark.parametrize(
    ("typed", "of_event", "shown"),
    [
        ("journée de réflexion", "fr", {"en": "Reflection day", "fr": "Journée de réflexion", "de": "Reflexionstag"}),
        ("VISITE D'ÉTUDE", "fr", {"en": "Study visit", "nl": "Studiebezoek"}),
        ("studiedag", "nl", {"en": "Reflection day", "nl": "Studiedag"}),
        ("Werkbezoek", "nl", {"fr": "Visite d’étude", "nl": "Werkbezoek"}),
        ("Studienbesuch", "de", {"en": "Study visit", "de": "Studienbesuch"}),
        ("atelier", "fr", {"en": "Workshop", "fr": "Atelier", "nl": "Workshop"}),
    ],
)
def test_a_kind_in_words_of_any_language_is_shown_in_the_readers(
    client: Browser, typed: str, of_event: str, shown: dict[str, str]
) -> None:
    make_event("day", kind=typed, language=of_event, title={of_event: "Titel"})
    for language, words in shown.items():
        page = BeautifulSoup(client.get(f"/events/day?lang={language}").text, "html.parser")
        kicker = page.select(".kicker")[0]
        assert (kicker.get_text(), kicker.get("lang")) == (words, None)


@pytest.mark.parametrize("address", ["/events/day/event.ics", "/events/day/agenda.ics", "/series/cop/calendar.ics"])
def test_a_calendar_is_in_the_language_that_its_address_asks_for(client: Browser, address: str) -> None:
    make_event("day", title={"en": "Reflection Day", "fr": "Journée de réflexion"})
    plain = client.get(address)
    assert "Reflection Day" in plain.text
    client.set_cookie("lang", "fr")
    again = client.get(address, headers={"Accept-Language": "fr"})
    assert (again.data, again.headers["ETag"]) == (plain.data, plain.headers["ETag"])
    french = client.get(f"{address}?lang=fr")
    assert "Journée de réflexion" in french.text
    assert "Reflection Day" not in french.text
    assert client.get(f"{address}?lang=xx").data == plain.data


def test_pages_link_to_calendars_in_their_language(client: Browser) -> None:
    event = make_event("day", title={"en": "Reflection Day", "fr": "Journée de réflexion"})
    add_welcome(event)
    assert "/events/day/agenda.ics?lang=fr" in client.get("/events/day?lang=fr").text
    assert "/series/cop/calendar.ics?lang=fr" in client.get("/series/cop?lang=fr").text
    assert "agenda.ics?lang" not in client.get("/events/day?lang=en").text


def test_a_series_page_takes_the_language_of_the_series(client: Browser) -> None:
    make_series("plain", title={"de": "Grenzenlos"})
    with transaction() as session:
        session.query(Series).filter_by(slug="plain").one().language = "de"
    page = client.get("/series/plain")
    assert (language(page), heading(page)) == ("de", "Grenzenlos")


def test_organisers_see_what_is_not_yet_translated(client: Browser) -> None:
    make_series("cop", title={"en": "Borders", "fr": "Frontières", "nl": ""})
    event = make_event("day", summary={"en": "A day.", "fr": "Un jour."}, description={})
    add_welcome(event)
    log_in(client)
    section = BeautifulSoup(client.get("/organise/events/day").text, "html.parser").select(
        "[aria-labelledby=languages]"
    )
    assert [each.get_text() for each in section[0].select("li")] == ["French: title, 1 session title"]


def test_a_series_in_one_language_asks_for_no_translation(client: Browser) -> None:
    make_event("day")
    log_in(client)
    assert "Not yet translated" not in client.get("/organise/events/day").text
