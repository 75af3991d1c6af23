"""Events as cards of a list, and an agenda as its macro wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from eventsapp import clock
from eventsapp.agenda.speakers_rules import Known
from eventsapp.agenda.view import Shown, days
from eventsapp.events import words as event_words
from eventsapp.events.models import Event
from eventsapp.registration import words
from eventsapp.registration.queries import window_of
from eventsapp.registration.rules import Refusal, refusal
from eventsapp.web import dates
from eventsapp.web.text import pick

_TONES = {Refusal.CANCELLED: "off", Refusal.FULL: "off", Refusal.NOT_YET_OPEN: "info"}


@dataclass(frozen=True)
class Card:
    """One event of a list, in words."""

    title: str
    href: str
    when: str
    where: str
    badge: event_words.Badge
    kicker: tuple[str, ...]
    """Kind and series, each in its own language."""
    summary: str
    status: str
    """Why one cannot register; empty while one can, and for past events that took place."""
    tone: str
    places: words.PlacesLine | None
    """While one can register and the event has one kind of place."""


def cards(events: Sequence[Event], now: datetime, *, with_series: bool) -> list[Card]:
    return [_card(event, now, with_series=with_series) for event in events]


def kind_of(event: Event) -> str:
    """What sort of event it is, as a heading."""
    return event_words.kind_of(event)


def agenda_days(
    sessions: Iterable[Shown],
    event: Event,
    *,
    now: datetime | None = None,
    known: Mapping[str, Known] | None = None,
) -> list[dict[str, Any]]:
    """What templates/macros/agenda.html takes; the day is named only where there are several, or it is another. With
    `now`, what runs is marked on the days of the event itself, on the clocks of its zone. `known` is what is said
    beside speakers' names."""
    live = now if now is not None and _is_on(event, now) else None
    spoken = event_words.language()
    found = days(sessions, event.timezone, language=spoken, fallback=event.language, now=live, known=known)
    named = len(found) > 1 or any(day.on != event.starts_wall.date() for day in found)
    return [
        {
            "heading": dates.day(_noon(day.on, event.timezone), event.timezone) if named else "",
            "slots": [slot.items for slot in day.slots],
        }
        for day in found
    ]


def _card(event: Event, now: datetime, *, with_series: bool) -> Card:
    refused = refusal(window_of(event), now)
    lines = [] if refused else words.places_lines(event)
    series = pick(event.series.title, event_words.language(), event.series.language) if with_series else ""
    return Card(
        title=event_words.title_of(event),
        href=url_for("event_page.show", slug=event.slug),
        when=_when(event, over=refused is Refusal.PAST),
        where=event_words.where_of(event),
        badge=event_words.badge_of(event),
        kicker=tuple(filter(None, (kind_of(event), series))),
        summary=pick(event.summary, event_words.language(), event.language),
        status=_status(refused),
        tone=_TONES.get(refused, "neutral") if refused else "neutral",
        places=lines[0] if len(lines) == 1 else None,
    )


def _is_on(event: Event, now: datetime) -> bool:
    today = now.astimezone(clock.zone(event.timezone)).date()
    return event.status == "published" and event.starts_wall.date() <= today <= event.ends_wall.date()


def _when(event: Event, *, over: bool) -> str:
    """With the hours only while they matter and where they are short."""
    if over or event.starts_wall.date() != event.ends_wall.date():
        return dates.date_range(event.starts_at, event.ends_at, event.timezone)
    return event_words.when_of(event).line


def _status(refused: Refusal | None) -> str:
    if refused is None or refused is Refusal.PAST:
        return ""
    said: dict[Refusal, str] = {
        Refusal.CANCELLED: gettext("Will not take place"),
        Refusal.FULL: gettext("No places left"),
        Refusal.NOT_YET_OPEN: gettext("Registration is not open yet"),
        Refusal.CLOSED: gettext("Registration is closed"),
        Refusal.BY_INVITATION: gettext("By invitation only"),
    }
    return said.get(refused, "")


def _noon(on: clock.date, timezone: str) -> datetime:
    return datetime.combine(on, clock.time(12), clock.zone(timezone))
