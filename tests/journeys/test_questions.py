"""An event's questions in a real browser: an organiser asks three, a participant answers them on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.questions.rules import Kind
from eventsapp.web.access import Role
from tests.asking import ask, ask_consents, ask_ready
from tests.builders import make_event
from tests.journeys.site import Site, own_page_of, text_of, wait_for_letter
from tests.journeys.world import login_path

Visit = Callable[..., Page]
with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


@with_and_without_javascript
def test_three_questions_are_answered_and_one_is_taken_back(
    visit: Visit, site: Site, app: Flask, javascript: bool
) -> None:
    event = make_event(f"asks-{javascript}".lower())
    ask(event, "Which drink?", Kind.ONE_OF, required=True)
    ask(event, "How many nights?", Kind.NUMBER, maximum=3)
    ask_ready(event, "access")
    ask_consents(event, photos="Photos of me may be shown.")
    address = f"quin-{javascript}@example.org".lower()
    page = visit(javascript=javascript)
    page.goto(f"/events/{event.slug}/register")
    page.get_by_label("Full name").fill("Quin Quest")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("How many nights?").fill("4")
    page.get_by_label(re.compile("What do you need")).fill("A ramp")
    page.get_by_label("Photos of me may be shown.").check()
    page.get_by_role("button", name="Register").click()

    expect(page.get_by_role("alert")).to_contain_text("3 answers need another look")
    expect(page.get_by_label(re.compile("What do you need"))).to_have_value("A ramp")
    expect(page.get_by_label("Photos of me may be shown.")).to_be_checked()
    page.get_by_role("link", name=re.compile("Enter a number from 0 to 3")).click()
    page.get_by_label("How many nights?").fill("2")
    page.get_by_label("Tea").check()
    page.get_by_label(re.compile("You may keep this answer")).check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()

    letter = wait_for_letter(page, site, address, "You have a place")
    assert not any(word in text_of(letter) for word in ("ramp", "Tea", "nights"))
    page.goto(own_page_of(letter))
    expect(page.get_by_text("A ramp")).to_be_visible()
    page.get_by_role("button", name=re.compile("Take this answer back")).click()
    expect(page.get_by_text("The answer is deleted.")).to_be_visible()
    expect(page.get_by_text("A ramp")).to_have_count(0)
    page.get_by_role("link", name="Change your answers").click()
    expect(page.get_by_label("Tea")).to_be_checked()
    page.get_by_label("Coffee").check()
    page.get_by_label("Photos of me may be shown.").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    expect(page.get_by_text("Coffee")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@with_and_without_javascript
def test_questions_follow_how_one_takes_part(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    event = make_event(f"either-{javascript}".lower(), mode="hybrid", online_capacity=9)
    ask(event, "Which lunch?", attends="room", required=True)
    ask(event, "Which browser?", attends="online")
    page = visit(javascript=javascript)
    page.goto(f"/events/{event.slug}/register")
    page.get_by_label("Full name").fill("Eve Either")
    page.get_by_label("E-mail address").fill(f"eve-{javascript}@example.org".lower())
    lunch, browser = page.get_by_label("Which lunch?"), page.get_by_label("Which browser?")
    expect(lunch).to_be_visible()
    expect(browser).to_be_visible()
    page.get_by_label(re.compile("^Online")).check()
    expect(lunch).to_be_visible(visible=not javascript)
    browser.fill("Firefox")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()


@with_and_without_javascript
def test_an_organiser_asks(visit: Visit, site: Site, app: Flask, javascript: bool) -> None:
    event = make_event(f"asked-{javascript}".lower())
    page = visit(javascript=javascript)
    page.goto(login_path(Role.editor))
    page.get_by_role("button").last.click()
    page.goto(f"/organise/events/{event.slug}/questions")
    page.get_by_role("button", name="Dietary needs").click()
    page.get_by_role("link", name="One of several choices").click()
    page.get_by_label("Question").fill("Which workshop?")
    page.get_by_label("Why do you ask?").fill("To find rooms.")
    page.get_by_label("Choices").fill("Radicalisation\nDigital evidence")
    page.get_by_role("button", name="Add the question").click()
    expect(page.get_by_text("The question is on the form.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Up.*Which workshop")).click()
    names = [each.inner_text().split("\n")[0].strip() for each in page.get_by_role("rowheader").all()]
    assert names == ["Dietary needs", "Which workshop?", "Allergies, and what else the kitchen should know"]
    page.get_by_role("link", name="Choose consents").click()
    page.get_by_label("Photos", exact=True).check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"/events/{event.slug}/register")
    for text in ("Dietary needs", "Why we ask: To find rooms.", "Photos and films in which I can be recognised"):
        expect(page.get_by_text(text).first).to_be_visible()
