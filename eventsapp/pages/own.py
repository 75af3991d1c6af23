"""A person's own page, opened by the link in every letter: where they stand, and all they can do about it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from eventsapp import clock
from eventsapp.calendar import ics
from eventsapp.calendar.response import calendar_response
from eventsapp.events import words as event_words
from eventsapp.pages.calendars import of_registration
from eventsapp.pages.feeds import webcal
from eventsapp.registration import extensions, queries, words
from eventsapp.registration.links import OWN, Links
from eventsapp.registration.models import Registration
from eventsapp.registration.offer_words import in_line
from eventsapp.registration.opening import opened
from eventsapp.registration.rules import LIVE, Refusal, State, refusal
from eventsapp.registration.switching import CannotSwitch, why_not
from eventsapp.registration.switching_words import cannot_words, kinds_of
from eventsapp.series.words import series_words
from eventsapp.web import languages

bp = Blueprint("own_page", __name__)


@bp.get("/registrations/<token>")
def show(token: str) -> str:
    registration = _registration(token)
    event = registration.event
    lines = queries.positions_of(registration)
    position = next(iter(lines.values()), None)
    refused = refusal(queries.window_of(event), clock.now())
    over = refused if refused in (Refusal.CANCELLED, Refusal.PAST) else None
    feed = _links(registration).feed
    return render_template(
        "pages/own.html",
        registration=registration,
        token=token,
        event=event,
        series=series_words(event.series),
        title=event_words.title_of(event),
        when=event_words.when_of(event),
        where=event_words.where_lines(event),
        map_link=event_words.map_link(event),
        stands=words.state_heading(registration.state, position),
        said=words.refusal_words(over, event) if over else words.state_words(registration, position),
        over=over.value if over else None,
        in_line=None if over else in_line(registration, event, clock.now()),
        live=registration.state in LIVE,
        confirmed=registration.state == State.CONFIRMED,
        kinds=kinds_of(registration, lines) if event.mode == "hybrid" else [],
        cannot_switch=why_not(registration, event, clock.now()),
        delegated=cannot_words(CannotSwitch.DELEGATED, registration),
        can_register=refused is None,
        feed=feed,
        feed_webcal=webcal(feed),
        parts=extensions.own_page(registration, token),
    )


@bp.get("/registrations/<token>/agenda.ics")
def agenda_file(token: str) -> Response:
    """The person's entries as a file to import: one per session, or the event when it has no agenda."""
    registration = _registration(token)
    found = of_registration(registration, clock.now(), event_words.language())
    body = ics.download(found.entries, name=event_words.title_of(registration.event))
    return calendar_response(body, last_modified=found.changed_at, filename=f"{registration.event.slug}.ics")


def _registration(token: str) -> Registration:
    registration = opened(OWN, token) or abort(404)
    languages.prefer(registration.language, over_browser=True)
    return registration


def _links(registration: Registration) -> Links:
    return Links(registration.event.slug, registration.key, registration.link_version, registration.feed_version)
