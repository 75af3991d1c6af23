"""The one gate: who may see organiser pages, and which series' objects (DESIGN §3.6).

Every view under /organise carries `@organiser_page(role)`; create_app calls `close_gate` last and an unmarked view
stops it. Inside a view, look objects up with `scope(role)` and ask `check(role, series_id)` before acting on one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

P = ParamSpec("P")
R = TypeVar("R")

_MARK = "organiser_role"
_LOADER = "eventsapp.load_user"
_ORGANISER = "/organise"
_NEVER_NEXT = ("/login", "/logout")


class Role(IntEnum):
    """What a member of a team may do; each role may all that lower ones may."""

    viewer = 1
    desk = 2
    editor = 3
    owner = 4


@dataclass(frozen=True)
class CurrentUser(UserMixin):
    """Who is logged in, as plain values: stays readable after a rollback."""

    id: int
    email: str
    name: str
    login_token: str
    """What the cookie holds; the database knows its SHA-256."""
    memberships: Mapping[int | None, Role]
    """Role by series id; None is every series."""
    has_password: bool = True
    last_visit_ended_at: datetime | None = None
    """What came later is new to this person; None on the first visit."""

    def get_id(self) -> str:
        return self.login_token

    def role_in(self, series_id: int) -> Role | None:
        """The higher of the role in this series and the role in every series; None is no role at all."""
        roles = [self.memberships[key] for key in (None, series_id) if key in self.memberships]
        return max(roles, default=None)


@dataclass(frozen=True)
class Scope:
    """The series somebody may see. Queries for organisers take one and put `where` into every statement."""

    everywhere: bool
    series_ids: frozenset[int]

    def allows(self, series_id: int) -> bool:
        return self.everywhere or series_id in self.series_ids

    def where(self, column: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[bool]:
        """The condition on a column of series ids; of an empty scope it is never true."""
        return true() if self.everywhere else column.in_(sorted(self.series_ids))

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.series_ids)


def user() -> CurrentUser:
    """Who is logged in. Only behind the gate: without a login it aborts with 403."""
    found = logged_in()
    return found if found is not None else abort(403)


def logged_in() -> CurrentUser | None:
    """Who is logged in, or None for a stranger; for pages that both may see."""
    return cast(CurrentUser, current_user) if current_user.is_authenticated else None


def scope(role: Role) -> Scope:
    """The series in which the current user has at least this role; empty for strangers."""
    found = logged_in()
    return scope_of(found.memberships if found else {}, role)


def scope_of(memberships: Mapping[int | None, Role], role: Role) -> Scope:
    enough = [series_id for series_id, held in memberships.items() if held >= role]
    return Scope(None in enough, frozenset(series_id for series_id in enough if series_id is not None))


def may(role_name: str, series_id: int) -> bool:
    """Whether the current user has this role or a higher one in a series: templates leave out what would be refused."""
    return scope(Role[role_name]).allows(series_id)


def check(role: Role, series_id: int) -> None:
    """Abort with 404 when the current user may not know of the series, with 403 when their role in it is too low."""
    if not scope(Role.viewer).allows(series_id):
        abort(404)
    if not scope(role).allows(series_id):
        abort(403, description=gettext("Your role in this series does not allow that. Ask an owner of its team."))


def organiser_page(role: Role | None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view as open to people who have at least this role in some series; None: to every account.

    The view still looks its objects up within `scope(…)`. Put it directly under the route decorator.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, _MARK, role)
        return view

    return mark


def open_gate(app: Flask, load: Callable[[str], CurrentUser | None]) -> None:
    """Put the gate before every request. `load` finds the account of a cookie's token; None: not or no longer in."""
    logins = LoginManager()
    logins.session_protection = None
    logins.init_app(app)
    logins.user_loader(load)
    app.extensions[_LOADER] = load
    app.before_request(_gate)
    app.jinja_env.globals["may"] = may


def start_login(token: str) -> None:
    """Put a new login's token into the cookie. All that the session held before is gone, whoever planted it."""
    found = current_app.extensions[_LOADER](token)
    session.clear()
    login_user(found)


def end_login() -> None:
    """Forget the login and all else that the session holds. The login's row is another's to delete."""
    logout_user()
    session.clear()


def close_gate(app: Flask) -> None:
    """Refuse to start (RuntimeError) when a view under /organise lacks its mark. Called when all doors are in."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(_ORGANISER) and not _is_marked(app.view_functions[rule.endpoint]):
            raise RuntimeError(f"{rule.rule} ({rule.endpoint}) has no @organiser_page(role)")


def next_path(target: str | None) -> str | None:
    """`target` if it is the path of a page of ours, to go on to after login; None for all else, whatever it is."""
    if not target or not target.startswith("/") or target.startswith(("//", *_NEVER_NEXT)):
        return None
    if "\\" in target or not target.isprintable() or any(letter.isspace() for letter in target):
        return None
    try:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            return None
        adapter = current_app.url_map.bind("localhost")
        adapter.match(parts.path, method="GET", query_args=parts.query)
    except (HTTPException, RequestRedirect, ValueError):
        return None
    return target


def _is_marked(view: Callable[..., Any]) -> bool:
    return hasattr(view, _MARK)


def _gate() -> Response | None:
    """Loads the account first thing: its bookkeeping writes, and must not do so amid a view's reading."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    found = logged_in() if current_app.config["SESSION_COOKIE_NAME"] in request.cookies else None
    view = current_app.view_functions[request.endpoint]
    if not _is_marked(view):
        return abort(403) if request.path.startswith(_ORGANISER) else None
    if found is None:
        return _to_login()
    role: Role | None = getattr(view, _MARK)
    if role is not None and not scope_of(found.memberships, role):
        abort(403, description=gettext("Your account has no role that opens this page."))
    return None


def _to_login() -> Response:
    if request.method not in ("GET", "HEAD"):
        text = gettext("You are not logged in any more. Log in in another tab, then go back and send this page again.")
        abort(403, description=text)
    here = request.full_path if request.query_string else request.path
    return redirect(url_for("people.login", next=next_path(here)), 303)
