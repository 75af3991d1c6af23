"""Several people at once, in a real browser: filtered, ticked, withdrawn with a reason; on a phone, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.builders import make_event, register, reload
from tests.journeys.site import Site, text_of, wait_for_letter
from tests.journeys.test_organiser import log_in

Visit = Callable[..., Page]


@pytest.mark.parametrize("javascript", [True, False])
def test_filter_tick_two_and_withdraw_them(visit: Visit, app: Flask, site: Site, javascript: bool) -> None:
    event = make_event(capacity=3)
    people = [
        register(event, f"p{number}@{event.slug}.example.org", name=name, organisation=organisation)
        for number, (name, organisation) in enumerate(
            [("Ana", "Unia"), ("Bo", "PZ Antwerp"), ("Cy", "Unia"), ("Di", "Unia"), ("Ed", "PZ Antwerp")]
        )
    ]
    page = log_in(visit(javascript=javascript))
    page.goto(f"/organise/events/{event.slug}/attendees")
    page.get_by_text("Filters and order").click()
    page.get_by_label("Confirmed").check()
    page.get_by_label("Organisation", exact=True).fill("unia")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("Ana", "Cy"):
        page.get_by_label(f"Pick {name}").check()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw 2 registrations?")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".field-error")).to_contain_text("Give a reason.")
    page.get_by_label("Reason").fill("The visit is for fewer people")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("heading", name="2 registrations are withdrawn")).to_be_visible()
    for person, subject in zip(
        people, ["Your place was", "", "Your place was", "You now have", "You now have"], strict=True
    ):
        if subject:
            letter = wait_for_letter(page, site, person.email or "", subject)
            assert "fewer people" not in text_of(letter)
    assert [reload(person).state for person in people] == ["cancelled", "confirmed", "cancelled", *["confirmed"] * 2]
    page.get_by_role("link", name="Back to the list").click()
    expect(page).to_have_url(re.compile(r"/attendees$"))


def test_a_view_is_kept_and_opened(visit: Visit, app: Flask) -> None:
    event = make_event(capacity=1)
    for name in ("Ana", "Bo", "Cy"):
        register(event, f"{name}@{event.slug}.example.org", name=name)
    page = log_in(visit(javascript=False))
    page.goto(f"/organise/events/{event.slug}/attendees?status=waitlisted&sort=-name")
    page.get_by_text("Keep this view by name").click()
    page.get_by_label("Name of the filter").fill("Those who wait")
    page.get_by_role("button", name="Keep").click()
    page.goto(f"/organise/events/{event.slug}/attendees")
    page.get_by_role("link", name="Those who wait").click()
    expect(page.locator("tbody th")).to_have_text([re.compile("Cy"), re.compile("Bo")])


def test_the_sheet_on_paper_is_black_on_white_and_repeats_its_header(visit: Visit, app: Flask) -> None:
    event = make_event(capacity=None)
    for number in range(30):
        register(event, name=f"Guest {number}")
    page = log_in(visit())
    page.goto(f"/organise/events/{event.slug}/signatures")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.locator(".site-header")).to_be_hidden()
    cell = page.locator(".sheet tbody tr").first.locator("td").last
    millimetre = 96 / 25.4
    box = cell.bounding_box()
    assert box is not None
    assert box["height"] >= 10 * millimetre
    style = "element => { const s = getComputedStyle(element); return [s.color, s.backgroundColor]; }"
    assert page.locator(".sheet").evaluate(style) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    display = "element => getComputedStyle(element).display"
    assert page.locator(".sheet thead").evaluate(display) == "table-header-group"
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
