"""The calendar entry that everyone of a mailbox shares: same UID, same ATTENDEE, so one SEQUENCE for all of them.

A mailbox is the address that letters go to. All registrations of an event under one mailbox have the same calendar
counter, and it stands above all that this mailbox was ever told. Everything here runs under the event's lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from eventsapp.registration import notifications
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import State
from eventsapp.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from eventsapp.registration.moves import Locked


def join(lock: Locked, registration: Registration) -> None:
    """For a registration that is new to its mailbox: take over what the mailbox was told so far."""
    told = _highest(lock, registration)
    registration.calendar_counter = max(registration.calendar_counter, told, lock.event.calendar_floor)


def leave_behind(lock: Locked, registration: Registration) -> None:
    """Before a registration loses its mailbox: whoever comes to it later starts above what it was told."""
    lock.event.calendar_floor = max(lock.event.calendar_floor, registration.calendar_counter)


def raise_counter(lock: Locked, registration: Registration) -> None:
    """One above all that the mailbox was told, for everyone in it."""
    registration.calendar_counter = max(registration.calendar_counter, _highest(lock, registration)) + 1
    if registration.mailbox_key is None or registration.id is None:
        return
    others = update(Registration).where(_same(lock, registration), Registration.id != registration.id)
    lock.session.execute(others.values(calendar_counter=registration.calendar_counter))


def invitation(lock: Locked, registration: Registration) -> dict[str, Any] | None:
    """REQUEST; a plain file (PUBLISH) where answers cannot be taken, or to the sender itself (CALENDAR §1.8, §2).
    None for an event that was called off, and for whoever left no address."""
    recipient = registration.writes_to
    if recipient is None or lock.event.status == "cancelled":
        return None
    own_sender = recipient.lower() == settings().mail_default_sender.lower()
    if own_sender or not settings().calendar_replies:
        return notifications.calendar_facts("PUBLISH", lock.snapshot, registration)
    registration.has_entry = True
    return notifications.calendar_facts("REQUEST", lock.snapshot, registration)


def cancellation(lock: Locked, registration: Registration, *, called_off: bool = False) -> dict[str, Any] | None:
    """CANCEL, unless another person of the mailbox has a place: the entry is theirs then, and an update says so where
    they take part in another way."""
    registration.has_entry = False
    keeper = None if called_off else _keeper(lock, registration)
    if keeper is None:
        return notifications.calendar_facts("CANCEL", lock.snapshot, registration, called_off=called_off)
    keeper.has_entry = True
    return invitation(lock, keeper) if keeper.attends != registration.attends else None


def _keeper(lock: Locked, registration: Registration) -> Registration | None:
    """Another person of the same mailbox who has a place: who is offered one was sent no entry yet."""
    if registration.mailbox_key is None:
        return None
    others = select(Registration).where(
        _same(lock, registration), Registration.id != registration.id, Registration.state == State.CONFIRMED
    )
    return lock.session.scalars(others.order_by(Registration.id).limit(1)).one_or_none()


def _highest(lock: Locked, registration: Registration) -> int:
    """Keys of mailboxes are kept at each flush, so an address that changed a moment ago counts already."""
    if registration in lock.session:
        lock.session.flush()
    else:
        registration.keep_mailbox()
    if registration.mailbox_key is None:
        return 0
    return lock.session.scalar(select(func.max(Registration.calendar_counter)).where(_same(lock, registration))) or 0


def _same(lock: Locked, registration: Registration) -> ColumnElement[bool]:
    return (Registration.event_id == lock.event.id) & (Registration.mailbox_key == registration.mailbox_key)
