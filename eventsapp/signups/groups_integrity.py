"""What must hold of working groups over the whole database; each line of what does not names its event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from eventsapp.agenda.models import AgendaSession
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import State
from eventsapp.signups.groups_rules import stamp
from eventsapp.signups.models import GroupPlace, GroupRun


def problems() -> Iterator[str]:
    """Who has a group has a place at its event, is there at one time only once, and no group holds more than it may but
    by hand. That nobody has two groups of one choice the database itself sees to."""
    rows = (
        select(GroupPlace, AgendaSession, Registration, Event.slug)
        .join(AgendaSession, AgendaSession.id == GroupPlace.session_id)
        .join(Registration, Registration.id == GroupPlace.registration_id)
        .join(Event, Event.id == AgendaSession.event_id)
        .order_by(GroupPlace.id)
    )
    sizes: Counter[tuple[int, str, str]] = Counter()
    slugs: dict[int, str] = {}
    for place, group, person, slug in db.session.execute(rows):
        slugs[group.event_id] = slug
        who = f"{slug}: registration {person.id}"
        if person.event_id != group.event_id:
            yield f"{who} is in a working group of another event"
        if person.state != State.CONFIRMED:
            yield f"{who} is {person.state} and in the working group {group.key}"
        if group.cancelled_at is not None or group.starts_at != place.starts_at:
            yield f"{who} is in the working group {group.key} at {stamp(place.starts_at)}, when there is none"
        if place.published and not place.by_hand:
            sizes[group.event_id, group.key, person.attends] += 1
    yield from _overfull(sizes, slugs)


def _overfull(sizes: Counter[tuple[int, str, str]], slugs: dict[int, str]) -> Iterator[str]:
    runs = db.session.scalars(select(GroupRun).where(GroupRun.number > 0))
    most = {
        (run.event_id, key, attends): number
        for run in runs
        for key, numbers in run.figures.get("places", {}).items()
        for attends, number in numbers.items()
    }
    for (event_id, key, attends), number in sorted(sizes.items()):
        limit = most.get((event_id, key, attends))
        if limit is not None and number > limit:
            yield f"{slugs[event_id]}: {number} people ({attends}) in the working group {key}, which takes {limit}"
