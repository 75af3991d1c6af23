"""What every request must pass and every response carries; health and metrics for those who watch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import text

from config import Config
from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.people import service
from eventsapp.web.security import client_address, client_place, keeps_input, limiter
from tests.browser import Browser
from tests.settings import config_for
from tests.test_gate import path_of

HTTPS = "https://events.example.org"


@pytest.fixture
def config(sqlite_database_url: str, tmp_path: Path) -> Config:
    return config_for(sqlite_database_url, tmp_path)


def production(config: Config, **values: object) -> Config:
    settings = replace(config, environment="production", base_url=HTTPS, mail_server="mail.example.org")
    return replace(settings, **values)  # type: ignore[arg-type]


def paths(app: Flask) -> dict[str, str]:
    """One address of every rule that answers GET, by rule."""
    return {rule.rule: path_of(app, rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def test_every_response_carries_the_headers(app: Flask, client: Browser) -> None:
    for rule, path in paths(app).items():
        headers = client.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'", rule
        assert policy["base-uri"] == "'none'", rule
        assert policy.get("script-src", "'none'") in ("'self'", "'none'"), rule
        if not rule.startswith("/mailbox"):
            assert policy["style-src"] == "'self'", rule
            assert policy["frame-ancestors"] == "'none'", rule
        assert headers["X-Content-Type-Options"] == "nosniff", rule
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", rule
        assert "geolocation=()" in headers["Permissions-Policy"], rule
        assert "Strict-Transport-Security" not in headers, rule


def test_addresses_with_tokens_are_told_to_nobody(app: Flask, client: Browser) -> None:
    for rule, path in {**paths(app), "": "/registrations/gone", " ": "/feeds/gone.ics"}.items():
        headers = client.get(path).headers
        with_token = "<token>" in rule or path.endswith(("gone", "gone.ics")) or path.startswith("/login/")
        assert headers["Referrer-Policy"] == ("no-referrer" if with_token else "same-origin"), rule
        assert ("X-Robots-Tag" in headers) == with_token, rule


def test_personal_pages_are_kept_nowhere(app: Flask, client: Browser) -> None:
    personal = ("/organise", "/login", "/registrations/", "/mailbox")
    for rule, path in paths(app).items():
        headers = client.get(path).headers
        if path.startswith(personal) or ("<token>" in rule and not path.startswith("/feeds/")):
            assert headers["Cache-Control"] == "no-store", rule
        if not path.startswith("/static"):
            assert "Cookie" in headers["Vary"], rule


def test_a_page_made_for_a_session_is_kept_nowhere(app: Flask) -> None:
    app.add_url_rule("/open", "open", lambda: "for all")
    stranger, known = Browser(app), Browser(app)
    known.get("/login")
    assert stranger.get("/open").headers["Cache-Control"] == "no-cache"
    assert known.get("/open").headers["Cache-Control"] == "no-store"


def test_https_is_asked_for_from_then_on(config: Config) -> None:
    headers = Browser(create_app(production(config))).get("/healthz", base_url=HTTPS).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


DEVELOPMENT_HOSTS = [
    ("localhost", 200),
    ("localhost:5173", 200),
    ("LOCALHOST", 200),
    ("127.0.0.1:8000", 200),
    ("[::1]", 200),
    ("[::1]:8000", 200),
    ("evil.example", 400),
    ("localhost.evil.example", 400),
    ("localhost@evil.example", 400),
    ("evil.example@localhost", 400),
    ("localhost:8x", 400),
    ("localhost:80:81", 400),
    ("localhost evil.example", 400),
    ("localhost/evil", 400),
    ("[::1", 400),
    ("127.0.0.1.evil.example", 400),
    ("10.0.0.1", 400),
    ("192.168.1.7", 400),
    ("xn--lcalhost-q4a", 400),
]


@pytest.mark.parametrize(("host", "status"), DEVELOPMENT_HOSTS)
def test_a_laptop_answers_to_loopback_names_only(app: Flask, host: str, status: int) -> None:
    response = Browser(app).get("/healthz", headers={"Host": host})
    assert response.status_code == status
    assert "evil" not in response.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("events.example.org", 200),
        ("Events.Example.org:443", 200),
        ("localhost", 400),
        ("example.org", 400),
        ("events.example.org.evil.example", 400),
    ],
)
def test_production_answers_to_its_own_name_only(config: Config, host: str, status: int) -> None:
    browser = Browser(create_app(production(config)))
    assert browser.get("/healthz", base_url=HTTPS, headers={"Host": host}).status_code == status


@pytest.fixture
def mirror(config: Config) -> Iterator[Flask]:
    app = _mirror(config)
    yield app
    with app.app_context():
        db.engine.dispose()


def _mirror(config: Config) -> Flask:
    """An app that says whom it takes the client for."""
    app = create_app(config)

    @app.route("/me", methods=["GET", "POST"])
    @keeps_input
    def me() -> str:
        return f"{request.remote_addr} {request.scheme} {client_address()} {client_place()}"

    return app


SPOOFED = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.77",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "//evil",
}


@pytest.mark.parametrize(("proxies", "address", "scheme"), [(0, "127.0.0.1", "http"), (1, "198.51.100.77", "https")])
def test_only_proxies_of_ours_say_who_the_client_is(config: Config, proxies: int, address: str, scheme: str) -> None:
    told = Browser(_mirror(replace(config, trusted_proxies=proxies))).get("/me", headers=SPOOFED).text.split()
    assert told[:3] == [address, scheme, address]


@pytest.mark.parametrize(
    ("remote", "counted", "place"),
    [
        ("198.51.100.77", "198.51.100.77", "198.51.100.0"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::", "2001:db8:1::"),
        ("::ffff:198.51.100.77", "198.51.100.77", "198.51.100.0"),
        ("fe80::1%eth0", "fe80::", "fe80::"),
        ("", "unknown", "unknown"),
    ],
)
def test_clients_are_told_apart_by_network(mirror: Flask, remote: str, counted: str, place: str) -> None:
    told = Browser(mirror).get("/me", environ_overrides={"REMOTE_ADDR": remote}).text
    assert told.endswith(f" {counted} {place}")


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-origin", 200), ("same-site", 200), ("none", 200), (None, 200)]
)
def test_what_another_site_sends_is_refused(mirror: Flask, site: str | None, status: int) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    assert Browser(mirror).post("/me", headers=headers).status_code == status
    assert Browser(mirror).get("/me", headers=headers).status_code == 200


def test_forms_need_a_token_unless_they_look_at_it_themselves(mirror: Flask) -> None:
    @mirror.post("/act")
    def act() -> str:
        return "done"

    browser = Browser(mirror)
    assert browser.post("/act").status_code == 400
    token = browser.csrf_token("/login")
    assert browser.post("/act", data={"csrf_token": token}).status_code == 200
    assert Browser(mirror).post("/act", data={"csrf_token": token}).status_code == 400


def test_forms_work_over_https_without_a_referrer(config: Config) -> None:
    app = create_app(production(config))
    with app.app_context():
        token = service.make_link(service.give_account("anna@example.org"))
    browser = Browser(app)
    page = f"/login/{token}"
    csrf = browser.get(page, base_url=HTTPS).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = browser.post(page, base_url=HTTPS, data={"csrf_token": csrf}, headers={"Origin": "null"})
    assert answer.status_code == 303


def test_limits_answer_429_and_when_to_come_back(config: Config) -> None:
    app = create_app(config)

    @app.get("/rare")
    @limiter.limit("2 per hour")
    def rare() -> str:
        return "once more"

    browser = Browser(app)
    assert [browser.get("/rare").status_code for _ in range(3)] == [200, 200, 429]
    refused = browser.get("/rare")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "<h1>A little slower, please</h1>" in refused.text
    assert browser.get("/rare", environ_overrides={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200


def test_limits_can_be_turned_off(config: Config) -> None:
    app = create_app(replace(config, rate_limits=False))

    @app.get("/rarer")
    @limiter.limit("1 per hour")
    def rarer() -> str:
        return "once more"

    assert [Browser(app).get("/rarer").status_code for _ in range(3)] == [200, 200, 200]


def test_the_process_answers_without_a_database(tmp_path: Path) -> None:
    browser = Browser(create_app(config_for(f"sqlite:///{tmp_path}/nowhere/x.sqlite", tmp_path)))
    assert browser.get("/healthz").status_code == 200
    assert (browser.get("/readyz").status_code, browser.get("/readyz").text) == (503, "the database does not answer\n")


def test_ready_means_at_the_newest_revision(app: Flask, client: Browser) -> None:
    assert client.get("/readyz").status_code == 200
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    assert client.get("/readyz").status_code == 503


def test_metrics_count_by_endpoint_and_state_and_name_no_path(app: Flask, client: Browser) -> None:
    client.get("/login/a-secret-token")
    told = client.get("/metrics").text.splitlines()
    assert 'eventsapp_requests_total{endpoint="people.link",status="404"} 1.0' in told
    assert 'eventsapp_registrations{state="confirmed"} 0.0' in told
    assert "eventsapp_letters_queued 0.0" in told
    assert "eventsapp_oldest_letter_seconds 0.0" in told
    assert not any("a-secret-token" in line for line in told)


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [
        (None, None, 404),
        ("right", None, 401),
        ("right", "Bearer wrong", 401),
        ("right", "Bearer ü", 401),
        ("right", "Bearer right", 200),
    ],
)
def test_metrics_in_production_need_a_token(config: Config, token: str | None, given: str | None, status: int) -> None:
    browser = Browser(create_app(production(config, metrics_token=token)))
    headers = {"Authorization": given} if given else {}
    assert browser.get("/metrics", base_url=HTTPS, headers=headers).status_code == status
