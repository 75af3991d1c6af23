"""Every journey by keyboard alone: in a sensible order, always visible where one is, never trapped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.web.access import Role
from tests.builders import make_event, register
from tests.journeys.site import Site, own_page_of, wait_for_letter
from tests.journeys.world import login_path

Visit = Callable[..., Page]
MOST_STOPS = 80

_STOP = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  const label = e.labels && e.labels.length ? e.labels[0].innerText : "";
  return {
    name: (e.getAttribute("aria-label") || label || e.innerText || e.name || "").trim().replace(/\\s+/g, " "),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: middle !== null && (e.contains(middle) || middle.contains(e)),
    inside: box.top >= 0 && box.bottom <= innerHeight + 1,
    order: [...document.querySelectorAll("*")].indexOf(e),
    area: (e.closest("header, main, footer, nav") || document.body).tagName.toLowerCase(),
    top: Math.round(box.top + scrollY),
  };
}
"""


@dataclass(frozen=True)
class Stop:
    """Where the focus is: `outlined` by a line, `seen` because nothing lies over it, `inside` the window."""

    name: str
    outlined: bool
    seen: bool
    inside: bool
    order: int
    area: str
    top: int


def stop(page: Page) -> Stop | None:
    answer = page.evaluate(_STOP)
    return Stop(**answer) if answer else None


def stops(page: Page) -> Iterator[Stop]:
    """Tab from the top of a fresh page until the browser's own bar has the focus."""
    # The mailbox grows with every letter of the tests before; a date has several stops of its own.
    most = MOST_STOPS + 4 * page.locator("a, button, input, select, textarea, summary, iframe").count()
    for _ in range(most):
        page.keyboard.press("Tab")
        here = stop(page)
        if here is None:
            return
        yield here
    raise AssertionError(f"the focus never leaves {page.url}")


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Go on to a control by its name, as somebody does who has no mouse."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        here = stop(page)
        if here is not None and re.search(name, here.name):
            assert here.outlined, here
            return
    raise AssertionError(f"no way to {name!r} by keyboard on {page.url}")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.type(text)


def walk(page: Page) -> list[Stop]:
    """All stops of a page, each of them fit to be one."""
    found = list(stops(page))
    assert found, page.url
    assert [each for each in found if not each.outlined] == []
    assert [each for each in found if not (each.seen and each.inside)] == []
    # A field for a date has a stop for each of its parts.
    orders = [order for order, _ in groupby(each.order for each in found)]
    assert orders == sorted(set(orders)), "the focus jumps back"
    main = [each.top for each in found if each.area == "main"]
    # Things in one row may differ by a line; a column that is read later may not come first.
    assert all(after >= before - 60 for before, after in pairwise(main)), found
    return found


PUBLIC = ["/", "/series/cop", "/events/reflection-day", "/events/reflection-day/register", "/login", "/mailbox"]


@pytest.mark.parametrize("path", PUBLIC)
def test_the_focus_goes_through_a_public_page(visit: Visit, path: str) -> None:
    page = visit()
    page.goto(path)
    first = walk(page)[0]
    assert first.name == "Skip to the content"


@pytest.mark.parametrize(
    "path",
    ["", "events/new", "events/reflection-day", "events/reflection-day/agenda", "events/reflection-day/attendees"],
)
def test_the_focus_goes_through_an_organisers_page(visit: Visit, app: Flask, path: str) -> None:
    page = visit()
    page.goto(login_path(Role.owner))
    page.get_by_role("main").get_by_role("button").click()
    page.goto(f"/organise/{path}")
    assert walk(page)[0].name == "Skip to the content"


def test_the_skip_link_leads_past_the_header(visit: Visit) -> None:
    page = visit()
    page.goto("/events/reflection-day")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))
    page.keyboard.press("Tab")
    here = stop(page)
    assert here is not None
    assert here.area == "main"


def test_register_and_give_up_by_keyboard(visit: Visit, site: Site) -> None:
    page = visit()
    page.goto("/events/reflection-day")
    tab_to(page, "^Register")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/register$"))

    write(page, "Full name", "Kim Keys")
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    tab_to(page, "e-mail")
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type("keys@access.example.org")
    tab_to(page, "^Register$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()

    page.goto(own_page_of(wait_for_letter(page, site, "keys@access.example.org", "You have a place")))
    tab_to(page, "Give up my place")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cancel$"))
    tab_to(page, "Give up my place")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are no longer registered")).to_be_visible()


def test_an_organiser_logs_in_and_acts_by_keyboard(visit: Visit, app: Flask) -> None:
    event = make_event("by-keyboard", approval=True)
    register(event, name="Kai Keyed")
    page = visit()
    page.goto(login_path(Role.owner))
    tab_to(page, "Log in")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/organise/"))
    page.goto(f"/organise/events/{event.slug}/attendees")
    tab_to(page, "^Kai Keyed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kai Keyed")).to_be_visible()
    tab_to(page, "^Approve")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Confirmed").first).to_be_visible()
