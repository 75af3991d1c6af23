"""Places for a delegation in a real browser: held, filled, changed, given back; what has no name flows back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.delegations import due
from eventsapp.delegations.queries import of_event
from eventsapp.registration import integrity
from tests import builders
from tests.builders import get_event, make_event
from tests.journeys.site import Site, entry_of, links_of, text_of, wait_for_letter
from tests.journeys.test_organiser import log_in

Visit = Callable[..., Page]
PHONE = {"width": 390, "height": 844}


def test_a_delegation_from_its_link_to_its_date(visit: Visit, site: Site, app: Flask) -> None:
    event = make_event("delegated", capacity=4)
    page = log_in(visit(javascript=False))
    hold_places(page)
    waits = builders.register(event, "waits@delegated.example.org")
    assert waits.state == "waitlisted"
    letter = wait_for_letter(page, site, "chris@delegated.example.org", "4 places are held for you")
    contact = visit(javascript=False)
    contact.set_viewport_size(PHONE)  # type: ignore[arg-type]
    contact.goto(next(each for each in links_of(letter) if "/delegations/" in each))
    enter_three(contact)
    named = wait_for_letter(page, site, "ann@delegated.example.org", "You have a place")
    assert "Chris Contact (PZ Antwerpen) has named you" in text_of(named)
    assert entry_of(named)[0] == "REQUEST"
    correct_replace_take_back(contact)
    gone = wait_for_letter(page, site, "ann@delegated.example.org", "Your place was withdrawn")
    assert entry_of(gone)[0] == "CANCEL"
    wait_for_letter(page, site, "dia@delegated.example.org", "You have a place")

    contact.get_by_role("link", name="Give places back").click()
    contact.get_by_label("How many places do you give back?").fill("1")
    contact.get_by_role("button", name="Give them back").click()
    wait_for_letter(page, site, "waits@delegated.example.org", "You now have a place")
    it = get_event(event.id)
    assert (it.room_confirmed, it.room_held) == (3, 1)
    next_in_line = builders.register(event, "next@delegated.example.org")
    assert next_in_line.state == "waitlisted"
    (delegation,) = of_event(event.id)
    with time_machine.travel(delegation.returns_at + timedelta(minutes=1)):
        assert due.return_due() == 1
    contact.reload()
    expect(contact.get_by_text("Places without a name have gone back to the event")).to_be_visible()
    expect(contact.get_by_role("button", name="Enter these names")).to_have_count(0)
    assert list(integrity.problems()) == []


def hold_places(page: Page) -> None:
    page.goto("/organise/events/delegated")
    page.get_by_role("link", name="Delegations").click()
    page.get_by_role("link", name="Hold places").click()
    page.get_by_label("Organisation").fill("PZ Antwerpen")
    page.get_by_label("Name of the contact").fill("Chris Contact")
    page.get_by_label("E-mail address of the contact").fill("chris@delegated.example.org")
    page.get_by_label("Number of places").fill("5")
    page.get_by_role("button", name="Hold these places").click()
    expect(page.get_by_text("Only 4 places are free that nobody waits for").first).to_be_visible()
    page.get_by_label("Number of places").fill("4")
    page.get_by_role("button", name="Hold these places").click()
    expect(page.get_by_text("0 of 4 places have a name")).to_be_visible()


def enter_three(contact: Page) -> None:
    first = contact.get_by_role("group", name="Person 1")
    first.get_by_label("Full name").fill("Ann Able")
    first.get_by_label("E-mail address").fill("ann@delegated.example.org")
    contact.get_by_role("group", name="Person 2").get_by_label("Full name").fill("Bo Able")
    contact.get_by_role("group", name="Person 3").get_by_label("Full name").fill("Cas Able")
    contact.get_by_role("button", name="Enter these names").click()
    expect(contact.get_by_text("3 of 4 places have a name")).to_be_visible()
    assert contact.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def correct_replace_take_back(contact: Page) -> None:
    contact.get_by_role("link", name=re.compile("Change.*Bo Able")).click()
    contact.get_by_label("Full name").first.fill("Bob Able")
    contact.get_by_role("button", name="Correct the name").click()
    contact.get_by_role("link", name=re.compile("Change.*Ann Able")).click()
    contact.get_by_label("Full name").nth(1).fill("Dia Able")
    contact.get_by_label("E-mail address").fill("dia@delegated.example.org")
    contact.get_by_role("button", name="Put this person in the place").click()
    contact.get_by_role("link", name=re.compile("Take back.*Cas Able")).click()
    contact.get_by_role("button", name="Take the name back").click()
    expect(contact.get_by_text("2 of 4 places have a name")).to_be_visible()
    expect(contact.get_by_role("rowheader", name="Bob Able")).to_be_visible()
