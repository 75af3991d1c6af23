"""A series and its events, and the privacy notice that its participants are shown."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from eventsapp import clock
from eventsapp.events import queries as events
from eventsapp.pages.cards import cards
from eventsapp.pages.feeds import webcal
from eventsapp.registration.rules import CONTACT_KEPT, CONTACT_KEPT_WITHOUT_PLACE
from eventsapp.series import queries as series_queries
from eventsapp.series.models import Series
from eventsapp.series.words import series_words
from eventsapp.web import languages
from eventsapp.web.links import external_url

bp = Blueprint("series_page", __name__)

_LAST_VERSION = 2**31 - 1
"""Databases refuse larger numbers with a fault."""


@bp.get("/series/<slug>")
def show(slug: str) -> str:
    series = _series(slug)
    now = clock.now()
    calendar = external_url("feeds.series", slug=slug, lang=languages.other_than(series.language))
    return render_template(
        "pages/series.html",
        series=series_words(series),
        upcoming=cards(events.list_upcoming(now, series.id), now, with_series=False),
        past=cards(events.list_past(now, series.id), now, with_series=False),
        calendar=calendar,
        canonical=external_url("series_page.show", slug=slug),
        calendar_webcal=webcal(calendar),
    )


@bp.get("/series/<slug>/privacy")
def privacy(slug: str) -> str:
    """The newest notice, or with `?version=` the one that somebody was shown when they registered."""
    series = _series(slug)
    version = request.args.get("version", type=int)
    notice = series_queries.find_notice(series.id, version) if version and 0 < version <= _LAST_VERSION else None
    if version and notice is None:
        abort(404)
    return render_template(
        "pages/privacy.html",
        series=series_words(series),
        language=series.language,
        notice=notice or series_queries.find_current_notice(series.id),
        evidence_until=series.evidence_until,
        evidence_reason=series.evidence_reason,
        days_kept=CONTACT_KEPT.days,
        days_kept_without_place=CONTACT_KEPT_WITHOUT_PLACE.days,
    )


def _series(slug: str) -> Series:
    series = series_queries.find_series(slug) or abort(404)
    languages.prefer(series.language)
    return series
