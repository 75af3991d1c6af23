"""Reading the queue of an event: who stands in it, and who came out of it and why. A constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.people.models import User
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.queries import kinds_of_place, waiting_for
from eventsapp.registration.rules import Actor, State

PAGE_SIZE = 50
QUEUE_SHOWN = 100
"""The head of each queue; the attendee list has the others."""


@dataclass(frozen=True)
class InQueue:
    registration: Registration
    position: int
    since: datetime


@dataclass(frozen=True)
class Queue:
    """Of one kind of place."""

    attends: str
    people: Sequence[InQueue]
    total: int


@dataclass(frozen=True)
class Moved:
    """Somebody came out of the queue, or let an offer pass."""

    move: RegistrationMove
    registration: Registration
    by: str
    """Name or address of the account that did it; empty when none did."""


@dataclass(frozen=True)
class MovedPage:
    lines: Sequence[Moved]
    page: int
    pages: int


def queues_of_event(event: Event) -> list[Queue]:
    return [_queue(event, attends) for attends in kinds_of_place(event.mode)]


def who_moved(event_id: int, *, page: int = 1) -> MovedPage:
    """Newest first. A page beyond the last gives the last."""
    moves = select(RegistrationMove.id).where(RegistrationMove.event_id == event_id, _out_of_the_queue())
    total = db.session.scalar(select(func.count()).select_from(moves.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = (
        select(RegistrationMove, Registration, User)
        .join(Registration, Registration.id == RegistrationMove.registration_id)
        .outerjoin(User, User.id == RegistrationMove.by_user_id)
        .where(RegistrationMove.event_id == event_id, _out_of_the_queue())
        .order_by(RegistrationMove.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    lines = [Moved(move, registration, _name(user)) for move, registration, user in db.session.execute(rows)]
    return MovedPage(lines, page, pages)


def last_offer_until(event_id: int) -> datetime | None:
    """Until when the last of the offers that are out is held."""
    out = (Registration.event_id == event_id) & (Registration.state == State.OFFERED)
    return db.session.scalar(select(func.max(Registration.offer_until)).where(out))


def _queue(event: Event, attends: str) -> Queue:
    waiting = waiting_for(event.id, attends)
    total = getattr(event, f"{attends}_waiting")
    came = (
        select(func.max(RegistrationMove.at))
        .where(
            RegistrationMove.registration_id == Registration.id,
            RegistrationMove.to_state == State.WAITLISTED,
            RegistrationMove.from_state.is_distinct_from(State.WAITLISTED),
        )
        .scalar_subquery()
    )
    rows = select(Registration, came).where(waiting).order_by(Registration.queue_no).limit(QUEUE_SHOWN)
    people = [
        InQueue(registration, position, _since(since, registration))
        for position, (registration, since) in enumerate(db.session.execute(rows), start=1)
    ]
    return Queue(attends, people, total)


def _out_of_the_queue() -> ColumnElement[bool]:
    move = RegistrationMove
    waited = (move.from_state == State.WAITLISTED) & move.to_state.in_((State.CONFIRMED, State.OFFERED))
    wished = (move.from_state == State.CONFIRMED) & (move.to_state == State.CONFIRMED) & (move.actor == Actor.QUEUE)
    return or_(waited, wished, (move.from_state == State.OFFERED) & (move.to_state != State.OFFERED))


def _since(came: datetime | None, registration: Registration) -> datetime:
    """Who has a place and wishes for another one came into no queue by a move of its own."""
    return registration.registered_at if came is None else came


def _name(user: User | None) -> str:
    return (user.name or user.email) if user is not None else ""
