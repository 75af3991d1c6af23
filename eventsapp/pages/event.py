"""The event page: agenda, time, place, places left, the one button or why there is none, the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, render_template
from flask_babel import gettext

from eventsapp import clock
from eventsapp.agenda.queries import draft_view, published_sessions
from eventsapp.agenda.speakers_queries import speakers_named_by
from eventsapp.agenda.view import introduced
from eventsapp.events import queries as events
from eventsapp.events import words as event_words
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.models import Event
from eventsapp.events.shown import find_standing
from eventsapp.pages.cards import agenda_days, kind_of
from eventsapp.pages.feeds import webcal
from eventsapp.pages.kept import Drawn, kept, next_change
from eventsapp.pages.share import share_of, structured
from eventsapp.registration import words
from eventsapp.registration.queries import window_of
from eventsapp.registration.rules import Refusal, refusal
from eventsapp.series.words import series_words
from eventsapp.signups.queries import places_left
from eventsapp.signups.words import places_lines as sessions_places
from eventsapp.web import dates, languages
from eventsapp.web.access import Role, organiser_page
from eventsapp.web.links import external_url

if TYPE_CHECKING:
    from eventsapp.agenda.models import AgendaSession
    from eventsapp.agenda.view import Shown

bp = Blueprint("event_page", __name__)

_OVER = (Refusal.CANCELLED, Refusal.PAST)


@bp.get("/events/<slug>")
def show(slug: str) -> str:
    standing = find_standing(slug) or abort(404)
    languages.prefer(standing.language)
    return kept("event page", slug, standing, lambda now: _drawn(slug, now)).body


def _drawn(slug: str, now: datetime) -> Drawn[str]:
    event = events.find_public_event(slug) or abort(404)
    sessions = published_sessions(event.id)
    html = _page(event, sessions, now)
    return Drawn(html, until=next_change(now, _moments(event, sessions, now)))


def _moments(event: Event, sessions: Sequence[Shown], now: datetime) -> Iterator[datetime | None]:
    """At which the page changes by the clock alone."""
    yield from (event.opens_at, event.closes_at, event.starts_at, event.ends_at, event.promotion_ends_at)
    yield from (moment for session in sessions for moment in (session.starts_at, session.ends_at))
    yield clock.midnight_after(now, event.timezone)


def _page(event: Event, sessions: Sequence[AgendaSession], now: datetime) -> str:
    slug = event.slug
    refused = refusal(window_of(event), now)
    over = refused in _OVER
    agenda = external_url("feeds.event_agenda", slug=slug, lang=languages.other_than(event.language))
    facts = _facts(event, sessions, now)
    left = {} if over else places_left(event, sessions)
    share = share_of(event)
    return render_template(
        "pages/event.html",
        **facts,
        refusal=refused.value if refused else None,
        said=words.refusal_words(refused, event) if refused else None,
        over=over,
        places=[] if over else words.places_lines(event),
        session_places={key: sessions_places(pools) for key, pools in left.items()},
        closes=event_words.moment(event.closes_at, event.timezone) if event.closes_at and not refused else None,
        agenda_feed=agenda,
        agenda_webcal=webcal(agenda),
        share=share,
        structured=structured(event, facts["agenda"], share) if event.visibility == "public" else "",
    )


@bp.get("/organise/events/<slug>/preview")
@organiser_page(Role.viewer)
def preview(slug: str) -> str:
    """The page as it would be if all were published now, for the team alone: a draft of the event, a draft of its
    agenda. Nothing on it leads anywhere that is not there yet."""
    event = organisers_event(slug, Role.viewer)
    return render_template(
        "organise/event_preview.html",
        **_facts(event, draft_view(event.id).rows, None),
        refusal="preview",
        said=words.Words(gettext("Preview"), gettext("Here stands the button to register.")),
        over=False,
        places=words.places_lines(event),
        closes=event_words.moment(event.closes_at, event.timezone) if event.closes_at else None,
        published=event.status != "draft",
    )


def _facts(event: Event, sessions: Sequence[Shown], now: datetime | None) -> dict[str, Any]:
    """What the page says of the event itself."""
    known = speakers_named_by(event.series_id, sessions)
    return {
        "event": event,
        "series": series_words(event.series),
        "title": event_words.title_of(event),
        "kind": kind_of(event),
        "when": event_words.when_of(event),
        "where": event_words.where_lines(event),
        "map_link": event_words.map_link(event),
        "agenda": agenda_days(sessions, event, now=now, known=known),
        "speakers": introduced(sessions, known),
        "speakers_language": event.series.language,
        "agenda_note": dates.zone_label(event.timezone, event.starts_at),
    }
