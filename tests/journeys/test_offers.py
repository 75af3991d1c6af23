"""A place that is offered, on a phone: accepted, declined, let pass; and one taken at short notice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp import clock
from eventsapp.database import db, transaction
from eventsapp.registration import integrity, offers, service
from eventsapp.registration.models import Registration
from tests.builders import make_event, reload
from tests.builders import register as enter
from tests.journeys.site import Site, links_of, register, text_of, wait_for_letter

Visit = Callable[..., Page]
with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


def link(letter: EmailMessage, act: str) -> str:
    return next(each for each in links_of(letter) if each.endswith(f"/{act}"))


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1, name=re.compile(words))).to_be_visible()


def time_is_over(email: str) -> None:
    """The deadline passes, and a worker comes by."""
    with transaction() as session:
        row = session.query(Registration).filter_by(email=email).one()
        row.offer_until = clock.now() - timedelta(minutes=1)


@with_and_without_javascript
def test_offered_accepted_declined_and_let_pass(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    way = f"{javascript}".lower()
    event = make_event(f"offers-{way}", capacity=1, promotion="offer")
    first = enter(event)
    ann, ben, cem = (f"{name}-{way}@offers.example.org" for name in ("ann", "ben", "cem"))
    page = visit(javascript=javascript)
    for address in (ann, ben, cem):
        register(page, event.slug, address.split("-")[0].title(), address)
        heading(page, "No place yet")
    service.give_up(first.id)

    # The first in line declines: the button stands behind the link.
    letter = wait_for_letter(page, site, ann, "A place is held for you until")
    assert "12:00" in str(letter["Subject"])
    page.goto(link(letter, "decline"))
    heading(page, "Decline the place?")
    page.get_by_role("button", name="Decline the place").click()
    heading(page, "You are no longer registered")
    wait_for_letter(page, site, ann, "You declined the place")

    # The next lets it pass, and is too late then.
    letter = wait_for_letter(page, site, ben, "A place is held for you until")
    time_is_over(ben)
    page.goto(link(letter, "accept"))
    heading(page, "The time to accept is over")
    offers.expire_due()
    wait_for_letter(page, site, ben, "The place is no longer held for you")
    page.get_by_role("link", name="See your registration").click()
    heading(page, "No place yet: number 1 in line")

    # The third accepts, on the own page.
    letter = wait_for_letter(page, site, cem, "A place is held for you until")
    page.goto(link(letter, "accept").removesuffix("/accept"))
    heading(page, "A place is held for you")
    page.get_by_role("link", name="Accept the place").click()
    page.get_by_role("button", name="Accept the place").click()
    heading(page, "You have a place")
    assert "Now you can book your travel." in text_of(wait_for_letter(page, site, cem, "You have a place"))
    db.session.rollback()
    assert list(integrity.problems()) == []


@with_and_without_javascript
def test_a_place_at_short_notice(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    way = f"{javascript}".lower()
    event = make_event(f"late-{way}", capacity=1, promotion_ends_at=datetime(2026, 1, 1))
    first, slow = enter(event), enter(event, f"slow-{way}@offers.example.org", short_notice=True)
    page, address = visit(javascript=javascript), f"dia-{way}@offers.example.org"
    page.goto(f"/events/{event.slug}/register")
    page.get_by_label("Full name").fill("Dia")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("I can come at short notice").check()
    page.get_by_role("button", name="Register").click()
    heading(page, "No place yet: number 2 in line")
    service.give_up(first.id)

    letter = wait_for_letter(page, site, address, "A place came free: the first to take it gets it")
    page.goto(link(letter, "take"))
    page.get_by_role("button", name="Take the place").click()
    heading(page, "You have a place")
    letter = wait_for_letter(page, site, slow.email or "", "A place came free: the first to take it gets it")
    page.goto(link(letter, "take"))
    heading(page, "Somebody was faster")
    expect(page.get_by_text(re.compile("number 1 in line"))).to_be_visible()
    assert reload(slow).state == "waitlisted"
    assert list(integrity.problems()) == []
