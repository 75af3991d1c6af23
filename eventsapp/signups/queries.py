"""Reads sign-ups for agenda sessions. Every function runs a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.queries import published_sessions
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.places import Pool
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import State
from eventsapp.signups.models import SessionSignup, SignupMove
from eventsapp.signups.rules import RANKED, Standing, places_for, to_sign_up

Counts = Mapping[tuple[int, str, str], int]
"""How many sign-ups there are by session id, kind of place and standing."""
_NAMED = 10_000
"""A statement names no more people one by one."""


@dataclass(frozen=True)
class Mine:
    """One of a person's sessions."""

    session: AgendaSession
    standing: Standing
    attends: str
    position: int | None
    """In line, counted from 1; None for whoever does not wait."""


@dataclass(frozen=True)
class Listed:
    """Somebody who signed up for a session."""

    registration: Registration
    standing: Standing
    attends: str
    position: int | None


def sessions_to_sign_up(event: Event) -> list[AgendaSession]:
    """In the order of the agenda. Asked for by every form of the event: what has no places is not read, but for
    working groups, of which those without may make one choice with others."""
    places = AgendaSession.capacity.is_not(None) | AgendaSession.online_capacity.is_not(None)
    among = places | (AgendaSession.kind == RANKED)
    return to_sign_up(published_sessions(event.id, among=among), ranks_groups=event.ranks_groups)


def counts_of(event_id: int) -> Counts:
    grouped = (
        select(SessionSignup.session_id, SessionSignup.attends, SessionSignup.state, func.count())
        .join(AgendaSession, AgendaSession.id == SessionSignup.session_id)
        .where(AgendaSession.event_id == event_id)
        .group_by(SessionSignup.session_id, SessionSignup.attends, SessionSignup.state)
    )
    return {(session_id, kind, state): number for session_id, kind, state, number in db.session.execute(grouped)}


def pool_of(session: AgendaSession, attends: str, counts: Counts) -> Pool:
    """The places of a session for those who take part in this way."""
    return Pool(
        capacity=places_for(session, attends),
        confirmed=counts.get((session.id, attends, Standing.TAKEN), 0),
        waiting=counts.get((session.id, attends, Standing.WAITING), 0),
    )


def sessions_of(registration: Registration) -> list[Mine]:
    """What a person signed up for, in the order of the agenda. Two statements."""
    order = (AgendaSession.starts_at, AgendaSession.position, AgendaSession.id)
    rows = (
        select(SessionSignup, AgendaSession)
        .join(AgendaSession, AgendaSession.id == SessionSignup.session_id)
        .where(SessionSignup.registration_id == registration.id)
        .order_by(*order)
    )
    found = db.session.execute(rows).all()
    positions = _positions([row for row, _ in found])
    return [Mine(session, Standing(row.state), row.attends, positions.get(row.id)) for row, session in found]


def sessions_not_chosen(registration: Registration) -> tuple[set[int], datetime | None]:
    """Ids of the sessions that people who take part as this one does sign up for, and in which this one has no place;
    and when that last changed."""
    found = [
        each for each in sessions_to_sign_up(registration.event) if places_for(each, registration.attends) is not None
    ]
    if not found:
        return set(), None
    taken = select(SessionSignup.session_id).where(
        SessionSignup.registration_id == registration.id, SessionSignup.state == Standing.TAKEN
    )
    changed = select(func.max(SignupMove.at, type_=SignupMove.at.type)).where(
        SignupMove.registration_id == registration.id
    )
    mine = set(db.session.scalars(taken))
    return {each.id for each in found} - mine, db.session.scalar(changed)


def places_left(event: Event, sessions: Sequence[AgendaSession]) -> dict[str, dict[str, Pool]]:
    """By key of the session and kind of place, of those that people sign up for. One statement, none without them."""
    found = to_sign_up(sessions, ranks_groups=event.ranks_groups)
    counts = counts_of(event.id) if found else {}
    kinds = kinds_of_place(event.mode)
    return {each.key: {kind: pool_of(each, kind, counts) for kind in kinds} for each in found}


def position_of(signup: SessionSignup) -> int | None:
    return _positions([signup]).get(signup.id)


def people_of(session: AgendaSession) -> list[Listed]:
    """Who has a place in a session, then who waits, in the order of the queue, then who wishes for one."""
    rows = (
        select(SessionSignup, Registration)
        .join(Registration, Registration.id == SessionSignup.registration_id)
        .where(SessionSignup.session_id == session.id)
        .order_by(SessionSignup.queue_no, SessionSignup.id)
    )
    found: list[Listed] = []
    line: dict[str, int] = {}
    for signup, registration in db.session.execute(rows):
        standing = Standing(signup.state)
        if standing is Standing.WAITING:
            line[signup.attends] = line.get(signup.attends, 0) + 1
        position = line[signup.attends] if standing is Standing.WAITING else None
        found.append(Listed(registration, standing, signup.attends, position))
    order = Standing.in_order()
    return sorted(found, key=lambda each: order.index(each.standing))


def who_could_come(event_id: int, session: AgendaSession) -> Sequence[Registration]:
    """People with a place at the event and none in this session, by name: whom an organiser can put there."""
    there = select(SessionSignup.registration_id).where(
        SessionSignup.session_id == session.id, SessionSignup.state == Standing.TAKEN
    )
    kinds = [kind for kind in ("room", "online") if places_for(session, kind) is not None]
    rows = select(Registration).where(
        Registration.event_id == event_id,
        Registration.state == State.CONFIRMED,
        Registration.attends.in_(kinds),
        Registration.id.not_in(there),
    )
    return db.session.scalars(rows.order_by(func.lower(Registration.name), Registration.id)).all()


def by_registration(session_ids: Sequence[int], registration_ids: Sequence[int]) -> list[tuple[int, int, Standing]]:
    """Registration, session and standing of these people's sign-ups."""
    rows = (
        select(SessionSignup.registration_id, SessionSignup.session_id, SessionSignup.state)
        .where(SessionSignup.session_id.in_(session_ids), _among(SessionSignup.registration_id, registration_ids))
        .order_by(SessionSignup.registration_id)
    )
    return [(person, session_id, Standing(state)) for person, session_id, state in db.session.execute(rows)]


def signed_up(session_id: int) -> Select[int]:
    """The ids of registrations with a place in a session."""
    return select(SessionSignup.registration_id).where(
        SessionSignup.session_id == session_id, SessionSignup.state == Standing.TAKEN
    )


def _positions(signups: Sequence[SessionSignup]) -> dict[int, int]:
    """By id of the sign-up, for those that wait. One statement."""
    waiting = [row for row in signups if row.state == Standing.WAITING]
    if not waiting:
        return {}
    mine, ahead = SessionSignup.__table__.alias("mine"), SessionSignup.__table__.alias("ahead")
    grouped = (
        select(mine.c.id, func.count())
        .join_from(
            mine,
            ahead,
            (ahead.c.session_id == mine.c.session_id)
            & (ahead.c.attends == mine.c.attends)
            & (ahead.c.state == Standing.WAITING.value)
            & (ahead.c.queue_no <= mine.c.queue_no),
        )
        .where(mine.c.id.in_([row.id for row in waiting]))
        .group_by(mine.c.id)
    )
    return dict(db.session.execute(grouped).all())


def _among(column: InstrumentedAttribute[int], registration_ids: Sequence[int]) -> ColumnElement[bool]:
    """Of these people; of all where they are more than a statement may name, for the caller to pick from."""
    return column.in_(registration_ids) if len(registration_ids) <= _NAMED else true()
