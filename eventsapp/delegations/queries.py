"""Reading delegations. Every function runs a constant number of statements, however many rows there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from eventsapp.database import db
from eventsapp.delegations.links import PURPOSE
from eventsapp.delegations.models import Delegation, DelegationName
from eventsapp.events.models import Event
from eventsapp.events.queries import find_event
from eventsapp.mail.models import Letter
from eventsapp.registration.models import Registration
from eventsapp.web import tokens


@dataclass(frozen=True)
class Opened:
    """What a contact's link opens."""

    delegation: Delegation
    event: Event
    """With series and venue."""
    names: Sequence[DelegationName]

    @property
    def left(self) -> int:
        """Places that nobody is named for, as the contact sees it: a name that took none counts all the same."""
        if self.delegation.returned_at is not None:
            return 0
        return max(0, self.delegation.places - self.named)

    @property
    def named(self) -> int:
        return sum(each.ended is None for each in self.names)


def opened(token: str) -> Opened | None:
    """None for a wrong, foreign, revoked or forgotten link, and while the event is a draft."""
    claim = tokens.read(PURPOSE, token)
    if claim is None:
        return None
    found = select(Delegation).where(Delegation.key == claim.key, Delegation.link_version == claim.version)
    delegation = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    event = find_event(delegation.event_id) if delegation is not None else None
    if delegation is None or event is None or event.status == "draft" or delegation.contact_email is None:
        return None
    return Opened(delegation, event, _names(delegation.id))


def find_of(event_id: int, delegation_id: int) -> Delegation | None:
    """A delegation of this event and no other."""
    found = select(Delegation).where(Delegation.id == delegation_id, Delegation.event_id == event_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def of_event(event_id: int) -> Sequence[Delegation]:
    """In the order made."""
    return db.session.scalars(select(Delegation).where(Delegation.event_id == event_id).order_by(Delegation.id)).all()


def named_in(event_id: int) -> Mapping[int, int]:
    """How many names stand, by delegation; those without any are left out."""
    grouped = (
        select(DelegationName.delegation_id, func.count())
        .join(Delegation, Delegation.id == DelegationName.delegation_id)
        .where(Delegation.event_id == event_id, DelegationName.ended.is_(None))
        .group_by(DelegationName.delegation_id)
    )
    return dict(db.session.execute(grouped).all())


def letters_to(delegations: Sequence[Delegation]) -> Mapping[int, str]:
    """The state of the newest letter to each contact; who got none is left out."""
    people = {f"delegation:{each.id}": each.id for each in delegations}
    newest = select(func.max(Letter.id)).where(Letter.person.in_(people)).group_by(Letter.person)
    rows = select(Letter.person, Letter.state).where(Letter.id.in_(newest))
    return {people[person]: state for person, state in db.session.execute(rows) if person is not None}


def organisations_of(registration_ids: Sequence[int]) -> Mapping[int, str]:
    """Whose place each of these people fills; who fills none is left out."""
    rows = (
        select(Registration.id, Delegation.organisation)
        .join(Delegation, Delegation.id == Registration.delegation_id)
        .where(Registration.id.in_(registration_ids))
    )
    return dict(db.session.execute(rows).all())


def people_of(delegation_id: int) -> Select[int]:
    """The ids of those who fill its places, as a statement."""
    return select(Registration.id).where(Registration.delegation_id == delegation_id)


def named_by(registration_id: int) -> Sequence[tuple[Delegation, DelegationName]]:
    """Who entered this person, the newest last."""
    rows = (
        select(Delegation, DelegationName)
        .join(DelegationName, DelegationName.delegation_id == Delegation.id)
        .where(DelegationName.registration_id == registration_id)
        .order_by(DelegationName.id)
    )
    return [(delegation, name) for delegation, name in db.session.execute(rows)]


def _names(delegation_id: int) -> Sequence[DelegationName]:
    rows = select(DelegationName).where(DelegationName.delegation_id == delegation_id).order_by(DelegationName.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()
