"""`make pictures`: takes the pictures of the README anew, from a running site, into docs/pictures/ (WebP)."""

from __future__ import annotations

import base64
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from eventsapp.database import db
from eventsapp.registration import service
from eventsapp.registration.entering import Form
from eventsapp.series.team import add_organiser
from eventsapp.web.access import Role
from tests.journeys.site import Site, own_page_of, register, running_browser, running_site, wait_for_letter

TARGET = Path(__file__).resolve().parents[1] / "docs/pictures"
PHONE, WIDE = (390, 844), (1280, 860)
QUALITY = 80
PASSWORD = "only for these pictures"
GUESTS = (
    ("Amira Benali", "PZ Antwerp"),
    ("Bram De Smet", "PZ Antwerp"),
    ("Chloé Lambert", "Unia"),
    ("Dries Peeters", "Stad Gent"),
    ("Eline Wouters", "Politie Rotterdam"),
    ("Filipe Sousa", "Polícia Municipal de Lisboa"),
)


@dataclass
class Camera:
    browser: Browser
    site: Site

    def window(self, size: tuple[int, int]) -> Page:
        width, height = size
        context = self.browser.new_context(
            base_url=self.site.address, viewport={"width": width, "height": height}, locale="en-GB"
        )
        return context.new_page()

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """One picture; `whole` shows the page to its end."""
        if whole:
            size = page.viewport_size
            assert size is not None
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": size["width"], "height": min(int(height), 4000)})
        session = page.context.new_cdp_session(page)
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        path = TARGET / f"{name}.webp"
        path.write_bytes(base64.b64decode(shot["data"]))
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KB\n")


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site, running_browser() as browser:
        camera = Camera(browser, site)
        with site.app.app_context():
            _guests()
            add_organiser("organiser@example.org", Role.owner, slug=None, password=PASSWORD)
            _of_participants(camera)
            _of_organisers(camera)
            db.engine.dispose()


def _guests() -> None:
    for number, (name, organisation) in enumerate(GUESTS * 9):
        form = Form(name=name, email=f"guest{number}@example.org", organisation=organisation)
        service.register("reflection-day", form, submission=f"picture-{number}")


def _of_participants(camera: Camera) -> None:
    wide, phone = camera.window(WIDE), camera.window(PHONE)
    for path, name in (("/", "home"), ("/events/reflection-day", "event")):
        wide.goto(path)
        camera.take(wide, name)
    phone.goto("/events/reflection-day")
    camera.take(phone, "event-phone")
    phone.goto("/events/reflection-day/register")
    camera.take(phone, "form-phone", whole=True)
    phone = camera.window(PHONE)
    register(phone, "reflection-day", "Sam Stranger", "sam@example.org", "PZ Antwerp")
    camera.take(phone, "registered-phone")
    letter = wait_for_letter(phone, camera.site, "sam@example.org", "You have a place")
    phone.goto(own_page_of(letter))
    camera.take(phone, "own-page-phone")
    wide.goto("/mailbox")
    wide.get_by_role("link", name="You have a place").first.click()
    camera.take(wide, "letter", whole=True)


def _of_organisers(camera: Camera) -> None:
    wide = camera.window(WIDE)
    wide.goto("/login")
    wide.get_by_label("E-mail address").fill("organiser@example.org")
    wide.get_by_label("Password").fill(PASSWORD)
    wide.get_by_role("button", name="Log in").click()
    wide.goto("/organise/")
    camera.take(wide, "overview")
    wide.goto("/organise/events/reflection-day/attendees")
    camera.take(wide, "attendees")


if __name__ == "__main__":
    main()
