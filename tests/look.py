"""`make look`: every page in every way there is to look at it, and what the event page costs behind a real nginx.

    python -m tests.look            all of it
    python -m tests.look pages      the walk: two widths, two colour schemes, four languages, 200 % and 400 % zoom
    python -m tests.look lighthouse scores and weight through deploy/nginx.conf

Prints one table; ends with status 1 when anything falls short.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from eventsapp.registration.links import OWN
from tests.journeys.faults import faulty_site
from tests.journeys.scenes import Scene, fault_scenes, scenes
from tests.journeys.site import Site, chromium_path, running_browser, running_site
from tests.journeys.walk import LETTERS, PHONE, WIDE, Look, Report, Walker, furnished, windows
from tests.journeys.world import World, token
from tests.proxy import behind_nginx

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "fr", "nl", "de")
SCHEMES = ("light", "dark")
LOOKS = tuple(Look(width, scheme) for width in (PHONE, WIDE) for scheme in SCHEMES)
ZOOMS = tuple(Look(WIDE, scheme, zoom) for zoom in (2, 4) for scheme in SCHEMES)
MOST_BYTES, MOST_REQUESTS = 60 * 1024, 6
WANTED = {
    "event page": {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100},
    "form": {"performance": 98, "accessibility": 100, "best-practices": 100},
    "own page": {"performance": 98, "accessibility": 100, "best-practices": 100},
}
Row = tuple[str, str, str, bool]
"""What was looked at, what was found, what was wanted, whether that is enough."""


def main() -> None:
    asked = sys.argv[1:] or ["pages", "lighthouse"]
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_site(Path(folder) / "instance") as site,
        running_browser() as browser,
        furnished(site, browser) as world,
    ):
        if "pages" in asked:
            with faulty_site(Path(folder)) as faulty:
                rows += _walked(browser, site, world, faulty)
        if "lighthouse" in asked:
            with behind_nginx(site, Path(folder)) as address:
                rows += _weighed(browser, address)
                rows += _rated(address, world)
    _say(_table(rows))
    sys.exit(0 if all(enough for *_, enough in rows) else 1)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _table(rows: list[Row]) -> str:
    lines = [("", "found", "wanted", ""), *((*row[:3], "" if row[3] else "FALLS SHORT") for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _walked(browser: Browser, site: Site, world: World, faulty: str) -> Iterator[Row]:
    """`faulty` is the address of the site where things go wrong."""
    for language in LANGUAGES:
        report = Report()
        for address, on_it in ((site.address, scenes(site.app, world)), (faulty, fault_scenes())):
            walker = Walker(windows(browser, address, language), LOOKS + ZOOMS, report=report)
            walker.walk(_in(language, scene) for scene in on_it)
        lang = {words.lang for name, words in report.words.items() if name not in LETTERS}
        report.note("language", "all", [] if lang == {language} else [f"pages say {sorted(lang)}"])
        for kind, found in report.problems.items():
            for problem in found:
                _say(f"{language} {kind}: {problem}")
        number = sum(map(len, report.problems.values()))
        yield f"{_times(report)} in {language}", f"{number} faults", "0 faults", number == 0


def _in(language: str, scene: Scene) -> Scene:
    joint = "&" if "?" in scene.path else "?"
    return replace(scene, path=f"{scene.path}{joint}lang={language}")


def _times(report: Report) -> str:
    return f"{report.pages} pages x {len(LOOKS)} looks + {len(ZOOMS)} zoomed"


def _weighed(browser: Browser, address: str) -> Iterator[Row]:
    """The event page's first visit as it goes over the line, heads included."""
    context = browser.new_context(viewport={"width": PHONE, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received: dict[str, float] = {}
    urls: list[str] = []
    session.on("Network.loadingFinished", lambda told: received.update({told["requestId"]: told["encodedDataLength"]}))
    session.on("Network.requestWillBeSent", lambda told: urls.append(told["request"]["url"]))
    page.goto(f"{address}/events/reflection-day", wait_until="networkidle")
    context.close()
    size = round(sum(received.values()))
    strangers = {urlsplit(url).netloc for url in urls} - {urlsplit(address).netloc}
    yield "event page, first visit", f"{size / 1024:.1f} KB", f"{MOST_BYTES // 1024} KB", size <= MOST_BYTES
    yield "event page, requests", str(len(urls)), str(MOST_REQUESTS), len(urls) <= MOST_REQUESTS
    yield "event page, third parties", ", ".join(strangers) or "none", "none", not strangers


def _rated(address: str, world: World) -> Iterator[Row]:
    own = token(world.people["confirmed"][1], OWN)
    paths = {
        "event page": "/events/reflection-day",
        "form": "/events/reflection-day/register",
        "own page": f"/registrations/{own}",
    }
    for name, wanted in WANTED.items():
        result = lighthouse(f"{address}{paths[name]}")
        for category, least in wanted.items():
            found = round(result["categories"][category]["score"] * 100)
            yield f"{name}, {category}", str(found), str(least), found >= least
            if found < least:
                _say("\n".join(_faults(result, category)))


def _faults(result: dict[str, Any], category: str) -> Iterator[str]:
    for part in result["categories"][category]["auditRefs"]:
        audit = result["audits"][part["id"]]
        if part["weight"] and audit["score"] is not None and audit["score"] < 1:
            yield f"{category}: {audit['id']}: {audit['title']} {audit.get('displayValue', '')}"


def lighthouse(url: str) -> dict[str, Any]:
    """Its report on a page, by its mobile profile."""
    program = ROOT / "node_modules/.bin/lighthouse"
    command = [str(program), url, "--quiet", "--output=json", "--output-path=stdout", "--no-enable-error-reporting"]
    command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic"]
    environment = {**os.environ, "CHROME_PATH": chromium_path()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"lighthouse failed on {url}: {done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


if __name__ == "__main__":
    main()
