"""What organisers do in a browser: log in with a role, change some answers of a form and send it whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from bs4 import BeautifulSoup, Tag
from sqlalchemy import event as sqlalchemy_event
from werkzeug.test import TestResponse

from eventsapp.database import db
from eventsapp.people.queries import find_user
from eventsapp.series.team import Added, add_organiser
from eventsapp.web.access import Role
from tests.browser import Browser

_numbers = count(1)


def log_in(browser: Browser, role: Role = Role.owner, *, series: str | None = None) -> int:
    """Log in as somebody new with a role in one series, or (None) in every one; gives the account's id."""
    email = f"{role.name}{next(_numbers)}@example.org"
    added = add_organiser(email, role, slug=series, password=None)
    assert isinstance(added, Added), added
    answer = browser.send(f"/login/{added.link_token}", {})
    assert answer.status_code == 303
    user = find_user(email)
    assert user is not None
    return user.id


def answers_of(page: TestResponse, action: str = "") -> dict[str, str]:
    """What a browser would send from a page's form as it stands; `action` is the end of the form's address."""
    main = BeautifulSoup(page.text, "html.parser").main
    assert main is not None
    forms = [form for form in main.select("form[method=post]") if str(form.get("action", "")).endswith(action)]
    assert forms, page.text
    return answers_in(forms[0])


def answers_in(form: Tag) -> dict[str, str]:
    """What a browser would send from this form as it stands."""
    found: dict[str, str] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        value = _value(field)
        if value is not None:
            found[str(field["name"])] = value
    return found


def _value(field: Tag) -> str | None:
    if field.name == "textarea":
        return field.get_text().removeprefix("\r\n").removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen["value"]) if chosen else None
    if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
        return None
    return str(field.get("value", ""))


def change(browser: Browser, path: str, **answers: Any) -> TestResponse:
    """Open a page, change these answers of its form (None: untick or leave out) and send it to the same address."""
    return send_on(browser, browser.get(path), path, **answers)


def send_on(browser: Browser, page: TestResponse, path: str, **answers: Any) -> TestResponse:
    """Send the form of a page that is open."""
    told = answers_of(page) | answers
    return browser.post(path, data={name: value for name, value in told.items() if value is not None})


def errors(page: TestResponse) -> dict[str, str]:
    """What stands beside each field of a form that came back, by the field's name."""
    found = BeautifulSoup(page.text, "html.parser").select(".field-error")
    return {
        str(error["id"]).removesuffix("-error"): " ".join(error.get_text(" ").split()).removeprefix("Error: ")
        for error in found
    }


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL statements that run meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
