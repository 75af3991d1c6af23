"""The picture that stands beside a shared link: an event's title, time and place on a card of 1200 by 630 pixels."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
_FONTS = Path(__file__).resolve().parents[1] / "static/vendor/dejavu"
_LOOK = "1"
"""Raised when the drawing changes, so that kept pictures are fetched anew."""

_PAPER, _INK, _MUTED, _LINE = "#fbf8f3", "#221d17", "#544b40", "#dfd6c8"
_EDGE, _BAND = 80, 24
_ROOM = WIDTH - 2 * _EDGE
_TITLE_SIZES = (92, 80, 68, 58, 50)
_LINE_HEIGHT = 1.25
_TITLE_ENDS = 472


@dataclass(frozen=True)
class Card:
    """What the picture says; each on one line but the title, which takes several."""

    title: str
    kicker: str
    when: str
    where: str
    status: str
    """Said above the title when the event will not take place; else empty."""
    colour: str
    """The accent of the series, such as #025959."""

    @property
    def digest(self) -> str:
        """Another one for each picture that differs."""
        return sha256("\0".join((_LOOK, *astuple(self))).encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def draw(card: Card) -> bytes:
    """A PNG. Texts are drawn as they are, and cut with an ellipsis where there is no more room."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, _BAND), fill=card.colour)
    y = 84
    small = _font("DejaVuSans", 32)
    if card.status:
        pen.rectangle((_EDGE, y - 10, _EDGE + small.getlength(_fit(card.status, small)) + 40, y + 46), fill=_INK)
        pen.text((_EDGE + 20, y), _fit(card.status, small), font=small, fill=_PAPER)
        y += 74
    pen.text((_EDGE, y), _fit(card.kicker, small), font=small, fill=card.colour)
    font, lines = _title(card.title, _TITLE_ENDS - y - 62)
    pen.multiline_text((_EDGE, y + 62), "\n".join(lines), font=font, fill=_INK, spacing=font.size * 0.2)
    pen.line((_EDGE, 482, WIDTH - _EDGE, 482), fill=_LINE, width=3)
    facts = _font("DejaVuSans", 34)
    pen.text((_EDGE, 506), _fit(card.when, facts), font=facts, fill=_INK)
    pen.text((_EDGE, 556), _fit(card.where, facts), font=facts, fill=_MUTED)
    target = BytesIO()
    image.quantize(64).save(target, "PNG", optimize=True)
    return target.getvalue()


@lru_cache(maxsize=16)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"{name}.ttf", size)


def _title(title: str, height: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest of the sizes in which the whole title fits; in the smallest the rest is cut off."""
    for size in _TITLE_SIZES:
        font = _font("DejaVuSerif-Bold", size)
        lines = _wrapped(title, font)
        most = int(height / (size * _LINE_HEIGHT))
        if len(lines) <= most:
            return font, lines
    return font, [*lines[: most - 1], _fit(" ".join(lines[most - 1 :]), font)]


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Lines that fit the card; a word that is longer than a line is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= _ROOM:
            line = longer
            continue
        if line:
            lines.append(line)
        line = _fit(word, font)
    return [*lines, line] if line else lines


def _fit(text: str, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(text) <= _ROOM:
        return text
    kept = text[:300]
    while kept and font.getlength(kept + "…") > _ROOM:
        kept = kept[:-1]
    return kept.rstrip() + "…"
