"""What participants do: register, give up a place, correct their details. One verb, one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.organisations.queries import find_by_spelling
from eventsapp.registration import extensions, notifications
from eventsapp.registration.entering import (
    Form,
    enter,
    fitting,
    new_row,
    no_place,
    remember,
    returning,
    rows_of_address,
    tell_known,
    too_many,
    who_returns,
)
from eventsapp.registration.inviting import not_invited, opens
from eventsapp.registration.models import FormSubmission, Registration
from eventsapp.registration.moves import (
    PARTICIPANT,
    By,
    Locked,
    lock_event,
    lock_shown_event,
    move_and_tell,
    promote,
)
from eventsapp.registration.queries import window_of
from eventsapp.registration.rules import LIVE, Actor, Refusal, State, refusal
from eventsapp.web.tokens import Claim


@dataclass(frozen=True)
class Registered:
    """Registered anew: the two values open the receipt that says where the person stands."""

    registration_id: int
    link_version: int
    key: UUID = field(compare=False)
    """Of the registration, for the link to its receipt."""
    confidential: bool = field(compare=False)
    """Whether the event tells nobody who is registered."""


@dataclass(frozen=True)
class Known:
    """The address is registered already; it has been written to (or was, often enough, within the hour)."""


def register(
    slug: str, form: Form, *, submission: str, invitation: Claim | None = None
) -> Registered | Known | Refusal | None:
    """Register a person. The same `submission` key again gives the same answer and does nothing else.

    None: no such event. A known address makes no second registration (DESIGN §3.3). `invitation` is what the secret
    link of a closed event said; an old or foreign one counts as none.
    """
    with transaction() as session:
        lock = lock_shown_event(session, slug)
        if lock is None:
            return None
        return _answered_before(lock, submission) or _register(lock, form, submission, invitation)


def register_another(registration_id: int, form: Form, *, submission: str) -> Registered | Known | Refusal | None:
    """Register another person under the mailbox of a registration whose link proved it; `form.email` is ignored."""
    with transaction() as session:
        lock, first = locked_registration(session, registration_id)
        if lock is None or first is None or first.email is None or first.email_key is None:
            return None
        if first.state == State.DECLINED:
            # Who was not accepted does not come in by the back door.
            return None
        before = _answered_before(lock, submission)
        if before:
            return before
        form = fitting(lock, replace(form, email=first.email))
        refused = refusal(window_of(lock.event), lock.now) or not_invited(lock, first.email_key, None)
        refused = refused or too_many(lock, first.email_key) or no_place(lock, form)
        if refused:
            return refused
        people = rows_of_address(lock, first.email_key)
        row = new_row(lock, form, person_no=people[-1].person_no + 1)
        return _entered(lock, row, form, submission)


def give_up(registration_id: int) -> bool:
    """Give up; the next in the queue moves up in the same transaction. False: there was nothing to give up."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        return bool(lock and registration and leave(lock, registration, PARTICIPANT))


def disown(registration_id: int) -> bool:
    """For "I did not register": give up, and forget the data once the letter about it is out.

    False: there was nothing to give up, so no letter is written; the data is forgotten all the same.
    """
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None:
            return False
        left = leave(lock, registration, By(Actor.PARTICIPANT, why=notifications.DISOWNED))
        registration.contact_until = lock.now
        registration.evidence_until = None
        return left


def correct(registration_id: int, *, name: str, organisation: str) -> bool:
    """Correct how a live registration is written. False: it is not live any more."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or registration.state not in LIVE:
            return False
        before = {"name": registration.name, "organisation": registration.organisation}
        registration.name = name
        if registration.organisation != organisation:
            registration.organisation = organisation
            registration.organisation_id = find_by_spelling(lock.series.id, organisation)
        after = {"name": name, "organisation": organisation}
        if before != after:
            record(
                "registration corrected",
                f"registration:{registration.id}",
                by=None,
                actor="participant",
                series_id=lock.series.id,
                before=before,
                after=after,
            )
        return True


def locked_registration(session: Session, registration_id: int) -> tuple[Locked | None, Registration | None]:
    """A registration as it is under its event's lock: read again after the lock, never before."""
    event_id = session.scalar(select(Registration.event_id).where(Registration.id == registration_id))
    lock = lock_event(session, event_id) if event_id is not None else None
    if lock is None:
        return None, None
    return lock, session.get(Registration, registration_id, populate_existing=True)


def leave(lock: Locked, registration: Registration, by: By) -> bool:
    """Cancel a live registration with its letter, and let people move up. False: it was not live."""
    if registration.state not in LIVE:
        return False
    move_and_tell(lock, registration, State.CANCELLED, by)
    promote(lock)
    return True


def _register(lock: Locked, form: Form, submission: str, invitation: Claim | None) -> Registered | Known | Refusal:
    by_link = opens(lock.event, invitation)
    people = rows_of_address(lock, form.email.lower())
    standing = [row for row in people if row.state in LIVE or row.state == State.DECLINED]
    back = who_returns(people, form)
    refused = refusal(window_of(lock.event), lock.now, by_link=by_link) or not_invited(lock, form.email, invitation)
    form = fitting(lock, form)
    not_now = too_many(lock, form.email.lower()) or no_place(lock, form)
    if standing and back is None and refused in (None, Refusal.FULL):
        tell_known(lock, standing, submission=submission)
        if lock.event.confidential and not_now:
            # Whether an address is known must not show in who is refused.
            return not_now
        remember(lock, submission, standing[0], "known")
        return Known()
    refused = refused or not_now
    if refused:
        return refused
    back = back or (people[0] if people else None)
    row = returning(lock, back, form) if back else new_row(lock, form, person_no=1)
    return _entered(lock, row, form, submission)


def _entered(lock: Locked, row: Registration, form: Form, submission: str) -> Registered:
    enter(lock, row, PARTICIPANT)
    extensions.entered(lock, row, form.parts)
    remember(lock, submission, row, "new")
    return Registered(row.id, row.link_version, row.key, lock.event.confidential)


def _answered_before(lock: Locked, submission: str) -> Registered | Known | None:
    earlier = lock.session.get(FormSubmission, submission)
    if earlier is None:
        return None
    registration = lock.session.get_one(Registration, earlier.registration_id)
    if earlier.outcome == "known" or registration.link_version != earlier.link_version:
        # The receipt was for links that are revoked by now; newer letters have been written.
        return Known()
    return Registered(registration.id, earlier.link_version, registration.key, lock.event.confidential)
