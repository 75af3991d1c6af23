"""A picture of every page, on a phone and on a wide screen, light and dark."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Page

from tests.journeys.site import wait_for_letter
from tests.pictures.camera import PHONE, TARGET, WIDE, Camera, say, show_whole
from tests.pictures.furniture import furnish
from tests.pictures.shots import Shot, shots

FOLDER = "pages"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_TALLEST = 1500


def take_all(camera: Camera) -> None:
    """Pictures of pages that are no longer in the table go."""
    people = furnish()
    table = list(shots(people))
    for old in (TARGET / FOLDER).glob("*.webp"):
        old.unlink()
    sizes: list[int] = []
    for size in (PHONE, WIDE):
        windows = {
            "stranger": camera.window(size),
            "reader of French": camera.window(size, locale="fr-BE"),
            "organiser": camera.organisers_window(size),
        }
        address = people["moving"].email
        assert address is not None
        wait_for_letter(windows["stranger"], camera.site, address, "You have a place")
        for shot in table:
            sizes += _take(camera, windows[shot.who], shot, size)
    say(f"{len(sizes)} pictures, {sum(sizes) // 1024} KB")


def _take(camera: Camera, page: Page, shot: Shot, size: tuple[int, int]) -> list[int]:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(shot.path)
    shot.act(page)
    page.wait_for_load_state()
    show_whole(page, _TALLEST)
    taken = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        taken.append(camera.take(page, f"{FOLDER}/{shot.name}-{width}-{scheme}", colours=shot.colours))
    return taken
