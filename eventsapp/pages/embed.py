"""An event and its agenda for a frame on somebody else's page: without cookies, scripts or forms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template

from eventsapp import clock
from eventsapp.agenda.queries import published_sessions
from eventsapp.agenda.speakers_queries import speakers_named_by
from eventsapp.agenda.view import introduced
from eventsapp.events import queries as events
from eventsapp.events import words as event_words
from eventsapp.pages.cards import agenda_days, kind_of
from eventsapp.registration import words
from eventsapp.registration.queries import window_of
from eventsapp.registration.rules import refusal
from eventsapp.series.models import Series
from eventsapp.series.words import series_words
from eventsapp.web import dates
from eventsapp.web.links import external_url

bp = Blueprint("embed", __name__)


class _WithoutCookies(Response):
    """Takes no cookie from anybody: neither a session nor a language."""

    def set_cookie(self, *_arguments: Any, **_values: Any) -> None:
        return None


@bp.get("/events/<slug>/embed")
def show(slug: str) -> Response:
    """Framed only by the sites that the series names; its links open new tabs. Not for drafts."""
    event = events.find_public_event(slug) or abort(404)
    refused = refusal(window_of(event), clock.now())
    sessions = published_sessions(event.id)
    known = speakers_named_by(event.series_id, sessions)
    page = render_template(
        "pages/embed.html",
        event=event,
        canonical=external_url("event_page.show", slug=slug),
        series=series_words(event.series),
        title=event_words.title_of(event),
        kind=kind_of(event),
        when=event_words.when_of(event),
        where=event_words.where_of(event),
        said=words.refusal_words(refused, event) if refused else None,
        agenda=agenda_days(sessions, event, known=known),
        speakers=introduced(sessions, known),
        speakers_language=event.series.language,
        agenda_note=dates.zone_label(event.timezone, event.starts_at),
    )
    response = _WithoutCookies(page)
    response.headers["Content-Security-Policy"] = policy_of(event.series)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def policy_of(series: Series) -> str:
    """Hosts stand without a scheme: a page of ours over https is framed by pages over https only."""
    allowed = " ".join(series.embed_hosts) or "'none'"
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors {allowed}; "
        "form-action 'none'; base-uri 'none'"
    )
