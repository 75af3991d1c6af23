"""`organiser add`: accounts and roles from the command line, and nothing written when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.app import create_app
from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.people import passwords, queries
from eventsapp.people.models import OneTimeLink, User
from eventsapp.series import team
from eventsapp.series.models import TeamMembership
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_series
from tests.settings import config_for

EMAIL = "anna@example.org"
PASSWORD = "seven quiet rivers"


def add(app: Flask, *args: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = app.test_cli_runner().invoke(args=["organiser", "add", *args], input=stdin)
    db.session.rollback()
    return result.exit_code, result.stdout, result.stderr


def roles(email: str = EMAIL) -> dict[int | None, Role]:
    user = queries.find_user(email)
    assert user is not None
    return dict(team.memberships_of(user.id))


def rows() -> list[int]:
    tables = (User, TeamMembership, OneTimeLink, AuditEntry)
    return [db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_add_makes_an_owner_of_every_series_and_prints_a_link_that_works(app: Flask, client: Browser) -> None:
    code, out, err = add(app, EMAIL)
    told, link = out.splitlines()
    assert (code, err) == (0, "")
    assert told.startswith(f"{EMAIL} is owner of every series.")
    assert roles() == {None: Role.owner}
    assert link.startswith("http://localhost/login/")
    assert client.send(link.removeprefix("http://localhost"), {}).headers["Location"] == "/organise/password"


def test_add_with_a_password_prints_no_link(app: Flask, client: Browser) -> None:
    code, out, _ = add(app, EMAIL, "--password-stdin", stdin=f"{PASSWORD}\n".encode())
    assert (code, out) == (0, f"{EMAIL} is owner of every series.\n")
    assert client.send("/login", {"email": EMAIL, "password": PASSWORD}).status_code == 303


def test_add_in_one_series(app: Flask) -> None:
    series_id = make_series("cop")
    code, out, _ = add(app, EMAIL, "--series", "cop", "--role", "desk")
    assert (code, out.splitlines()[0].startswith(f"{EMAIL} is desk of series cop.")) == (0, True)
    assert roles() == {series_id: Role.desk}
    assert [member.email for member in team.team_of(series_id)] == [EMAIL]


def test_add_again_updates_the_role_and_makes_no_second_account(app: Flask) -> None:
    series_id = make_series("cop")
    for args in (["--role", "viewer"], ["--role", "editor"], ["--series", "cop"], ["--series", "cop"]):
        assert add(app, EMAIL.upper(), *args)[0] == 0
    assert roles() == {None: Role.editor, series_id: Role.owner}
    assert db.session.execute(select(func.count(User.id))).scalar_one() == 1


def test_add_again_keeps_the_password_unless_a_new_one_is_given(app: Flask) -> None:
    add(app, EMAIL, "--password-stdin", stdin=PASSWORD.encode())
    add(app, EMAIL, "--role", "viewer")
    user = queries.find_user(EMAIL)
    assert user is not None
    assert passwords.fits(PASSWORD, user.password_hash)
    add(app, EMAIL, "--password-stdin", stdin="größer wird er nicht\r\n".encode())
    db.session.refresh(user)
    assert passwords.fits("größer wird er nicht", user.password_hash)


def test_add_is_audited_without_the_address(app: Flask) -> None:
    add(app, EMAIL, "--role", "viewer")
    add(app, EMAIL)
    entries = db.session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars().all()
    assert [(entry.actor, entry.action, entry.details) for entry in entries] == [
        ("command", "team.role_set", {"before": None, "after": "viewer", "password": False}),
        ("command", "team.role_set", {"before": "viewer", "after": "owner", "password": False}),
    ]


@pytest.mark.parametrize(
    ("args", "stdin", "told"),
    [
        ([EMAIL, "--series", "none"], b"", "there is no series 'none'"),
        (["anna"], b"", "'anna' is not an e-mail address"),
        (["anna@example.org\nBcc: b@example.org"], b"", "is not an e-mail address"),
        (["ünna@example.org"], b"", "is not an e-mail address"),
        ([f"{'a' * 260}@example.org"], b"", "is not an e-mail address"),
        ([EMAIL, "--role", "boss"], b"", "'boss' is not a role; roles are: owner, editor, desk, viewer"),
        ([EMAIL, "--password-stdin"], b"elevenchars\n", "needs at least 12 characters"),
        ([EMAIL, "--password-stdin"], b"", "needs at least 12 characters"),
        ([EMAIL, "--password-stdin"], b"password1234\n", "one of the most common"),
        ([EMAIL, "--password-stdin"], b"\xff" * 12, "not UTF-8"),
    ],
)
def test_add_refuses_with_one_line_and_writes_nothing(app: Flask, args: list[str], stdin: bytes, told: str) -> None:
    code, out, err = add(app, *args, stdin=stdin)
    assert code != 0
    assert out == ""
    assert len(err.splitlines()) == 1
    assert told in err
    assert rows() == [0, 0, 0, 0]


def test_add_on_an_empty_database_says_what_to_do(new_database: Callable[[], str], tmp_path: Path) -> None:
    app = create_app(config_for(new_database(), tmp_path))
    result = app.test_cli_runner().invoke(args=["organiser", "add", EMAIL])
    assert result.exit_code != 0
    assert len(result.stderr.splitlines()) == 1
    assert "db upgrade" in result.stderr
    with app.app_context():
        db.engine.dispose()
