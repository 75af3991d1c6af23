"""A new e-mail address: proved by a letter first; then letters, links and the calendar entry move along."""

from __future__ import annotations

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.mail import outbox
from eventsapp.registration import mailboxes, notifications
from eventsapp.registration.entering import may_repeat, rows_of_address
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked, position
from eventsapp.registration.rules import LIVE, State
from eventsapp.registration.service import locked_registration


def ask_new_address(registration_id: int, email: str) -> bool:
    """Write to a new address that it be proved; nothing changes before. False: not live, called off, or
    the same address.

    True also when the letter is held back because that address had enough of them within the hour.
    """
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or not _may_change(lock, registration) or email == registration.email:
            return False
        registration.new_email = email
        registration.new_email_version += 1
        if may_repeat(lock, email):
            key = f"prove:{registration.id}:{registration.new_email_version}"
            notifications.write("prove_address", lock.snapshot, registration, key, recipient=email, new_address=email)
        return True


def prove_address(registration_id: int, version: int) -> bool:
    """The new address is proved: every earlier link is revoked, the calendar entry moves along (CANCEL there,
    REQUEST here). False: asked for something else since, called off, or not live any more."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or not _may_change(lock, registration):
            return False
        if registration.new_email is None or registration.new_email_version != version:
            return False
        tell_old_address(lock, registration)
        switch(lock, registration, registration.new_email)
        tell_new_address(lock, registration)
        record(
            "address changed",
            f"registration:{registration.id}",
            by=None,
            actor="participant",
            series_id=lock.series.id,
        )
        return True


def _may_change(lock: Locked, registration: Registration) -> bool:
    """Of an event that was called off there is nothing more to be written to anybody."""
    return registration.state in LIVE and lock.event.status != "cancelled"


def tell_old_address(lock: Locked, registration: Registration, *, by_organiser: bool = False) -> None:
    """That letters go elsewhere from now on, with the calendar entry's cancellation. An address that was never written
    to is not told."""
    if not outbox.letters_of(person=f"registration:{registration.id}", limit=1):
        return
    part = None
    if registration.has_entry:
        mailboxes.raise_counter(lock, registration)
        part = mailboxes.cancellation(lock, registration)
    key = f"address-changed:{registration.id}:{registration.new_email_version}"
    notifications.write("address_changed", lock.snapshot, registration, key, calendar=part, by_organiser=by_organiser)


def switch(
    lock: Locked,
    registration: Registration,
    email: str | None,
    *,
    contact_name: str = "",
    contact_email: str | None = None,
) -> None:
    """Other addresses (None: none), and with them new links: the earlier ones open nothing any more."""
    mailboxes.leave_behind(lock, registration)
    key = email.lower() if email else None
    if key != registration.email_key:
        people = rows_of_address(lock, key) if key else []
        registration.person_no = people[-1].person_no + 1 if people else 1
    registration.email = email
    registration.email_key = key
    registration.contact_email = contact_email
    registration.contact_name = contact_name
    registration.new_email = None
    registration.link_version += 1
    registration.feed_version += 1
    mailboxes.join(lock, registration)


def tell_new_address(lock: Locked, registration: Registration, *, by_organiser: bool = False) -> None:
    """Where the person stands, with the calendar entry. An address that an organiser entered may be a stranger's, so
    its letter says how to refuse."""
    part = None
    if registration.state == State.CONFIRMED:
        mailboxes.raise_counter(lock, registration)
        part = mailboxes.invitation(lock, registration)
    key = f"new-address:{registration.id}:{registration.new_email_version}"
    waiting = registration.state == State.WAITLISTED
    place_in_line = position(lock, registration) if waiting else None
    notifications.write(
        "new_address",
        lock.snapshot,
        registration,
        key,
        calendar=part,
        position=place_in_line,
        by_organiser=by_organiser,
        first=by_organiser,
    )
