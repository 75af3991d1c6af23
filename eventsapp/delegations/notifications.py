"""Letters to the contact of a delegation: their facts, frozen at the commit, and their rendering."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext

from eventsapp.delegations.links import page_of
from eventsapp.delegations.models import Delegation
from eventsapp.events import words as event_words
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.mail import outbox
from eventsapp.mail.compose import render_letter
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import Rendered
from eventsapp.series.palette import tones_of
from eventsapp.web.text import pick

HELD = "delegation"
RETURNED = "delegation_returned"
ENDED = "delegation_ended"
KINDS = (HELD, RETURNED, ENDED)
"""Each has a folder of this name under templates/mail/."""


def write(kind: str, event: EventSnapshot, delegation: Delegation, dedupe_key: str, **more: Any) -> None:
    """Put a letter to the contact into the outbox, its facts frozen. `more` must be JSON: `why`, and what it takes to
    say so. A contact who was forgotten is not written to."""
    if delegation.contact_email is None:
        return
    facts = {
        "event": event.to_facts(),
        "key": str(delegation.key),
        "link_version": delegation.link_version,
        "organisation": delegation.organisation,
        "contact_name": delegation.contact_name,
        "attends": delegation.attends,
        "places": delegation.places,
        "returns_at": delegation.returns_at.isoformat(),
        "returned": delegation.returned_at is not None,
        **more,
    }
    outbox.write(
        kind=kind,
        recipient=delegation.contact_email,
        facts=facts,
        dedupe_key=f"delegation:{delegation.id}:{dedupe_key}",
        person=subject_of(delegation.id),
        topic=f"event:{event.event_id}",
        language=delegation.language,
    )


def subject_of(delegation_id: int) -> str:
    """What letters and the log call a delegation."""
    return f"delegation:{delegation_id}"


def render(letter: LetterFacts) -> Rendered:
    """The letter in words, from its facts alone."""
    facts = letter.facts
    event = EventSnapshot.from_facts(facts["event"])
    here = event_words.language()
    context = {
        "kind": letter.kind,
        "recipient": letter.recipient,
        "event": event,
        "why": facts["why"],
        "message": facts.get("message", ""),
        "number": facts.get("number", 0),
        "organisation": facts["organisation"],
        "places": facts["places"],
        "returned": facts["returned"],
        "until": event_words.moment(datetime.fromisoformat(facts["returns_at"]), event.timezone),
        "title": event_words.title_of(event),
        "when": event_words.when_of(event),
        "place": _place(event, facts["attends"]),
        "link": page_of(UUID(facts["key"]), facts["link_version"]),
        "sender_name": event.sender(letter.language),
        "accent": tones_of(event.accent).light,
        "funder": pick(event.funder_statement, here, event.language),
        "grant": str(gettext("Grant number %(number)s", number=event.grant_number)) if event.grant_number else "",
    }
    rendered = render_letter(letter.kind, context)
    return replace(rendered, sender_name=event.sender(letter.language), reply_to=event.contact_email)


def _place(event: EventSnapshot, attends: str) -> str:
    """Where its people take part; the address of the online room is for them alone."""
    if event.mode == "online" or (event.mode == "hybrid" and attends == "online"):
        return str(gettext("Online"))
    return event.place or str(gettext("The place will be announced"))


RENDERERS = dict.fromkeys(KINDS, render)
