"""People whom an organiser enters, in a real browser: by hand without JavaScript, and by a list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.registration import integrity
from tests import builders
from tests.builders import make_event
from tests.importing import people, workbook
from tests.journeys.site import Site, entry_of, links_of, text_of, wait_for_letter
from tests.journeys.test_organiser import log_in

Visit = Callable[..., Page]


def test_a_person_entered_by_hand_is_told_by_whom_and_refuses(visit: Visit, site: Site, app: Flask) -> None:
    event = make_event("by-hand")
    builders.register(event, "known-hand@example.org", name="Ann Able")
    page = log_in(visit(javascript=False))
    page.goto(f"/organise/events/{event.slug}/attendees")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Full name").fill("Able, Ann")
    page.get_by_label("E-mail address", exact=False).first.fill("not-asked@example.org")
    page.get_by_label("Organisation").fill("PZ Antwerpen")
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_text("Is it this person?")).to_be_visible()
    expect(page.get_by_label("Full name")).to_have_value("Able, Ann")
    page.get_by_label("It is somebody else: enter this person as well").check()
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_role("heading", name="Able, Ann")).to_be_visible()
    expect(page.get_by_text("Entered, with a place. A letter goes out.")).to_be_visible()
    expect(page.get_by_role("heading", name="Possible doubles")).to_be_visible()
    person = page.url

    letter = wait_for_letter(page, site, "not-asked@example.org", "You have a place")
    assert "have entered you for this event" in text_of(letter)
    assert entry_of(letter)[0] == "REQUEST"
    stranger = visit(javascript=False)
    stranger.goto(next(link for link in links_of(letter) if link.endswith("/not-me")))
    expect(stranger.get_by_role("heading", name="I did not ask for this")).to_be_visible()
    stranger.get_by_role("button", name="Remove this registration").click()
    farewell = wait_for_letter(page, site, "not-asked@example.org", "The registration is removed")
    assert entry_of(farewell)[0] == "CANCEL"
    page.goto(person)
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert list(integrity.problems()) == []


def test_two_registrations_of_one_person_are_merged(visit: Visit, site: Site, app: Flask) -> None:
    event = make_event("twice")
    builders.register(event, "work@example.org", name="Dia Double")
    second = builders.register(event, "home@example.org", name="Dia Double")
    page = log_in(visit(javascript=False))
    page.goto(f"/organise/events/{event.slug}/attendees/{second.id}")
    page.get_by_role("link", name="Merge…").click()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("The two registrations are one now: this one.")).to_be_visible()
    letter = wait_for_letter(page, site, "home@example.org", "You were registered twice")
    assert entry_of(letter)[0] == "CANCEL"
    assert list(integrity.problems()) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_list_is_looked_over_and_registered(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    event = make_event(f"by-list-{javascript}".lower(), capacity=100)
    rows: list[tuple[str, str, str]] = people(120)
    rows[7] = ("Faulty Row", "no address", "")
    page = log_in(visit(javascript=javascript))
    page.goto(f"/organise/events/{event.slug}/attendees")
    page.get_by_role("link", name="Import a list").click()
    file = {"name": "people.xlsx", "mimeType": "application/octet-stream", "buffer": workbook(rows)}
    page.get_by_label("The list").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Show what is in it").click()
    expect(page.get_by_text("1 row has a fault")).to_be_visible()
    expect(page.get_by_role("rowheader", name="9", exact=True)).to_be_visible()
    page.get_by_label("Leave out row 9").check()
    page.get_by_label("No: they know already, or you tell them yourself").check()
    page.get_by_role("button", name=re.compile("^Register")).click()
    done = page.get_by_role("heading", name="The list is done")
    if javascript:
        expect(done).to_be_visible()
    else:
        for _ in range(40):
            if done.is_visible():
                break
            page.get_by_role("link", name="Show how far it is now").click()
            page.wait_for_timeout(250)
    expect(page.get_by_text("100 people have a place")).to_be_visible()
    expect(page.get_by_text("19 people wait")).to_be_visible()
    assert list(integrity.problems()) == []
