"""Log lines with a request's id, and without what is not for logs: tokens and addresses."""

from __future__ import annotations

import logging
import re
import secrets

from flask import Flask, Response, g, has_app_context

_TOKEN = re.compile(r"/(registrations|feeds|login|received|invitations)/[^\s/?\"'<>]+")
_ADDRESS = re.compile(r"[^\s@\"'<>()=:,;\[\]]+@[^\s@\"'<>(),;\[\]]+\.[A-Za-z0-9-]+")


def redacted(text: str) -> str:
    """The text without the tokens of own pages, feeds, logins and invitations, and without e-mail addresses."""
    return _ADDRESS.sub("[address]", _TOKEN.sub(r"/\1/[token]", text))


class RedactingFormatter(logging.Formatter):
    """One line per record, traces after it; redacted as a whole, since traces quote values too."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = g.get("request_id", "-") if has_app_context() else "-"
        return redacted(super().format(record))


def start_logging(app: Flask) -> None:
    """Log to standard error, once per process however many apps are made, and give every request an id."""
    logger = logging.getLogger("eventsapp")
    if not any(isinstance(handler.formatter, RedactingFormatter) for handler in logger.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        # The development server writes paths.
        logging.getLogger("werkzeug").addFilter(_redact_record)
    app.before_request(_number_request)
    app.after_request(_tell_number)


def _number_request() -> None:
    g.request_id = secrets.token_hex(6)


def _tell_number(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "-")
    return response


def _redact_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = redacted(record.getMessage()), None
    return True
