"""Fault pages: plain words and a reference, never a trace, whatever breaks."""

from __future__ import annotations

import io
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from jinja2 import DictLoader
from sqlalchemy import event

from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.web.errors import TEXTS
from eventsapp.web.logs import RedactingFormatter
from tests.browser import Browser
from tests.settings import config_for

REFERENCE = re.compile(r'<code class="reference">([0-9a-f]{12})</code>')
SECRET = "the innards of the machine"


@pytest.fixture
def house(sqlite_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app with views that fail in every way, answering as in production."""
    app = create_app(config_for(sqlite_database_url, tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/fail/<int:code>")
    def fail(code: int) -> str:
        abort(code)

    @app.get("/fail/<int:code>/told")
    def fail_told(code: int) -> str:
        abort(code, description="The registration closed on Monday.")

    @app.get("/break/<path:what>")
    def break_down(what: str) -> str:
        raise RuntimeError(f"{SECRET}: {what}")

    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What an operator would read."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logger = logging.getLogger("eventsapp")
    own = next(handler for handler in logger.handlers if isinstance(handler.formatter, RedactingFormatter))
    handler.setFormatter(own.formatter)
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_each_fault_has_its_page(house: Flask, code: int) -> None:
    response = Browser(house).get(f"/fail/{code}")
    heading, text = TEXTS[code]
    assert response.status_code == code
    assert response.mimetype == "text/html"
    assert f"<h1>{heading}</h1>" in response.text
    assert str(text) in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert (REFERENCE.search(response.text) is not None) == (code >= 500)


def test_a_fault_without_words_of_its_own_has_a_page_too(house: Flask) -> None:
    response = Browser(house).get("/fail/418")
    assert response.status_code == 418
    assert "<h1>That was not understood</h1>" in response.text


def test_a_view_may_say_more(house: Flask) -> None:
    assert "The registration closed on Monday." in Browser(house).get("/fail/409/told").text
    assert "The registration closed on Monday." not in Browser(house).get("/fail/500/told").text


def test_an_unexpected_exception_shows_a_reference_and_no_trace(house: Flask, log: io.StringIO) -> None:
    response = Browser(house).get("/break/here")
    found = REFERENCE.search(response.text)
    assert response.status_code == 500
    assert found is not None
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    logged = log.getvalue()
    assert f"[{found[1]}]" in logged
    assert f"RuntimeError: {SECRET}: here" in logged


def test_logs_hold_no_token_and_no_address(house: Flask, log: io.StringIO) -> None:
    @house.get("/registrations/<token>/broken")
    def broken(token: str) -> str:
        raise RuntimeError(f"Anna <anna.b+c@mail.example.org> used {token[:0]}/feeds/abcDEF.ics and /login/xyz-1")

    Browser(house).get("/registrations/SecretToken-1.2/broken")
    logged = log.getvalue()
    assert "/registrations/[token]/broken" in logged
    assert "Anna <[address]> used /feeds/[token] and /login/[token]" in logged
    for secret in ("SecretToken", "example.org", "abcDEF", "xyz-1"):
        assert secret not in logged


def test_an_unknown_address_is_no_page(house: Flask) -> None:
    assert Browser(house).get("/nowhere/ü/%00").status_code == 404


def test_a_wrong_method_tells_the_right_ones(house: Flask) -> None:
    response = Browser(house).get("/logout")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize("length", [256 * 1024 + 1, 4 * 1024 * 1024])
def test_a_body_over_the_limit_is_refused(house: Flask, length: int) -> None:
    response = Browser(house).post(
        "/login", data=b"email=" + b"x" * length, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 413
    assert "<h1>That is too large</h1>" in response.text


def test_too_many_parts_are_refused(house: Flask) -> None:
    parts = {f"field{number}": "x" for number in range(1001)}
    assert Browser(house).post("/login", data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize("data", [{}, {"csrf_token": "old"}])
def test_an_old_form_of_a_bare_button_says_so(house: Flask, data: dict[str, str]) -> None:
    response = Browser(house).post("/logout", data=data)
    assert response.status_code == 400
    assert "This page was open for a long time. Please send it again." in response.text


def test_a_failing_fault_page_gives_way_to_a_bare_one(house: Flask) -> None:
    house.jinja_loader = DictLoader({"errors/error.html": "{{ 1 / 0 }}"})
    response = Browser(house).get("/break/<b>")
    assert response.status_code == 500
    assert "<h1>Something went wrong here</h1>" in response.text
    assert SECRET not in response.text


def _try_to_log_in(app: Flask) -> Any:
    data = {"email": "anna@example.org", "password": "seven quiet rivers"}
    return Browser(app).send("/login", data)


def _assert_busy(response: Any) -> None:
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "Nothing of what you sent was kept." in response.text
    assert REFERENCE.search(response.text) is not None
    assert "sqlite3" not in response.text


def _on_connect(app: Flask, statement: str) -> None:
    def run(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(statement)

    with app.app_context():
        event.listen(db.engine, "connect", run)


def test_a_locked_database_asks_to_try_again(house: Flask, tmp_path: Path) -> None:
    _on_connect(house, "PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        _assert_busy(_try_to_log_in(house))
    assert _try_to_log_in(house).status_code == 403


def test_a_full_disk_asks_to_try_again(house: Flask) -> None:
    _on_connect(house, "PRAGMA max_page_count = 1")

    @house.get("/fill")
    def fill() -> str:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE filler AS SELECT zeroblob(1000000)")
        return ""

    _assert_busy(Browser(house).get("/fill"))


def test_a_database_that_is_gone_asks_to_try_again_even_who_is_logged_in(tmp_path: Path) -> None:
    app = create_app(config_for(f"sqlite:///{tmp_path}/nowhere/test.sqlite", tmp_path))
    browser = Browser(app)
    with browser.session_transaction() as session:
        session["_user_id"] = "a token"
    _assert_busy(browser.get("/organise/password"))
