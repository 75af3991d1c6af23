"""Search over listed events: by word, place, kind and month, as the address says; and what search engines are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.events.finding import MOST_WORDS
from eventsapp.events.models import Event
from eventsapp.pages.home import FOUND_SHOWN
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.text import folded
from tests.browser import Browser
from tests.builders import END, START, event_details, make_event, make_series
from tests.organising import counted
from tests.pages import heading, words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
PORTO = VenueDetails(name="Câmara Municipal", address="Praça do General Humberto Delgado, Porto")

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def found(client: Browser, query: str) -> list[str]:
    """Where the cards of an answer lead."""
    page = BeautifulSoup(client.get(f"/?{query}").text, "html.parser")
    return [str(link["href"]).removeprefix("/events/") for link in page.select(".event-card-title a")]


@pytest.fixture
def three(app: Flask) -> None:
    """A day in Brussels in October, a visit in Porto over the turn of a month, a meeting online in the past."""
    make_event("day", title={"en": "Reflection Day", "fr": "Journée de réflexion"}, summary={"en": "On 100% trust_"})
    visit: dict[str, Any] = {"starts_at": datetime(2027, 8, 31, 9), "ends_at": datetime(2027, 9, 2, 17)}
    make_event("visit", title={"en": "Straße & Cœur"}, kind="Study visit", venue=PORTO, **visit)
    past: dict[str, Any] = {"starts_at": datetime(2027, 3, 1, 9), "ends_at": datetime(2027, 3, 1, 10)}
    make_event("past", title={"en": "Trust online"}, kind="study visit", mode="online", **past)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("q=reflection", ["day"]),
        ("q=REFLEXION+journee", ["day"]),
        ("q=R%C3%A9fl", ["day"]),
        ("q=strasse", ["visit"]),
        ("q=coeur", ["visit"]),
        ("q=camara", ["visit"]),
        ("q=trust", ["day", "past"]),
        ("q=trust+porto", []),
        ("q=100%25", ["day"]),
        ("q=%25", ["day"]),
        ("q=trust_", ["day"]),
        ("q=_", ["day"]),
        ("q=%5C", []),
        ("q=%27%3B--", []),
        ("q=%00reflection", ["day"]),
        ("q=%ED%A0%80", []),
        ("q=" + "+".join(["trust"] * 200), ["day", "past"]),
        ("place=porto", ["visit"]),
        ("place=1060+Brussels", ["day"]),
        ("place=reflection", []),
        ("kind=Study+Visit", ["visit", "past"]),
        ("kind=study", []),
        ("month=2027-08", ["visit"]),
        ("month=2027-09", ["visit"]),
        ("month=2027-10", ["day"]),
        ("month=2027-11", []),
        ("kind=study+visit&month=2027-03&q=online", ["past"]),
        ("kind=study+visit&month=2027-03&place=porto", []),
    ],
)
def test_what_is_asked_is_found(client: Browser, query: str, slugs: list[str]) -> None:
    assert found(client, query) == slugs


def test_a_month_is_that_of_the_events_own_clocks(client: Browser) -> None:
    """In UTC both are another month's."""
    late: dict[str, Any] = {"starts_at": datetime(2027, 9, 30, 22), "ends_at": datetime(2027, 9, 30, 23)}
    make_event("new-york", timezone="America/New_York", **late)
    early: dict[str, Any] = {"starts_at": datetime(2027, 10, 1, 1), "ends_at": datetime(2027, 10, 1, 2)}
    make_event("brussels", **early)
    make_event("midnight", starts_at=datetime(2027, 9, 30, 20), ends_at=datetime(2027, 10, 1))
    assert set(found(client, "month=2027-09")) == {"new-york", "midnight"}
    assert found(client, "month=2027-10") == ["brussels"]


def test_what_is_not_listed_is_never_found(client: Browser) -> None:
    for visibility in ("unlisted", "closed"):
        make_event(visibility, visibility=visibility, kind=f"{visibility} kind")
    make_event("draft", publish=False, kind="draft kind")
    off = make_event("off", title={"en": "Called off"}, kind="visit")
    events.call_off_event(off.id, by=None)
    assert found(client, "q=reflection") == []
    assert found(client, "q=called") == ["off"]
    page = client.get("/?q=reflection").text
    assert "unlisted kind" not in page
    assert "draft kind" not in page


def test_what_was_called_off_and_would_be_over_is_not_found(client: Browser, clock: time_machine.Traveller) -> None:
    events.call_off_event(make_event("off").id, by=None)
    assert found(client, "q=reflection") == ["off"]
    clock.move_to(datetime(2027, 11, 1, tzinfo=UTC))
    assert found(client, "q=reflection") == []


