"""The pictures of the README."""

from __future__ import annotations

from playwright.sync_api import ViewportSize

from eventsapp.registration import service
from eventsapp.registration.entering import Form
from eventsapp.series.team import add_organiser
from eventsapp.web.access import Role
from tests.journeys.site import own_page_of, register, wait_for_letter
from tests.pictures.camera import ORGANISER, PASSWORD, PHONE, WIDE, Camera

_TALLEST = 4000
_PAPER: ViewportSize = {"width": 860, "height": 1160}
"""The upper part of a sheet of A4 with the ground around it."""
GUESTS = (
    ("Amira Benali", "PZ Antwerp"),
    ("Bram De Smet", "PZ Antwerp"),
    ("Chloé Lambert", "Unia"),
    ("Dries Peeters", "Stad Gent"),
    ("Eline Wouters", "Politie Rotterdam"),
    ("Filipe Sousa", "Polícia Municipal de Lisboa"),
)
_FIRST = ("Amira", "Bram", "Chloé", "Dries", "Eline", "Filipe", "Gitte", "Hugo", "Inès")


def fill() -> None:
    """People who come, and one who organises."""
    for number in range(len(GUESTS) * len(_FIRST)):
        name, organisation = GUESTS[number % len(GUESTS)]
        name = f"{_FIRST[number // len(GUESTS)]} {name.partition(' ')[2]}"
        form = Form(name=name, email=f"guest{number}@example.org", organisation=organisation)
        service.register("reflection-day", form, submission=f"picture-{number}")
    add_organiser(ORGANISER, Role.owner, slug=None, password=PASSWORD)


def take_all(camera: Camera) -> None:
    _of_participants(camera)
    _of_organisers(camera)


def _of_participants(camera: Camera) -> None:
    wide, phone = camera.window(WIDE), camera.window(PHONE)
    for path, name in (("/", "home"), ("/events/reflection-day", "event")):
        wide.goto(path)
        camera.take(wide, name)
    phone.goto("/events/reflection-day")
    camera.take(phone, "event-phone")
    phone.goto("/events/reflection-day/register")
    camera.take(phone, "form-phone", tallest=_TALLEST)
    phone = camera.window(PHONE)
    register(phone, "reflection-day", "Sam Stranger", "sam@example.org", "PZ Antwerp")
    camera.take(phone, "registered-phone")
    letter = wait_for_letter(phone, camera.site, "sam@example.org", "You have a place")
    phone.goto(own_page_of(letter))
    camera.take(phone, "own-page-phone")
    wide.goto("/mailbox")
    wide.get_by_role("link", name="You have a place").first.click()
    camera.take(wide, "letter", tallest=_TALLEST)


def _of_organisers(camera: Camera) -> None:
    wide = camera.organisers_window(WIDE)
    camera.take(wide, "overview")
    wide.goto("/organise/events/reflection-day/attendees")
    camera.take(wide, "attendees", tallest=1250)
    wide.set_viewport_size(_PAPER)
    wide.goto("/organise/events/reflection-day/signatures")
    wide.locator(".sheet").evaluate("sheet => sheet.scrollIntoView()")
    camera.take(wide, "signatures")
