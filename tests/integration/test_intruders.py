"""How such sites were really broken into, one test per way: what is another's, forged, replayed, or sent by others."""

from __future__ import annotations

import re
from itertools import product

import pytest
from flask import Flask
from werkzeug.routing import Rule

from config import Config
from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.people.models import User
from eventsapp.registration import links, service
from eventsapp.registration.models import Registration
from eventsapp.series.team import add_organiser
from eventsapp.web import tokens
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import END, START, make_event, register
from tests.hostile import dump, harm, site, walk
from tests.letters import last_letter
from tests.organising import log_in
from tests.pages import fill_in, links_of

PURPOSES = {links.OWN: "link_version", links.RECEIPT: "link_version", links.FEED: "feed_version",
            links.ADDRESS: "new_email_version"}  # fmt: skip
BOOKKEEPING = ("login_session", "login_attempt", "one_time_link")


@pytest.fixture
def database_url(postgresql_database_url: str) -> str:
    """The stricter one: it refuses NUL. `test_hostile` is about the other."""
    return postgresql_database_url


def rules_of(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]


def filled(rule: Rule, **values: object) -> str:
    """An address of the rule; what is not named is a word, or a number, that names nothing."""

    def value(found: re.Match[str]) -> str:
        return str(values.get(found[2], 4711 if (found[1] or "").startswith("int") else "nothing"))

    return re.sub(r"<(?:([^<>]*):)?(\w+)>", value, rule.rule)


def all_but_bookkeeping() -> dict[str, list[str]]:
    """Every row but those of logins, and of who took a list or the log away, as a file or on paper."""
    taken = ("attendees.exported", "log.exported", "signatures.printed")
    kept = {name: rows for name, rows in dump().items() if name not in BOOKKEEPING}
    return kept | {"audit_entry": [row for row in kept["audit_entry"] if not any(each in row for each in taken)]}


def with_agenda(slug: str, key: str, series: str) -> Registration:
    """A registration of an event with one session."""
    event = make_event(slug, series=series)
    session = SessionDetails(starts_at=START, ends_at=END, title={"en": key.capitalize()}, key=key)
    agenda.set_agenda(event.id, [session], by=None)
    return register(event)


def test_an_id_of_another_event_is_not_there_whatever_the_address(app: Flask, client: Browser) -> None:
    theirs, mine = with_agenda("day", "opening", "cop"), with_agenda("mine", "welcome", "other")
    same_series = with_agenda("also-mine", "closing", "other")
    log_in(client, Role.owner, series="other")
    token, before = client.csrf_token("/organise/password"), all_but_bookkeeping()
    tried = 0
    for method in ("GET", "POST"):
        for rule in rules_of(app, method):
            if {"registration_id"} & rule.arguments or {"slug", "key"} <= rule.arguments:
                for other, key in ((theirs, "opening"), (same_series, "closing")):
                    address = filled(rule, slug="mine", registration_id=other.id, key=key)
                    answer = client.open(address, method=method, data={"csrf_token": token, "why": "mine now"})
                    assert answer.status_code == 404, f"{method} {address}"
                    tried += 1
    assert tried >= 16
    assert all_but_bookkeeping() == before
    assert client.get(f"/organise/events/mine/attendees/{mine.id}").status_code == 200


def test_a_high_role_in_one_series_does_nothing_in_another(app: Flask, client: Browser) -> None:
    """An owner there who may only look here: every POST here is refused, and pages show nothing to do."""
    ann = with_agenda("day", "opening", "cop")
    make_event("mine", series="other")
    user_id = log_in(client, Role.owner, series="other")
    _also_viewer(user_id)
    token, before = client.csrf_token("/organise/password"), all_but_bookkeeping()
    for rule in rules_of(app, "POST"):
        if rule.rule.startswith("/organise") and "slug" in rule.arguments:
            slug = "cop" if rule.rule.startswith("/organise/series") else "day"
            address = filled(rule, slug=slug, registration_id=ann.id, key="opening", attends="room")
            assert client.post(address, data={"csrf_token": token, "why": "so"}).status_code == 403, address
    assert all_but_bookkeeping() == before
    assert "cop" not in client.get("/organise/events/new").text
    assert '<form method="post"' not in client.get(f"/organise/events/day/attendees/{ann.id}").text.split("<main")[1]


