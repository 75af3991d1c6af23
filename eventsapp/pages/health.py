"""For those who watch over the site: does the process live, is it ready, what does it do."""

from __future__ import annotations

import hmac

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from eventsapp.clock import now
from eventsapp.mail.outbox import backlog
from eventsapp.pages.figures import registrations_by_state, schema_is_current
from eventsapp.settings import settings

bp = Blueprint("health", __name__)

_REQUESTS = "eventsapp.requests"


@bp.get("/healthz")
def alive() -> Response:
    """The process answers. Asks nothing of the database: a restart would not mend that."""
    return _plain("ok", 200)


@bp.get("/readyz")
def ready() -> Response:
    """200 when the database answers and has the schema of this version; else 503 and which of the two it is."""
    try:
        current = schema_is_current()
    except SQLAlchemyError as error:
        current_app.logger.warning("not ready: %s", error)
        return _plain("the database does not answer", 503)
    return _plain("ok", 200) if current else _plain("the database is not at this version; run: db upgrade", 503)


@bp.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, with the bearer token from the settings; production without one has no such page.

    Requests are counted by each process for itself; all else is read from the database and the same in each.
    """
    token = settings().metrics_token
    if token is None and not settings().development:
        abort(404)
    if token is not None and not _has_token(token):
        return Response("", 401, {"WWW-Authenticate": "Bearer"})
    counted = generate_latest(current_app.extensions[_REQUESTS][0])
    return Response(counted + generate_latest(_database_figures()), content_type=CONTENT_TYPE_LATEST)


def count_requests(app: Flask) -> None:
    """Count answers by endpoint name and status. Paths hold tokens, so they are no labels."""
    registry = CollectorRegistry()
    counter = Counter("eventsapp_requests", "Answers by endpoint and status", ["endpoint", "status"], registry=registry)
    app.extensions[_REQUESTS] = (registry, counter)
    app.after_request(_count)


def _count(response: Response) -> Response:
    counter = current_app.extensions[_REQUESTS][1]
    counter.labels(endpoint=request.endpoint or "none", status=str(response.status_code)).inc()
    return response


def _database_figures() -> CollectorRegistry:
    registry = CollectorRegistry()
    states = Gauge("eventsapp_registrations", "Registrations by state", ["state"], registry=registry)
    for state, count in registrations_by_state().items():
        states.labels(state=state).set(count)
    letters = backlog()
    Gauge("eventsapp_letters_queued", "Letters not yet sent", registry=registry).set(letters.queued)
    Gauge("eventsapp_letters_failed", "Letters given up on", registry=registry).set(letters.failed)
    due = letters.oldest_due_at
    age = (now() - due).total_seconds() if due is not None else 0
    Gauge("eventsapp_oldest_letter_seconds", "How long the oldest due letter waits", registry=registry).set(age)
    return registry


def _has_token(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _plain(text: str, status: int) -> Response:
    return Response(text + "\n", status, content_type="text/plain; charset=utf-8")
