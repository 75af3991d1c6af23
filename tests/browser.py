"""A client that behaves as a browser far away does: nothing of the test's own app context reaches its requests."""

from __future__ import annotations

import contextvars
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup
from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsapp.database import db


class Browser(FlaskClient):
    """With the test's context still pushed, Flask would lend it to the request, and with it `g`: who is logged in and
    which CSRF token was good would leak from one request, and one browser, into the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        _forget_rows()
        response = contextvars.Context().run(super().open, *args, **kwargs)
        _forget_rows()
        return response

    def csrf_token(self, path: str) -> str:
        """The token of the first form on a page."""
        field = BeautifulSoup(self.get(path).text, "html.parser").select_one("input[name=csrf_token]")
        if field is None:
            raise AssertionError(f"no form on {path}")
        return str(field["value"])

    def send(self, path: str, data: Mapping[str, Any], **kwargs: Any) -> TestResponse:
        """Open a page, fill in its form, send it."""
        return self.post(path, data={"csrf_token": self.csrf_token(path), **data}, **kwargs)


def _forget_rows() -> None:
    """The test reads what is committed, as the browser's request does, not what it had read before."""
    if has_app_context():
        db.session.rollback()
