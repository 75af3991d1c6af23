"""The pages of the local mailbox, in development only."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from eventsapp.app import create_app
from eventsapp.mail.mailbox import folder_of, keep
from eventsapp.mail.message import CalendarPart, Rendered, to_bytes
from tests.settings import config_for

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
HTML = "<html><head><title>x</title></head><body><p>HTML part</p></body></html>"


@pytest.fixture
def config(sqlite_database_url: str, tmp_path: Path) -> Config:
    return config_for(sqlite_database_url, tmp_path)


@pytest.fixture
def client(config: Config) -> FlaskClient:
    return create_app(config).test_client()


def _keep(config: Config, subject: str, **parts: object) -> str:
    letter = Rendered(subject, "See https://example.org/a?b=1&c=2\n<b>\n", HTML, **parts)  # type: ignore[arg-type]
    content = to_bytes(
        letter,
        sender="events@example.org",
        recipient="ada@example.org",
        message_id=f"<{subject}@example.org>",
        sent_on=datetime(2027, 7, 14, tzinfo=UTC),
    )
    folder = folder_of(config.instance)
    folder.mkdir(parents=True, exist_ok=True)
    return keep(folder, content).stem


def test_empty_mailbox(client: FlaskClient) -> None:
    page = client.get("/mailbox")
    assert page.status_code == 200
    assert "No letters yet" in page.text


def test_list_names_subject_and_recipient(client: FlaskClient, config: Config) -> None:
    mail_id = _keep(config, "one")
    page = client.get("/mailbox")
    assert f'href="/mailbox/{mail_id}"' in page.text
    assert "ada@example.org" in page.text


def test_mail_shows_its_parts(client: FlaskClient, config: Config) -> None:
    mail_id = _keep(config, "one", calendar=CalendarPart("REQUEST", ICS))
    page = client.get(f"/mailbox/{mail_id}")
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">' in page.text
    assert "&lt;b&gt;" in page.text
    assert "METHOD:REQUEST" in page.text
    assert f'src="/mailbox/{mail_id}/html"' in page.text
    assert "auto-generated" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_html_part_is_framed_without_rights(client: FlaskClient, config: Config) -> None:
    page = client.get(f"/mailbox/{_keep(config, 'one')}/html")
    assert page.text.replace("\r\n", "") == HTML.replace("<head>", '<head><base target="_blank">')
    policy = dict(part.partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert policy["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert policy["frame-ancestors"] == "'self'"


def test_download_is_the_mail_as_it_came(client: FlaskClient, config: Config) -> None:
    mail_id = _keep(config, "one")
    with client.get(f"/mailbox/{mail_id}.eml") as answer:
        assert answer.data == (folder_of(config.instance) / f"{mail_id}.eml").read_bytes()
        assert answer.mimetype == "message/rfc822"
        assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("path", ["x", "0" * 32, f"{'0' * 32}/html", f"{'0' * 32}.eml", "..%2fsecret_key", "x.eml"])
def test_unknown_mail_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/mailbox/{path}").status_code == 404


def test_production_has_no_mailbox(config: Config) -> None:
    production = dataclasses.replace(config, environment="production", mail_server="mail.example.org")
    app: Flask = create_app(production)
    assert app.test_client().get("/mailbox").status_code == 404
