"""The second factor: nothing opens before the code, a code works once, and there is a way back in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from config import Config
from eventsapp.app import create_app
from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.people import attempts, queries, service
from eventsapp.people.models import LoginSession, RecoveryCode, User
from eventsapp.people.rules import Step
from eventsapp.series import team
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.letters import last_letter, letters
from tests.pages import words
from tests.second_factor import FACTOR, app_of, code_of, set_up

PASSWORD = "seven quiet rivers"
EMAIL = "anna@example.org"
NOON = datetime(2027, 7, 14, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna(app: Flask, clock: time_machine.Traveller) -> int:
    team.add_organiser(EMAIL, Role.owner, slug=None, password=PASSWORD)
    user = queries.find_user(EMAIL)
    assert user is not None
    return user.id


@pytest.fixture
def phone(anna: int, app: Flask, clock: time_machine.Traveller) -> pyotp.TOTP:
    """Anna's, her factor being on; a minute later, so that codes are fresh."""
    browser = Browser(app)
    browser.send("/login", {"email": EMAIL, "password": PASSWORD})
    found, _ = set_up(browser, PASSWORD)
    clock.shift(timedelta(minutes=1))
    return found


def enter_password(browser: Browser) -> str:
    """Where the right password leads to."""
    return str(browser.send("/login", {"email": EMAIL, "password": PASSWORD}).headers["Location"])


def is_in(browser: Browser) -> bool:
    return browser.get("/organise/password").status_code == 200


def test_the_right_password_leads_to_the_code_and_the_code_in(phone: pyotp.TOTP, client: Browser) -> None:
    assert enter_password(client) == "/login/code"
    assert not is_in(client)
    entered = client.send("/login/code", {"code": f" {code_of(phone)[:3]} {code_of(phone)[3:]} "})
    assert (entered.status_code, entered.headers["Location"]) == (303, "/organise/")
    assert is_in(client)


