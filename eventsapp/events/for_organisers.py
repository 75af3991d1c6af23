"""An event as the doors of organisers look it up: within what the person may see, and with the role the act takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from flask import abort
from flask_babel import gettext

from eventsapp.audit import queries as audit
from eventsapp.events import queries, signals
from eventsapp.events.models import Event
from eventsapp.events.words import title_of
from eventsapp.people.queries import name_of
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, check, scope
from eventsapp.web.rules import SLUG_LENGTH, is_slug, slugged

RESERVED_SLUGS = ("new",)
"""Addresses under /organise/events that are pages of their own."""
_NAMES_TRIED = 100
_CHANGES = ("event.changed", "event.published", "event.cancelled", "agenda.changed", "agenda.published")
"""Actions that raise the version of an event's details. A draft of the agenda, questions and lists do not."""
_OF_ONE_MOVE = 3
"""A new time is noted once for the event, and for its agenda as changed and as published."""


def slugs_for(title: str) -> Iterator[str]:
    """Names for an event's address: the one that the title gives, then the same with -2, -3 … for when it is taken."""
    wish = slugged(title, "event")
    if wish not in RESERVED_SLUGS:
        yield wish
    for number in range(2, _NAMES_TRIED):
        ending = f"-{number}"
        yield wish[: SLUG_LENGTH - len(ending)].rstrip("-") + ending


def organisers_event(slug: str, role: Role) -> Event:
    """The event with series and venue. Aborts: 404 for what the person may not know of, 403 for too low a role."""
    event = queries.find_for_organiser(slug, scope(Role.viewer)) if is_slug(slug) else None
    if event is None:
        abort(404)
    check(role, event.series_id)
    return event


def changeable_event(slug: str) -> Event:
    """The event to an editor. Aborts as `organisers_event`, and with 409 when it was called off."""
    event = organisers_event(slug, Role.editor)
    if event.status == "cancelled":
        abort(409, description=gettext("This event was called off. It takes no more changes."))
    return event


def page_words(event: Event) -> dict[str, object]:
    """What every page of an event says of it."""
    return {"event": event, "series": series_words(event.series), "title": title_of(event)}


def people_to_tell(event_id: int) -> int:
    """How many would get a letter about a change. Upper rooms know the people; they answer `signals.people_to_tell`."""
    return sum(number for _, number in signals.people_to_tell.send(event_id))


def last_change(event_id: int) -> tuple[str, Sequence[str]]:
    """Who changed the event last, and which fields: for the word that somebody was quicker. Empty: not known."""
    newest = audit.list_newest(f"event:{event_id}", _CHANGES, limit=_OF_ONE_MOVE)
    if not newest:
        return "", ()
    who = newest[0].user_id
    theirs = takewhile(lambda each: each.user_id == who, newest)
    fields = next((each.details["changes"] for each in theirs if each.details.get("changes")), ())
    return (name_of(who) if who is not None else ""), tuple(fields)
