"""Places in the room and online, and several people with one form, in a real browser on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.registration import integrity
from tests.builders import make_event
from tests.builders import register as enter
from tests.journeys.site import Site, entry_of, own_page_of, sequence_of, text_of, wait_for_letter

Visit = Callable[..., Page]
JOIN = "https://meet.example.org/kinds"
with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


def sign_up(page: Page, slug: str, name: str, address: str, *, room: bool, either: bool = False) -> None:
    page.goto(f"/events/{slug}/register")
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label(re.compile("^In the room" if room else "^Online")).check()
    if either:
        page.get_by_label("If the room is full, online is fine as well").check()
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page).to_have_url(re.compile("/received"))


@with_and_without_javascript
def test_wait_for_the_room_with_a_place_online_and_get_it(
    visit: Visit, site: Site, app: Flask, javascript: bool
) -> None:
    slug, address = f"kinds-{javascript}".lower(), f"either-{javascript}@example.org".lower()
    make_event(slug, mode="hybrid", capacity=1, online_capacity=1, online_url=JOIN)
    holder, waiting = f"holder-{address}", f"online-{address}"
    page = visit(javascript=javascript)
    sign_up(page, slug, "Holder of the room", holder, room=True)
    sign_up(page, slug, "Either Way", address, room=True, either=True)
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()
    sign_up(page, slug, "Only Online", waiting, room=False)
    expect(page.get_by_role("heading", name="No place yet: number 1 in line")).to_be_visible()

    letter = wait_for_letter(page, site, address, "You have a place")
    assert JOIN in text_of(letter)
    assert "In the room: number 1 in line" in text_of(letter)
    page.goto(own_page_of(letter))
    expect(page.get_by_text("In the room: number 1 in line")).to_be_visible()
    expect(page.get_by_text("Online: you have a place")).to_be_visible()
    expect(page.get_by_role("link", name=JOIN)).to_be_visible()

    # Change of mind, twice: no longer waiting, then waiting again.
    page.get_by_role("link", name="Stop waiting for the other kind of place").click()
    page.get_by_role("button", name="Stop waiting").click()
    expect(page.get_by_text("You keep your place, and no longer wait for another one.")).to_be_visible()
    page.get_by_role("link", name="Take part in the room instead").click()
    expect(page.get_by_role("heading", name="Wait for a place in the room?")).to_be_visible()
    page.get_by_role("button", name="Join the line").click()
    expect(page.get_by_text("You wait for the other kind of place. In the room: number 1 in line.")).to_be_visible()

    # The room's place comes free: it goes to the one, and theirs online to the other.
    given_up = visit(javascript=javascript)
    given_up.goto(own_page_of(wait_for_letter(page, site, holder, "You have a place")))
    given_up.get_by_role("link", name="Give up my place").first.click()
    given_up.get_by_role("button", name="Give up my place").click()
    switched = wait_for_letter(page, site, address, "You now have a place in the room")
    assert "Your place online is given up." in text_of(switched)
    assert JOIN not in text_of(switched)
    (_, before), (method, after) = entry_of(letter), entry_of(switched)
    assert (method, after["UID"]) == ("REQUEST", before["UID"])
    assert sequence_of(after) > sequence_of(before)
    assert (str(before["LOCATION"]), str(after["LOCATION"]).split(",")[0]) == (JOIN, "Manos Premier")
    assert JOIN in text_of(wait_for_letter(page, site, waiting, "You now have a place"))
    page.reload()
    expect(page.get_by_text("In the room: you have a place")).to_be_visible()
    expect(page.get_by_text(JOIN)).to_have_count(0)
    assert list(integrity.problems()) == []


def test_switch_at_once_where_a_place_is_free(visit: Visit, site: Site, app: Flask) -> None:
    make_event("kinds-free", mode="hybrid", capacity=5, online_capacity=5, online_url=JOIN)
    page = visit()
    sign_up(page, "kinds-free", "Switch At Once", "switch@example.org", room=True)
    page.goto(own_page_of(wait_for_letter(page, site, "switch@example.org", "You have a place")))
    page.get_by_role("link", name="Take part online instead").click()
    expect(page.get_by_text("it cannot be kept for you")).to_be_visible()
    page.get_by_role("button", name="Take part online").click()
    expect(page.get_by_text("You now have a place online. We have written to you")).to_be_visible()
    expect(page.get_by_role("link", name=JOIN)).to_be_visible()
    wait_for_letter(page, site, "switch@example.org", "You now have a place online")


@with_and_without_javascript
def test_register_colleagues_with_one_form(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    who = str(javascript).lower()
    slug, first, second = f"party-{who}", f"ann-{who}@unia.example", f"ben-{who}@unia.example"
    event = make_event(slug, capacity=3)
    enter(event)
    page = visit(javascript=javascript)
    page.goto(f"/events/{slug}/register")
    page.get_by_role("link", name="Register several people at once").click()
    page.get_by_label("Organisation").fill("Unia")
    people = page.get_by_role("group", name=re.compile(r"^Person \d"))
    if javascript:
        expect(people).to_have_count(2)
        page.get_by_role("button", name="Add another person").click()
        expect(people.nth(2).get_by_label("Full name")).to_be_focused()
    else:
        expect(people).to_have_count(5)
    for number, (name, address) in enumerate((("Ann", first), ("Ben", second), ("Cor", ""))):
        people.nth(number).get_by_label("Full name").fill(name)
        people.nth(number).get_by_label("E-mail address").fill(address)
    page.get_by_label(re.compile("^All of us or nobody")).check()
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_text("Nobody was registered: there are 2 places")).to_be_visible()
    page.get_by_label(re.compile("^As many as there are places")).check()
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", name="Your registrations")).to_be_visible()
    expect(page.get_by_text("You have a place")).to_have_count(2)
    expect(page.get_by_text("No place yet: number 1 in line")).to_be_visible()
    letter = wait_for_letter(page, site, second, "You have a place")
    assert "Ann has registered you for this event, together with colleagues." in text_of(letter)
    page.goto(own_page_of(letter))
    expect(page.get_by_text("Ben", exact=True)).to_be_visible()
    assert list(integrity.problems()) == []
