"""An organiser's way from a pasted agenda to a published event, click by click: a journey, and a walk of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

AGENDA = Path(__file__).resolve().parents[1] / "agendas/en-newsletter.txt"
"""As it stands in the newsletter."""
TITLE = "Reflection Day in five minutes"
SLUG = "reflection-day-in-five-minutes"
READY = ("Dietary needs", "Access needs", "Language of interpretation")


@dataclass
class Walk:
    """Counts clicks; `look` is called with the name of each screen."""

    page: Page
    look: Callable[[str], None] = lambda name: None
    clicks: int = 0

    def click(self, where: Locator) -> None:
        where.click()
        self.clicks += 1

    def link(self, name: str, *, exact: bool = False) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=exact).first)

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name).first)


def from_text_to_event(walk: Walk, email: str, password: str) -> None:
    """From the login page to a published event with eleven sessions, three questions and eighty places."""
    page = walk.page
    page.goto("/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    walk.look("login")
    walk.button("Log in")
    walk.look("overview")
    walk.link("New event")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Start", exact=True).fill("2027-10-14T09:00")
    page.get_by_label("End", exact=True).fill("2027-10-14T17:00")
    page.get_by_label("Places in the room").fill("80")
    walk.look("new-event")
    walk.button("Keep it and paste the agenda")
    page.get_by_label("Your agenda as text").fill(AGENDA.read_text(encoding="utf-8"))
    walk.look("paste")
    walk.button("Read it")
    walk.look("preview")
    walk.button("Put it into the draft")
    walk.look("agenda")
    walk.link("Questions", exact=True)
    for topic in READY:
        walk.button(topic)
    walk.look("questions")
    walk.link("Event", exact=True)
    walk.look("ready")
    walk.button("Publish the event")
    walk.look("published")
