"""What everybody may see: the list of events, a series, an event, a privacy notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.places import Pool
from eventsapp.registration import service
from eventsapp.registration.words import places_words
from eventsapp.series import service as series_service
from eventsapp.series.rules import NoticeDetails, SeriesDetails
from tests.browser import Browser
from tests.builders import END, START, make_event, make_series, register
from tests.pages import heading, words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
PAST: dict[str, Any] = {"starts_at": START - timedelta(days=200), "ends_at": END - timedelta(days=200)}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def slots(app: Flask) -> str:
    """An event with an agenda of four items, two of them side by side."""
    event = make_event("with-agenda", publish=False)
    plan = [
        SessionDetails(starts_at=START, ends_at=START + timedelta(minutes=30), title={"en": "Walk-in"}, kind="arrival"),
        *(
            SessionDetails(
                starts_at=START + timedelta(hours=1),
                ends_at=START + timedelta(hours=2),
                title={"en": f"Group {name}"},
                kind="working_group",
                room=f"Room {name}",
            )
            for name in "AB"
        ),
        SessionDetails(starts_at=END - timedelta(minutes=15), ends_at=END, title={"en": "Closing"}, kind="ceremony"),
    ]
    agenda.set_agenda(event.id, plan, by=None)
    events.publish_event(event.id, by=None)
    return "/events/with-agenda"


@pytest.mark.usefixtures("app")
def test_home_shows_what_comes_and_what_was(client: Browser) -> None:
    make_event("coming", title={"en": "The coming one"})
    make_event("gone", title={"en": "The past one"}, **PAST)
    off = make_event("off", title={"en": "The one called off"})
    events.call_off_event(off.id, by=None)
    said = words(client.get("/"))
    coming, was = said.split("What was")
    assert "The coming one" in coming
    assert "80 places left" in coming
    assert "The one called off" in coming
    assert "Will not take place" in coming
    assert "The past one" in was
    assert "places left" not in was


@pytest.mark.parametrize("values", [{"visibility": "unlisted"}, {"visibility": "closed"}, {"publish": False}])
@pytest.mark.usefixtures("app")
def test_what_is_not_for_everybody_is_not_listed(client: Browser, values: dict[str, Any]) -> None:
    make_event("secret", title={"en": "Quiet meeting"}, **values)
    for listing in ("/", "/series/cop", "/series/cop/calendar.ics"):
        answer = client.get(listing)
        assert answer.status_code == 200
        assert "Quiet meeting" not in answer.text


@pytest.mark.usefixtures("app")
def test_who_has_the_link_sees_an_unlisted_event_and_search_engines_do_not(client: Browser) -> None:
    make_event("unlisted", visibility="unlisted")
    answer = client.get("/events/unlisted")
    assert answer.status_code == 200
    assert BeautifulSoup(answer.text, "html.parser").select_one("meta[name=robots]") is not None


@pytest.mark.usefixtures("app")
def test_drafts_and_unknown_names_are_not_there(client: Browser) -> None:
    make_event("draft", publish=False)
    paths = [f"/events/{slug}{rest}" for slug in ("draft", "unknown") for rest in ("", "/register", "/received")]
    paths += [f"/events/{slug}/{file}.ics" for slug in ("draft", "unknown") for file in ("event", "agenda")]
    paths += ["/series/unknown", "/series/unknown/privacy", "/series/unknown/calendar.ics"]
    assert {address: client.get(address).status_code for address in paths} == dict.fromkeys(paths, 404)


@pytest.mark.usefixtures("app")
def test_home_turns_pages_of_the_past(client: Browser) -> None:
    for day in range(22):
        shift = timedelta(days=100 + day)
        make_event(f"past-{day}", title={"en": f"Past {day}."}, starts_at=START - shift, ends_at=END - shift)
    first, second = words(client.get("/")), words(client.get("/?page=2"))
    assert "Past 19." in first
    assert "Past 20." not in first
    assert "Earlier events" in first
    assert "Past 21." in second
    assert "Past 19." not in second
    assert "Earlier events" not in second
    assert client.get("/?page=x").status_code == 200
    assert client.get("/?page=-5").status_code == 200


@pytest.mark.usefixtures("app")
def test_an_event_page_says_what_when_and_where(client: Browser) -> None:
    make_series(
        "cop",
        funder_statement={"en": "Financed by the European Union."},
        grant_number="REC-101",
        contact_email="team@example.org",
    )
    make_event("day", summary={"en": "In short."}, description={"en": "Long *text* <script>alert(1)</script>"})
    answer = client.get("/events/day")
    said = words(answer)
    assert heading(answer) == "Reflection Day"
    for part in (
        "Thursday 14 October 2027",
        "09:00 to 17:00",
        "Brussels time (UTC+2)",
        "Manos Premier",
        "Chaussée de Charleroi 100, 1060 Brussels",
        "80 places left",
        "In short.",
        "team@example.org",
    ):
        assert part in said
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("main em") is not None
    assert "<script>alert" not in answer.text
    (map_link,) = page.select("a[href*=openstreetmap]")
    assert "query=Chauss%C3%A9e" in str(map_link["href"])
    footer = page.footer.get_text(" ") if page.footer else ""
    assert "Financed by the European Union." in footer
    assert "Grant number REC-101" in footer


@pytest.mark.parametrize(
    ("zone", "starts", "expected"),
    [
        ("Asia/Tokyo", datetime(2027, 12, 1, 9), ("Wednesday 1 December 2027", "09:00 to 17:00", "Tokyo time (UTC+9)")),
        ("America/New_York", datetime(2027, 8, 2, 20), ("Monday 2 August 2027", "New York time (UTC−4)")),
        ("Asia/Kolkata", datetime(2027, 8, 2, 9), ("UTC+5:30",)),
    ],
)
@pytest.mark.usefixtures("app")
def test_times_are_those_of_the_event_s_zone(
    client: Browser, zone: str, starts: datetime, expected: tuple[str, ...]
) -> None:
    make_event("far", timezone=zone, starts_at=starts, ends_at=starts + timedelta(hours=8))
    said = words(client.get("/events/far"))
    assert [part for part in expected if part not in said] == []


@pytest.mark.usefixtures("app")
def test_several_days_are_said_with_both_days(client: Browser) -> None:
    make_event("long", starts_at=datetime(2027, 11, 1, 9), ends_at=datetime(2027, 11, 2, 16))
    said = words(client.get("/events/long"))
    assert "Monday 1 November 2027 to Tuesday 2 November 2027" in said
    assert "from 09:00 on the first day to 16:00 on the last" in said
    assert "1–2 November 2027" in words(client.get("/"))


def test_the_agenda_stands_on_the_event_page_in_order(client: Browser, slots: str) -> None:
    page = BeautifulSoup(client.get(slots).text, "html.parser")
    titles = [title.get_text() for title in page.select(".agenda-title")]
    assert titles == ["Walk-in", "Group A", "Group B", "Closing"]
    assert [time.get_text() for time in page.select(".agenda-start")] == ["09:00", "10:00", "16:45"]
    assert len(page.select(".agenda-side-by-side > li")) == 2
    hrefs = [str(link["href"]) for link in page.select("details a")]
    assert hrefs == ["/events/with-agenda/event.ics", "webcal://localhost/events/with-agenda/agenda.ics"]


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"registration_opens_at": datetime(2027, 9, 1, 9)}, 403, "It opens on Wednesday 1 September 2027, 09:00"),
        ({"registration_closes_at": datetime(2027, 7, 1, 9)}, 409, "It closed on Thursday 1 July 2027, 09:00"),
        ({"visibility": "closed"}, 403, "By invitation only"),
        (PAST, 410, "This event is over"),
        ({"starts_at": datetime(2027, 7, 14, 9), "ends_at": datetime(2027, 7, 14, 18)}, 409, "Registration is closed"),
    ],
)
@pytest.mark.usefixtures("app")
def test_event_page_and_form_say_why_nobody_can_register(
    client: Browser, values: dict[str, Any], status: int, said: str
) -> None:
    make_event("shut", **values)
    page = client.get("/events/shut")
    assert page.status_code == 200
    assert said in words(page)
    assert "/events/shut/register" not in page.text
    form = client.get("/events/shut/register")
    assert form.status_code == status
    assert said in words(form)
    assert "<form" not in form.text


@pytest.mark.usefixtures("app")
def test_full_without_a_waitlist_takes_no_form_until_somebody_leaves(client: Browser) -> None:
    event = make_event("full", capacity=1, waitlist=False)
    only = register(event)
    answer = client.get("/events/full/register")
    assert answer.status_code == 409
    assert heading(answer) == "No places left"
    assert "/events/full/register" not in client.get("/events/full").text
    service.give_up(only.id)
    assert client.get("/events/full/register").status_code == 200


@pytest.mark.usefixtures("app")
def test_an_event_that_is_off_says_so_at_once(client: Browser) -> None:
    event = make_event("off")
    events.call_off_event(event.id, by=None)
    page = client.get("/events/off")
    assert words(page).startswith("Reflection day Reflection Day This event will not take place")
    assert "places left" not in page.text
    assert client.get("/events/off/register").status_code == 410


@pytest.mark.usefixtures("app")
def test_the_page_counts_places_and_people_who_wait(client: Browser) -> None:
    event = make_event("few", capacity=2)
    register(event)
    assert "1 place left" in words(client.get("/events/few"))
    register(event)
    assert "No places left – you can join the waitlist" in words(client.get("/events/few"))
    third = register(event)
    register(event)
    full = words(client.get("/events/few/register"))
    assert "No places left – you can join the waitlist: 2 people wait" in full
    assert "People move up by themselves until Tuesday 12 October 2027, 09:00, Brussels time (UTC+2)" in full
    service.give_up(third.id)
    assert "1 person waits" in words(client.get("/events/few"))


@pytest.mark.parametrize(
    ("pool", "waitlist", "said"),
    [
        (Pool(80), True, "80 places left"),
        (Pool(80, confirmed=78, offered=1), True, "1 place left"),
        (Pool(None, confirmed=500), True, "The number of places is not limited"),
        (Pool(1, confirmed=1), True, "No places left – you can join the waitlist"),
        (Pool(1, confirmed=1, waiting=1), True, "No places left – you can join the waitlist: 1 person waits"),
        (Pool(1, confirmed=3, waiting=4), True, "No places left – you can join the waitlist: 4 people wait"),
        (Pool(1, confirmed=1), False, "No places left"),
        (
            Pool(5, confirmed=3, waiting=4),
            True,
            "Free places go first to the people who wait – you can join the waitlist: 4 people wait",
        ),
        (Pool(5, confirmed=3, waiting=4), False, "Free places go first to the people who wait"),
    ],
)
@pytest.mark.usefixtures("app")
def test_places_are_never_told_untruly(pool: Pool, waitlist: bool, said: str) -> None:
    assert places_words(pool, waitlist=waitlist) == said


@pytest.mark.usefixtures("app")
def test_a_hybrid_event_tells_both_kinds_of_place(client: Browser) -> None:
    make_event("both", mode="hybrid", capacity=2, online_capacity=None, online_url="https://meet.example.org/secret")
    answer = client.get("/events/both")
    said = words(answer)
    assert "In the room: 2 places left" in said
    assert "Online: The number of places is not limited" in said
    assert "meet.example.org" not in answer.text


@pytest.mark.usefixtures("app")
def test_the_privacy_notice_keeps_its_versions(client: Browser) -> None:
    series_id = make_series()
    notice = NoticeDetails(
        controller="The new team",
        contact="privacy@example.org",
        lawful_basis={"en": "Public task."},
        recipients={"en": "The team."},
        retention={"en": "One year."},
    )
    series_service.publish_notice(series_id, notice, language="en", by=None)
    assert "The new team" in words(client.get("/series/cop/privacy"))
    assert "The project team" in words(client.get("/series/cop/privacy?version=1"))
    assert client.get("/series/cop/privacy?version=7").status_code == 404


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("https://example.org/data", "https://example.org/data"),
        ("data@example.org", "mailto:data@example.org"),
        ("javascript:alert(1)", None),
    ],
)
def test_the_contact_of_a_privacy_notice_can_be_followed(client: Browser, contact: str, href: str | None) -> None:
    texts = {name: {"en": "Text."} for name in ("lawful_basis", "recipients", "retention")}
    notice = NoticeDetails(controller="The team", contact=contact, **texts)
    series_service.publish_notice(make_series(), notice, language="en", by=None)
    page = BeautifulSoup(client.get("/series/cop/privacy?lang=fr").text, "html.parser")
    links = [link["href"] for link in page.select("main p a") if link.get_text() == contact]
    assert links == ([href] if href else [])
    assert contact in page.get_text()
    assert page.select_one('div[lang="en"]').get_text(strip=True) == "Text."  # type: ignore[union-attr]


@pytest.mark.usefixtures("app")
def test_a_series_without_a_notice_still_says_what_is_kept(client: Browser) -> None:
    series_service.create_series(SeriesDetails(slug="plain", title={"en": "Plain"}), by=None)
    assert "It deletes your e-mail address" in words(client.get("/series/plain/privacy"))


@pytest.mark.usefixtures("app")
def test_reading_sets_no_cookie(client: Browser) -> None:
    make_event("day")
    for address in ("/", "/series/cop", "/events/day", "/events/day/event.ics", "/series/cop/privacy"):
        assert "Set-Cookie" not in client.get(address).headers