def test_before_the_code_no_organiser_page_opens(phone: pyotp.TOTP, app: Flask, client: Browser) -> None:
    """The map of all addresses, walked with the cookie of a login that waits."""
    enter_password(client)
    adapter = app.url_map.bind("localhost")
    walked = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/organise"):
            continue
        values = {name: 1 if "Int" in type(rule._converters[name]).__name__ else "x" for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answer = client.open(adapter.build(rule.endpoint, values, method=method), method=method)
            assert answer.status_code == (303 if method in ("GET", "HEAD") else 403), f"{method} {rule.rule}"
            assert answer.headers.get("Location", "/login").startswith("/login"), f"{method} {rule.rule}"
            walked += 1
    assert walked > 50


def test_the_token_of_a_waiting_login_is_none_of_a_login(phone: pyotp.TOTP, client: Browser) -> None:
    enter_password(client)
    with client.session_transaction() as session:
        token = session["waits_for_code"]["token"]
        session["_user_id"] = token
    assert queries.find_login(token) is None
    assert not is_in(client)


def test_the_code_gives_another_token(phone: pyotp.TOTP, client: Browser) -> None:
    enter_password(client)
    with client.session_transaction() as session:
        before = session["waits_for_code"]["token"]
    client.send("/login/code", {"code": code_of(phone)})
    with client.session_transaction() as session:
        assert session["_user_id"] != before
        assert "waits_for_code" not in session
    assert queries.find_login(before) is None
    assert queries.find_waiting(before) is None


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_codes_of_the_neighbouring_half_minutes_are_taken(
    phone: pyotp.TOTP, client: Browser, steps: int, taken: bool
) -> None:
    enter_password(client)
    assert client.send("/login/code", {"code": code_of(phone, steps)}).status_code == (303 if taken else 403)


def test_a_code_works_once_and_none_before_it(phone: pyotp.TOTP, app: Flask, client: Browser) -> None:
    for browser, steps, status in ((client, 0, 303), (Browser(app), 0, 403), (Browser(app), -1, 403)):
        enter_password(browser)
        answer = browser.send("/login/code", {"code": code_of(phone, steps)})
        assert answer.status_code == status
    assert "not right, or was used already" in answer.text


@pytest.mark.parametrize("code", ["", "000000", "١٢٣٤٥٦", "ABCD-EFGH-JKLM-NPQR", "0", "x" * 101, "🙂", "00000\x00"])
def test_a_wrong_code_is_refused_beside_the_field(phone: pyotp.TOTP, client: Browser, code: str) -> None:
    enter_password(client)
    answer = client.send("/login/code", {"code": code})
    assert answer.status_code in (403, 422)
    assert 'id="code-error"' in answer.text
    assert not is_in(client)


def test_wrong_codes_make_one_wait_and_a_right_password_does_not_help(
    phone: pyotp.TOTP, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    enter_password(client)
    assert [client.send("/login/code", {"code": "000000"}).status_code for _ in range(5)] == [403] * 5
    refused = client.send("/login/code", {"code": code_of(phone)})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    enter_password(client)
    assert client.send("/login/code", {"code": code_of(phone)}).status_code == 429
    clock.shift(timedelta(seconds=2))
    assert client.send("/login/code", {"code": code_of(phone)}).status_code == 303


def test_a_waiting_login_waits_ten_minutes(phone: pyotp.TOTP, client: Browser, clock: time_machine.Traveller) -> None:
    enter_password(client)
    clock.shift(timedelta(minutes=11))
    answer = client.get("/login/code")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_the_code_page_without_a_password_leads_to_the_login(app: Flask, client: Browser) -> None:
    assert client.get("/login/code").headers["Location"] == "/login"
    with client.session_transaction() as session:
        session["waits_for_code"] = {"token": "made up", "onward": "/organise/", "by_link": False}
    assert client.get("/login/code").headers["Location"] == "/login"


def test_a_waiting_login_is_no_known_place(phone: pyotp.TOTP, app: Flask, client: Browser) -> None:
    """Somebody with the password alone gains nothing against the waits for codes."""
    client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    enter_password(client)
    for number in range(15):
        attempts.count_try(EMAIL, f"198.51.{number}.0", Step.CODE)
    assert client.send("/login/code", {"code": code_of(phone)}).status_code == 429


def test_a_recovery_code_works_once_and_is_told_by_letter(
    anna: int, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    client.send("/login", {"email": EMAIL, "password": PASSWORD})
    _, codes = set_up(client, PASSWORD)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-9]{4}-){3}[A-Z2-9]{4}", code) for code in codes)
    for browser, status in ((Browser(app), 303), (Browser(app), 403)):
        enter_password(browser)
        assert browser.send("/login/code", {"code": codes[0].lower().replace("-", " ")}).status_code == status
    assert last_letter(EMAIL).subject == "A recovery code was used"
    assert queries.factor_of(anna).codes_left == 9
    assert "9 recovery codes are left." in words(client.get(FACTOR))


def test_a_reset_does_not_go_round_the_second_factor(phone: pyotp.TOTP, app: Flask, client: Browser) -> None:
    client.send("/login/forgotten", {"email": EMAIL})
    link = re.search(r"/login/\S+", last_letter(EMAIL).text)
    assert link is not None
    assert client.send(link[0], {}).headers["Location"] == "/login/code"
    assert not is_in(client)
    assert client.send("/login/code", {"code": code_of(phone)}).headers["Location"] == "/organise/password"
    new = "another quiet river"
    assert client.send("/organise/password", {"password": new, "again": new}).status_code == 303
    assert is_in(client)


def test_turning_it_on_takes_the_password_and_the_right_code(
    anna: int, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    client.send("/login", {"email": EMAIL, "password": PASSWORD})
    refused = client.post(f"{FACTOR}/begin", data={"csrf_token": client.csrf_token(FACTOR), "current": "wrong wrong"})
    assert refused.status_code == 403
    assert "This is not your present password." in refused.text
    client.post(f"{FACTOR}/begin", data={"csrf_token": client.csrf_token(FACTOR), "current": PASSWORD})
    key = app_of(client)
    assert app_of(client).secret == key.secret
    wrong = client.post(f"{FACTOR}/confirm", data={"csrf_token": client.csrf_token(FACTOR), "code": "000000"})
    assert wrong.status_code == 403
    assert 'src="data:image/svg+xml' in wrong.text
    assert enter_password(Browser(app)) == "/organise/"


def test_turning_it_on_ends_the_other_logins_and_tells_by_letter(
    anna: int, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    other = Browser(app)
    for browser in (client, other):
        browser.send("/login", {"email": EMAIL, "password": PASSWORD})
    set_up(client, PASSWORD)
    assert is_in(client)
    assert not is_in(other)
    assert last_letter(EMAIL).subject == "Your account now asks for a code"
    assert app_key(client) is None


def app_key(browser: Browser) -> str | None:
    """The secret, were it shown."""
    found = re.search(r"[A-Z2-7]{4}( [A-Z2-7]{4}){7}", words(browser.get(FACTOR)))
    return found[0] if found else None


@pytest.mark.parametrize("act", ["off", "codes"])
def test_a_change_takes_password_and_code(
    phone: pyotp.TOTP, client: Browser, clock: time_machine.Traveller, act: str
) -> None:
    enter_password(client)
    client.send("/login/code", {"code": code_of(phone)})
    replayed = client.send(f"{FACTOR}/{act}", {"current": PASSWORD, "code": code_of(phone)})
    assert replayed.status_code == 403
    clock.shift(timedelta(seconds=30))
    wrong = client.send(f"{FACTOR}/{act}", {"current": "wrong wrong wrong", "code": code_of(phone)})
    assert wrong.status_code == 403
    assert client.send(f"{FACTOR}/{act}", {"current": PASSWORD, "code": ""}).status_code == 422
    done = client.send(f"{FACTOR}/{act}", {"current": PASSWORD, "code": code_of(phone)})
    assert done.status_code == (303 if act == "off" else 200)
    assert is_in(client)
    assert queries.factor_of(db.session.scalars(select(User.id)).one()).on == (act == "codes")


def test_new_codes_replace_the_earlier_ones(
    anna: int, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    client.send("/login", {"email": EMAIL, "password": PASSWORD})
    _, codes = set_up(client, PASSWORD)
    renewed = client.send(f"{FACTOR}/codes", {"current": PASSWORD, "code": codes[0]})
    new = re.findall(r"<code>([A-Z2-9-]{19})</code>", renewed.text)
    assert len(new) == 10
    for code, status in ((codes[1], 403), (new[0], 303)):
        browser = Browser(app)
        enter_password(browser)
        assert browser.send("/login/code", {"code": code}).status_code == status


def test_turned_off_the_password_is_enough_again(
    phone: pyotp.TOTP, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    enter_password(client)
    client.send("/login/code", {"code": code_of(phone)})
    clock.shift(timedelta(seconds=30))
    client.send(f"{FACTOR}/off", {"current": PASSWORD, "code": code_of(phone)})
    assert enter_password(Browser(app)) == "/organise/"
    assert last_letter(EMAIL).subject == "Your account no longer asks for a code"
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert db.session.scalars(select(User.totp_secret)).one() is None


def test_an_account_without_a_password_sets_it_up_too(app: Flask, client: Browser) -> None:
    added = team.add_organiser("new@example.org", Role.viewer, slug=None, password=None)
    assert isinstance(added, team.Added)
    client.send(f"/login/{added.link_token}", {})
    phone, codes = set_up(client)
    assert (len(codes), is_in(client)) == (10, True)
    assert phone.secret


def test_whoever_runs_the_site_takes_a_lost_factor_off(phone: pyotp.TOTP, app: Flask, client: Browser) -> None:
    enter_password(client)
    client.send("/login/code", {"code": code_of(phone)})
    done = app.test_cli_runner().invoke(args=["organiser", "reset-factor", " ANNA@example.org "])
    assert (done.exit_code, done.output) == (0, "anna@example.org logs in with the password alone now.\n")
    assert not is_in(client)
    assert enter_password(client) == "/organise/"
    assert last_letter(EMAIL).subject == "Your account no longer asks for a code"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.factor_reset")).one()
    assert (entry.actor, entry.user_id) == ("command", None)
    again = app.test_cli_runner().invoke(args=["organiser", "reset-factor", EMAIL])
    assert again.exit_code == 1
    assert "no second factor" in again.output


def test_what_the_database_holds_opens_nothing(anna: int, client: Browser, clock: time_machine.Traveller) -> None:
    client.send("/login", {"email": EMAIL, "password": PASSWORD})
    phone, codes = set_up(client, PASSWORD)
    sealed = db.session.scalars(select(User.totp_secret)).one()
    assert sealed is not None
    assert phone.secret not in sealed
    assert not {queries.digest(code.replace("-", "")) for code in codes} & set(
        db.session.scalars(select(RecoveryCode.code_hash))
    )


def test_a_rotated_secret_key_loses_no_factor(
    anna: int, client: Browser, clock: time_machine.Traveller, config: Config, tmp_path: Path
) -> None:
    client.send("/login", {"email": EMAIL, "password": PASSWORD})
    phone, codes = set_up(client, PASSWORD)
    clock.shift(timedelta(minutes=1))
    rotated = replace(config, secret_key="another key" * 4, secret_key_fallbacks=(config.secret_key,))
    later = replace(rotated, secret_key_fallbacks=())
    sealed = db.session.scalars(select(User.totp_secret)).one()
    assert signs_in(rotated, codes[0])
    assert signs_in(rotated, code_of(phone))
    clock.shift(timedelta(minutes=1))
    db.session.rollback()
    assert db.session.scalars(select(User.totp_secret)).one() != sealed
    assert signs_in(later, code_of(phone))
    assert not signs_in(later, codes[1])


def signs_in(config: Config, code: str) -> bool:
    """Whether password and code open the account where these settings hold."""
    app = create_app(config)
    browser = Browser(app)
    browser.send("/login", {"email": EMAIL, "password": PASSWORD})
    answer = browser.send("/login/code", {"code": code})
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return answer.status_code == 303


def test_the_account_lists_its_logins_and_ends_them(anna: int, app: Flask, client: Browser) -> None:
    others = [Browser(app) for _ in range(3)]
    for browser in others:
        browser.send(
            "/login",
            {"email": EMAIL, "password": PASSWORD},
            headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
        )
    client.send("/login", {"email": EMAIL, "password": PASSWORD})
    page = words(client.get("/organise/account"))
    assert page.count("Firefox on Linux") >= 3
    assert page.count("This one") == 1
    assert "127.0.0.*" in page
    first = db.session.scalars(select(LoginSession.id).order_by(LoginSession.id)).first()
    token = client.csrf_token("/organise/account")
    path = f"/organise/account/logins/{first}/end"
    assert [client.post(path, data={"csrf_token": token}).status_code for _ in range(2)] == [303, 404]
    assert [is_in(browser) for browser in (*others, client)] == [False, True, True, True]
    client.post("/organise/account/logins/end-others", data={"csrf_token": token})
    assert [is_in(browser) for browser in (*others, client)] == [False, False, False, True]
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["login.ended", "login.others_ended"]


def test_nobody_ends_the_login_of_another(anna: int, app: Flask, client: Browser) -> None:
    theirs = Browser(app)
    theirs.send("/login", {"email": EMAIL, "password": PASSWORD})
    login_id = db.session.scalars(select(LoginSession.id)).one()
    team.add_organiser("bob@example.org", Role.owner, slug=None, password=PASSWORD)
    client.send("/login", {"email": "bob@example.org", "password": PASSWORD})
    token = client.csrf_token("/organise/account")
    assert client.post(f"/organise/account/logins/{login_id}/end", data={"csrf_token": token}).status_code == 404
    assert is_in(theirs)


def test_the_name_is_changed_and_logged(anna: int, client: Browser) -> None:
    client.send("/login", {"email": EMAIL, "password": PASSWORD})
    assert client.send("/organise/account", {"name": "  Anna   <b>Able</b> "}).status_code == 303
    assert client.send("/organise/account", {"name": "x" * 201}).status_code == 422
    assert client.send("/organise/account", {"name": "Anna <b>Able</b>"}).status_code == 303
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.renamed")).one()
    assert entry.details == {"before": "", "after": "Anna <b>Able</b>"}


RESET = "/login/forgotten"


def without(page: str, address: str) -> str:
    return "\n".join(line for line in page.replace(address, "").splitlines() if "csrf_token" not in line)


def test_the_answer_to_a_forgotten_password_is_the_same_for_everybody(
    anna: int, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    known, unknown = (client.send(RESET, {"email": address}) for address in (EMAIL, "nobody@example.org"))
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert without(known.text, EMAIL) == without(unknown.text, "nobody@example.org")
    assert [letter.kind for letter in letters()] == ["password_reset"]
    for _ in range(9):
        again = client.send(RESET, {"email": EMAIL})
    assert without(again.text, EMAIL) == without(unknown.text, "nobody@example.org")
    assert len(letters(EMAIL)) == 3
    clock.shift(timedelta(hours=7))
    client.send(RESET, {"email": EMAIL})
    assert len(letters(EMAIL)) == 4


def test_the_link_of_the_letter_opens_once_and_asks_for_a_new_password(
    anna: int, app: Flask, client: Browser, clock: time_machine.Traveller
) -> None:
    client.send(RESET, {"email": " ANNA@example.ORG"})
    letter = last_letter(EMAIL)
    assert letter.subject == "Choose a new password"
    found = re.search(r"/login/\S+", letter.text)
    assert found is not None
    link = found[0]
    assert "Choose a new password" in words(client.get(link))
    assert not is_in(client)
    assert client.send(link, {}).headers["Location"] == "/organise/password"
    assert Browser(app).get(link).status_code == 410
    new = "another quiet river"
    assert client.send("/organise/password", {"password": new, "again": new}).status_code == 303
    assert isinstance(service.log_in(EMAIL, PASSWORD, "192.0.2.0"), service.Wrong)
    assert isinstance(service.log_in(EMAIL, new, "192.0.2.0"), service.LoggedIn)
    assert last_letter(EMAIL).subject == "Your password was changed"


def test_no_row_of_a_reset_holds_its_link(anna: int, client: Browser, clock: time_machine.Traveller) -> None:
    client.send(RESET, {"email": EMAIL})
    found = re.search(r"/login/(\S+)", last_letter(EMAIL).text)
    assert found is not None
    with transaction() as session:
        rows = [str(row) for table in db.metadata.sorted_tables for row in session.execute(select(table))]
    assert not [row for row in rows if found[1] in row]


def test_a_closed_account_gets_no_link(anna: int, client: Browser) -> None:
    with transaction() as session:
        session.get_one(User, anna).disabled_at = NOON
    assert client.send(RESET, {"email": EMAIL}).status_code == 200
    assert letters() == []


@pytest.mark.parametrize("typed", ["", "no address", "a@b@c"])
def test_what_is_no_address_is_said_beside_the_field(app: Flask, client: Browser, typed: str) -> None:
    answer = client.send(RESET, {"email": typed})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_the_first_password_makes_no_letter(app: Flask, client: Browser) -> None:
    added = team.add_organiser("new@example.org", Role.viewer, slug=None, password=None)
    assert isinstance(added, team.Added)
    client.send(f"/login/{added.link_token}", {})
    client.send("/organise/password", {"password": PASSWORD, "again": PASSWORD})
    assert letters() == []
