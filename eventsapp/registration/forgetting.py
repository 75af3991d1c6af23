"""Personal data has an end date: the worker's job that keeps it (DESIGN §2, times to forget)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, literal, or_, select, update

from eventsapp import clock
from eventsapp.audit.models import AuditEntry
from eventsapp.database import transaction
from eventsapp.mail import outbox
from eventsapp.mail.models import UNSENT, Letter
from eventsapp.registration import extensions, mailboxes
from eventsapp.registration.models import FormSubmission, Registration, RegistrationMove
from eventsapp.registration.moves import Locked, lock_event
from eventsapp.registration.rules import FORM_KEPT

BATCH = 100


def forget_due() -> int:
    """Forget who is due, a batch a transaction, and old form keys; returns how many people it touched.

    From `contact_until` on nothing is left by which a person can be reached. Name, organisation and the moves stay
    until `evidence_until`, where a funder's audit asks for them, and go then too. A person whose letter is still
    under way is left for the next round.
    """
    touched = 0
    while batch := _forget_batch(clock.now()):
        touched += batch
    with transaction() as session:
        session.query(FormSubmission).where(FormSubmission.at < clock.now() - FORM_KEPT).delete()
    return touched


def _forget_batch(now: datetime) -> int:
    """Of one event, under its lock: every verb about a registration takes that first."""
    with transaction() as session:
        contact_due = (Registration.contact_until <= now) & Registration.contact_forgotten_at.is_(None)
        evidence_due = (
            Registration.contact_forgotten_at.is_not(None)
            & Registration.forgotten_at.is_(None)
            & (Registration.evidence_until.is_(None) | (Registration.evidence_until <= now))
        )
        due = or_(contact_due, evidence_due) & ~_letter_under_way()
        event_id = session.scalar(select(Registration.event_id).where(due).limit(1))
        lock = lock_event(session, event_id) if event_id is not None else None
        if lock is None:
            return 0
        rows = select(Registration).where(Registration.event_id == event_id, due).order_by(Registration.id).limit(BATCH)
        batch = session.scalars(rows).all()
        for registration in batch:
            _forget_contact(lock, registration)
            if registration.evidence_until is None or registration.evidence_until <= now:
                _forget_person(registration, now)
        for wholly in (False, True):
            ids = [each.id for each in batch if wholly == (each.forgotten_at is not None)]
            extensions.forget(session, ids, wholly=wholly)
        return len(batch)


def _letter_under_way() -> ColumnElement[bool]:
    person = literal("registration:") + cast(Registration.id, String)
    return select(Letter.id).where(Letter.person == person, Letter.state.in_(UNSENT)).exists()


def _forget_contact(lock: Locked, registration: Registration) -> None:
    mailboxes.leave_behind(lock, registration)
    registration.email = None
    registration.email_key = None
    registration.contact_name = ""
    registration.contact_email = None
    registration.new_email = None
    registration.private_note = ""
    registration.link_version += 1
    registration.feed_version += 1
    registration.contact_forgotten_at = registration.contact_forgotten_at or lock.now
    outbox.forget(f"registration:{registration.id}")


def _forget_person(registration: Registration, now: datetime) -> None:
    registration.name = ""
    registration.organisation = ""
    registration.organisation_id = None
    registration.forgotten_at = now
    with transaction() as session:
        moves = update(RegistrationMove).where(RegistrationMove.registration_id == registration.id)
        session.execute(moves.values(why=""))
        entries = update(AuditEntry).where(AuditEntry.subject == f"registration:{registration.id}")
        session.execute(entries.values(details={}))
