"""A colleague's way into a team, on a phone: the letter, a password, a second factor, and in again with a code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.people.queries import find_user
from eventsapp.series.team import add_organiser
from eventsapp.web.access import Role
from tests.builders import make_series
from tests.journeys.audit import axe_problems, layout_problems
from tests.journeys.site import Site, links_of, wait_for_letter
from tests.second_factor import code_of

Visit = Callable[..., Page]
PASSWORD = "a long enough password"
GUEST = "new.colleague@example.org"


def log_in(page: Page, address: str) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def sound(page: Page, heading: str) -> None:
    """The page is there, and axe and the ruler find nothing."""
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    assert axe_problems(page) == []
    laid_out = layout_problems(page)
    assert {kind: laid_out[kind] for kind in ("sideways", "cut", "small") if laid_out[kind]} == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_invitation_to_the_code(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    slug, guest_address = f"team-{javascript}".lower(), f"{javascript}.{GUEST}".lower()
    make_series(slug, title={"en": "Shared Streets"})
    add_organiser(f"olga.{slug}@example.org", Role.owner, slug=slug, password=PASSWORD)
    owner = visit(javascript=javascript)
    log_in(owner, f"olga.{slug}@example.org")
    owner.goto(f"/organise/series/{slug}")
    owner.get_by_role("link", name="Team").click()
    owner.get_by_label("E-mail address").fill(guest_address)
    owner.get_by_label(re.compile("^Editor")).check()
    owner.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_text(f"The invitation to {guest_address} is on its way.")).to_be_visible()
    if javascript:
        sound(owner, "Shared Streets")

    letter = wait_for_letter(owner, site, guest_address, "You are invited to a team of organisers")
    guest = visit(javascript=javascript)
    guest.goto(next(link for link in links_of(letter) if "/invitations/" in link))
    if javascript:
        sound(guest, "Join the team of “Shared Streets”")
    guest.get_by_role("button", name="Join the team").click()
    expect(guest.get_by_role("heading", name="Choose a password")).to_be_visible()
    guest.get_by_label("New password").fill(PASSWORD)
    guest.get_by_label("The same once more").fill(PASSWORD)
    guest.get_by_role("button", name="Keep this password").click()
    expect(guest.get_by_role("heading", name="Overview")).to_be_visible()

    phone, codes = set_up(guest, audit=javascript)
    guest.get_by_role("link", name="I have kept them").click()
    expect(guest.get_by_text("The second factor is on")).to_be_visible()
    guest.get_by_role("button", name="Log out").click()

    log_in(guest, guest_address)
    if javascript:
        sound(guest, "Enter the code")
    guest.goto("/organise/")
    expect(guest).to_have_url(re.compile("/login"))
    guest.goto("/login/code")
    guest.get_by_label("Code").fill("000000")
    guest.get_by_role("button", name="Log in").click()
    expect(guest.get_by_text("This code is not right, or was used already.").first).to_be_visible()
    # Of the half minute after the one that set it up: no test waits for it.
    guest.get_by_label("Code").fill(code_of(phone, 1))
    guest.get_by_role("button", name="Log in").click()
    expect(guest.get_by_role("heading", name="Overview")).to_be_visible()
    assert find_user(guest_address) is not None
    assert len(codes) == 10

    owner.goto(f"/organise/series/{slug}/log")
    expect(owner.get_by_text("Invitation to the team accepted").last).to_be_visible()
    if javascript:
        sound(owner, "Shared Streets")


def set_up(page: Page, *, audit: bool) -> tuple[pyotp.TOTP, list[str]]:
    """From the header to the recovery codes."""
    page.get_by_role("link", name="Account").click()
    if audit:
        sound(page, "Your account")
    page.get_by_role("link", name="Set up a second factor").click()
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_alt_text(re.compile("^QR code"))).to_be_visible()
    if audit:
        sound(page, "Second factor")
    phone = pyotp.TOTP(re.sub(r"\s", "", page.locator("main code").inner_text()))
    page.get_by_label("Type the six digits").fill(code_of(phone))
    page.get_by_role("button", name="Turn the second factor on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    if audit:
        sound(page, "Your recovery codes")
    return phone, page.locator(".recovery-codes code").all_inner_texts()
