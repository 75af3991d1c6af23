"""A site as `make run` starts it, and a real Chromium in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from config import from_environment
from eventsapp.app import create_app
from eventsapp.database import db
from tests.journeys.site import Site

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "tests/.artifacts"
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Web server, worker and mailbox in processes of their own, on a new SQLite file with the demo in it."""
    instance = tmp_path_factory.mktemp("site")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSAPP_")}
    environment = {**ours, "EVENTSAPP_INSTANCE": str(instance), "EVENTSAPP_RATE_LIMITS": "off"}
    process = subprocess.Popen(
        [sys.executable, "-m", "eventsapp.serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = _until_ready(process)
        address = re.findall(r"http://\S+", said)[0].rstrip("/")
        yield Site(
            address, instance, said, create_app(from_environment({**environment, "EVENTSAPP_BASE_URL": address}))
        )
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors


def _until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ctrl-C"):
            return "".join(said)
    raise RuntimeError(f"the site did not start: {''.join(said)}{process.stderr.read() if process.stderr else ''}")


@pytest.fixture
def app(site: Site) -> Iterator[Flask]:
    """The site's own app in the test's process: builders and queries reach the same database."""
    with site.app.app_context():
        yield site.app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        raise RuntimeError("no Chromium on this machine; `make chromium` brings one")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=quiet)
        yield browser
        browser.close()


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
