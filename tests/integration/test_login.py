"""Logging in: who gets in, who does not, what is told, what it costs, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from config import Config
from eventsapp.app import create_app
from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.people import passwords, queries, service
from eventsapp.people.attempts import Wait
from eventsapp.people.models import LoginSession, OneTimeLink, User
from eventsapp.series import team
from eventsapp.web.access import Role, next_path
from tests.browser import Browser

PASSWORD = "seven quiet rivers"
EMAIL = "Anna@example.org"
NOON = datetime(2027, 7, 14, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna(app: Flask) -> int:
    """An owner of everything, with a password."""
    team.add_organiser(EMAIL, Role.owner, slug=None, password=PASSWORD)
    user = queries.find_user(EMAIL)
    assert user is not None
    return user.id


def log_in(browser: Browser, email: str = EMAIL, password: str = PASSWORD, path: str = "/login") -> TestResponse:
    return browser.send(path, {"email": email, "password": password})


def is_in(browser: Browser) -> bool:
    return browser.get("/organise/password").status_code == 200


def logins() -> int:
    return db.session.execute(select(func.count(LoginSession.id))).scalar_one()


def test_login_with_the_right_password_opens_organiser_pages(anna: int, client: Browser) -> None:
    assert not is_in(client)
    response = log_in(client, "  ANNA@example.ORG ")
    assert (response.status_code, response.headers["Location"]) == (303, "/organise/")
    assert is_in(client)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org", "not an address", "x" * 300 + "@example.org"])
def test_login_refused_says_the_same_for_every_address(anna: int, client: Browser, email: str) -> None:
    response = log_in(client, email, "a wrong password")
    assert response.status_code == 403
    assert "The address or the password is not right." in response.text
    assert PASSWORD not in response.text
    assert "a wrong password" not in response.text
    same = log_in(client, "other@example.org", "a wrong password")
    assert _without(response.text, email) == _without(same.text, "other@example.org")


def _without(page: str, email: str) -> str:
    """The page without the address typed and the token, which differ by nature."""
    lines = page.replace(email, "").splitlines()
    return "\n".join(line for line in lines if "csrf_token" not in line)


def test_login_hashes_once_for_known_and_unknown_alike(
    anna: int, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def noted(hasher: PasswordHasher, hash_: str, password: str) -> bool:
        hashed.append(hash_)
        return verify(hasher, hash_, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    for email in (EMAIL, "nobody@example.org"):
        log_in(client, email, "a wrong password")
    own, dummy = (hash_.split("$")[1:4] for hash_ in hashed)
    assert own == dummy


def test_login_of_a_disabled_account_is_refused_and_ends_what_runs(anna: int, app: Flask, client: Browser) -> None:
    log_in(client)
    with transaction() as session:
        session.execute(update(User).values(disabled_at=NOON))
    assert not is_in(client)
    assert log_in(Browser(app)).status_code == 403


def test_login_without_answers_names_the_fields(client: Browser) -> None:
    response = client.send("/login", {})
    assert response.status_code == 422
    assert "Enter your e-mail address." in response.text
    assert "Enter your password." in response.text


def test_login_with_an_old_form_keeps_the_address(anna: int, client: Browser) -> None:
    response = client.post("/login", data={"csrf_token": "old", "email": EMAIL, "password": PASSWORD})
    assert response.status_code == 400
    assert "This page was open for a long time. Please send it again." in response.text
    assert f'value="{EMAIL}"' in response.text
    assert PASSWORD not in response.text


def test_failures_in_a_row_make_one_wait_longer_and_longer(
    anna: int, client: Browser, clock: time_machine.Traveller
) -> None:
    assert [log_in(client, password="wrong wrong wrong").status_code for _ in range(5)] == [403] * 5
    waits = []
    for _ in range(3):
        refused = log_in(client)
        assert refused.status_code == 429
        waits.append(int(refused.headers["Retry-After"]))
        clock.shift(timedelta(seconds=waits[-1]))
        assert log_in(client, password="wrong wrong wrong").status_code == 403
    assert waits == [2, 4, 8]
    clock.shift(timedelta(seconds=16))
    assert log_in(client).status_code == 303
    assert log_in(Browser(client.application), password="wrong wrong wrong").status_code == 403


def test_waiting_is_the_same_for_an_unknown_address(app: Flask, clock: time_machine.Traveller) -> None:
    outcomes = [service.log_in("nobody@example.org", "wrong wrong wrong", "192.0.2.0") for _ in range(6)]
    assert outcomes == [service.Wrong()] * 5 + [Wait(2)]


def test_failures_elsewhere_do_not_keep_the_owner_out(anna: int, clock: time_machine.Traveller) -> None:
    assert isinstance(service.log_in(EMAIL, PASSWORD, "192.0.2.0"), service.LoggedIn)
    for number in range(50):
        service.log_in(EMAIL, "wrong wrong wrong", f"198.51.{number}.0")
    assert service.log_in(EMAIL, "wrong wrong wrong", "203.0.113.0") == Wait(1)
    assert isinstance(service.log_in(EMAIL, PASSWORD, "192.0.2.0"), service.LoggedIn)


def test_a_revoked_login_is_out_at_the_next_request(anna: int, client: Browser) -> None:
    log_in(client)
    assert is_in(client)
    with transaction() as session:
        session.query(LoginSession).delete()
    assert not is_in(client)


def test_logging_out_ends_this_login_for_good_and_no_other(anna: int, app: Flask, client: Browser) -> None:
    other = Browser(app)
    log_in(client)
    log_in(other)
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert client.post("/logout", data={"csrf_token": client.csrf_token("/organise/password")}).status_code == 303
    client.set_cookie("session", cookie.value)
    assert not is_in(client)
    assert is_in(other)


def test_a_role_taken_away_counts_at_once(anna: int, client: Browser) -> None:
    log_in(client)
    team.add_organiser(EMAIL, Role.viewer, slug=None, password=None)
    found = team.load_user(_token_of(client))
    assert found is not None
    assert found.memberships == {None: Role.viewer}


def _token_of(client: Browser) -> str:
    with client.session_transaction() as session:
        return str(session["_user_id"])


def test_login_starts_a_new_session_and_keeps_nothing_of_the_old(anna: int, client: Browser) -> None:
    log_in(client)
    before = _token_of(client)
    with client.session_transaction() as session:
        session["planted"] = "by a stranger"
    token = client.csrf_token("/organise/password")
    client.post("/login", data={"csrf_token": token, "email": EMAIL, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session
    assert _token_of(client) != before


def test_the_database_holds_no_token_that_opens_anything(anna: int, client: Browser) -> None:
    log_in(client)
    row = db.session.execute(select(LoginSession)).scalar_one()
    assert row.token_hash == queries.digest(_token_of(client))
    assert team.load_user(row.token_hash) is None


@pytest.mark.parametrize(
    ("gaps", "still_in"),
    [
        ([timedelta(hours=7, minutes=59)], True),
        ([timedelta(hours=8, minutes=1)], False),
        ([timedelta(hours=7)] * 23, True),
        ([timedelta(hours=7)] * 25, False),
    ],
    ids=["used within 8 hours", "unused for longer", "used often for 6 days", "used often for a week"],
)
def test_a_login_ends_by_itself(
    anna: int, client: Browser, clock: time_machine.Traveller, gaps: list[timedelta], still_in: bool
) -> None:
    log_in(client)
    for gap in gaps[:-1]:
        clock.shift(gap)
        client.get("/organise/password")
    clock.shift(gaps[-1])
    assert is_in(client) == still_in


def test_use_is_noted_every_five_minutes_at_most(anna: int, client: Browser, clock: time_machine.Traveller) -> None:
    log_in(client)
    noted = []
    for minutes in (4, 2, 4):
        clock.shift(timedelta(minutes=minutes))
        client.get("/organise/password")
        noted.append(db.session.execute(select(LoginSession.last_seen_at)).scalar_one() - NOON)
    assert noted == [timedelta(0), timedelta(minutes=6), timedelta(minutes=6)]


def test_a_weaker_hash_is_renewed_at_login(anna: int, app: Flask, client: Browser) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with transaction() as session:
        session.execute(update(User).values(password_hash=weak))
    assert log_in(client).status_code == 303
    renewed = queries.password_hash_of(anna)
    assert renewed is not None
    assert not passwords.is_outdated(renewed)
    assert log_in(Browser(app)).status_code == 303


NEXT = [
    ("/organise/password", "/organise/password"),
    ("/organise/password?page=2", "/organise/password?page=2"),
    ("/organise/password?q=a%20b&q=c", "/organise/password?q=a%20b&q=c"),
    ("//evil.example", None),
    ("///evil.example", None),
    ("/\\evil.example", None),
    ("\\\\evil.example", None),
    ("https://evil.example", None),
    ("https:evil.example", None),
    ("//evil.example/organise/password", None),
    ("/%09/evil.example", None),
    ("/\t/evil.example", None),
    ("/\n/evil.example", None),
    ("/ /evil.example", None),
    ("/\x00", None),
    ("javascript:alert(1)", None),
    ("/organise//evil.example", None),
    ("/nowhere", None),
    ("/logout", None),
    ("/login?next=/login", None),
    ("organise/password", None),
    ("http://[", None),
    ("", None),
]


def test_only_paths_of_our_own_pages_are_gone_on_to(app: Flask) -> None:
    assert {target: next_path(target) for target, _ in NEXT} == dict(NEXT)


@pytest.mark.parametrize("target", ["/organise/password?page=2", "//evil.example", "/\\evil.example"])
def test_login_goes_on_to_pages_of_ours_only(anna: int, client: Browser, target: str) -> None:
    data = {"csrf_token": client.csrf_token("/login"), "email": EMAIL, "password": PASSWORD}
    response = client.post("/login", query_string={"next": target}, data=data)
    assert (response.status_code, response.headers["Location"]) == (303, dict(NEXT)[target] or "/organise/")


def _link(email: str = EMAIL) -> str:
    added = team.add_organiser(email, Role.owner, slug=None, password=None)
    assert isinstance(added, team.Added)
    assert added.link_token is not None
    return f"/login/{added.link_token}"


def test_a_link_logs_in_once_and_asks_for_a_password(app: Flask, client: Browser) -> None:
    link = _link()
    assert client.get(link).status_code == 200
    assert logins() == 0
    used = client.send(link, {})
    assert (used.status_code, used.headers["Location"]) == (303, "/organise/password")
    assert Browser(app).get(link).status_code == 410
    again = client.post(link, data={"csrf_token": client.csrf_token("/organise/password")})
    assert again.status_code == 410
    assert logins() == 1
    assert db.session.execute(select(AuditEntry.action).order_by(AuditEntry.id.desc())).scalars().first() == (
        "login.by_link"
    )


def test_a_link_is_too_old_after_a_day(client: Browser, app: Flask, clock: time_machine.Traveller) -> None:
    link = _link()
    clock.shift(timedelta(hours=24))
    assert client.get(link).status_code == 410
    assert service.log_in_by_link(link.removeprefix("/login/"), "192.0.2.0") is None
    assert logins() == 0


def test_a_newer_link_replaces_the_older(client: Browser, app: Flask) -> None:
    older, newer = _link(), _link()
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200


def test_an_unknown_link_is_no_page(client: Browser) -> None:
    assert client.get("/login/nothing-like-it").status_code == 404


def test_a_password_is_chosen_after_the_link_and_works(app: Flask, client: Browser) -> None:
    client.send(_link(), {})
    chosen = client.send("/organise/password", {"password": PASSWORD, "again": PASSWORD})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/organise/")
    assert is_in(client)
    assert log_in(Browser(app)).status_code == 303


def test_a_new_password_ends_every_other_login_and_open_link(anna: int, app: Flask, client: Browser) -> None:
    other = Browser(app)
    log_in(client)
    log_in(other)
    token = service.make_link(anna)
    new = "another quiet river"
    data = {"current": PASSWORD, "password": new, "again": new}
    assert client.send("/organise/password", data).status_code == 303
    assert is_in(client)
    assert not is_in(other)
    assert service.log_in_by_link(token, "192.0.2.0") is None


def test_changing_a_password_asks_for_the_present_one(anna: int, client: Browser) -> None:
    log_in(client)
    new = "another quiet river"
    wrong = client.send("/organise/password", {"current": "wrong wrong wrong", "password": new, "again": new})
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    assert passwords.fits(PASSWORD, queries.password_hash_of(anna))


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", "short", "at least 12 characters"),
        ("p" * 1001, "p" * 1001, "at most 1000 characters"),
        ("Password1234", "Password1234", "first that strangers try"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "first that strangers try"),
        ("anna@example.org", "anna@example.org", "first that strangers try"),
        (PASSWORD, "seven quiet river", "The two passwords differ."),
        ("", "", "Choose a password."),
    ],
)
def test_a_weak_password_is_refused(app: Flask, client: Browser, password: str, again: str, told: str) -> None:
    client.send(_link(), {})
    response = client.send("/organise/password", {"password": password, "again": again})
    assert response.status_code == 422
    assert told in response.text
    assert db.session.execute(select(User.password_hash)).scalar_one() is None


def test_password_fields_tell_managers_what_they_are(anna: int, client: Browser) -> None:
    assert 'autocomplete="current-password"' in client.get("/login").text
    assert 'autocomplete="username"' in client.get("/login").text
    log_in(client)
    page = client.get("/organise/password").text
    assert page.count('autocomplete="new-password"') == 2
    assert "onpaste" not in page


def test_cookies_over_https_are_bound_to_the_host(config: Config, tmp_path: Path) -> None:
    url = "https://events.example.org"
    settings = replace(config, environment="production", base_url=url, mail_server="mail.example.org")
    browser = Browser(create_app(settings))
    cookie = browser.get("/login", base_url=url).headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_tidying_deletes_what_has_ended_and_nothing_else(
    anna: int, client: Browser, clock: time_machine.Traveller
) -> None:
    log_in(client)
    service.make_link(anna)
    service.log_in(EMAIL, "wrong wrong wrong", "192.0.2.0")
    assert service.tidy() == 0
    clock.shift(timedelta(hours=49))
    assert service.tidy() == 4  # a login, a link, failures of the account there and anywhere
    log_in(client)
    assert service.tidy() == 0
    assert is_in(client)
    assert db.session.execute(select(func.count(OneTimeLink.id))).scalar_one() == 0