def _also_viewer(user_id: int) -> None:
    user = db.session.get_one(User, user_id)
    add_organiser(user.email, Role.viewer, slug="cop", password=None)


def test_a_token_opens_what_it_is_for_and_nothing_else(app: Flask, client: Browser) -> None:
    ann = register(make_event("day"))
    fits = {
        "own_page": links.OWN,
        "registration": links.OWN,
        "offers": links.OWN,
        "groups": links.OWN,
        "feeds": links.FEED,
        "people": "",
        "invitation": "",
        "delegation": "",
        "answers": links.OWN,
        "own_sessions": links.OWN,
        "switching": links.OWN,
        "colleagues": "",
    }
    special = {
        "registration.received": links.RECEIPT,
        "registration.prove_address": links.ADDRESS,
        "registration.invited": "",
    }
    rules = [rule for rule in rules_of(app, "GET") if "token" in rule.arguments]
    assert len(rules) >= 9
    for rule, (purpose, version) in product(rules, PURPOSES.items()):
        right = special.get(rule.endpoint, fits[rule.endpoint.split(".")[0]])
        address = filled(rule, slug="day", token=tokens.make(purpose, ann.key, getattr(ann, version)))
        status = client.get(address).status_code
        assert (status == 404) == (purpose != right or right == links.ADDRESS), f"{purpose} at {rule.rule}: {status}"


def test_a_token_is_dead_once_its_version_is_raised(app: Flask, client: Browser) -> None:
    event = make_event("day")
    ann = register(event, "ann@example.org")
    old = {purpose: tokens.make(purpose, ann.key, getattr(ann, name)) for purpose, name in PURPOSES.items()}
    ahead = {purpose: tokens.make(purpose, ann.key, getattr(ann, name) + 7) for purpose, name in PURPOSES.items()}
    foreign = {purpose: token[:-6] + "AAAAAA" for purpose, token in old.items()}
    service.give_up(ann.id)
    register(event, "ann@example.org")
    for rule in rules_of(app, "GET"):
        if "token" in rule.arguments:
            for token in (*old.values(), *ahead.values(), *foreign.values()):
                assert client.get(filled(rule, slug="day", token=token)).status_code == 404, rule.rule


def test_a_foreign_host_gets_into_no_letter(config: Config, client: Browser) -> None:
    make_event("day")
    forged = {"Host": "127.0.0.1:6666", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    client.environ_base |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in forged.items()}
    answer = fill_in(client, "/events/day/register", name="Ann", email="ann@example.org")
    assert answer.status_code == 303
    letter = last_letter("ann@example.org")
    part = letter.rendered.calendar
    assert part is not None
    everything = letter.text + letter.html + part.content.decode()
    assert "evil" not in everything + (answer.location or "")
    assert "6666" not in everything
    assert config.base_url in everything


