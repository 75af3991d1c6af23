"""A calendar over HTTP: what subscription readers need in order to ask again cheaply (RFC 9110 §13)."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from flask import Response, request
from werkzeug.utils import secure_filename

CONTENT_TYPE = "text/calendar; charset=utf-8"
MAX_AGE_SECONDS = 300


def calendar_response(
    body: bytes, *, last_modified: datetime, filename: str | None = None, public: bool = False
) -> Response:
    """The answer to a GET or HEAD for a calendar, 304 when the reader already has these bytes.

    `last_modified` (aware, cut to the second) must also move when an entry goes away: readers that send only
    If-Modified-Since would keep it. A `filename` makes it a download; unsafe characters are taken out of it. `public`
    lets shared caches keep it and is for calendars that are the same for everybody. Raises ValueError for a naive time.
    """
    if last_modified.utcoffset() is None:
        raise ValueError("last_modified is a moment and needs a zone")
    response = Response(body, content_type=CONTENT_TYPE)
    response.set_etag(sha256(body).hexdigest())
    response.last_modified = last_modified.replace(microsecond=0)
    response.cache_control.max_age = MAX_AGE_SECONDS
    if public:
        response.cache_control.public = True
    else:
        response.cache_control.private = True
    if filename is not None:
        response.headers.set("Content-Disposition", "attachment", filename=_safe_name(filename))
    response.make_conditional(request)
    return response


def _safe_name(filename: str) -> str:
    stem = secure_filename(filename).removesuffix(".ics")
    return f"{stem or 'calendar'}.ics"
