"""A participant's way, in a real browser on a phone: with JavaScript, and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.registration import integrity
from tests.builders import make_event
from tests.journeys.site import (
    Site,
    entry_of,
    has_entry,
    letters_to,
    own_page_of,
    register,
    sequence_of,
    text_of,
    wait_for_letter,
)

Visit = Callable[..., Page]
with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


@with_and_without_javascript
def test_register_read_the_letter_and_give_up(visit: Visit, site: Site, javascript: bool) -> None:
    address = f"stranger-{javascript}@example.org".lower()
    page = visit(javascript=javascript)
    page.goto("/")
    page.locator("a[href='/events/reflection-day']").first.click()
    expect(page.get_by_text("Presentation police partners")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ places left"))).to_be_visible()
    register(page, "reflection-day", "Sam Stranger", address, "PZ Antwerp")
    expect(page.get_by_role("heading", name=re.compile("You have a place"))).to_be_visible()

    letter = wait_for_letter(page, site, address, "You have a place")
    method, entry = entry_of(letter)
    assert (method, sequence_of(entry)) == ("REQUEST", 0)
    assert "Manos Premier" in text_of(letter)
    page.goto("/mailbox")
    page.get_by_role("link", name=re.compile("You have a place")).first.click()
    expect(page.get_by_text(address).first).to_be_visible()

    page.goto(own_page_of(letter))
    expect(page.get_by_role("heading", name=re.compile("You have a place"))).to_be_visible()
    page.get_by_role("link", name="Give up my place").first.click()
    page.get_by_role("button", name=re.compile("Give up my place")).click()
    expect(page.get_by_role("heading", name="You are no longer registered")).to_be_visible()

    goodbye = wait_for_letter(page, site, address, "You gave up your place")
    method, cancelled = entry_of(goodbye)
    assert method == "CANCEL"
    assert cancelled["UID"] == entry["UID"]
    assert sequence_of(cancelled) > sequence_of(entry)


@with_and_without_javascript
def test_three_places_five_people(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    event = make_event(f"three-places-{javascript}".lower(), capacity=3)
    page = visit(javascript=javascript)
    people = [f"{name}-{javascript}@example.org".lower() for name in ("ann", "ben", "cem", "dia", "eva")]
    headings = ["You have a place"] * 3 + ["number 1 in line", "number 2 in line"]
    for address, heading in zip(people, headings, strict=True):
        register(page, event.slug, address.split("-")[0].title(), address)
        expect(page.get_by_role("heading", name=re.compile(heading))).to_be_visible()
    waiting = wait_for_letter(page, site, people[3], "No place yet: number 1 in line")
    second = wait_for_letter(page, site, people[4], "No place yet: number 2 in line")
    assert not has_entry(waiting)
    assert "Please do not book travel yet." in text_of(waiting)

    first_letter = wait_for_letter(page, site, people[0], "You have a place")
    page.goto(own_page_of(first_letter))
    page.get_by_role("link", name="Give up my place").first.click()
    page.get_by_role("button", name=re.compile("Give up my place")).click()

    told = wait_for_letter(page, site, people[3], "You now have a place")
    assert entry_of(told)[0] == "REQUEST"
    page.goto(own_page_of(told))
    expect(page.get_by_role("heading", name=re.compile("You have a place|You now have a place"))).to_be_visible()
    page.goto(own_page_of(second))
    expect(page.get_by_text(re.compile("number 1 in line")).first).to_be_visible()
    assert [str(letter["Subject"])[:12] for letter in letters_to(site, people[4])] == ["No place yet"]
    assert list(integrity.problems()) == []


@with_and_without_javascript
def test_a_wrong_address_is_corrected(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    event = make_event(f"wrong-address-{javascript}".lower())
    wrong, right = (f"{word}-{javascript}@example.org".lower() for word in ("worng", "right"))
    page = visit(javascript=javascript)
    register(page, event.slug, "Wim Wrong", wrong)
    first = wait_for_letter(page, site, wrong, "You have a place")
    page.goto(own_page_of(first))
    _ask_for_address(page, right)
    proof = wait_for_letter(page, site, right, "Please confirm your new address")
    assert not has_entry(proof)
    page.goto(next(link for link in text_of(proof).split() if "/prove" in link))
    page.get_by_role("button").last.click()

    moved = wait_for_letter(page, site, right, "Your new address is confirmed")
    told = letters_to(site, wrong)[-1]
    assert entry_of(told)[0] == "CANCEL"
    method, entry = entry_of(moved)
    assert method == "REQUEST"
    assert entry["UID"] == entry_of(first)[1]["UID"]
    assert sequence_of(entry) > sequence_of(entry_of(told)[1])
    assert page.request.get(own_page_of(first)).status == 404
    page.goto(own_page_of(moved))
    expect(page.get_by_text(right).first).to_be_visible()


def _ask_for_address(page: Page, address: str) -> None:
    page.get_by_role("link", name="Change your e-mail address").click()
    page.get_by_label("New e-mail address").fill(address)
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_text(re.compile(address)).first).to_be_visible()


@with_and_without_javascript
def test_a_confidential_event_shows_the_neutral_page(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    event = make_event(f"confidential-{javascript}".lower(), confidential=True)
    address = f"quiet-{javascript}@example.org".lower()
    page = visit(javascript=javascript)
    register(page, event.slug, "Quinn Quiet", address)
    fresh = page.get_by_role("main").inner_text()
    wait_for_letter(page, site, address, "You have a place")
    register(page, event.slug, "Quinn Quiet", address)
    assert page.get_by_role("main").inner_text() == fresh
    assert "place" not in fresh.lower().replace("places", "")
    wait_for_letter(page, site, address, "You are already registered")


def test_approval_is_asked_for_and_told(visit: Visit, site: Site, app: Flask) -> None:
    event = make_event("on-request", approval=True)
    page = visit()
    register(page, event.slug, "Pia Pending", "pia@example.org")
    expect(page.get_by_role("heading", name=re.compile("Awaiting approval", re.IGNORECASE))).to_be_visible()
    letter = wait_for_letter(page, site, "pia@example.org", "Awaiting approval")
    assert not has_entry(letter)


def test_i_did_not_register_takes_the_registration_away(visit: Visit, site: Site, app: Flask) -> None:
    event = make_event("somebody-else")
    page = visit()
    register(page, event.slug, "Sam Else", "victim@example.org")
    letter = wait_for_letter(page, site, "victim@example.org", "You have a place")
    page.goto(next(link for link in text_of(letter).split() if "/not-me" in link))
    page.get_by_role("button").last.click()
    goodbye = wait_for_letter(page, site, "victim@example.org", "The registration is removed")
    assert entry_of(goodbye)[0] == "CANCEL"
