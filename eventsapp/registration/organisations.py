"""Which people belong to an organisation: what organisations ask and tell, answered for registrations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from eventsapp.database import db, locked, transaction
from eventsapp.events.models import Event
from eventsapp.organisations import signals
from eventsapp.organisations.rules import Typed, spelling_key
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import LIVE


def connect() -> None:
    """Subscribe; called once by create_app (a second call changes nothing)."""
    signals.names_typed.connect(names_typed)
    signals.people_linked.connect(people_linked)
    signals.spellings_linked.connect(on_linked)
    signals.organisation_merged.connect(on_merged)


def names_typed(series_id: int, **_: Any) -> list[Typed]:
    """Names of live people that mean no organisation yet, each as it was written."""
    rows = (
        select(Registration.organisation, func.count())
        .where(
            Registration.event_id.in_(_events(series_id)),
            Registration.state.in_(LIVE),
            Registration.organisation_id.is_(None),
            Registration.organisation != "",
        )
        .group_by(Registration.organisation)
    )
    return [Typed(written, people) for written, people in db.session.execute(rows)]


def people_linked(series_id: int, **_: Any) -> Mapping[int, int]:
    """How many live people each organisation has."""
    rows = (
        select(Registration.organisation_id, func.count())
        .where(
            Registration.event_id.in_(_events(series_id)),
            Registration.state.in_(LIVE),
            Registration.organisation_id.is_not(None),
        )
        .group_by(Registration.organisation_id)
    )
    return {organisation_id: people for organisation_id, people in db.session.execute(rows) if organisation_id}


def on_linked(series_id: int, *, organisation_id: int | None, keys: frozenset[str], **_: Any) -> None:
    """Everybody of the series who typed one of these spellings, whatever became of their registration."""
    with transaction() as session:
        _lock_events(session, Event.series_id == series_id)
        of_series = Registration.event_id.in_(_events(series_id))
        rows = select(Registration.organisation).where(of_series, Registration.organisation != "").distinct()
        written = [name for name in session.scalars(rows) if spelling_key(name) in keys]
        for start in range(0, len(written), _CHUNK):
            chosen = update(Registration).where(
                of_series, Registration.organisation.in_(written[start : start + _CHUNK])
            )
            session.execute(
                chosen.values(organisation_id=organisation_id), execution_options={"synchronize_session": False}
            )
        session.expire_all()


def on_merged(organisation_id: int, *, into: int, **_: Any) -> None:
    with transaction() as session:
        _lock_events(session, Event.id.in_(_events_with(organisation_id)))
        rows = update(Registration).where(Registration.organisation_id == organisation_id)
        session.execute(rows.values(organisation_id=into), execution_options={"synchronize_session": False})


_CHUNK = 500
"""Names in one statement: databases have a limit of parameters."""


def _lock_events(session: Session, which: ColumnElement[bool]) -> None:
    """In one order: every verb about a registration takes its event first."""
    session.scalars(locked(select(Event).where(which).order_by(Event.id))).all()


def _events_with(organisation_id: int) -> Any:
    people = select(Registration.event_id).where(Registration.organisation_id == organisation_id)
    return people.distinct().scalar_subquery()


def _events(series_id: int) -> Any:
    return select(Event.id).where(Event.series_id == series_id).scalar_subquery()
