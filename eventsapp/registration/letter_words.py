"""What letters about a registration say of the event, in the language in force: from the frozen facts alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext

from eventsapp.events import signals
from eventsapp.events import words as event_words
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.registration.rules import State
from eventsapp.registration.words import line_words, queue_rule, state_heading, travels
from eventsapp.series.palette import tones_of
from eventsapp.web.text import pick


def letter_words(
    event: EventSnapshot, old: EventSnapshot | None, facts: Mapping[str, Any], written_at: datetime
) -> dict[str, Any]:
    """Title, time, place, what changed, where the person stands; and the look of the series."""
    person = facts["registration"]
    here = event_words.language()
    return {
        "title": event_words.title_of(event),
        "when": event_words.when_of(event),
        "place": place_of(event, person),
        "stands": state_heading(person["state"], facts.get("position")),
        "queue_rule": queue_rule(event, written_at),
        "offer_until": _offer_until(event, person),
        "begun": written_at >= event.starts_at,
        "travels": travels(event, person["attends"]),
        "lines": [line_words(kind, number) for kind, number in facts.get("lines", ()) if event.mode == "hybrid"],
        **(_changes(event, old, person) if old else {}),
        "agenda_changes": _agenda_changes(event, facts.get("agenda_changes", ())),
        "sender_name": event.sender(here),
        "accent": tones_of(event.accent).light,
        "funder": pick(event.funder_statement, here, event.language),
        "grant": str(gettext("Grant number %(number)s", number=event.grant_number)) if event.grant_number else "",
    }


def _agenda_changes(event: EventSnapshot, changes: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each; the agenda, next door, knows the words."""
    days = event.starts_wall.date() != event.ends_wall.date()
    if not changes:
        return []
    answers = signals.agenda_in_words.send(event.event_id, changes=changes, language=event.language, several_days=days)
    return [line for _, lines in answers for line in lines]


def _offer_until(event: EventSnapshot, person: Mapping[str, Any]) -> str:
    """Until when a place is held for them; empty where none is."""
    until = person.get("offer_until")
    return event_words.moment(datetime.fromisoformat(until), event.timezone) if until else ""


def place_of(event: EventSnapshot, person: Mapping[str, Any]) -> str:
    """Where this person takes part. The address of the online room is for people who have a place in it."""
    online = event.mode == "online" or (event.mode == "hybrid" and person["attends"] == "online")
    if not online:
        return event.place or str(gettext("The place will be announced"))
    if person["state"] == State.CONFIRMED and event.online_url:
        return str(gettext("Online: %(url)s", url=event.online_url))
    return str(gettext("Online"))


def _changes(event: EventSnapshot, old: EventSnapshot, person: Mapping[str, Any]) -> dict[str, Any]:
    """Old time and place, each only when it differs in words."""
    was, now = event_words.when_of(old).line, event_words.when_of(event).line
    place_was, place_now = place_of(old, person), place_of(event, person)
    return {
        "old_when": was if was != now else None,
        "old_place": place_was if place_was != place_now else None,
    }
