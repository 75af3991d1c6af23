"""What a journey does over and over: register, find a letter, log in."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

import icalendar
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config import from_environment
from eventsapp.app import create_app

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Site:
    address: str
    instance: Path
    said: str
    """What `make run` printed."""
    app: Flask


@contextmanager
def running_site(instance: Path) -> Iterator[Site]:
    """What `make run` starts, on a new instance folder; nothing of it is left when the block ends."""
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
        app = create_app(from_environment({**environment, "EVENTSAPP_BASE_URL": address}))
        yield Site(address, instance, said, app)
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


def chromium_path() -> str:
    """The machine's Chromium. Raises RuntimeError when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        raise RuntimeError("no Chromium on this machine; `make chromium` brings one")
    return program


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A real Chromium without a window."""
    program = chromium_path()
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
    quiet.append("--disable-lcd-text")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=quiet)
        yield browser
        browser.close()


def register(page: Page, slug: str, name: str, address: str, organisation: str = "") -> None:
    """From the event page to the page after the form."""
    page.goto(f"/events/{slug}")
    page.get_by_role("link", name=re.compile("Register|waitlist", re.IGNORECASE)).first.click()
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Organisation").fill(organisation)
    page.get_by_role("button", name="Register").click()
    expect(page).to_have_url(re.compile(rf"/events/{slug}/received"))


def letters_to(site: Site, address: str) -> list[EmailMessage]:
    """What lies in the local mailbox for an address, in the order sent."""
    found = []
    for path in (site.instance / "mailbox").glob("*.eml"):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if letter["To"] and address.lower() in (each.addr_spec.lower() for each in letter["To"].addresses):
            found.append((path.stat().st_mtime_ns, letter))
    return [letter for _, letter in sorted(found, key=lambda pair: pair[0])]


def wait_for_letter(page: Page, site: Site, address: str, subject: str) -> EmailMessage:
    """The newest letter to an address whose subject starts so; waits for the worker."""
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        fitting = [letter for letter in letters_to(site, address) if str(letter["Subject"]).startswith(subject)]
        if fitting:
            return fitting[-1]
        page.wait_for_timeout(100)
    told = [str(letter["Subject"]) for letter in letters_to(site, address)]
    raise AssertionError(f"no letter to {address} starts with {subject!r}; there are {told}")


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def links_of(letter: EmailMessage) -> list[str]:
    return re.findall(r"https?://[^\s>]+", text_of(letter))


def own_page_of(letter: EmailMessage) -> str:
    """The link to the person's own page."""
    return next(link for link in links_of(letter) if re.search(r"/registrations/[^/]+$", link))


def entry_of(letter: EmailMessage) -> tuple[str, icalendar.Event]:
    """Method and event of the letter's calendar part."""
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            calendar = icalendar.Calendar.from_ical(content)
            event = calendar.walk("VEVENT")[0]
            assert isinstance(event, icalendar.Event)
            return str(calendar["METHOD"]), event
    raise AssertionError("no calendar part")


def sequence_of(entry: icalendar.Event) -> int:
    return int(str(entry["SEQUENCE"]))


def has_entry(letter: EmailMessage) -> bool:
    return any(part.get_content_type() in ("text/calendar", "application/ics") for part in letter.walk())