def test_every_post_needs_the_token_of_this_browser_and_this_site(app: Flask, client: Browser) -> None:
    ann = with_agenda("day", "opening", "cop")
    log_in(client)
    mine, another = client.csrf_token("/organise/password"), Browser(app).csrf_token("/login")
    own = links_of(ann).own_token
    before, tried = all_but_bookkeeping(), 0
    for rule in rules_of(app, "POST"):
        slug = "cop" if "/series/" in rule.rule else "day"
        address = filled(rule, slug=slug, registration_id=ann.id, key="opening", token=own)
        if client.post(address).status_code == 404:
            continue
        tried += 1
        for data in ({}, {"csrf_token": another}, {"csrf_token": mine[:-1]}, {"csrf_token": ""}):
            assert client.post(address, data={"why": "so", **data}).status_code == 400, address
        crossed = client.post(address, data={"csrf_token": mine}, headers={"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403, address
    assert tried > 20
    assert all_but_bookkeeping() == before
    assert client.get("/organise/").status_code == 200


def test_looking_changes_nothing(client: Browser) -> None:
    """Mail scanners follow every link, browsers fetch ahead: all that links lead to is opened, in every way to look."""
    starts = site()
    log_in(client)
    before = all_but_bookkeeping()
    pages = walk(client, starts)
    assert len(pages) > 60
    for address in pages:
        client.head(address)
        client.options(address)
    assert all_but_bookkeeping() == before


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "BREW"])
def test_other_methods_do_nothing(app: Flask, client: Browser, method: str) -> None:
    ann = with_agenda("day", "opening", "cop")
    log_in(client)
    before = all_but_bookkeeping()
    for rule in app.url_map.iter_rules():
        address = filled(rule, slug="day", registration_id=ann.id, key="opening", token=links_of(ann).own_token)
        answer = client.open(address, method=method, headers={"X-HTTP-Method-Override": "POST", "Cookie2": "x"})
        assert answer.status_code in (404, 405), address
        assert "Cookie2" not in answer.text
    assert all_but_bookkeeping() == before


ODD = ["a%00b", "%ED%A0%80%ff", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "%0d%0aX-Evil:1", "%2500", "x" * 5000, "day%2f",
       "DAY", "%D9%A3", "2147483648", "-1", "%3Cscript%3Ealert(7)%3C/script%3E"]  # fmt: skip


def test_odd_addresses_are_not_there(app: Flask, client: Browser) -> None:
    """Each part of each address in turn. PostgreSQL answers NUL by a fault."""
    ann = with_agenda("day", "opening", "cop")
    log_in(client)
    token = client.csrf_token("/organise/password")
    right = {"slug": "day", "registration_id": ann.id, "key": "opening", "token": links_of(ann).own_token}
    for method, odd in product(("GET", "POST"), ODD):
        for rule, name in ((each, name) for each in rules_of(app, method) for name in each.arguments):
            answer = client.open(filled(rule, **{**right, name: odd}), method=method, data={"csrf_token": token})
            assert answer.status_code in (308, 404, 405), f"{method} {rule.rule} {odd[:20]}"
            assert (answer.location or "http://localhost/").startswith("http://localhost/")
            assert "X-Evil" not in answer.headers
            assert harm(answer) == []


@pytest.mark.parametrize("version", ["2147483648", "99999999999999999999", "-1", "١", "%00", "1.0"])
def test_a_version_that_cannot_be_is_no_fault(client: Browser, version: str) -> None:
    make_event("day")
    assert client.get(f"/series/cop/privacy?version={version}").status_code in (200, 404)


def test_a_full_day_does_not_give_away_who_is_registered(client: Browser) -> None:
    """Confidential: an address that had its registrations of the day is answered alike, known or not."""
    secret, other = make_event("secret", confidential=True), make_event("other", confidential=True)
    register(secret, "ann@example.org")
    for _ in range(9):
        register(make_event(), "ann@example.org")
    answers = {
        slug: fill_in(client, f"/events/{slug}/register", name="Ann", email="ann@example.org")
        for slug in (secret.slug, other.slug)
    }
    assert {answer.status_code for answer in answers.values()} == {429}


def test_a_place_is_not_seen_in_what_others_download(client: Browser) -> None:
    """The lists of one event never hold people of another, whatever the filter."""
    ann = with_agenda("day", "opening", "cop")
    bob = with_agenda("mine", "welcome", "cop")
    log_in(client)
    for query in ("", "?q=person", "?status=confirmed", "?page=999", "?q=%25", "?q=_"):
        for ending in ("", ".csv"):
            text = client.get(f"/organise/events/mine/attendees{ending}{query}").text
            assert str(ann.email) not in text
            assert (str(bob.email) in text) == ("%25" not in query and "_" not in query)
