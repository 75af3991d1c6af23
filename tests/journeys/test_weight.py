"""What a first visit of the event page costs on a phone, compressed as the proxy in deploy/ does."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response, Route, expect

from tests.journeys.site import Site

Visit = Callable[..., Page]
PROXY = (Path(__file__).resolve().parents[2] / "deploy/nginx.conf").read_text(encoding="utf-8")
EVENT = "/events/reflection-day"
MOST_BYTES, MOST_REQUESTS = 60 * 1024, 6


def setting(name: str) -> str:
    """A setting of the sample proxy. Raises when it is not there."""
    found = re.search(rf"^\s*{name} (.+);", PROXY, re.MULTILINE)
    assert found is not None, name
    return found[1]


def sent_by_proxy(response: Response) -> int:
    """Bytes of head and body as the proxy would send them."""
    body = response.body()
    types = {"text/html", *setting("gzip_types").split()}
    kind = response.headers.get("content-type", "").partition(";")[0]
    if kind in types and len(body) >= int(setting("gzip_min_length")):
        body = gzip.compress(body, int(setting("gzip_comp_level")))
    head = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
    return head + len(body)


def test_a_first_visit_is_light_and_asks_nobody_else(visit: Visit, site: Site) -> None:
    page = visit()
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(EVENT, wait_until="networkidle")
    expect(page.get_by_text("Presentation police partners")).to_be_visible()
    weights = {answer.url: sent_by_proxy(answer) for answer in answers}
    assert {urlsplit(url).netloc for url in weights} == {urlsplit(site.address).netloc}
    assert any(url.endswith(".css") or ".css?" in url for url in weights)
    assert len(answers) <= MOST_REQUESTS, weights
    assert sum(weights.values()) <= MOST_BYTES, weights
    assert [answer.url for answer in answers if answer.status >= 400] == []


def test_a_page_can_be_used_before_any_script_has_come(visit: Visit) -> None:
    """Every script is held back until somebody has registered."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page = visit()
    page.route(lambda url: urlsplit(url).path.endswith(".js"), hold)
    page.goto(EVENT, wait_until="commit")
    page.get_by_role("link", name=re.compile("Register")).first.click(no_wait_after=True)
    page.get_by_label("Full name").fill("Pia Prompt")
    page.get_by_label("E-mail address").fill("prompt@access.example.org")
    page.get_by_role("button", name="Register").click(no_wait_after=True)
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()
    assert held
    for route in held:
        route.abort()


def test_the_proxy_compresses_pages_and_styles_but_no_calendars() -> None:
    types = setting("gzip_types").split()
    assert {"text/css", "text/javascript"} <= set(types)
    assert not any("calendar" in kind for kind in types)
    assert setting("gzip") == "on"
