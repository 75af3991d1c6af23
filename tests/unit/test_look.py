"""What the style sheet promises: contrast of every pair of tokens, its size, pages without inline style or script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eventsapp.series.palette import PALETTE, theme
from eventsapp.series.rules import ACCENTS

ROOT = Path(__file__).resolve().parents[2]
SHEET = (ROOT / "eventsapp/static/css/app.css").read_text(encoding="utf-8")
TONES = ("good", "waiting", "off", "info", "neutral")
GROUNDS = ("paper", "surface", "sunken")
# Pages meet the strict policy; letters are read in mail programs, which know inline styles only.
PAGES = [page for page in sorted((ROOT / "templates").rglob("*.html")) if "mail" not in page.parts]


def _colours(block: str) -> dict[str, str]:
    found = re.findall(r"--([\w-]+): (#[0-9a-f]+);", block)
    return {name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for name, value in found}


def _tokens(dark: bool, accent: str) -> dict[str, str]:
    """Colours as a page with this accent sees them; on screen, light or dark."""
    blocks = re.findall(r"^( *)(:root|body) \{(.*?)^\1\}", SHEET, re.MULTILINE | re.DOTALL)
    tokens: dict[str, str] = {}
    for indent, _, block in blocks:
        if dark or not indent:
            tokens |= _colours(block)
    own = re.search(r"dark\).*", theme(accent)) if dark else re.search(r"^.*", theme(accent))
    assert own is not None
    return tokens | _colours(own[0])


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _pairs() -> list[tuple[str, str, float]]:
    softs = [f"{tone}-soft" for tone in TONES]
    pairs = [(text, ground, 7.0) for text in ("ink", "muted") for ground in GROUNDS]
    pairs += [("ink", ground, 7.0) for ground in (*softs, "accent-soft")]
    pairs += [("edge", ground, 3.0) for ground in GROUNDS]
    pairs += [("focus-ink", ground, 3.0) for ground in (*GROUNDS, "accent-soft")]
    pairs += [(tone, ground, 4.5) for tone in TONES for ground in (*GROUNDS, f"{tone}-soft")]
    pairs += [(text, ground, 4.5) for text in ("accent", "accent-strong") for ground in (*GROUNDS, "accent-soft")]
    pairs += [("on-accent", "accent", 4.5), ("on-accent", "accent-strong", 4.5), ("on-off", "off", 4.5)]
    return [*pairs, ("muted", "accent-soft", 4.5), ("accent", "paper", 7.0)]


@pytest.mark.parametrize("accent", PALETTE)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_contrast_of_every_pair(dark: bool, accent: str) -> None:
    tokens = _tokens(dark, accent)
    ratios = {(text, ground): _contrast(tokens[text], tokens[ground]) for text, ground, _ in _pairs()}
    weak = [f"{text} on {ground}" for text, ground, least in _pairs() if ratios[text, ground] < least]
    assert weak == []


def test_light_and_dark_differ() -> None:
    assert _tokens(False, "teal")["paper"] != _tokens(True, "teal")["paper"]


def test_the_palette_is_what_a_series_may_choose_from() -> None:
    assert tuple(PALETTE) == ACCENTS


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_without_a_series_is_teal(dark: bool) -> None:
    blocks = re.findall(r"^( *)body \{(.*?)^\1\}", SHEET, re.MULTILINE | re.DOTALL)
    plain = [_colours(block)["accent"] for indent, block in blocks if bool(indent) == dark and "--accent:" in block]
    assert plain[0] == (PALETTE["teal"].dark if dark else PALETTE["teal"].light)


def test_contrast_black_on_white() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


def test_sheet_and_script_stay_small() -> None:
    assert len(SHEET.encode()) <= 36_000
    assert (ROOT / "eventsapp/static/js/app.js").stat().st_size <= 3_000


def test_sheet_asks_nobody_else() -> None:
    assert re.findall(r"url\(|@import|https?:", SHEET) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_has_nothing_inline(page: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", text) == []
