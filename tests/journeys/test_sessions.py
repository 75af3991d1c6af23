"""Sign-up for sessions in a real browser: chosen in the form, a line behind them, moving up, the organiser's list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.web.access import Role
from tests.journeys.site import Site, own_page_of, text_of, wait_for_letter
from tests.journeys.world import login_path
from tests.signups import event_with, session

Visit = Callable[..., Page]


def _register(page: Page, slug: str, name: str, address: str, *sessions: str) -> None:
    page.goto(f"/events/{slug}/register")
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(address)
    for each in sessions:
        page.get_by_label(re.compile(each)).check()
    page.get_by_role("button", name="Register").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_people_choose_sessions_wait_and_move_up(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    slug = f"choose-{javascript}".lower()
    first, second = f"wim-{slug}@example.org", f"xan-{slug}@example.org"
    event_with(
        session("harbour", 1, title={"en": "Harbour walk"}),
        session("museum", 1.5, title={"en": "Museum"}, capacity=12),
        session("closing", 4, title={"en": "Closing talk"}, capacity=40),
        slug=slug,
    )
    wim, xan = visit(javascript=javascript), visit(javascript=javascript)
    _register(wim, slug, "Wim Walker", first, "Harbour walk", "Museum")
    expect(wim.get_by_role("alert")).to_contain_text("“Harbour walk” and “Museum” are at the same time")
    expect(wim.get_by_label(re.compile("Harbour walk"))).to_be_checked()
    wim.get_by_label(re.compile("Museum")).uncheck()
    wim.get_by_role("button", name="Register").click()
    expect(wim.get_by_role("heading", name="You have a place")).to_be_visible()

    xan.goto(f"/events/{slug}")
    expect(xan.get_by_text("full, you can wait for a place")).to_be_visible()
    expect(xan.get_by_text("12 of 12 places left")).to_be_visible()
    _register(xan, slug, "Xan Walker", second, "Museum", "Closing talk")
    xan.goto(own_page_of(wait_for_letter(xan, site, second, "You have a place")))
    xan.get_by_role("link", name="Choose or change your sessions").click()
    xan.get_by_label(re.compile("Harbour walk")).check()
    xan.get_by_role("button", name="Save").click()
    expect(xan.get_by_text("One session is full: you are in line for it")).to_be_visible()
    expect(xan.get_by_text("Number 1 in line")).to_be_visible()
    assert xan.evaluate("document.documentElement.scrollWidth") <= 390

    wim.goto(own_page_of(wait_for_letter(wim, site, first, "You have a place")))
    wim.get_by_role("link", name="Choose or change your sessions").click()
    wim.get_by_label(re.compile("Harbour walk")).uncheck()
    wim.get_by_role("button", name="Save").click()
    expect(wim.get_by_text("You have not signed up for any session.")).to_be_visible()

    letter = wait_for_letter(xan, site, second, "You now have a place in “Harbour walk”")
    assert "given up for “Harbour walk”, which is at the same time" in text_of(letter)
    xan.reload()
    expect(xan.get_by_text("Number 1 in line")).to_have_count(0)
    expect(xan.locator("section", has=xan.locator("#sessions"))).to_contain_text("Harbour walk")

    organiser = visit(javascript=javascript)
    organiser.goto(login_path(Role.editor))
    organiser.get_by_role("button").first.click()
    organiser.goto(f"/organise/events/{slug}/sessions")
    organiser.get_by_role("link", name="Harbour walk").click()
    expect(organiser.get_by_role("link", name="Xan Walker", exact=True)).to_be_visible()
    organiser.get_by_label("Who?").select_option(label="Wim Walker")
    organiser.get_by_label("Reason").fill("Shows the way.")
    organiser.get_by_role("button", name="Give a place").click()
    expect(organiser.get_by_text("They have a place now")).to_be_visible()
    expect(organiser.get_by_text("2 of 1")).to_be_visible()
    assert organiser.evaluate("document.documentElement.scrollWidth") <= 390
