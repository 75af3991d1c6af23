"""The table of pictures: what each is called, where it is, who looks, and what is done there first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from eventsapp.agenda.queries import published_sessions
from eventsapp.events.queries import find_by_slug
from eventsapp.registration.links import ADDRESS, OWN, RECEIPT
from eventsapp.registration.models import Registration
from eventsapp.web.access import Role
from tests.journeys.world import login_path, token


def _as_is(page: Page) -> None:
    """The page as it opens."""


def _send_empty(page: Page) -> None:
    page.get_by_label("E-mail address").fill("chloe.lambert@example")
    page.get_by_role("button", name="Register").click()


def _move(page: Page) -> None:
    page.locator("[name=starts_at]").fill("2027-10-14T09:30")
    page.get_by_role("button", name="Save").first.click()


def _open_letter(page: Page) -> None:
    page.get_by_role("link", name="You have a place").first.click()


@dataclass(frozen=True)
class Shot:
    name: str
    path: str
    who: Literal["stranger", "reader of French", "organiser"] = "stranger"
    act: Callable[[Page], None] = _as_is
    colours: int = 16


def shots(people: Mapping[str, Registration]) -> Iterator[Shot]:
    """In the order of docs/pictures/README.md."""
    yield from _public()
    yield from _forms()
    yield from _after(people)
    yield from _own(people)
    yield from _of_events(people)
    yield from _of_accounts()
    yield from _others()


def _public() -> Iterator[Shot]:
    yield Shot("home", "/")
    yield Shot("search", "/?q=study")
    yield Shot("search-empty", "/?q=astronomy")
    yield Shot("series", "/series/cop")
    yield Shot("privacy", "/series/cop/privacy")
    yield Shot("event-open", "/events/reflection-day")
    yield Shot("event-full", "/events/workshop-youth")
    yield Shot("event-past", "/events/study-visit-rotterdam")
    yield Shot("event-cancelled", "/events/study-visit-antwerp")
    yield Shot("event-hybrid", "/events/closing-conference")
    yield Shot("event-french", "/events/closing-conference", who="reader of French")
    yield Shot("embed", "/events/reflection-day/embed")


def _forms() -> Iterator[Shot]:
    yield Shot("form", "/events/reflection-day/register")
    yield Shot("form-errors", "/events/reflection-day/register", act=_send_empty)
    yield Shot("form-waiting", "/events/workshop-youth/register")
    yield Shot("form-early", "/events/workshop-dilemmas/register")
    yield Shot("form-closed", "/events/visit-academy/register")
    yield Shot("form-full", "/events/visit-control-room/register")


def _after(people: Mapping[str, Registration]) -> Iterator[Shot]:
    slugs = {"place": ("confirmed", "reflection-day"), "waiting": ("waiting", "workshop-youth")}
    for name, (person, slug) in (slugs | {"pending": ("pending", "workshop-trainers")}).items():
        yield Shot(f"received-{name}", f"/events/{slug}/received/{token(people[person], RECEIPT)}")
    yield Shot("written", "/events/round-table/received")


def _own(people: Mapping[str, Registration]) -> Iterator[Shot]:
    for person in ("confirmed", "waiting"):
        yield Shot(f"own-{person}", f"/registrations/{token(people[person], OWN)}")
    yield Shot("own-given-up", f"/registrations/{token(people['gone'], OWN)}")
    yield Shot("own-called-off", f"/registrations/{token(people['of-off'], OWN)}")
    mine = f"/registrations/{token(people['confirmed'], OWN)}"
    for name, end in {"correct": "details", "change-address": "address", "give-up": "cancel"}.items():
        yield Shot(name, f"{mine}/{end}")
    yield Shot("not-me", f"{mine}/not-me")
    yield Shot("another-person", f"{mine}/another")
    yield Shot("prove-address", f"/registrations/{token(people['moving'], ADDRESS)}/prove")


def _of_events(people: Mapping[str, Registration]) -> Iterator[Shot]:
    event = find_by_slug("reflection-day")
    assert event is not None
    base = "/organise/events/reflection-day"
    yield Shot("overview", "/organise/", who="organiser")
    yield Shot("organise-published", base, who="organiser")
    yield Shot("organise-draft", "/organise/events/workshop-scenarios", who="organiser")
    yield Shot("organise-called-off", "/organise/events/study-visit-antwerp", who="organiser")
    yield Shot("event-new", "/organise/events/new", who="organiser")
    yield Shot("event-edit", f"{base}/edit", who="organiser")
    yield Shot("event-move", f"{base}/edit", who="organiser", act=_move)
    yield Shot("texts", "/organise/events/closing-conference/texts", who="organiser")
    yield Shot("texts-french", "/organise/events/closing-conference/texts/fr", who="organiser")
    yield Shot("call-off", f"{base}/call-off", who="organiser")
    yield Shot("agenda", f"{base}/agenda", who="organiser")
    session = f"{base}/agenda/{published_sessions(event.id)[2].key}"
    yield Shot("session-edit", session, who="organiser")
    yield Shot("session-remove", f"{session}/remove", who="organiser")
    yield Shot("attendees", f"{base}/attendees", who="organiser")
    yield Shot("person", f"{base}/attendees/{people['confirmed'].id}", who="organiser")
    yield Shot("newsletter", f"{base}/newsletter", who="organiser")
    yield Shot("series-edit", "/organise/series/cop", who="organiser")
    yield Shot("privacy-notice", "/organise/series/cop/privacy-notice", who="organiser")


def _of_accounts() -> Iterator[Shot]:
    yield Shot("login", "/login")
    yield Shot("login-link", login_path(Role.viewer))
    yield Shot("password", "/organise/password", who="organiser")


def _others() -> Iterator[Shot]:
    yield Shot("mailbox", "/mailbox")
    yield Shot("mailbox-letter", "/mailbox", act=_open_letter)
    yield Shot("not-found", "/nothing/here")
    yield Shot("design", "/design", colours=64)
