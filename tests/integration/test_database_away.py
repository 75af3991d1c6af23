"""PostgreSQL goes away, cuts connections, or somebody holds a lock for too long: a page that says so, nothing half
done, and the next request is served."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from flask import Flask, Response
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from eventsapp import database
from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.registration import integrity
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import make_event
from tests.databases import migrate
from tests.pages import blank_form
from tests.postgresql import PostgresServer
from tests.settings import config_for

FORM, PAGE = "/events/day/register", "/events/day"


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """One that may be shut down."""
    server = PostgresServer("18")
    yield server
    server.stop()


@pytest.fixture
def url(own_server: PostgresServer, tmp_path: Path) -> str:
    name = own_server.new_database()
    migrate(own_server.url(name), tmp_path)
    return own_server.url(name)


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app that answers as in production, with an event."""
    app = create_app(dataclasses.replace(config_for(url, tmp_path), testing=False))
    with app.app_context():
        make_event("day")
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def filled(client: Browser) -> dict[str, str]:
    return blank_form(client, FORM) | {"name": "Ann", "email": "ann@example.org"}


def registered(app: Flask) -> int:
    """How many there are; all else must fit to it."""
    with app.app_context():
        assert list(integrity.problems()) == []
        number = db.session.query(Registration).count()
        db.session.remove()
        return number


def assert_told_to_come_again(response: object, heading: str = "Too busy for a moment") -> None:
    assert getattr(response, "status_code") == 503  # noqa: B009
    assert response.headers["Retry-After"] == "10"  # type: ignore[attr-defined]
    assert heading in response.text  # type: ignore[attr-defined]
    assert 'class="reference"' in response.text  # type: ignore[attr-defined]


def test_restarted_server_is_noticed_before_anybody_is_told(house: Flask, own_server: PostgresServer) -> None:
    client = Browser(house)
    assert client.get(PAGE).status_code == 200
    form = filled(client)
    own_server.shut_down()
    own_server.start_again()
    assert client.post(FORM, data=form).status_code == 303
    assert client.get(PAGE).status_code == 200
    assert registered(house) == 1


def test_server_that_is_away_gives_a_page_that_says_so(house: Flask, own_server: PostgresServer) -> None:
    client = Browser(house)
    form = filled(client)
    own_server.shut_down()
    try:
        for language, heading in (("en", "Too busy for a moment"), ("fr", 'lang="fr"')):
            asked = {"Accept-Language": language}
            assert_told_to_come_again(client.get(PAGE, headers=asked), heading)
            assert_told_to_come_again(client.post(FORM, data=form, headers=asked), heading)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
    finally:
        own_server.start_again()
    assert client.post(FORM, data=form).status_code == 303
    assert registered(house) == 1


def cut_all(url: str) -> None:
    """End every connection to the database."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_connection_cut_behind_the_answer_changes_nothing_of_it(house: Flask, url: str) -> None:
    client = Browser(house)
    cut: list[bool] = []

    @house.after_request
    def cut_now(response: Response) -> Response:
        if cut:
            db.session.execute(text("SELECT 1"))
            cut_all(url)
        return response

    shown = client.get("/series/cop").text
    cut.append(True)
    assert client.get("/series/cop").text == shown
    cut.clear()
    assert client.get("/series/cop").text == shown


@pytest.mark.parametrize("moment", ["UPDATE event", "INSERT INTO registration", "INSERT INTO letter", "COMMIT"])
def test_connection_cut_amid_a_registration_leaves_nothing(house: Flask, url: str, moment: str) -> None:
    client = Browser(house)
    form = filled(client)
    cut: list[str] = []

    def cut_now(connection: object, *told: object) -> None:
        statement = str(told[1]) if told else "COMMIT"
        if not cut and statement.startswith(moment):
            cut.append(statement)
            cut_all(url)

    name = "commit" if moment == "COMMIT" else "before_cursor_execute"
    with house.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, name, cut_now)
    try:
        assert_told_to_come_again(client.post(FORM, data=form))
    finally:
        sqlalchemy_event.remove(engine, name, cut_now)
    assert len(cut) == 1
    assert registered(house) == 0
    assert client.post(FORM, data=form).status_code == 303
    assert registered(house) == 1


def test_lock_held_too_long_gives_a_page_that_says_so(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "POSTGRESQL_OPTIONS", "-c lock_timeout=200 -c timezone=UTC")
    app = create_app(dataclasses.replace(config_for(url, tmp_path), testing=False))
    with app.app_context():
        make_event("day")
        db.session.remove()
    client = Browser(app)
    form = filled(client)
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM event FOR NO KEY UPDATE")
        assert_told_to_come_again(client.post(FORM, data=form))
        assert client.get(PAGE).status_code == 200
    assert registered(app) == 0
    assert client.post(FORM, data=form).status_code == 303
    with app.app_context():
        db.engine.dispose()


def test_locked_file_gives_a_page_that_says_so(
    sqlite_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT_SECONDS", 0.2)
    app = create_app(dataclasses.replace(config_for(sqlite_database_url, tmp_path), testing=False))
    with app.app_context():
        make_event("day")
        db.session.remove()
    client = Browser(app)
    form = filled(client)
    with closing(sqlite3.connect(sqlite_database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert_told_to_come_again(client.post(FORM, data=form))
        assert client.get(PAGE).status_code == 200
    assert registered(app) == 0
    assert client.post(FORM, data=form).status_code == 303
    with app.app_context():
        db.engine.dispose()
