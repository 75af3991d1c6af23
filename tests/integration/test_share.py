"""An event for newsletters and other sites: the block to copy, the card of a shared link, data for search engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from PIL import Image

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.series.palette import PALETTE
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import END, START, event_details, make_event, make_series, register
from tests.organising import log_in
from tests.pages import words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
HOSTILE = "</script><script>alert(\"x\")</script><img src=x onerror=alert(1)> & 'quoted'"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def structured(client: Browser, slug: str = "day") -> dict[str, Any]:
    page = BeautifulSoup(client.get(f"/events/{slug}").text, "html.parser")
    (block,) = page.select('script[type="application/ld+json"]')
    found: dict[str, Any] = json.loads(block.get_text())
    return found


def head(client: Browser, slug: str = "day") -> dict[str, str]:
    """What the head of an event page says, by property or name."""
    page = BeautifulSoup(client.get(f"/events/{slug}").text, "html.parser")
    return {
        str(tag.get("property") or tag.get("name")): str(tag["content"]) for tag in page.select("head meta[content]")
    }


def test_an_event_as_structured_data(client: Browser) -> None:
    make_event("day", summary={"en": "In short."}, registration_closes_at=datetime(2027, 10, 1, 18))
    data = structured(client)
    image = data.pop("image")
    assert [address.partition("?")[0] for address in image] == ["http://localhost/events/day/card.png"]
    series = {"name": "Community Policing without Borders", "url": "http://localhost/series/cop"}
    assert data == {
        "@context": "https://schema.org/",
        "@type": "Event",
        "name": "Reflection Day",
        "description": "In short.",
        "url": "http://localhost/events/day",
        "inLanguage": "en",
        "startDate": "2027-10-14T09:00+02:00",
        "endDate": "2027-10-14T17:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Manos Premier",
            "address": "Chaussée de Charleroi 100, 1060 Brussels",
        },
        "organizer": {"@type": "Organization", **series},
        "superEvent": {"@type": "EventSeries", **series},
        "isAccessibleForFree": True,
        "maximumPhysicalAttendeeCapacity": 80,
        "maximumAttendeeCapacity": 80,
        "remainingAttendeeCapacity": 80,
        "offers": {
            "@type": "Offer",
            "price": 0,
            "priceCurrency": "EUR",
            "url": "http://localhost/events/day/register",
            "availability": "https://schema.org/InStock",
            "validFrom": "2027-07-14T14:00+02:00",
            "validThrough": "2027-10-01T18:00+02:00",
        },
    }


def test_places_left_are_told_as_they_are(client: Browser) -> None:
    event = make_event("day", mode="hybrid", capacity=1, online_capacity=5, waitlist=False)
    register(event, attends="room")
    data = structured(client)
    assert (data["maximumAttendeeCapacity"], data["remainingAttendeeCapacity"]) == (6, 5)
    assert (data["maximumPhysicalAttendeeCapacity"], data["maximumVirtualAttendeeCapacity"]) == (1, 5)
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [each["@type"] for each in data["location"]] == ["Place", "VirtualLocation"]


def test_without_a_limit_no_number_is_told(client: Browser) -> None:
    make_event("day", mode="hybrid", capacity=10, online_capacity=None)
    data = structured(client)
    assert data["maximumPhysicalAttendeeCapacity"] == 10
    assert not {"maximumAttendeeCapacity", "remainingAttendeeCapacity", "maximumVirtualAttendeeCapacity"} & set(data)


def test_who_waits_comes_first(client: Browser) -> None:
    event = make_event("day", capacity=1)
    register(event)
    register(event)
    events.change_capacity(event.id, capacity=1, by=None)
    data = structured(client)
    assert data["remainingAttendeeCapacity"] == 0
    assert data["offers"]["availability"] == "https://schema.org/InStock"


@pytest.mark.parametrize(
    ("values", "availability"),
    [
        ({"registration_opens_at": datetime(2027, 9, 1, 9)}, "PreOrder"),
        ({"visibility": "public", "registration_closes_at": datetime(2027, 7, 1, 9)}, None),
    ],
)
def test_an_offer_while_there_is_a_form(client: Browser, values: dict[str, Any], availability: str | None) -> None:
    make_event("day", **values)
    offer = structured(client).get("offers")
    assert (offer and offer["availability"].removeprefix("https://schema.org/")) == availability
    assert (offer or {}).get("url") in (None, "http://localhost/events/day")


def test_the_online_room_is_told_to_nobody(client: Browser) -> None:
    make_event("day", mode="online", online_url="https://meet.example/secret")
    assert structured(client)["location"] == {"@type": "VirtualLocation", "url": "http://localhost/events/day"}
    assert "meet.example" not in client.get("/events/day").text


def test_a_called_off_event_is_told_as_such(client: Browser) -> None:
    events.call_off_event(make_event("day").id, by=None)
    data = structured(client)
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert "offers" not in data


def test_hostile_texts_stay_data(client: Browser) -> None:
    make_series("bad", title={"en": HOSTILE})
    make_event("day", series="bad", title={"en": HOSTILE}, summary={"en": HOSTILE})
    data = structured(client)
    assert data["name"] == data["description"] == data["superEvent"]["name"] == HOSTILE
    page = client.get("/events/day").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert head(client)["og:title"] == HOSTILE


@pytest.mark.parametrize("visibility", ["unlisted", "closed"])
def test_unlisted_events_tell_search_engines_nothing(client: Browser, visibility: str) -> None:
    make_event("day", visibility=visibility)
    page = client.get("/events/day").text
    assert "ld+json" not in page
    assert 'name="robots" content="noindex"' in page


def test_the_head_of_an_event_page(client: Browser) -> None:
    make_event("day")
    said = head(client)
    picture = said.pop("og:image")
    assert client.get(picture.removeprefix("http://localhost")).status_code == 200
    told = "Thursday 14 October 2027, 09:00 to 17:00, Brussels time (UTC+2)"
    place = "Manos Premier, Chaussée de Charleroi 100, 1060 Brussels"
    assert {name: said[name] for name in said if name.startswith(("og:", "twitter:", "description"))} == {
        "description": f"{told}. {place}",
        "og:type": "website",
        "og:site_name": "Community Policing without Borders",
        "og:title": "Reflection Day",
        "og:description": f"{told}. {place}",
        "og:url": "http://localhost/events/day",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"Reflection Day, {told}",
        "twitter:card": "summary_large_image",
    }
    assert '<link rel="canonical" href="http://localhost/events/day">' in client.get("/events/day?lang=en").text


def test_the_card_is_a_picture_that_may_be_kept(client: Browser) -> None:
    event = make_event("day")
    first = client.get("/events/day/card.png")
    with Image.open(BytesIO(first.data)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(first.data) < 60_000
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    same = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/events/day/card.png", headers=same)
    assert (again.status_code, again.data) == (304, b"")
    register(event)
    assert client.get("/events/day/card.png", headers=same).status_code == 304
    changed = event_details(event, title={"en": "Another day"})
    events.edit_event(event.id, changed, by=None, tell=False)
    after = client.get("/events/day/card.png", headers=same)
    assert (after.status_code, after.headers["ETag"] == first.headers["ETag"]) == (200, False)
    events.call_off_event(event.id, by=None)
    assert client.get("/events/day/card.png", headers={"If-None-Match": after.headers["ETag"]}).status_code == 200


def test_drafts_have_no_card(client: Browser) -> None:
    make_event("draft", publish=False)
    assert client.get("/events/draft/card.png").status_code == 404


def newsletter(client: Browser, query: str = "") -> tuple[BeautifulSoup, str]:
    """The block's HTML as it is copied, and its plain text."""
    page = BeautifulSoup(client.get(f"/organise/events/day/newsletter{query}").text, "html.parser")
    html, text = (page.select_one(f"textarea#{name}") for name in ("html", "text"))
    assert html is not None
    assert text is not None
    copied = [button["data-copy"] for button in page.select("main [data-copy]")]
    assert str(html.get_text()).lstrip("\n") in copied
    return BeautifulSoup(html.get_text(), "html.parser"), text.get_text().lstrip("\n")


