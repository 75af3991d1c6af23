"""Events whose people rank working groups, and people who do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventsapp.agenda import service as agenda
from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.registration.models import Registration
from eventsapp.signups import groups_keeping
from eventsapp.signups.groups_queries import Candidate, Choice, candidates, choices_of
from eventsapp.signups.groups_rules import stamp
from eventsapp.signups.models import GroupPlace
from tests.builders import get_event, make_event, register

AT = datetime(2027, 10, 14, 10)
"""When the groups start, on the wall clock."""
TITLES = {"crime": "Crime", "youth": "Youth", "roads": "Roads"}


def make_ranked(slug: str = "day", *, places: dict[str, int | None] | None = None, **values: Any) -> Event:
    """An event with three working groups at one time, and a plenary; `places` by the groups' keys, all unlimited."""
    event = make_event(slug, ranks_groups=True, **values)
    set_groups(event, places or dict.fromkeys(TITLES))
    return get_event(event.id)


def set_groups(
    event: Event, places: dict[str, int | None], *, at: datetime = AT, online: dict[str, int] | None = None
) -> None:
    sessions = [_session("opening", "plenary", at.replace(hour=at.hour - 1))]
    for key, number in places.items():
        sessions.append(_session(key, "working_group", at, capacity=number, online_capacity=(online or {}).get(key)))
    agenda.set_agenda(event.id, sessions, by=None)


def _session(key: str, kind: str, at: datetime, **values: Any) -> SessionDetails:
    title = {"en": TITLES.get(key, key.capitalize())}
    ends_at, room = at.replace(minute=45), f"Room {key[0].upper()}"
    return SessionDetails(key=key, kind=kind, title=title, starts_at=at, ends_at=ends_at, room=room, **values)


def the_choice(event: Event) -> Choice:
    return choices_of(get_event(event.id))[0]


def wishing(event: Event, *keys: str, **values: Any) -> Registration:
    """Somebody who registered and ranks these groups."""
    row = register(event, **values)
    rank(event, row, *keys)
    return row


def rank(event: Event, row: Registration, *keys: str) -> groups_keeping.Ranked:
    row_id = row.id
    name = stamp(the_choice(event).starts_at)
    return groups_keeping.rank(row_id, {name: list(keys)})


def of(event: Event, row: Registration) -> Candidate:
    """How somebody stands who is to have a group."""
    row_id = row.id
    return next(each for each in candidates(the_choice(event)) if each.id == row_id)


def where(event: Event) -> dict[str, list[str]]:
    """Names by group, as organisers see it."""
    found: dict[str, list[str]] = {}
    for each in candidates(the_choice(event)):
        found.setdefault(each.group or "", []).append(each.name)
    return found


def given(row: Registration) -> str | None:
    """The published group."""
    row_id = row.id
    db.session.rollback()
    wanted = select(AgendaSession.key).join(GroupPlace).where(GroupPlace.registration_id == row_id)
    return db.session.scalar(wanted.where(GroupPlace.published))


def two_groups() -> list[SessionDetails]:
    """For an agenda that has other things on it."""
    return [_session(key, "working_group", AT, capacity=9) for key in ("crime", "youth")]
