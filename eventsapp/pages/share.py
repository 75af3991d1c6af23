"""An event for machines that show it elsewhere: the card of a shared link, and schema.org data for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from eventsapp import clock
from eventsapp.agenda.speakers_rules import speaker_key
from eventsapp.events import queries as events
from eventsapp.events import words as event_words
from eventsapp.events.models import Event
from eventsapp.pages import picture
from eventsapp.pages.cards import kind_of
from eventsapp.registration.queries import pools_of, window_of
from eventsapp.registration.rules import Refusal, refusal
from eventsapp.series.palette import tones_of
from eventsapp.web import dates
from eventsapp.web.languages import in_language
from eventsapp.web.links import external_url
from eventsapp.web.text import clean_line, pick

bp = Blueprint("share", __name__)

_KEPT_SECONDS = 3600
_ORG = "https://schema.org/"
_MODES = {
    "in_person": "OfflineEventAttendanceMode",
    "online": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
_AVAILABILITY = {None: "InStock", Refusal.NOT_YET_OPEN: "PreOrder", Refusal.FULL: "SoldOut"}
"""What a form's state means for an offer; with any other there is none."""


@dataclass(frozen=True)
class Share:
    """What the head of an event page says of it (ogp.me)."""

    title: str
    description: str
    url: str
    picture: str
    """Another address for each picture that differs: sites keep what they fetched."""
    width: int
    height: int


@bp.get("/events/<slug>/card.png")
def card(slug: str) -> Response:
    """In the event's own language: sites that fetch it ask for none, and show one picture to everybody."""
    event = events.find_public_event(slug) or abort(404)
    wanted = _card(event)
    response = Response(content_type="image/png")
    response.set_etag(wanted.digest)
    response.cache_control.public = True
    response.cache_control.max_age = _KEPT_SECONDS
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if wanted.digest not in request.if_none_match:
        response.data = picture.draw(wanted)
    response.make_conditional(request)
    return response


def share_of(event: Event) -> Share:
    """In the language in force. The description is the summary, or else time and place."""
    summary = clean_line(pick(event.summary, event_words.language(), event.language))
    when = event_words.when_of(event).line
    return Share(
        title=event_words.title_of(event),
        description=summary or f"{when}. {event_words.where_of(event)}",
        url=external_url("event_page.show", slug=event.slug),
        picture=external_url("share.card", slug=event.slug, v=_card(event).digest),
        width=picture.WIDTH,
        height=picture.HEIGHT,
    )


def structured(event: Event, agenda: Iterable[Mapping[str, Any]], share: Share) -> Markup:
    """The event as a JSON-LD data block; `agenda` is that of `cards.agenda_days`. It is data, so no policy stops it;
    nothing in it can end the block."""
    text = htmlsafe_json_dumps({**_event_data(event, share), **_performers(agenda)}, ensure_ascii=False)
    return Markup('<script type="application/ld+json">{}</script>').format(text)


def _card(event: Event) -> picture.Card:
    with in_language(event.language):
        when = event_words.when_of(event)
        off = event.status == "cancelled"
        series = pick(event.series.title, event_words.language(), event.series.language)
        return picture.Card(
            title=event_words.title_of(event),
            kicker=" · ".join(filter(None, (kind_of(event), series))),
            when=f"{when.date}, {when.time}" if event.starts_wall.date() == event.ends_wall.date() else when.date,
            where=event_words.where_of(event),
            status=gettext("Will not take place") if off else "",
            colour=tones_of(event.series.accent).light,
        )


def _event_data(event: Event, share: Share) -> dict[str, Any]:
    series = _series_data(event)
    status = "EventCancelled" if event.status == "cancelled" else "EventScheduled"
    data = {
        "@context": _ORG,
        "@type": "Event",
        "name": share.title,
        "description": share.description,
        "url": share.url,
        "image": [share.picture],
        "inLanguage": event.language,
        "startDate": dates.iso(event.starts_at, event.timezone),
        "endDate": dates.iso(event.ends_at, event.timezone),
        "eventStatus": _ORG + status,
        "eventAttendanceMode": _ORG + _MODES[event.mode],
        "location": _location(event, share.url),
        "organizer": {**series, "@type": "Organization"},
        "superEvent": {**series, "@type": "EventSeries"},
        "isAccessibleForFree": True,
        **_places(event),
        "offers": _offer(event),
    }
    return {name: value for name, value in data.items() if value is not None}


def _performers(agenda: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Speakers by name, each once; nothing when the agenda names nobody."""
    items = (item for day in agenda for slot in day["slots"] for item in slot if not item.cancelled)
    names = {speaker_key(speaker.name): speaker.name for item in items for speaker in item.speakers}
    return {"performer": [{"@type": "Person", "name": name} for name in names.values()]} if names else {}


def _series_data(event: Event) -> dict[str, Any]:
    name = pick(event.series.title, event_words.language(), event.series.language)
    return {"name": name, "url": external_url("series_page.show", slug=event.series.slug)}


def _location(event: Event, url: str) -> dict[str, Any] | list[dict[str, Any]] | None:
    """The address of the online room is nobody's but the participants': the page stands for it."""
    online = {"@type": "VirtualLocation", "url": url}
    if event.mode == "online":
        return online
    place = None
    if event.venue is not None:
        address = event.venue.address or event.venue.name
        place = {"@type": "Place", "name": event.venue.name or address, "address": address}
    if event.mode == "in_person":
        return place
    return [place, online] if place else online


def _places(event: Event) -> dict[str, int]:
    """None of it where the places are not limited. While people wait, nobody else can have a place."""
    pools = pools_of(event)
    names = {"room": "maximumPhysicalAttendeeCapacity", "online": "maximumVirtualAttendeeCapacity"}
    each = {names[attends]: pool.capacity for attends, pool in pools.items() if pool.capacity is not None}
    if len(each) < len(pools):
        return each
    left = sum(0 if pool.waiting else pool.free or 0 for pool in pools.values())
    return {**each, "maximumAttendeeCapacity": sum(each.values()), "remainingAttendeeCapacity": left}


def _offer(event: Event) -> dict[str, Any] | None:
    refused = refusal(window_of(event), clock.now())
    if refused not in _AVAILABILITY:
        return None
    door = "registration.register" if refused is None else "event_page.show"
    offer = {
        "@type": "Offer",
        "price": 0,
        "priceCurrency": "EUR",
        "url": external_url(door, slug=event.slug),
        "availability": _ORG + _AVAILABILITY[refused],
        "validThrough": dates.iso(event.closes_at or event.starts_at, event.timezone),
    }
    opens = event.opens_at or event.published_at
    return {**offer, "validFrom": dates.iso(opens, event.timezone)} if opens else offer
