"""An organiser's way from a pasted agenda to a published event, screen by screen."""

from __future__ import annotations

from itertools import count

from tests.journeys.workshop import Walk, from_text_to_event
from tests.pictures.camera import ORGANISER, PASSWORD, WIDE, Camera

_TALLEST = 2600


def take_all(camera: Camera) -> None:
    page, numbers = camera.window(WIDE), count(1)

    def look(name: str) -> None:
        page.wait_for_load_state()
        camera.take(page, f"walk/{next(numbers):02d}-{name}", tallest=_TALLEST)

    from_text_to_event(Walk(page, look), ORGANISER, PASSWORD)
