"""What needs an organiser's hand, over all events to come. A constant number of statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext, ngettext

from eventsapp.agenda.queries import has_draft
from eventsapp.events.models import Event
from eventsapp.events.words import title_of
from eventsapp.mail.outbox import failed_about, failed_by_topic, oldest_due_at
from eventsapp.registration.queries import count_new, count_pending, free_for_waiting, over_capacity

SILENT_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Task:
    """Something that waits for an organiser: what, of which event, and where to do it."""

    text: str
    event: str
    href: str


def tasks_of(coming: Sequence[Event], now: datetime, since: datetime | None) -> list[Task]:
    """Letters that did not arrive, agendas with changes that are not published, requests to decide on, places that
    nobody gets unless somebody gives them by hand, and who registered since the last visit (None: this is the first,
    and nothing is old)."""
    live = [event for event in coming if event.status == "published" and now < event.ends_at]
    ids = [event.id for event in live]
    failed = failed_by_topic([f"event:{event.id}" for event in coming])
    pending, new = count_pending(ids), count_new(ids, since) if since is not None else {}
    drafts = has_draft(ids)
    tasks: list[Task] = []
    for event in coming:
        if lost := failed.get(f"event:{event.id}", 0):
            text = ngettext("%(num)d letter did not arrive", "%(num)d letters did not arrive", lost)
            tasks.append(Task(text, title_of(event), url_for("event_organiser.show", slug=event.slug) + "#letters"))
        if event.id in drafts:
            href = url_for("agenda_organiser.show", slug=event.slug)
            tasks.append(Task(gettext("The agenda has changes that are not published"), title_of(event), href))
        tasks += _about_people(event, pending.get(event.id, 0), free_for_waiting(event, now), new.get(event.id, 0))
    return tasks


@dataclass(frozen=True)
class LostLetter:
    """To whom it was, what it said, and where to look the person up; `href` empty: it was to nobody on a list."""

    recipient: str
    subject: str
    href: str


def lost_letters(event: Event) -> list[LostLetter]:
    """The newest letters about an event that no mail server took."""
    return [
        LostLetter(letter.recipient or gettext("(forgotten)"), letter.subject or "", _person(event, letter.person))
        for letter in failed_about(f"event:{event.id}")
    ]


def alarm(now: datetime) -> str:
    """A sentence when letters have been due for more than five minutes, so that nothing goes out; else empty."""
    due = oldest_due_at()
    if due is None or now - due < SILENT_AFTER:
        return ""
    text = gettext(
        "Letters have been waiting to go out for %(minutes)d minutes. Tell whoever runs this site: the worker or the "
        "mail server does not answer.",
        minutes=(now - due) // timedelta(minutes=1),
    )
    return str(text)


def _about_people(event: Event, asked: int, free: int, new: int) -> Iterator[Task]:
    if asked:
        text = ngettext("%(num)d request awaits your answer", "%(num)d requests await your answer", asked)
        yield _people(event, text, "pending")
    if free:
        text = ngettext("%(num)d place can be given by hand", "%(num)d places can be given by hand", free)
        yield _people(event, text, "waitlisted")
    if over := over_capacity(event) if event.status == "published" else 0:
        text = ngettext(
            "%(num)d person more has a place than there are places",
            "%(num)d people more have a place than there are places",
            over,
        )
        yield _people(event, text, "confirmed")
    if new:
        text = ngettext(
            "%(num)d new registration since your last visit", "%(num)d new registrations since your last visit", new
        )
        yield _people(event, text, None)


def _person(event: Event, person: str | None) -> str:
    kind, _, number = (person or "").partition(":")
    if kind != "registration" or not number.isdecimal():
        return ""
    return url_for("attendees.person", slug=event.slug, registration_id=int(number))


def _people(event: Event, text: str, status: str | None) -> Task:
    return Task(text, title_of(event), url_for("attendees.list", slug=event.slug, status=status))
