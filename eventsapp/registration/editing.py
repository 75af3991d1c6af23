"""An organiser corrects what is known of a person: name, addresses, language; and keeps a private note."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.organisations.queries import find_by_spelling
from eventsapp.registration import addresses
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked
from eventsapp.registration.rules import LIVE
from eventsapp.registration.service import locked_registration

NOTE_MAX = 2000


@dataclass(frozen=True)
class Details:
    """What an organiser may correct. Empty addresses: there are none."""

    name: str
    organisation: str = ""
    email: str = ""
    contact_name: str = ""
    contact_email: str = ""
    language: str = "en"


def details_of(registration: Registration) -> Details:
    return Details(
        name=registration.name,
        organisation=registration.organisation,
        email=registration.email or "",
        contact_name=registration.contact_name,
        contact_email=registration.contact_email or "",
        language=registration.language,
    )


def edit_person(registration_id: int, details: Details, *, by: int) -> bool | Unable:
    """Correct a live registration; True when its letters go elsewhere now.

    Another address takes effect at once, without proof: every earlier link is revoked, the calendar entry moves along,
    and the new address is written to, with the way to refuse.
    """
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None:
            return Unable.NOT_THERE
        if registration.state not in LIVE or registration.contact_forgotten_at is not None:
            return Unable.NOT_IN_THIS_STATE
        before = details_of(registration)
        moves = (before.email, before.contact_email) != (details.email, details.contact_email)
        if moves and lock.event.status == "cancelled":
            return Unable.EVENT_OVER
        registration.language = details.language
        registration.name = details.name
        if registration.organisation != details.organisation:
            registration.organisation = details.organisation
            registration.organisation_id = find_by_spelling(lock.series.id, details.organisation)
        registration.contact_name = details.contact_name
        if moves:
            _readdress(lock, registration, details)
        if before != details:
            _note(lock, registration, "registration edited", by, before=asdict(before), after=asdict(details))
        return moves


def set_note(registration_id: int, note: str, *, by: int) -> bool:
    """The organisers' own note; False: the person is not there, or forgotten."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or registration.contact_forgotten_at is not None:
            return False
        before = registration.private_note
        registration.private_note = note
        if before != note:
            _note(lock, registration, "note changed", by, before={"note": before}, after={"note": note})
        return True


def _readdress(lock: Locked, registration: Registration, details: Details) -> None:
    registration.new_email_version += 1
    elsewhere = (details.contact_email or details.email).lower() != (registration.mailbox_key or "")
    if elsewhere and registration.writes_to is not None:
        addresses.tell_old_address(lock, registration, by_organiser=True)
    addresses.switch(
        lock,
        registration,
        details.email or None,
        contact_name=details.contact_name,
        contact_email=details.contact_email or None,
    )
    addresses.tell_new_address(lock, registration, by_organiser=True)


def _note(lock: Locked, registration: Registration, action: str, by: int, **details: Any) -> None:
    record(action, f"registration:{registration.id}", by=by, series_id=lock.series.id, **details)
