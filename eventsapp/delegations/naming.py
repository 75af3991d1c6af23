"""What lists call delegations that they know by id, such as the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, String, cast, literal, select, union_all

from eventsapp.database import db
from eventsapp.delegations.models import Delegation
from eventsapp.registration import naming


@dataclass(frozen=True)
class NamedDelegation:
    event_id: int
    organisation: str


def delegations_named(ids: Iterable[int]) -> Mapping[int, NamedDelegation]:
    """Those that are there, by id; one statement."""
    rows = select(Delegation.id, Delegation.event_id, Delegation.organisation).where(Delegation.id.in_(set(ids)))
    return {key: NamedDelegation(event_id, organisation) for key, event_id, organisation in db.session.execute(rows)}


def subjects_of_event(event_id: int) -> Select[str]:
    """A statement that gives what the log calls an event, its registrations and its delegations."""
    below = naming.subjects_of_event(event_id).subquery()
    own = select((literal("delegation:") + cast(Delegation.id, String)).label("subject"))
    both = union_all(select(below.c.subject), own.where(Delegation.event_id == event_id)).subquery()
    return select(both.c.subject)
