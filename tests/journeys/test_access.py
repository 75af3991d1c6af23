"""Every page, found by the map of all addresses, as people meet it who see, hear or move differently."""

from __future__ import annotations

from collections import defaultdict

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.journeys.audit import LOOKED_AT
from tests.journeys.faults import faulty_site
from tests.journeys.scenes import LEAD_ON, fault_scenes, path_of, scenes
from tests.journeys.site import Site
from tests.journeys.walk import LETTERS, ZOOMED, Look, Report, Walker, furnished, windows
from tests.journeys.world import World

# One walk for all tests of this file; the first of them waits for it.
pytestmark = pytest.mark.timeout(600)
LANGUAGES = ("en", "fr", "nl", "de")
# Shown inside somebody else's page, whose title is the one that is read.
FRAMED = ("/events/<slug>/embed",)
# The form of an event once more, for whoever has its secret link.
AGAIN = (
    "/events/<slug>/invited/<token>",
    "/events/<slug>/invited/<token>/colleagues",
    "/delegations/<token>/names/<int(max=2147483647):name_id>/replace",
)


@pytest.fixture(scope="module")
def report(site: Site, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Report:
    looks, layouts = (Look(),), (ZOOMED,)
    with furnished(site, browser) as world:
        report = Walker(windows(browser, site.address), looks, layouts).walk(scenes(site.app, world))
    with faulty_site(tmp_path_factory.mktemp("faulty")) as address:
        return Walker(windows(browser, address), looks, layouts, report).walk(fault_scenes())


def test_every_address_was_opened(report: Report, site: Site) -> None:
    assert report.told("status") == ""
    pages = [name for name in report.words if name.startswith("/")]
    assert len(pages) > 20
    assert report.forms > 8


def test_every_response_has_the_policy_and_no_browser_complains(report: Report) -> None:
    assert report.told("policy") == ""
    assert report.told("console") == ""


def test_axe_finds_no_barrier(report: Report) -> None:
    assert report.told("axe") == ""


def test_nothing_sticks_out_or_is_cut_off_on_a_phone_and_at_400_percent(report: Report) -> None:
    assert report.told("sideways") == ""
    assert report.told("cut") == ""


def test_every_target_is_large_enough(report: Report) -> None:
    assert report.told("small") == ""


def test_nothing_moves_for_those_who_asked_for_that(report: Report) -> None:
    assert report.told("moving") == ""


def test_every_page_has_one_heading_and_says_its_language(report: Report) -> None:
    assert report.told("heading") == ""
    assert {name: words.lang for name, words in report.words.items() if words.lang not in LANGUAGES} == {}


def test_every_page_has_a_title_of_its_own(report: Report) -> None:
    names = defaultdict(list)
    for name, words in report.words.items():
        if name.startswith("/") and name.partition(",")[0] not in {*LETTERS, *FRAMED, *AGAIN, *LEAD_ON}:
            names[words.title].append(name)
    assert {title: pages for title, pages in names.items() if len(pages) > 1 or not title} == {}


def test_an_address_without_an_example_is_not_passed_over() -> None:
    app = Flask(__name__)
    app.add_url_rule("/rooms/<slug>/<colour>", "room")
    (rule,) = [rule for rule in app.url_map.iter_rules() if rule.endpoint == "room"]
    world = World({}, {}, {"/": {"slug": "reflection-day"}})
    with pytest.raises(LookupError, match="colour"):
        path_of(app, rule, world)


def test_what_was_looked_at_has_its_reason() -> None:
    assert all(rule and part and reason for rule, _, part, reason in LOOKED_AT)
