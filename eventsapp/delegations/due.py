"""Jobs of the worker: places without a name flow back on their date, contacts are forgotten."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit.models import AuditEntry
from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.delegations import notifications
from eventsapp.delegations.holding import flow_back, locked_delegation, names_of
from eventsapp.delegations.models import Delegation, DelegationName
from eventsapp.delegations.notifications import RETURNED, subject_of
from eventsapp.events.models import Event
from eventsapp.mail import outbox
from eventsapp.registration.moves import Locked, lock_event, promote


def return_due() -> int:
    """Let the places of every delegation flow back whose date has come: the next in the queue move up in the same
    transaction, the contact is told. Returns how many delegations it was; an event a transaction."""
    return sum(_return_of(event_id) for event_id in _events_with_due())


def forget_due() -> int:
    """Forget contacts and the names they typed, a delegation a transaction; returns how many. Their links open nothing
    from then on."""
    with transaction() as session:
        due = select(Delegation.id).where(
            Delegation.contact_until <= clock.now(), Delegation.contact_email.is_not(None)
        )
        ids = list(session.scalars(due.order_by(Delegation.id)))
    return sum(_forget(delegation_id) for delegation_id in ids)


def _events_with_due() -> list[int]:
    """A draft's places flow back once it is published: nobody waits before."""
    with transaction() as session:
        due = (
            select(Delegation.event_id)
            .join(Event, Event.id == Delegation.event_id)
            .where(Delegation.returned_at.is_(None), Delegation.returns_at <= clock.now(), Event.status == "published")
        )
        return sorted(set(session.scalars(due)))


def _return_of(event_id: int) -> int:
    """All that is due of one event, and then whoever moves up; each looked at again under the lock."""
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is None or lock.event.status != "published":
            return 0
        due = select(Delegation).where(
            Delegation.event_id == event_id, Delegation.returned_at.is_(None), Delegation.returns_at <= lock.now
        )
        found = session.scalars(due.order_by(Delegation.id).execution_options(populate_existing=True)).all()
        for delegation in found:
            _return(lock, delegation)
        promote(lock)
        return len(found)


def _return(lock: Locked, delegation: Delegation) -> None:
    """The letter counts as the contact does: a name that took no place is a name."""
    before = delegation.places
    left = max(0, delegation.places - len(names_of(lock, delegation)))
    flow_back(lock, delegation)
    if left:
        key = f"returned:{lock.event.version}"
        notifications.write(RETURNED, lock.snapshot, delegation, key, why="date", number=left)
    record(
        "delegation.flowed_back",
        subject_of(delegation.id),
        by=None,
        actor="worker",
        series_id=lock.series.id,
        before={"places": before},
        after={"places": delegation.places},
    )


def _forget(delegation_id: int) -> int:
    """Under the event's lock, as every verb about a delegation."""
    with transaction() as session:
        delegation = _locked_due(session, delegation_id)
        if delegation is None:
            return 0
        subject = subject_of(delegation_id)
        delegation.contact_name, delegation.contact_email = "", None
        delegation.link_version += 1
        session.execute(delete(DelegationName).where(DelegationName.delegation_id == delegation_id))
        session.execute(update(AuditEntry).where(AuditEntry.subject == subject).values(details={}))
        outbox.forget(subject)
        return 1


def _locked_due(session: Session, delegation_id: int) -> Delegation | None:
    lock, delegation = locked_delegation(session, delegation_id)
    if lock is None or delegation is None or delegation.contact_until > lock.now:
        return None
    return delegation
