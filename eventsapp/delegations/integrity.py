"""Proof that what is held is what delegations have not filled: `check-integrity` says what does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from eventsapp.database import db
from eventsapp.delegations.models import Delegation
from eventsapp.delegations.rules import held
from eventsapp.events.models import Event
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import HOLDS_PLACE


def problems() -> Iterator[str]:
    delegations = db.session.scalars(select(Delegation).order_by(Delegation.id)).all()
    yield from _counters(delegations)
    yield from _fillings(delegations)


def _counters(delegations: Sequence[Delegation]) -> Iterator[str]:
    sums: dict[tuple[int, str], int] = {}
    for each in delegations:
        number = held(each.places, each.filled, returned=each.returned_at is not None)
        sums[each.event_id, each.attends] = sums.get((each.event_id, each.attends), 0) + number
    events = select(Event.id, Event.slug, Event.room_held, Event.online_held).order_by(Event.id)
    for event_id, slug, *counters in db.session.execute(events):
        for kind, kept in zip(("room", "online"), counters, strict=True):
            real = sums.get((event_id, kind), 0)
            if kept != real:
                yield f"event {slug}: the counter {kind}_held says {kept}, its delegations hold {real}"


def _fillings(delegations: Sequence[Delegation]) -> Iterator[str]:
    people = (
        select(Registration.delegation_id, Registration.state, Registration.attends, func.count())
        .where(Registration.delegation_id.is_not(None))
        .group_by(Registration.delegation_id, Registration.state, Registration.attends)
    )
    filled: dict[int, int] = {}
    kinds = {each.id: each.attends for each in delegations}
    for delegation_id, state, attends, number in db.session.execute(people):
        assert delegation_id is not None
        if state in HOLDS_PLACE and attends == kinds.get(delegation_id):
            filled[delegation_id] = filled.get(delegation_id, 0) + number
        else:
            yield f"delegation {delegation_id}: {number} of its people are {state} ({attends}), without its place"
    for each in delegations:
        real = filled.get(each.id, 0)
        if each.filled != real:
            yield f"delegation {each.id}: it says {each.filled} filled, the rows say {real}"
        if each.filled > each.places:
            yield f"delegation {each.id}: {each.filled} of {each.places} places are filled"
