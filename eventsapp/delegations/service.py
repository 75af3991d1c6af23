"""What organisers do with delegations: give places, change them, withdraw them, renew the link. One verb, one
transaction, the event's row locked first.

Only free places that nobody waits for are held without further words. More of them pass the queue or the capacity,
which an organiser may do with a reason that is kept (DESIGN §3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from eventsapp.audit.service import record
from eventsapp.clock import instant_of
from eventsapp.database import transaction
from eventsapp.delegations import notifications, rules
from eventsapp.delegations.holding import (
    flow_back,
    held_by,
    locked_delegation,
    recounted,
    set_returns,
)
from eventsapp.delegations.models import Delegation
from eventsapp.delegations.notifications import ENDED, HELD, subject_of
from eventsapp.delegations.rules import MOST_PLACES, Details, Refusal
from eventsapp.events.service import wall_clock_problems
from eventsapp.organisations.queries import find_by_spelling
from eventsapp.registration import addresses
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked, lock_event, promote
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import LIVE, contact_until
from eventsapp.web.rules import N_, Problem


@dataclass(frozen=True)
class Made:
    delegation_id: int
    written: bool
    """False: the event is a draft, and the letter goes out when it is published."""


@dataclass(frozen=True)
class Changed:
    written: bool


@dataclass(frozen=True)
class NeedsReason:
    """Nothing was done: so many are free without passing anybody. Say why more are to be held."""

    free: int


@dataclass(frozen=True)
class Invalid:
    problems: tuple[Problem, ...]


def create(event_id: int, details: Details, *, by: int, why: str = "") -> Made | NeedsReason | Invalid | Refusal:
    """Hold places for an organisation, and write to its contact."""
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is None:
            return Refusal.NOT_THERE
        refused = _refusal(lock) or _invalid(lock, details)
        if refused:
            return refused
        kinds = kinds_of_place(lock.event.mode)
        attends = details.attends if details.attends in kinds else kinds[0]
        needs = _reasonless(lock, attends, details.places, why)
        if needs:
            return needs
        delegation = Delegation(
            event_id=event_id,
            attends=attends,
            places=0,
            filled=0,
            link_version=1,
            contact_until=contact_until(lock.event.ends_at, had_place=True),
            created_at=lock.now,
            created_by=by,
        )
        _set(lock, delegation, details)
        session.add(delegation)
        session.flush()
        with recounted(lock, delegation):
            delegation.places = details.places
        written = tell_held(lock, delegation, "new")
        values = {**_values(delegation), "attends": attends, "told": written}
        _note(lock, delegation, "delegation.made", by, why=why, **values)
        return Made(delegation.id, written)


def change(
    delegation_id: int, details: Details, *, by: int, why: str = "", tell: bool = True
) -> Changed | NeedsReason | Invalid | Refusal:
    """Other places, contact, or date. With a date to come, places that flowed back are held again.

    Another address gets a new link, and the letters of those who are named without an address; the old link is dead.
    """
    with transaction() as session:
        lock, delegation = locked_delegation(session, delegation_id)
        if lock is None or delegation is None or delegation.contact_email is None:
            return Refusal.NOT_THERE
        ended = delegation.returned_at is not None and details.places <= delegation.filled
        refused = _refusal(lock) or _invalid(lock, details, ended=ended)
        if refused:
            return refused
        if details.places < delegation.filled:
            return Refusal.BELOW_FILLED
        more = details.places - delegation.filled - held_by(delegation)
        needs = _reasonless(lock, delegation.attends, more, why)
        if needs:
            return needs
        before, address = _values(delegation), delegation.contact_email
        with recounted(lock, delegation):
            delegation.places = details.places
            delegation.returned_at = delegation.returned_at if ended else None
        _set(lock, delegation, details)
        after = _values(delegation)
        if before == after:
            return Changed(written=False)
        elsewhere = address.lower() != details.contact_email.lower()
        if elsewhere:
            delegation.link_version += 1
        _keep_contact(lock, delegation, address)
        promote(lock)
        written = (tell or elsewhere) and tell_held(lock, delegation, "new" if elsewhere else "changed")
        _note(lock, delegation, "delegation.changed", by, before=before, after=after, why=why, told=written)
        return Changed(written)


def withdraw(delegation_id: int, *, by: int, why: str = "") -> Refusal | None:
    """Places without a name go to the queue at once; who is named keeps theirs. The contact is told. `why` is kept."""
    with transaction() as session:
        lock, delegation = locked_delegation(session, delegation_id)
        if lock is None or delegation is None:
            return Refusal.NOT_THERE
        refused = _refusal(lock) or (Refusal.FLOWED_BACK if delegation.returned_at is not None else None)
        if refused:
            return refused
        before = delegation.places
        freed = flow_back(lock, delegation)
        promote(lock)
        if lock.event.status == "published":
            key = f"withdrawn:{lock.event.version}"
            notifications.write(ENDED, lock.snapshot, delegation, key, why="withdrawn", number=freed)
        after = {"places": delegation.places}
        _note(lock, delegation, "delegation.withdrawn", by, before={"places": before}, after=after, why=why)
        return None


def renew_link(delegation_id: int, *, by: int) -> Refusal | None:
    """A new link, which the contact is sent; the earlier one opens nothing any more."""
    with transaction() as session:
        lock, delegation = locked_delegation(session, delegation_id)
        if lock is None or delegation is None or delegation.contact_email is None:
            return Refusal.NOT_THERE
        refused = _refusal(lock)
        if refused:
            return refused
        delegation.link_version += 1
        tell_held(lock, delegation, "link")
        _note(lock, delegation, "delegation.link_renewed", by)
        return None


def tell_held(lock: Locked, delegation: Delegation, why: str) -> bool:
    """The letter with the link: how many places, until when. `why`: new, changed, link, moved. Of a draft nothing is
    told yet; False then."""
    if lock.event.status != "published" or delegation.contact_email is None:
        return False
    key = f"{why}:{delegation.link_version}:{lock.event.version}"
    notifications.write(HELD, lock.snapshot, delegation, key, why=why)
    return True


def _refusal(lock: Locked) -> Refusal | None:
    if lock.event.status == "cancelled":
        return Refusal.CALLED_OFF
    return Refusal.STARTED if lock.now >= lock.event.starts_at else None


def _invalid(lock: Locked, details: Details, *, ended: bool = False) -> Invalid | None:
    found = tuple(_problems(lock, details, ended))
    return Invalid(found) if found else None


def _problems(lock: Locked, details: Details, ended: bool) -> Iterator[Problem]:
    """`ended`: nothing is held, nor is to be; the date may be over."""
    event = lock.event
    if not (0 if ended else 1) <= details.places <= MOST_PLACES:
        yield Problem("places", N_("is a number from 1 to %(most)s"), {"most": MOST_PLACES})
    unclear = list(wall_clock_problems("returns_wall", details.returns_wall, event.timezone))
    yield from unclear
    if unclear:
        return
    if details.returns_wall > event.starts_wall:
        yield Problem("returns_wall", N_("is after the start"))
    elif not ended and instant_of(details.returns_wall, event.timezone) <= lock.now:
        yield Problem("returns_wall", N_("is over already"))


def _reasonless(lock: Locked, attends: str, more: int, why: str) -> NeedsReason | None:
    pool = lock.pool(attends)
    if why.strip() or more <= 0 or not rules.needs_reason(pool, more):
        return None
    return NeedsReason(rules.can_hold(pool) or 0)


def _set(lock: Locked, delegation: Delegation, details: Details) -> None:
    if delegation.organisation != details.organisation:
        delegation.organisation = details.organisation
        delegation.organisation_id = find_by_spelling(lock.series.id, details.organisation)
    delegation.contact_name = details.contact_name
    delegation.contact_email = details.contact_email
    delegation.language = details.language
    set_returns(delegation, details.returns_wall, lock.event.timezone, lock.event.starts_at)


def _keep_contact(lock: Locked, delegation: Delegation, old_address: str) -> None:
    """Who is named without an address is written to by way of the contact there is now."""
    people = select(Registration).where(
        Registration.delegation_id == delegation.id,
        Registration.email.is_(None),
        Registration.contact_email == old_address,
        Registration.state.in_(LIVE),
    )
    for row in lock.session.scalars(people.order_by(Registration.id)).all():
        if row.contact_email == delegation.contact_email:
            row.contact_name = delegation.contact_name
            continue
        row.new_email_version += 1
        addresses.tell_old_address(lock, row, by_organiser=True)
        name, address = delegation.contact_name, delegation.contact_email
        addresses.switch(lock, row, None, contact_name=name, contact_email=address)
        addresses.tell_new_address(lock, row, by_organiser=True)


def _values(delegation: Delegation) -> dict[str, Any]:
    """As the log keeps them; erased with the contact."""
    return {
        "organisation": delegation.organisation,
        "contact_name": delegation.contact_name,
        "contact_email": delegation.contact_email,
        "language": delegation.language,
        "places": delegation.places,
        "returns_wall": delegation.returns_wall.isoformat(timespec="minutes"),
    }


def _note(lock: Locked, delegation: Delegation, action: str, by: int, **details: Any) -> None:
    record(action, subject_of(delegation.id), by=by, series_id=lock.series.id, **details)
