"""What the doors for people who register have in common: whose page it is, and what every page says of the event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events import queries as events
from eventsapp.events import words as event_words
from eventsapp.registration import words
from eventsapp.registration.opening import opened
from eventsapp.series.words import series_words
from eventsapp.web import languages

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration
    from eventsapp.registration.rules import Refusal

LIMIT = "3000 per hour"
"""Of forms from one address of the network."""


def public_event(slug: str) -> Event:
    """Of an event the public may know, with series and venue; else 404."""
    event = events.find_public_event(slug) or abort(404)
    languages.prefer(event.language)
    return event


def mine(purpose: str, token: str) -> Registration:
    """What a personal link opens, in the person's language; else 404."""
    registration = opened(purpose, token) or abort(404)
    languages.prefer(registration.language, over_browser=True)
    return registration


def refused_page(event: Event, refused: Refusal) -> Response:
    said = words.refusal_words(refused, event)
    return make_response(page("refused", event, said=said, refusal=refused.value), words.STATUS[refused])


def around_form(event: Event) -> dict[str, Any]:
    return {"places": words.places_lines(event), "queue_rule": words.queue_rule(event, clock.now())}


def own_page(token: str) -> Response:
    return redirect(url_for("own_page.show", token=token), 303)


def page(name: str, event: Event, **values: Any) -> str:
    return render_template(
        f"registration/{name}.html",
        event=event,
        series=series_words(event.series),
        title=event_words.title_of(event),
        when=event_words.when_of(event),
        where=event_words.where_lines(event),
        **values,
    )
