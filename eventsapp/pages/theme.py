"""The look of a series: its accent as a style sheet, and its logo. Public, and kept by every cache on the way."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

from eventsapp.series.logos import find_logo
from eventsapp.series.palette import theme, theme_version
from eventsapp.series.queries import find_series
from eventsapp.web.files import kept_for_ever

bp = Blueprint("theme", __name__)

_MINUTES = "public, max-age=300"


@bp.get("/series/<slug>/theme.css")
def sheet(slug: str) -> Response:
    """Pages ask with `?v=`, which follows the accent; whoever asks without gets what holds now, for five minutes."""
    series = find_series(slug) or abort(404)
    response = make_response(theme(series.accent))
    response.content_type = "text/css; charset=utf-8"
    kept_for_ever(response)
    if request.args.get("v") != theme_version(series.accent):
        response.headers["Cache-Control"] = _MINUTES
    return response.make_conditional(request)


@bp.get("/series/<slug>/logo-<digest>.png")
def logo(slug: str, digest: str) -> Response:
    response = make_response(find_logo(slug, digest) or abort(404))
    response.content_type = "image/png"
    return kept_for_ever(response).make_conditional(request)
