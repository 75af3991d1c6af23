"""The eight accents a series may have, and the style sheet that gives its pages one. Pure."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

DEFAULT = "teal"


class Tones(NamedTuple):
    """One accent: plain, a stronger one for pointing, a soft one for grounds; on light paper and on dark."""

    light: str
    light_strong: str
    light_soft: str
    dark: str
    dark_strong: str
    dark_soft: str


PALETTE = {
    "teal": Tones("#025959", "#023b3b", "#def4f3", "#96d1d0", "#c2e6e6", "#153130"),
    "blue": Tones("#114c8f", "#013266", "#e4f0ff", "#9dc7fe", "#c9e0fe", "#1c2c41"),
    "plum": Tones("#6c3270", "#4b1c4f", "#f9e8f9", "#e4afe7", "#f3d1f4", "#372338"),
    "brick": Tones("#842b1a", "#5d1607", "#fee9e4", "#feac9a", "#ffd2c8", "#3f231d"),
    "forest": Tones("#225a31", "#0d3d1c", "#e2f4e5", "#a3d2ac", "#cae7cf", "#1c3120"),
    "amber-brown": Tones("#6a440b", "#492c01", "#faecdd", "#e1bd94", "#f1dac0", "#382815"),
    "slate": Tones("#3f4f60", "#273442", "#e9eff5", "#b7c6d6", "#d6dfe9", "#262c33"),
    "rose": Tones("#871f3e", "#600927", "#fee8eb", "#ffa8b7", "#fed0d7", "#3e2127"),
}
"""Contrast of each is proved against the grounds of static/css/app.css, light and dark."""


def tones_of(accent: str) -> Tones:
    """Of a name that is none: the default's."""
    return PALETTE.get(accent, PALETTE[DEFAULT])


def theme(accent: str, selector: str = "body") -> str:
    """A style sheet that gives what `selector` names this accent. Paper stays black on white."""
    tones = tones_of(accent)
    light, dark = _rule(selector, *tones[:3]), _rule(selector, *tones[3:])
    return f"@media screen {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ {dark} }}\n"


def theme_version(accent: str) -> str:
    """Another one for each sheet that differs, so that the sheet can be kept for ever under its address."""
    return sha256(theme(accent).encode()).hexdigest()[:12]


def _rule(selector: str, plain: str, strong: str, soft: str) -> str:
    return f"{selector} {{ --accent: {plain}; --accent-strong: {strong}; --accent-soft: {soft}; }}"
