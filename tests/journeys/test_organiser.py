"""An organiser's way, in a real browser: log in, see who comes, take the list along, move and call off the event."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from itertools import count

import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.registration import integrity
from eventsapp.series.team import add_organiser
from eventsapp.web.access import Role
from tests import builders
from tests.builders import make_event
from tests.journeys.site import Site, entry_of, has_entry, sequence_of, text_of, wait_for_letter

Visit = Callable[..., Page]
PASSWORD = "a long enough password"
_organisers = count(1)


@pytest.fixture
def organiser(visit: Visit, app: Flask) -> Page:
    """A window of somebody who has just logged in."""
    return log_in(visit())


def log_in(page: Page) -> Page:
    address = f"organiser{next(_organisers)}@example.org"
    add_organiser(address, Role.owner, slug=None, password=PASSWORD)
    page.goto("/organise/")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return page


def test_the_one_time_link_that_make_run_prints(visit: Visit, site: Site) -> None:
    page = visit()
    link = next(word for word in site.said.split() if "/login/" in word)
    page.goto(link)
    page.get_by_role("button").last.click()
    page.goto("/organise/")
    expect(page.locator("a[href='/organise/events/reflection-day']").first).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.goto("/organise/")
    expect(page).to_have_url(re.compile("/login"))
    page.goto(link)
    expect(page.get_by_role("button", name="Log in")).to_have_count(0)


def test_the_list_is_seen_filtered_and_taken_along(organiser: Page, site: Site, app: Flask) -> None:
    event = make_event("with-a-list", capacity=2)
    names = ["Ann Able", "Ben =cmd()", "<b>Cem</b>", "Dia Délégué"]
    for name in names:
        builders.register(event, name=name, organisation="PZ Antwerp" if name[0] in "AB" else "Stad Gent")
    organiser.goto("/organise/")
    expect(organiser.get_by_text("2 of 2 places taken").first).to_be_visible()
    organiser.goto(f"/organise/events/{event.slug}/attendees")
    for name in names:
        expect(organiser.get_by_role("link", name=name)).to_be_visible()

    organiser.get_by_role("link", name=re.compile("^Waiting|^On the waitlist|^Waitlisted", re.IGNORECASE)).click()
    expect(organiser.get_by_role("link", name="Ann Able")).to_have_count(0)
    organiser.get_by_role("search").get_by_role("searchbox").fill("délégué")
    organiser.get_by_role("button", name="Search").click()
    expect(organiser.get_by_role("link", name="Dia Délégué")).to_be_visible()
    expect(organiser.get_by_role("link", name="<b>Cem</b>")).to_have_count(0)
    rows = _spreadsheet(organiser)
    assert [row["Name"] for row in rows] == ["Dia Délégué"]
    assert (rows[0]["Status"], rows[0]["Position"], rows[0]["Organisation"]) == ("waitlisted", 2, "Stad Gent")

    organiser.goto(f"/organise/events/{event.slug}/attendees")
    assert [row["Name"] for row in _spreadsheet(organiser)] == names


def _spreadsheet(page: Page) -> list[dict[str, object]]:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel file").click()
    sheet = openpyxl.load_workbook(BytesIO(waiting.value.path().read_bytes())).active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_a_moved_event_moves_the_entry(organiser: Page, site: Site, app: Flask) -> None:
    event = make_event("to-be-moved", capacity=1)
    inside, waiting = (builders.register(event, f"{word}-moved@example.org") for word in ("inside", "waiting"))
    before = entry_of(wait_for_letter(organiser, site, "inside-moved@example.org", "You have a place"))[1]
    organiser.goto(f"/organise/events/{event.slug}/edit")
    organiser.get_by_label("Start", exact=True).fill("2027-12-15T10:00")
    organiser.get_by_label("End", exact=True).fill("2027-12-15T18:00")
    organiser.get_by_role("button", name="Save").click()
    expect(organiser.get_by_role("heading", name="2 people will be told")).to_be_visible()
    organiser.get_by_role("button", name="Save the change").click()

    letter = wait_for_letter(organiser, site, "inside-moved@example.org", "New time")
    method, after = entry_of(letter)
    assert method == "REQUEST"
    assert after["UID"] == before["UID"]
    assert (sequence_of(before), sequence_of(after)) == (0, 1)
    assert after.start.isoformat() == "2027-12-15T10:00:00+01:00"
    assert "14 October 2027" in text_of(letter)
    assert "15 December 2027" in text_of(letter)
    assert not has_entry(wait_for_letter(organiser, site, "waiting-moved@example.org", "New time"))
    assert inside.id != waiting.id


def test_a_called_off_event_takes_the_entry_away(organiser: Page, site: Site, app: Flask) -> None:
    event = make_event("called-off")
    builders.register(event, "inside-off@example.org")
    organiser.goto(f"/organise/events/{event.slug}")
    organiser.get_by_role("link", name="Call the event off").click()
    organiser.get_by_label(re.compile("message|word|letter", re.IGNORECASE)).first.fill("The hall is flooded.")
    organiser.get_by_role("button", name="Call the event off").click()
    letter = wait_for_letter(organiser, site, "inside-off@example.org", "Will not take place")
    method, entry = entry_of(letter)
    assert (method, entry["STATUS"], sequence_of(entry)) == ("CANCEL", "CANCELLED", 1)
    assert "The hall is flooded." in text_of(letter)
    assert organiser.goto(f"/events/{event.slug}").status == 200  # type: ignore[union-attr]
    expect(organiser.get_by_text(re.compile("will not take place|called off", re.IGNORECASE)).first).to_be_visible()


def test_a_request_is_approved(organiser: Page, site: Site, app: Flask) -> None:
    event = make_event("to-approve", approval=True)
    builders.register(event, "pending-approve@example.org", name="Pia Pending")
    organiser.goto(f"/organise/events/{event.slug}/attendees")
    organiser.get_by_role("link", name="Pia Pending").click()
    organiser.get_by_role("button", name="Approve").click()
    letter = wait_for_letter(organiser, site, "pending-approve@example.org", "You have a place")
    assert entry_of(letter)[0] == "REQUEST"


def test_an_event_is_made_published_and_filled(visit: Visit, site: Site, app: Flask) -> None:
    builders.make_series()
    page = log_in(visit(javascript=False))
    page.get_by_role("link", name="New event").first.click()
    page.get_by_label("Title").fill("Workshop: mediation teams")
    page.get_by_label("Start", exact=True).fill("2027-11-18T13:00")
    page.get_by_label("End", exact=True).fill("2027-11-18T17:00")
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    page.get_by_label(re.compile("^Venue")).fill("Câmara Municipal")
    page.get_by_label(re.compile("Places in the room")).fill("12")
    page.get_by_role("button", name="Keep as a draft").click()
    slug = page.url.rsplit("/", 1)[1]
    assert page.request.get(f"/events/{slug}").status == 404

    page.goto(f"/organise/events/{slug}/agenda")
    page.get_by_label(re.compile("^Title")).fill("Opening")
    page.get_by_label("Starts").fill("13:00")
    page.get_by_label("Ends", exact=True).fill("13:30")
    page.get_by_role("button", name="Add the session").click()
    expect(page.get_by_text("Opening").first).to_be_visible()
    page.goto(f"/organise/events/{slug}")
    page.get_by_role("button", name="Publish the event").click()

    page.goto(f"/events/{slug}")
    expect(page.get_by_text("12 places left")).to_be_visible()
    expect(page.get_by_text(re.compile("Lisbon time")).first).to_be_visible()
    expect(page.get_by_text("Opening")).to_be_visible()
    assert list(integrity.problems()) == []
