"""The page of components: there for those who build pages, nowhere else, and complete."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from config import Config
from eventsapp.app import create_app
from eventsapp.series.palette import PALETTE
from tests.browser import Browser

ROOT = Path(__file__).resolve().parents[2]
MACROS = sorted((ROOT / "templates/macros").glob("*.html"))
PAGES = ["/design", "/design/forms", "/design/confirm/plain", "/design/confirm/danger", "/design/confirm/wrong"]


def test_every_component_is_shown() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates/design").glob("*.html"))
    body = re.sub(r"{% from .*? %}", "", shown)
    public = {
        name for path in MACROS for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
    }
    # A form's hidden fields have no look.
    assert {name for name in public - {"csrf"} if not re.search(rf"\b{name}\(", body)} == set()


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_whole(app: Flask, client: Browser, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    assert len(page.select("h1")) == 1
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    named = {word for tag in page.select("[aria-describedby], [aria-labelledby]") for name in
             ("aria-describedby", "aria-labelledby") for word in str(tag.get(name, "")).split()}  # fmt: skip
    assert named <= set(ids)
    anchors = {str(link["href"])[1:] for link in page.select("a[href^='#']") if len(str(link["href"])) > 1}
    assert {anchor for anchor in anchors if not anchor.startswith("page-")} <= set(ids)


@pytest.mark.parametrize("path", PAGES[2:])
def test_a_sample_that_is_pressed_says_so(client: Browser, path: str) -> None:
    form = BeautifulSoup(client.get(path).text, "html.parser").select_one("main form")
    assert form is not None
    answer = client.send(path, {"name": "Ann"}, follow_redirects=True)
    assert str(form["action"]) == answer.request.path == path
    assert (answer.status_code, "A sample: nothing was sent." in answer.text) == (200, True)
    assert client.send(path, {}, query_string="x").status_code == 303


def test_every_tone_state_and_accent_is_there(client: Browser) -> None:
    page = BeautifulSoup(client.get("/design").text, "html.parser")
    for tone in ("good", "waiting", "off", "info", "neutral"):
        for part in ("status", "notice", "state-panel"):
            assert page.select(f".{part}.tone-{tone}"), f"{part} {tone}"
    for state in ("agenda-quiet", "agenda-parallel", "agenda-cancelled", "places-full", "chart", "bars", "empty"):
        assert page.select(f".{state}"), state
    assert len(page.select(".accent-sample")) == len(PALETTE)
    page = BeautifulSoup(client.get("/design/forms").text, "html.parser")
    assert len(page.select(".error-summary li")) >= 10
    assert len(page.select(".field-error")) == len(page.select(".field-wrong")) >= 10
    assert len(page.select("input:disabled, textarea:disabled, select:disabled")) >= 10
    sheet = client.get("/design/palette.css").text
    assert {f".accent-{name}" for name in PALETTE} == set(re.findall(r"\.accent-[\w-]+", sheet))


@pytest.mark.parametrize("path", [*PAGES, "/design/palette.css"])
def test_production_has_no_such_page(config: Config, path: str) -> None:
    app = create_app(
        replace(config, environment="production", base_url="https://events.example.org", mail_server="mail.example.org")
    )
    assert app.test_client().get(path, base_url="https://events.example.org").status_code == 404
