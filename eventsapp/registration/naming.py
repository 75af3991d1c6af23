"""What lists call registrations that they know by id, such as the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, String, cast, literal, select, union_all

from eventsapp.database import db
from eventsapp.registration.models import Registration


@dataclass(frozen=True)
class NamedPerson:
    """`name` is empty for somebody who was forgotten."""

    id: int
    event_id: int
    name: str


def people_named(ids: Iterable[int]) -> Mapping[int, NamedPerson]:
    """Those that are there, by id; one statement."""
    statement = select(Registration.id, Registration.event_id, Registration.name)
    rows = db.session.execute(statement.where(Registration.id.in_(set(ids))))
    return {each.id: NamedPerson(each.id, each.event_id, each.name) for each in rows}


def subjects_of_event(event_id: int) -> Select[str]:
    """A statement that gives what the log calls an event and its registrations."""
    people = select((literal("registration:") + cast(Registration.id, String)).label("subject"))
    of_event = select(literal(f"event:{event_id}").label("subject"))
    both = union_all(of_event, people.where(Registration.event_id == event_id)).subquery()
    return select(both.c.subject)
