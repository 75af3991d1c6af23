"""A calendar over HTTP, asked for by a real client of a small app."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from eventsapp.calendar.ics import feed
from eventsapp.calendar.response import calendar_response
from tests.unit.calendar_readers import entry

CHANGED = datetime(2027, 5, 1, 6, 0, 0, 987654, tzinfo=UTC)
CHANGED_HTTP = "Sat, 01 May 2027 06:00:00 GMT"


def client_of(**options: Any) -> FlaskClient:
    app = Flask("calendar")

    @app.get("/x.ics")
    def calendar() -> Response:
        body = feed([entry(summary="Réunion")], name="x", source="https://a.example/x.ics")
        return calendar_response(body, **{"last_modified": CHANGED, **options})

    return app.test_client()


def test_response_has_what_readers_need() -> None:
    answer = client_of().get("/x.ics")
    assert answer.status_code == 200
    assert answer.data == feed([entry(summary="Réunion")], name="x", source="https://a.example/x.ics")
    assert dict(answer.headers) == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Length": str(len(answer.data)),
        "ETag": answer.headers["ETag"],
        "Last-Modified": CHANGED_HTTP,
        "Cache-Control": "max-age=300, private",
        "Date": answer.headers["Date"],
    }


def test_public_calendar_may_be_kept_by_shared_caches() -> None:
    assert client_of(public=True).get("/x.ics").headers["Cache-Control"] == "max-age=300, public"


def test_head_says_the_same_without_a_body() -> None:
    client = client_of(filename="agenda.ics")
    got, head = client.get("/x.ics"), client.head("/x.ics")
    assert (head.status_code, head.data) == (200, b"")
    ignored = {"Date"}
    assert {k: v for k, v in head.headers if k not in ignored} == {k: v for k, v in got.headers if k not in ignored}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("weak", ["", "W/"])
def test_same_etag_is_answered_304(method: str, weak: str) -> None:
    client = client_of()
    etag = client.get("/x.ics").headers["ETag"]
    answer = client.open("/x.ics", method=method, headers={"If-None-Match": weak + etag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (etag, "max-age=300, private")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": CHANGED_HTTP}, 304),
        ({"If-Modified-Since": "Sat, 01 May 2027 05:59:59 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": CHANGED_HTTP}, 200),
        ({"Accept": "text/html"}, 200),
    ],
)
def test_condition(headers: dict[str, str], status: int) -> None:
    assert client_of().get("/x.ics", headers=headers).status_code == status


def test_etag_follows_the_bytes() -> None:
    app = Flask("calendar")
    with app.test_request_context():
        etags = [calendar_response(body, last_modified=CHANGED).headers["ETag"] for body in (b"a", b"b", b"a")]
    assert etags[0] == etags[2] != etags[1]


@pytest.mark.parametrize(
    ("filename", "written"),
    [
        ("agenda.ics", "agenda.ics"),
        ("reflection-day", "reflection-day.ics"),
        ("../../x.ics", "x.ics"),
        ('a"b\r\nX-Evil: 1.ics', "ab_X-Evil_1.ics"),
        ("שלום", "calendar.ics"),
        ("", "calendar.ics"),
    ],
)
def test_filename_makes_a_download_with_a_safe_name(filename: str, written: str) -> None:
    answer = client_of(filename=filename).get("/x.ics")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={written}"
    assert "X-Evil" not in answer.headers


def test_moment_in_another_zone_is_the_same_moment() -> None:
    there = CHANGED.astimezone(timezone(timedelta(hours=9)))
    assert client_of(last_modified=there).get("/x.ics").headers["Last-Modified"] == CHANGED_HTTP


def test_moment_without_zone_is_refused() -> None:
    with Flask("calendar").test_request_context(), pytest.raises(ValueError, match="zone"):
        calendar_response(b"", last_modified=CHANGED.replace(tzinfo=None))
