"""Letters about a registration: their facts, frozen at the commit that makes them true, and their rendering.

Writing happens inside the transaction; rendering in the worker, from the frozen facts alone, so that a letter never
tells a later truth under an earlier SEQUENCE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from eventsapp.calendar import ics
from eventsapp.calendar.entry import CalendarEntry, Person
from eventsapp.events.entries import entry_of
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.mail import outbox
from eventsapp.mail.compose import render_letter
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import CalendarPart, Rendered
from eventsapp.registration.letter_words import letter_words
from eventsapp.registration.links import Links
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.rules import State
from eventsapp.registration.words import state_heading
from eventsapp.settings import settings

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

KINDS = (
    "received",
    "place",
    "waiting",
    "moved_up",
    "switched",
    "put_back",
    "offered",
    "lapsed",
    "short_notice",
    "given_up",
    "withdrawn",
    "merged",
    "not_accepted",
    "moved",
    "agenda_changed",
    "called_off",
    "already_registered",
    "prove_address",
    "address_changed",
    "new_address",
)
"""Each has a folder of this name under templates/mail/."""

DISOWNED = "did not register"
"""The reason kept when somebody says that it was not them who registered."""

NO_NEWS = ("already_registered", "prove_address")
"""Letters that anybody can cause to any address and that tell no new fact: rationed per address."""


def kind_of_move(from_state: State | None, to_state: State, actor: str) -> str:
    """Which letter tells of a move."""
    if from_state is State.OFFERED and actor == "queue":
        return "lapsed"
    if to_state is State.CANCELLED:
        return "withdrawn" if actor in ("organiser", "contact") else "given_up"
    if to_state is State.CONFIRMED:
        if from_state is State.CONFIRMED:
            return "switched"
        return "moved_up" if from_state is State.WAITLISTED else "place"
    if to_state is State.WAITLISTED:
        return "put_back" if from_state is State.CONFIRMED else "waiting"
    return {State.PENDING: "received", State.DECLINED: "not_accepted", State.OFFERED: "offered"}[to_state]


def tell_move(
    event: EventSnapshot,
    registration: Registration,
    step: RegistrationMove,
    *,
    lines: Mapping[str, int],
    calendar: dict[str, Any] | None = None,
    **telling: Any,
) -> None:
    """The one letter about a move. Nobody is written to who left no address. `lines`: the place in each queue;
    `telling`: further facts, and the letter's priority."""
    from_state = State(step.from_state) if step.from_state else None
    kind = kind_of_move(from_state, State(step.to_state), step.actor)
    write(
        kind,
        event,
        registration,
        f"move:{step.id}",
        position=next(iter(lines.values()), None) if step.to_state == State.WAITLISTED else None,
        lines=[list(each) for each in lines.items()],
        calendar=calendar,
        actor=step.actor,
        from_state=step.from_state,
        first=from_state in (None, State.CANCELLED),
        disowned=step.why == DISOWNED,
        to_contact=registration.contact_email is not None,
        **telling,
    )


def write(
    kind: str,
    event: EventSnapshot,
    registration: Registration,
    dedupe_key: str,
    *,
    recipient: str | None = None,
    calendar: dict[str, Any] | None = None,
    priority: int = 0,
    **more: Any,
) -> None:
    """Put a letter about a registration into the outbox, its facts frozen. `more` must be JSON."""
    address = recipient or registration.writes_to
    if address is None:
        return
    facts = {
        "event": event.to_facts(),
        "registration": {
            "key": str(registration.key),
            "link_version": registration.link_version,
            "feed_version": registration.feed_version,
            "new_email_version": registration.new_email_version,
            "name": registration.name,
            "organisation": registration.organisation,
            "attends": registration.attends,
            "wish": registration.wish,
            "state": registration.state,
            "offer_until": registration.offer_until.isoformat() if registration.offer_until else None,
        },
        "calendar": calendar,
        **more,
    }
    outbox.write(
        kind=kind,
        recipient=address,
        facts=facts,
        dedupe_key=dedupe_key,
        person=f"registration:{registration.id}",
        topic=f"event:{event.event_id}",
        language=registration.language,
        priority=priority,
    )


def calendar_facts(
    method: Method, event: EventSnapshot, registration: Registration, *, called_off: bool = False
) -> dict[str, Any]:
    """What the calendar part of a letter says beyond the event. SEQUENCE is the event's counter plus the person's."""
    return {
        "method": method,
        "sequence": event.calendar_sequence + registration.calendar_counter,
        "called_off": called_off,
        "attends": registration.attends,
    }


def render(letter: LetterFacts, **more: Any) -> Rendered:
    """The letter in words and with its calendar part, from its facts alone; `more` is what a room above says in it."""
    facts = letter.facts
    event = EventSnapshot.from_facts(facts["event"])
    old = EventSnapshot.from_facts(facts["old"]) if facts.get("old") else None
    person = facts["registration"]
    context = {
        **letter_words(event, old, facts, letter.created_at),
        **more,
        "kind": letter.kind,
        "recipient": letter.recipient,
        "event": event,
        "old": old,
        "person": person,
        "state": person["state"],
        "from_state": facts.get("from_state"),
        "first": facts.get("first", False),
        "disowned": facts.get("disowned", False),
        "actor": facts.get("actor", ""),
        "entered_by": facts.get("entered_by"),
        "delegation": facts.get("delegation", ""),
        "registered_by": facts.get("registered_by", ""),
        "to_contact": facts.get("to_contact", False),
        "by_organiser": facts.get("by_organiser", False),
        "position": facts.get("position"),
        "calendar": facts.get("calendar"),
        "others": [
            {**other, "links": _links(event, other), "stands": state_heading(other["state"], other.get("position"))}
            for other in facts.get("others", ())
        ],
        "message": facts.get("message"),
        "extended": facts.get("extended", False),
        "new_address": facts.get("new_address"),
        "links": _links(event, person),
    }
    rendered = render_letter(letter.kind, context)
    return replace(
        rendered,
        sender_name=event.sender(letter.language),
        reply_to=event.contact_email,
        calendar=_calendar_part(letter, event),
    )


RENDERERS = dict.fromkeys(KINDS, render)


def _links(event: EventSnapshot, person: dict[str, Any]) -> Links:
    return Links(
        event.slug,
        UUID(person["key"]),
        person["link_version"],
        person.get("feed_version", 1),
        person.get("new_email_version", 0),
    )


def _calendar_part(letter: LetterFacts, event: EventSnapshot) -> CalendarPart | None:
    told = letter.facts.get("calendar")
    if not told:
        return None
    person = letter.facts["registration"]
    # The entry of a shared mailbox may be another person's than the letter.
    attends = told.get("attends", person["attends"])
    entry = entry_of(
        event,
        language=letter.language,
        # Not the person's own page: calendars get shared, and that link gives up the place.
        url=_links(event, person).event_page,
        attends=attends,
        sequence=told["sequence"],
        join_link=attends == "online",
    )
    organizer = Person(settings().mail_default_sender, event.sender(letter.language))
    attendee = Person(letter.recipient, person["name"])
    content = _content(told, entry, organizer, attendee, letter.created_at)
    return CalendarPart(method=told["method"], content=content, inline=told["method"] != "PUBLISH")


def _content(told: dict[str, Any], entry: CalendarEntry, organizer: Person, attendee: Person, stamp: datetime) -> bytes:
    if told["method"] == "REQUEST":
        return ics.request(entry, organizer, attendee, stamp)
    if told["method"] == "CANCEL":
        return ics.cancel(entry, organizer, attendee, stamp, called_off=told["called_off"])
    return ics.publish(entry, organizer, stamp)
