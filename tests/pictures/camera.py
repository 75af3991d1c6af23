"""Takes a picture of what a window shows."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.journeys.site import Site

TARGET = Path(__file__).resolve().parents[2] / "docs/pictures"
PHONE, WIDE = (390, 844), (1280, 860)
PASSWORD = "only for these pictures"
ORGANISER = "organiser@example.org"


@dataclass
class Camera:
    browser: Browser
    site: Site

    def window(self, size: tuple[int, int], *, locale: str = "en-GB") -> Page:
        width, height = size
        context = self.browser.new_context(
            base_url=self.site.address,
            viewport={"width": width, "height": height},
            locale=locale,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        return context.new_page()

    def organisers_window(self, size: tuple[int, int]) -> Page:
        page = self.window(size)
        page.goto("/login")
        page.get_by_label("E-mail address").fill(ORGANISER)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.goto("/organise/")
        return page

    def take(self, page: Page, name: str, *, tallest: int = 0, colours: int = 64) -> int:
        """One picture; with `tallest` of the page to its end, but no more than so many pixels. Gives its bytes.

        Lossless WebP of few colours: text comes out sharper than with loss, and less than half as large.
        """
        if tallest:
            show_whole(page, tallest)
        path = TARGET / f"{name}.webp"
        path.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(BytesIO(page.screenshot())) as picture:
            few = with_colours(picture.convert("RGB"), colours)
        few.save(path, "WEBP", lossless=True, quality=100, method=4)
        return path.stat().st_size


def with_colours(picture: Image.Image, number: int) -> Image.Image:
    """The picture in the colours that cover most of it: areas keep theirs, and letters lose shades of their edges.

    A palette that is computed over all pixels would take from the areas to give to the edges.
    """
    pixels = picture.width * picture.height
    counted = cast("list[tuple[int, tuple[int, int, int]]]", picture.getcolors(pixels))
    most = [colour for _, colour in sorted(counted, reverse=True)[:number]]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in most + most[:1] * (256 - len(most)) for part in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")


def show_whole(page: Page, tallest: int) -> None:
    size = page.viewport_size
    assert size is not None
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": min(height, tallest)})


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