def test_the_newsletter_block(client: Browser) -> None:
    make_series(accent="plum")
    make_event("day", summary={"en": "Good practice & talk."})
    log_in(client, Role.viewer, series="cop")
    html, text = newsletter(client)
    links = [(link.get_text(), link["href"]) for link in html.select("a")]
    assert links == [
        ("Reflection Day", "http://localhost/events/day"),
        ("Register here", "http://localhost/events/day/register"),
    ]
    assert PALETTE["plum"].light in str(html)
    assert html.select("script, link, style, img, [class], [id]") == []
    assert text == (
        "Reflection Day\n\nGood practice & talk.\n\n"
        "When: Thursday 14 October 2027, 09:00 to 17:00, Brussels time (UTC+2)\n"
        "Where: Manos Premier, Chaussée de Charleroi 100, 1060 Brussels\n\n"
        "Register here: http://localhost/events/day/register\n\nPlaces are limited.\n"
    )
    said = " ".join(html.get_text(" ").split())
    assert "Places are limited." in said
    assert "80" not in said


def test_the_block_says_the_same_when_people_register(client: Browser) -> None:
    event = make_event("day", capacity=1)
    log_in(client)
    before = newsletter(client)
    register(event)
    register(event)
    assert newsletter(client) == before


@pytest.mark.parametrize(
    ("values", "button", "said"),
    [
        ({"capacity": None}, "Register here", ""),
        (
            {"registration_opens_at": datetime(2027, 9, 1, 9)},
            "See the event",
            "Registration opens on Wednesday 1 September 2027, 09:00, Brussels time (UTC+2).",
        ),
        ({"registration_closes_at": datetime(2027, 7, 1, 9)}, "See the event", ""),
        ({"visibility": "closed"}, "See the event", "By invitation only."),
    ],
)
def test_the_block_says_what_one_can_do(client: Browser, values: dict[str, Any], button: str, said: str) -> None:
    make_event("day", **values)
    log_in(client)
    html, text = newsletter(client)
    assert html.select("a")[1].get_text() == button
    assert text.partition(f"{button}: ")[2].partition("\n\n")[2].strip() == said


