"""An event elsewhere, in a real browser: in a frame of another site, on paper, on a phone; and its data block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from eventsapp.database import transaction
from eventsapp.series.models import Series
from tests.journeys.conftest import PHONE
from tests.journeys.site import Site

DAY = "/events/reflection-day"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Says nothing."""


@pytest.fixture
def other_site(tmp_path: Path, site: Site, app: Flask) -> Iterator[int]:
    """The port of a site whose page frames the agenda; the series lets it do so under the name localhost."""
    frame = f'<!doctype html><title>News</title><iframe src="{site.address}{DAY}/embed" height="900"></iframe>'
    (tmp_path / "news.html").write_text(frame)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        port = server.server_address[1]
        with transaction() as session:
            session.execute(update(Series).values(embed_hosts=[f"localhost:{port}"]))
        yield port
        server.shutdown()
        thread.join()


def test_a_site_that_is_named_shows_the_agenda(visit: Callable[..., Page], other_site: int) -> None:
    page = visit()
    page.goto(f"http://localhost:{other_site}/news.html")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Coffee Break").first).to_be_visible()
    assert page.context.cookies() == []
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Register").click()
    expect(opened.value).to_have_url(re.compile(rf"{DAY}/register$"))
    expect(opened.value.get_by_label("Full name")).to_be_visible()


def test_a_site_that_is_not_named_shows_nothing(visit: Callable[..., Page], other_site: int) -> None:
    page = visit()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"http://127.0.0.1:{other_site}/news.html")
    expect(page.frame_locator("iframe").get_by_role("heading", name="Agenda")).to_have_count(0)
    assert any("frame-ancestors" in message for message in said), said


def test_the_policy_lets_the_data_block_stand(visit: Callable[..., Page]) -> None:
    page = visit()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(DAY)
    name = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent).name")
    assert (name, said) == ("Reflection Day", [])


def test_the_event_page_prints_on_one_sheet(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(DAY)
    sheet = page.pdf(format="A4")
    assert re.findall(rb"/Type /Pages\b.*?/Count (\d+)", sheet, re.DOTALL) == [b"1"]


def test_register_stays_within_reach(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(DAY)
    button = page.get_by_role("link", name="Register")
    for position in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"scrollTo(0, {position})")
        expect(button).to_be_in_viewport(ratio=1)
    last = page.locator(".site-footer a").last
    box, bar = last.bounding_box(), page.locator(".reach").bounding_box()
    assert box is not None
    assert bar is not None
    assert box["y"] + box["height"] <= bar["y"]
    page.set_viewport_size({"width": PHONE["width"], "height": 300})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(button).not_to_be_in_viewport()


def test_a_search_without_a_script(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    page.goto("/")
    page.get_by_label("Word").fill("RÉFLECTION")
    page.get_by_label("Kind").select_option("Reflection day")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=re.compile(r"^\d+ events? found"))).to_be_visible()
    page.locator("a[href^='/events/reflection-day']").first.click()
    expect(page).to_have_url(re.compile(f"{DAY}$"))
