"""Calendars: the event's entry as a file, the agenda, a person's own and a series' as subscriptions (CALENDAR.md §1).

`?lang=` asks for one of the site's languages; without it a calendar is in the event's own, whoever asks: programs send
no language that could be trusted, and shared caches keep one copy for an address.

None of them names an organiser or a participant, and none holds the address of an online room: calendars get shared.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort

from eventsapp import clock
from eventsapp.calendar import ics
from eventsapp.calendar.response import calendar_response
from eventsapp.events import queries as events
from eventsapp.events.entries import entry_of
from eventsapp.events.models import Event
from eventsapp.events.shown import find_standing
from eventsapp.pages.calendars import of_event, of_registration, of_series
from eventsapp.pages.kept import Drawn, kept, next_change
from eventsapp.registration.links import FEED
from eventsapp.registration.opening import opened
from eventsapp.series import queries as series_queries
from eventsapp.web.languages import asked_language
from eventsapp.web.links import external_url
from eventsapp.web.text import pick

bp = Blueprint("feeds", __name__)


@bp.get("/events/<slug>/event.ics")
def event_file(slug: str) -> Response:
    """The event as one entry, to import."""
    event = _event(slug)
    url = external_url("event_page.show", slug=slug)
    entry = entry_of(events.snapshot_of(event), language=asked_language() or event.language, url=url)
    body = ics.download([entry])
    return calendar_response(body, last_modified=entry.last_modified, filename=f"{slug}.ics", public=True)


@bp.get("/events/<slug>/agenda.ics")
def event_agenda(slug: str) -> Response:
    """The agenda to subscribe to, one entry per session."""
    standing = find_standing(slug) or abort(404)
    agenda = kept("agenda feed", slug, standing, lambda now: _agenda(slug, now))
    return calendar_response(agenda.body, last_modified=agenda.changed_at or clock.now(), public=True)


@bp.get("/feeds/<token>.ics")
def personal(token: str) -> Response:
    """A person's own subscription. Never wider than the event's: only whether they have a place is theirs."""
    registration = opened(FEED, token) or abort(404)
    found = of_registration(registration, clock.now(), asked_language())
    source = external_url("feeds.personal", token=token, lang=asked_language())
    body = ics.feed(found.entries, name=_title(registration.event), source=source)
    return calendar_response(body, last_modified=found.changed_at)


@bp.get("/series/<slug>/calendar.ics")
def series(slug: str) -> Response:
    """The listed events of a series, from the beginning of last year on."""
    row = series_queries.find_series(slug) or abort(404)
    now = clock.now()
    since = datetime(now.year - 1, 1, 1, tzinfo=UTC)
    asked = asked_language()
    otherwise = max(row.created_at, since.replace(year=now.year))
    found = of_series(events.list_for_calendar(row.id, since), now, otherwise, asked)
    name = pick(row.title, asked or row.language, row.language)
    body = ics.feed(found.entries, name=name, source=external_url("feeds.series", slug=slug, lang=asked))
    return calendar_response(body, last_modified=found.changed_at, public=True)


def webcal(url: str) -> str:
    """The address with the scheme that opens a calendar program."""
    return "webcal" + url.removeprefix("https").removeprefix("http")


def _agenda(slug: str, now: datetime) -> Drawn[bytes]:
    event = _event(slug)
    found = of_event(event, now, asked_language())
    source = external_url("feeds.event_agenda", slug=slug, lang=asked_language())
    body = ics.feed(found.entries, name=_title(event), source=source)
    return Drawn(body, next_change(now, (event.ends_at,)), found.changed_at)


def _event(slug: str) -> Event:
    return events.find_public_event(slug) or abort(404)


def _title(event: Event) -> str:
    return pick(event.title, asked_language() or event.language, event.language)
