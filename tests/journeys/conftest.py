"""A site as `make run` starts it, and a real Chromium in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from eventsapp.database import db
from tests.journeys.site import Site, running_browser, running_site

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "tests/.artifacts"
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Web server, worker and mailbox in processes of their own, on a new SQLite file with the demo in it."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def app(site: Site) -> Iterator[Flask]:
    """The site's own app in the test's process: builders and queries reach the same database."""
    with site.app.app_context():
        yield site.app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@dataclass
class Visits:
    """Opens windows for one test; a picture of each is kept when the test fails."""

    browser: Browser
    site: Site
    contexts: list[BrowserContext]

    def __call__(self, *, javascript: bool = True) -> Page:
        context = self.browser.new_context(
            base_url=self.site.address, viewport=PHONE, java_script_enabled=javascript, locale="en-GB"
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        return context.new_page()


@pytest.fixture
def visit(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a new window as a new person: `visit()` or `visit(javascript=False)`."""
    visits = Visits(browser, site, [])
    failed_before = request.session.testsfailed
    yield visits
    for number, context in enumerate(visits.contexts):
        for page in context.pages:
            if request.session.testsfailed > failed_before:
                ARTIFACTS.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=ARTIFACTS / f"{request.node.name}-{number}.png", full_page=True)
        context.close()
