"""Fault pages: what happened in plain words, a reference where something was logged, never a trace."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, make_response
from flask_babel import lazy_gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy import exc
from werkzeug.exceptions import BadRequestKeyError, HTTPException, SecurityError

from eventsapp.web import languages
from eventsapp.web.forms import EXPIRED

RETRY_SECONDS = 10

# Heading and text by status. A view that knows more says it: abort(409, description=gettext("…")).
TEXTS: dict[int, tuple[Any, Any]] = {
    400: (lazy_gettext("That was not understood"), lazy_gettext("The address or what was sent is not in order.")),
    403: (lazy_gettext("Not for this account"), lazy_gettext("You may not see this page or do this.")),
    404: (
        lazy_gettext("There is no such page"),
        lazy_gettext("The address may be mistyped or cut off, or what stood here is gone."),
    ),
    405: (lazy_gettext("Not in this way"), lazy_gettext("This address does not take what was sent to it.")),
    409: (lazy_gettext("Somebody was quicker"), lazy_gettext("This has changed meanwhile. Load the page again.")),
    410: (lazy_gettext("This is over"), lazy_gettext("What stood here has ended.")),
    413: (lazy_gettext("That is too large"), lazy_gettext("Please send less at once.")),
    415: (lazy_gettext("Not this kind of file"), lazy_gettext("What was sent cannot be read here.")),
    429: (
        lazy_gettext("A little slower, please"),
        lazy_gettext("Very many requests came from your network. Try again in a while."),
    ),
    500: (
        lazy_gettext("Something went wrong here"),
        lazy_gettext("It is our fault, not yours, and has been noted. Please try again in a few minutes."),
    ),
    503: (
        lazy_gettext("Too busy for a moment"),
        lazy_gettext("Nothing of what you sent was kept. Please send it again in a few seconds."),
    ),
}
_OLD_FORM = (lazy_gettext("Please send it again"), EXPIRED)
_OWN_WORDS = (SecurityError, CSRFError, RateLimitExceeded, BadRequestKeyError)
_BUSY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)

_BARE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{heading}</title></head>
<body><h1>{heading}</h1><p>{text}</p><p>{reference}</p></body></html>
"""


def register_errors(app: Flask) -> None:
    """Answer every fault with its page. Under test, unexpected exceptions reach the test instead."""
    app.register_error_handler(HTTPException, _refused)
    for kind in _BUSY:
        app.register_error_handler(kind, _busy)


def _refused(error: HTTPException) -> Any:
    """A status that a view or the framework chose; 500 stands for any exception nobody caught, which Flask logged."""
    if error.response is not None:
        return error.response
    code = error.code or 500
    heading, text = TEXTS.get(code) or TEXTS[400 if code < 500 else 500]
    if isinstance(error, CSRFError):
        heading, text = _OLD_FORM
    elif "description" in vars(error) and not isinstance(error, _OWN_WORDS) and code < 500:
        text = error.description
    response = fault_page(code, heading, text, logged=code >= 500)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = "3600"
    return response


def _busy(error: Exception) -> Response:
    """The database is locked, full, or away. Nothing was committed: the page says so and asks to try again."""
    current_app.logger.error("the database did not answer", exc_info=error)
    response = fault_page(503, *TEXTS[503], logged=True)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def fault_page(code: int, heading: Any, text: Any, *, logged: bool) -> Response:
    """The page for a fault. It is rendered without the usual context, which may itself be what failed."""
    reference = g.get("request_id") if logged else None
    try:
        template = current_app.jinja_env.get_template("errors/error.html")
        page = template.render(code=code, heading=heading, text=text, reference=reference, lang=languages.tag())
    except Exception:
        current_app.logger.exception("the fault page itself failed")
        page = _bare(heading, text, reference)
    return make_response(page, code)


def _bare(heading: Any, text: Any, reference: str | None) -> str:
    return _BARE.format(heading=escape(heading), text=escape(text), reference=escape(reference or ""))