def test_an_edit_is_found_at_once(client: Browser) -> None:
    event = make_event("day")
    changed = event_details(event, title={"en": "Workshop"}, kind="", venue=PORTO)
    events.edit_event(event.id, changed, by=None, tell=False)
    assert found(client, "q=reflection") == []
    assert found(client, "q=workshop") == found(client, "place=porto") == ["day"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("month", ["2027", "2027-13", "2027-00", "october", "0001-01", "9999-12", "２０２７-10"])
def test_a_month_that_is_none_gets_a_clear_answer(client: Browser, month: str) -> None:
    answer = client.get("/", query_string={"month": month, "q": "trust"})
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    error = page.select_one("#month-error")
    assert error is not None
    assert f"“{month}” is no month" in error.get_text()
    kept = page.select_one("#q")
    assert kept is not None
    assert kept["value"] == "trust"
    assert page.select(".event-card") == []


@pytest.mark.usefixtures("three")
def test_the_form_shows_what_was_asked(client: Browser) -> None:
    query = {"q": '"><script>', "place": "x" * 300, "kind": "STUDY VISIT", "month": "2027-10"}
    page = BeautifulSoup(client.get("/", query_string=query).text, "html.parser")
    assert [page.select_one("#q")["value"], page.select_one("#place")["value"]] == ['"><script>', "x" * 100]  # type: ignore[index]
    chosen = [(str(option["value"]), option.get_text()) for option in page.select("option[selected]")]
    assert [value.casefold() for value, _ in chosen] == ["study visit", "2027-10"]
    assert chosen[1][1] == "October 2027"
    months = [option.get_text() for option in page.select("#month option")]
    assert months == ["Any month", "October 2027", "August 2027", "March 2027"]
    kinds = [option.get_text() for option in page.select("#kind option")]
    assert kinds == ["All kinds", "Reflection day", "Study visit"]
    assert "No event fits" in words(client.get("/", query_string=query))


def test_a_kind_is_found_in_whatever_words_it_was_typed(client: Browser) -> None:
    for number, kind in enumerate(("atelier", "Workshop", "WORKSHOP", "Werkstatt")):
        make_event(f"day-{number}", kind=kind)
    page = BeautifulSoup(client.get("/?lang=fr&kind=workshop").text, "html.parser")
    assert found(client, "kind=workshop") == found(client, "kind=Atelier") == ["day-0", "day-1", "day-2"]
    assert [option.get_text() for option in page.select("#kind option")] == ["Tous les types", "Werkstatt", "Atelier"]
    assert [option.get_text() for option in page.select("#kind option[selected]")] == ["Atelier"]


def test_without_events_there_is_nothing_to_search(client: Browser) -> None:
    assert "role=search" not in client.get("/").text
    assert heading(client.get("/?q=x")) == "Find events"


def test_results_come_in_pages(client: Browser) -> None:
    for number in range(FOUND_SHOWN + 3):
        make_event(f"day-{number:02}", venue=None)
    first, second = found(client, "q=day"), found(client, "q=day&page=2")
    assert [len(first), len(second)] == [FOUND_SHOWN, 3]
    assert len({*first, *second}) == FOUND_SHOWN + 3
    assert found(client, "q=day&page=999") == second
    page = BeautifulSoup(client.get("/?q=day&kind=reflection+day").text, "html.parser")
    following = page.select_one("a[rel=next]")
    assert following is not None
    assert following["href"] == "/?q=day&kind=reflection+day&page=2"
    assert f"{FOUND_SHOWN + 3} events found" in page.get_text()


def test_a_search_needs_the_same_statements_for_more_rows(client: Browser) -> None:
    counts = []
    for number in range(6):
        make_event(f"day-{number}", kind=f"kind {number}", venue=VenueDetails(name=f"House {number}"))
        with counted() as statements:
            client.get("/?q=day&place=house&kind=kind+0&month=2027-10")
        counts.append(len(statements))
    assert set(counts) == {counts[0]}
    assert counts[0] <= 5


def test_result_pages_are_not_for_search_engines(client: Browser) -> None:
    make_event("day")
    assert 'name="robots" content="noindex, follow"' in client.get("/?q=day").text
    home = client.get("/").text
    assert "noindex" not in home
    assert '<link rel="canonical" href="http://localhost/">' in home


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Éß Øł", "ess ol"), ("ﬁn  de\u00a0Semaine", "fin de semaine"), ("Ångström", "angstrom"), ("ПОЛИЦИЯ", "полиция")],
)
def test_folded(text: str, plain: str) -> None:
    assert folded(text) == plain
    assert folded(plain) == plain


def test_only_so_many_words_are_asked_for(client: Browser) -> None:
    make_event("day")
    assert found(client, "q=" + "+".join(["reflection"] * MOST_WORDS + ["nothing"])) == ["day"]


def test_search_text_is_kept_by_itself() -> None:
    event = make_event("day", title={"en": "Été"}, kind="Visit", summary={"fr": "Où"}, description={"en": "*Long*"})
    assert event.search_text == "ete visit ou *long*"
    assert db.session.get_one(Event, event.id).search_text == event.search_text


LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def sitemap(client: Browser) -> dict[str, str | None]:
    answer = client.get("/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    urls = ET.fromstring(answer.text)  # noqa: S314 - our own
    return {str(url.findtext(f"{LOC}loc")): url.findtext(f"{LOC}lastmod") for url in urls}


def test_the_sitemap_names_listed_events_and_their_series(client: Browser, clock: time_machine.Traveller) -> None:
    day = make_event("day")
    make_event("hidden", series="hidden", visibility="unlisted")
    make_event("invited", visibility="closed")
    make_event("draft", series="other", publish=False)
    make_series("empty")
    pages = {"http://localhost/": None, "http://localhost/series/cop": None}
    assert sitemap(client) == {**pages, "http://localhost/events/day": "2027-07-14T12:00:00Z"}
    clock.move_to(datetime(2027, 7, 15, 8, 30, 5, tzinfo=UTC))
    agenda.set_agenda(day.id, [SessionDetails(starts_at=START, ends_at=END, title={"en": "All day"})], by=None)
    assert sitemap(client)["http://localhost/events/day"] == "2027-07-15T08:30:05Z"


def test_robots_may_read_all_but_what_is_personal(client: Browser) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert [line for line in lines if line.startswith("Disallow")] == [
        "Disallow: /organise",
        "Disallow: /registrations",
    ]
    assert "Sitemap: http://localhost/sitemap.xml" in lines
