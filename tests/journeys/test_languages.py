"""Words a third longer than English break no page on a phone: each kind of page once, at 390 pixels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route

from eventsapp.app import create_app
from eventsapp.database import db
from tests.browser import Browser
from tests.hostile import site as full_site
from tests.hostile import walk
from tests.journeys.conftest import PHONE
from tests.organising import log_in
from tests.pages import path
from tests.pseudo import LANGUAGE, speak_pseudo
from tests.settings import config_for

ORIGIN = "http://localhost"
SUMMER = datetime(2027, 7, 14, 12, tzinfo=UTC)
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  const cut = (element) => getComputedStyle(element).overflowX !== 'visible';
  const scrolls = (element) => element && (cut(element) || scrolls(element.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter((each) => each.getBoundingClientRect().right > room + 1 && !scrolls(each.parentElement))
    .map((each) => `${each.tagName}.${each.className}: ${each.textContent.trim().slice(0, 60)}`)
    .slice(0, 3);
}"""
"""What sticks out to the right and cannot be scrolled to within the page."""


@pytest.fixture
def app(sqlite_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(config_for(sqlite_database_url, tmp_path / "instance"))
    app.test_client_class = Browser
    with app.app_context(), time_machine.travel(SUMMER, tick=True):
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def phone(browser: Chromium, app: Flask) -> Iterator[tuple[Page, Browser]]:
    """A narrow window that is answered by the app itself, without a server in between."""
    client = Browser(app)
    context = browser.new_context(base_url=ORIGIN, viewport=PHONE)

    def answer(route: Route) -> None:
        found = client.get(path(route.request.url), buffered=True)
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    context.route("**/*", answer)
    yield context.new_page(), client
    context.close()


def test_longer_words_fit_on_a_phone(app: Flask, phone: tuple[Page, Browser], tmp_path: Path) -> None:
    page, client = phone
    starts = full_site()
    log_in(client)
    speak_pseudo(app, tmp_path / "translations")
    client.set_cookie("lang", LANGUAGE)
    adapter = app.url_map.bind("localhost")
    pages = {
        adapter.match(address.partition("?")[0])[0]: address
        for address, answer in walk(client, starts).items()
        if answer.mimetype == "text/html" and not answer.location
    }
    assert len(pages) > 25
    wide = {}
    for endpoint, address in pages.items():
        page.goto(address)
        assert "⟦" in page.inner_text("body"), address
        for fold in page.locator("details").all():
            fold.evaluate("each => { each.open = true }")
        if found := page.evaluate(TOO_WIDE):
            wide[endpoint] = found
    assert wide == {}
