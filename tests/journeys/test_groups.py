"""Working groups in a real browser: from the wishes in the form, on a phone, to the letter and the own page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.web.access import Role
from tests.grouping import make_ranked, wishing
from tests.journeys.site import Site, own_page_of, text_of, wait_for_letter
from tests.journeys.world import login_path

Visit = Callable[..., Page]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_wishes_in_the_form_to_the_published_letter(
    visit: Visit, site: Site, app: Flask, javascript: bool
) -> None:
    event = make_ranked(f"groups-{javascript}".lower(), places={"crime": 1, "youth": 2, "roads": 2})
    wishing(event, "crime", name="Ann Able", email=f"ann-{javascript}@groups.example.org".lower())
    address = f"ben-{javascript}@groups.example.org".lower()
    page = visit(javascript=javascript)
    page.goto(f"/events/{event.slug}/register")
    page.get_by_label("Full name").fill("Ben Best")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("1st wish").select_option("Crime")
    page.get_by_label("2nd wish").select_option("Crime")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_contain_text("“Crime” is your 1st wish already.")
    expect(page.get_by_label("1st wish")).to_have_value("crime")
    page.get_by_label("2nd wish").select_option("Youth")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()

    page.goto(own_page_of(wait_for_letter(page, site, address, "You have a place")))
    page.get_by_role("link", name="Change your wishes").click()
    page.get_by_label("3rd wish").select_option("Roads")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your wishes are saved.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    desk = visit(javascript=javascript)
    desk.goto(login_path(Role.editor))
    desk.get_by_role("button").last.click()
    desk.goto(f"/organise/events/{event.slug}")
    desk.get_by_role("link", name="Working groups").click()
    desk.get_by_role("button", name="Work out").click()
    expect(desk.get_by_text("1st wish: 1 person")).to_be_visible()
    expect(desk.get_by_text("2nd wish: 1 person")).to_be_visible()
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
    desk.get_by_label("Pick Ann Able").check()
    desk.get_by_label("Put those that are ticked into").select_option("Roads")
    desk.get_by_role("button", name="Put there by hand").click()
    desk.get_by_role("button", name="Work out again").click()
    expect(desk.get_by_text("By hand", exact=True)).to_be_visible()
    desk.get_by_role("link", name="Publish…").click()
    desk.get_by_role("button", name="Publish and send the letters").click()
    expect(desk.get_by_text("Published: 2 people get a letter.")).to_be_visible()

    letter = wait_for_letter(page, site, address, "Your working group: Crime")
    assert "You are in the working group “Crime”: room Room C, 10:00–10:45" in text_of(letter)
    page.goto(own_page_of(letter))
    expect(page.locator("section", has=page.get_by_role("heading", name="Your working group"))).to_contain_text(
        re.compile(r"Crime\s*, 10:00–10:45, Room C")
    )
    expect(page.get_by_role("link", name="Change your wishes")).to_have_count(0)
