"""Every organiser page is behind the one gate: the map of all addresses is walked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from config import Config
from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.series.models import Series
from eventsapp.web.access import (
    CurrentUser,
    Role,
    Scope,
    check,
    close_gate,
    organiser_page,
    scope,
    scope_of,
    start_login,
    user,
)
from tests.browser import Browser
from tests.builders import make_series

COP, OTHER, UNSEEN = 1, 2, 3


def organiser_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/organise")]


def path_of(app: Flask, rule: Rule) -> str:
    """An address the rule matches; it names nothing that exists."""
    values = {name: _sample(rule, name) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or ())))


def _sample(rule: Rule, name: str) -> str | int:
    return 1 if "Int" in type(rule._converters[name]).__name__ else "x"


def test_strangers_open_no_organiser_page(app: Flask, client: Browser) -> None:
    rules = organiser_rules(app)
    assert rules
    for rule in rules:
        path = path_of(app, rule)
        for method in sorted(rule.methods or ()):
            answer = client.open(path, method=method)
            told = f"{method} {rule.rule}: {answer.status_code}"
            if method in ("GET", "HEAD"):
                assert answer.status_code == 303, told
                assert answer.headers["Location"].startswith("/login?next=/organise"), told
            else:
                assert answer.status_code == 403, told


def test_a_stale_cookie_is_a_strangers(app: Flask, client: Browser) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = "of a login long ago"
    answers = {
        client.get(path_of(app, rule)).status_code for rule in organiser_rules(app) if "GET" in (rule.methods or ())
    }
    assert answers == {303}


def test_an_unmarked_organiser_page_keeps_the_app_from_starting(config: Config) -> None:
    app = create_app(config)
    app.add_url_rule("/organise/secret", "secret", lambda: "all the addresses")
    with pytest.raises(RuntimeError, match="/organise/secret"):
        close_gate(app)


def test_an_unmarked_organiser_page_is_refused_even_so(config: Config) -> None:
    app = create_app(config)
    app.add_url_rule("/organise/secret", "secret", lambda: "all the addresses")
    assert app.test_client().get("/organise/secret").status_code == 403


@pytest.fixture
def house(config: Config) -> Iterator[Flask]:
    """A small app of marked pages; whom a login belongs to stands in its token."""
    app = create_app(config)

    @app.get("/in/<token>")
    def enter(token: str) -> str:
        start_login(token)
        return ""

    @app.get("/organise/series/<int:series_id>/<role>")
    @organiser_page(Role.viewer)
    def act(series_id: int, role: str) -> str:
        check(Role[role], series_id)
        return user().email

    @app.get("/organise/for-editors")
    @organiser_page(Role.editor)
    def edit() -> str:
        return repr(scope(Role.editor))

    @app.get("/organise/for-all")
    @organiser_page(None)
    def everybody() -> str:
        return user().email

    people: Mapping[str, Mapping[int | None, Role]] = {
        "mixed": {COP: Role.viewer, OTHER: Role.editor},
        "everywhere": {None: Role.desk, COP: Role.owner},
        "nowhere": {},
    }

    def load(token: str) -> CurrentUser | None:
        if token not in people:
            return None
        return CurrentUser(7, f"{token}@example.org", "", token, people[token])

    app.extensions["eventsapp.load_user"] = load
    app.login_manager.user_loader(load)  # type: ignore[attr-defined]
    close_gate(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def status(house: Flask, who: str, path: str) -> int:
    browser = Browser(house)
    browser.get(f"/in/{who}")
    return browser.get(path).status_code


@pytest.mark.parametrize(
    ("who", "series_id", "role", "expected"),
    [
        ("mixed", COP, "viewer", 200),
        ("mixed", COP, "desk", 403),
        ("mixed", OTHER, "editor", 200),
        ("mixed", OTHER, "owner", 403),
        ("mixed", UNSEEN, "viewer", 404),
        ("mixed", UNSEEN, "owner", 404),
        ("everywhere", UNSEEN, "desk", 200),
        ("everywhere", UNSEEN, "editor", 403),
        ("everywhere", COP, "owner", 200),
        ("nowhere", COP, "viewer", 403),
    ],
)
def test_an_object_is_404_when_unseen_and_403_when_the_role_is_too_low(
    house: Flask, who: str, series_id: int, role: str, expected: int
) -> None:
    assert status(house, who, f"/organise/series/{series_id}/{role}") == expected


@pytest.mark.parametrize(("who", "expected"), [("mixed", 200), ("everywhere", 200), ("nowhere", 403)])
def test_a_page_asks_for_its_role_in_some_series(house: Flask, who: str, expected: int) -> None:
    assert status(house, who, "/organise/for-editors") == expected


def test_a_page_for_all_accounts_asks_for_no_role(house: Flask) -> None:
    assert status(house, "nowhere", "/organise/for-all") == 200


def test_roles_include_the_lower_ones() -> None:
    assert sorted(Role) == [Role.viewer, Role.desk, Role.editor, Role.owner]
    held = {None: Role.desk, COP: Role.owner}
    assert [scope_of(held, role) for role in sorted(Role)] == [
        Scope(True, frozenset({COP})),
        Scope(True, frozenset({COP})),
        Scope(False, frozenset({COP})),
        Scope(False, frozenset({COP})),
    ]


def test_a_scope_is_a_condition_of_queries(app: Flask) -> None:
    ids = [make_series(slug) for slug in ("a", "b", "c")]

    def seen(some: Scope) -> list[int]:
        statement = select(Series.id).where(some.where(Series.id), Series.slug.in_(("a", "b", "c")))
        return sorted(db.session.execute(statement).scalars())

    assert seen(Scope(True, frozenset())) == ids
    assert seen(Scope(False, frozenset(ids[:2]))) == ids[:2]
    assert seen(Scope(False, frozenset())) == []
    assert not Scope(False, frozenset())


def test_the_gate_tells_where_to_go_on_to(client: Browser) -> None:
    assert client.get("/organise/password?a=1").headers["Location"] == "/login?next=/organise/password?a%3D1"