def test_the_block_in_another_language(client: Browser) -> None:
    make_event("day", title={"en": "Reflection Day", "fr": "Journée de réflexion"})
    log_in(client)
    _, text = newsletter(client, "?language=fr")
    assert text.startswith("Journée de réflexion\n")
    assert "jeudi 14 octobre 2027" in text
    assert client.get("/organise/events/day/newsletter?language=nl").status_code == 404


def test_hostile_texts_stay_texts_in_the_block(client: Browser) -> None:
    make_event("day", title={"en": HOSTILE}, summary={"en": HOSTILE})
    log_in(client)
    html, text = newsletter(client)
    assert html.select("script, img") == []
    assert html.select("a")[0].get_text() == HOSTILE
    assert text.startswith(f"{HOSTILE}\n")
    page = client.get("/organise/events/day/newsletter").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_preview_is_a_sheet_of_its_own(client: Browser) -> None:
    make_event("day")
    log_in(client)
    answer = client.get("/organise/events/day/newsletter/preview?language=en")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox" in policy
    assert "Register here" in answer.text


def test_the_frame_to_copy(client: Browser) -> None:
    make_event("day", title={"en": 'A "day" & more'})
    log_in(client, Role.viewer, series="cop")
    page = BeautifulSoup(client.get("/organise/events/day/newsletter").text, "html.parser")
    box = page.select_one("textarea#frame")
    assert box is not None
    frame = BeautifulSoup(box.get_text(), "html.parser").iframe
    assert frame is not None
    assert (frame["src"], frame["title"]) == ("http://localhost/events/day/embed?lang=en", 'A "day" & more')
    assert "No site may show it yet" in page.get_text()
    assert "Change which sites" not in page.get_text()


def test_now_is_marked_on_the_day_itself(client: Browser, clock: time_machine.Traveller) -> None:
    event = make_event("day")
    noon = START + timedelta(hours=3)
    plan = [
        SessionDetails(starts_at=START, ends_at=noon, title={"en": "Morning"}),
        SessionDetails(starts_at=noon, ends_at=END, title={"en": "Afternoon"}),
    ]
    agenda.set_agenda(event.id, plan, by=None)

    def marks() -> list[bool]:
        page = BeautifulSoup(client.get("/events/day").text, "html.parser")
        return [not mark.has_attr("hidden") for mark in page.select(".agenda-now")]

    assert marks() == []
    for hour, minute, expected in ((5, 0, [False, False]), (7, 0, [True, False]), (10, 0, [False, True])):
        clock.move_to(datetime(2027, 10, 14, hour, minute, tzinfo=UTC))
        assert marks() == expected
    events.call_off_event(event.id, by=None)
    assert marks() == []


def test_a_recording_is_told_only_when_there_is_one(client: Browser) -> None:
    make_event("day", recorded=True)
    make_event("other")
    assert "Recording The event is recorded." in words(client.get("/events/day"))
    assert "Record" not in words(client.get("/events/other"))
