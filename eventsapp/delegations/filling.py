"""What the contact of a delegation does: enter people, correct a name, put another in one's place, take a name back,
return places that are not needed. One verb, one transaction, the event's row locked first.

Somebody who is registered already (same address, same name) is neither registered twice nor shown to the contact, who
must not learn of it by typing an address (DESIGN §3.3): the name stands on the contact's page like any other.

- Who waits for the kind of place that is held gets it: that is what the contact wants. The contact can take the name
  back but not end the registration: the person then waits again, at the old number.
- Of all others (who has a place, is offered one, asks for approval, was not accepted) nothing changes. They get the
  letter that a known address gets. The place goes on being held, so that no place is given twice, until it flows back.

Another name under a known address is another person of a shared mailbox, and gets in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.delegations.holding import let_go, locked_delegation, names_of, recounted, standing_of
from eventsapp.delegations.models import Delegation, DelegationName
from eventsapp.delegations.notifications import subject_of
from eventsapp.delegations.rules import NAMES_COUNTED, Act, Refusal, beyond_capacity, names_a_day, refusal
from eventsapp.registration import extensions, mailboxes
from eventsapp.registration.doubles import STANDING, name_key
from eventsapp.registration.entering import Form, enter_as, new_row, returning, rows_of_address, tell_known
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.moves import By, Locked, Telling, move, move_and_tell, nobody_is_passed, promote, tell
from eventsapp.registration.rules import LIVE, Actor, State


@dataclass(frozen=True)
class Named:
    """Whom a contact enters, cleaned and checked by the door."""

    name: str
    email: str = ""
    """Empty: letters go to the contact."""


@dataclass(frozen=True)
class Filled:
    entered: int
    there: int
    """Names that stood there already, as when a form is sent twice."""


@dataclass(frozen=True)
class TooFew:
    """Nothing was done: there are not so many places without a name."""

    left: int


def fill(delegation_id: int, people: Sequence[Named]) -> Filled | TooFew | Refusal:
    """Enter people, all or none of them."""
    with transaction() as session:
        lock, delegation = locked_delegation(session, delegation_id)
        if lock is None or delegation is None:
            return Refusal.NOT_THERE
        there = _there(lock, delegation)
        new = {_identity(each.name, each.email): each for each in people}
        fresh = [each for identity, each in new.items() if identity not in there]
        if not fresh:
            return Filled(0, len(new))
        refused = refusal(Act.NAME, standing_of(lock, delegation), lock.now) or _too_many(lock, delegation, len(fresh))
        if refused:
            return refused
        left = _left(lock, delegation)
        if len(fresh) > left:
            return TooFew(left)
        for each in fresh:
            _enter(lock, delegation, each)
        return Filled(len(fresh), len(new) - len(fresh))


def correct(delegation_id: int, name_id: int, name: str) -> Refusal | None:
    """Correct a slip. Of somebody who was registered already, or has corrected it themselves, only the contact's own
    page changes."""
    with transaction() as session:
        lock, delegation, entry = _entry(session, delegation_id, name_id)
        refused = _refusal(lock, delegation, entry, Act.CHANGE)
        if refused or lock is None or entry is None:
            return refused
        before, entry.name = entry.name, name
        row = _row(lock, entry)
        if row is not None and not entry.known and row.state in LIVE and row.name == before != name:
            row.name = name
            _note(lock, row, "delegation.name_corrected", before={"name": before}, after={"name": name})
        return None


def replace_person(delegation_id: int, name_id: int, person: Named) -> Refusal | None:
    """Another person in one's place: the first one's registration ends, the other enters. Possible until the start,
    also once the other places flowed back, as long as this name has one."""
    with transaction() as session:
        lock, delegation, entry = _entry(session, delegation_id, name_id)
        refused = _refusal(lock, delegation, entry, Act.CHANGE)
        if refused or lock is None or delegation is None or entry is None:
            return refused
        row = _row(lock, entry)
        over = refusal(Act.NAME, standing_of(lock, delegation), lock.now) is not None
        if over and (row is None or row.delegation_id != delegation.id):
            return Refusal.NO_PLACE
        if _identity(person.name, person.email) in _there(lock, delegation):
            return Refusal.THERE
        if _too_many(lock, delegation, 1):
            return Refusal.TOO_MANY
        with _kept_open(lock, delegation):
            later = _take_out(lock, delegation, entry)
            _enter(lock, delegation, person)
        promote(lock)
        later.tell(lock)
        return None


def take_back(delegation_id: int, name_id: int) -> Refusal | None:
    """The name goes; its place is held again, or goes to the queue once the places flowed back."""
    with transaction() as session:
        lock, delegation, entry = _entry(session, delegation_id, name_id)
        refused = _refusal(lock, delegation, entry, Act.CHANGE)
        if refused or lock is None or delegation is None or entry is None:
            return refused
        later = _take_out(lock, delegation, entry)
        promote(lock)
        later.tell(lock)
        return None


def return_places(delegation_id: int, number: int) -> TooFew | Refusal | None:
    """Give back places that nobody is named for; the next in the queue get them at once."""
    with transaction() as session:
        lock, delegation = locked_delegation(session, delegation_id)
        if lock is None or delegation is None:
            return Refusal.NOT_THERE
        refused = refusal(Act.RETURN, standing_of(lock, delegation), lock.now)
        if refused:
            return refused
        left = _left(lock, delegation)
        if number > left:
            return TooFew(left)
        before = delegation.places
        with recounted(lock, delegation):
            delegation.places -= number
        promote(lock)
        record(
            "delegation.places_returned",
            subject_of(delegation.id),
            by=None,
            actor=Actor.CONTACT,
            series_id=lock.series.id,
            before={"places": before},
            after={"places": delegation.places},
        )
        return None


@dataclass(frozen=True)
class _Later:
    """A letter that is written once people have moved up, because it tells of the queue."""

    row: Registration | None = None
    step: RegistrationMove | None = None
    telling: Telling | None = None

    def tell(self, lock: Locked) -> None:
        if self.row is not None and self.step is not None and self.telling is not None:
            tell(lock, self.row, self.step, self.telling)


def _enter(lock: Locked, delegation: Delegation, person: Named) -> None:
    """A name, and the person in a place of the delegation unless they are registered already."""
    email_key = person.email.lower()
    people = rows_of_address(lock, email_key) if email_key else []
    same = [row for row in people if name_key(row.name) == name_key(person.name)]
    known = next((row for row in same if row.state in STANDING), None)
    entry = DelegationName(
        delegation_id=delegation.id,
        name=person.name,
        email=person.email or None,
        known=known is not None,
        entered_at=lock.now,
    )
    lock.session.add(entry)
    if known is None:
        back = next((row for row in same if row.state == State.CANCELLED), None)
        row = _give_place(lock, delegation, person, people, back)
    else:
        row = known
    entry.registration_id = row.id
    lock.session.flush()
    if known is not None and not _from_the_queue(lock, delegation, known):
        standing = [known, *(each for each in people if each is not known and each.state in STANDING)]
        tell_known(lock, standing, submission=f"delegation:{entry.id}")
    _note(lock, row, "delegation.named", delegation=delegation.organisation, name=person.name, email=person.email)


def _give_place(
    lock: Locked, delegation: Delegation, person: Named, people: list[Registration], back: Registration | None
) -> Registration:
    form = Form(person.name, person.email, delegation.organisation, delegation.attends, delegation.language)
    number = people[-1].person_no + 1 if people else 1
    row = returning(lock, back, form) if back is not None else new_row(lock, form, person_no=number)
    row.organisation_id = delegation.organisation_id or row.organisation_id
    row.source = "partner"
    if not person.email:
        row.contact_name, row.contact_email = delegation.contact_name, delegation.contact_email
        mailboxes.join(lock, row)
    by = _by(lock, delegation)
    _take_held(lock, delegation, row)
    telling = Telling(entered_by=delegation.contact_name, delegation=delegation.organisation)
    enter_as(lock, row, State.CONFIRMED, by, telling)
    extensions.entered(lock, row, {})
    return row


def _from_the_queue(lock: Locked, delegation: Delegation, row: Registration) -> bool:
    """Whoever waits for this kind of place gets the one that is held. False: they do not wait for it."""
    if row.state != State.WAITLISTED or row.attends != delegation.attends:
        return False
    by = _by(lock, delegation)
    _take_held(lock, delegation, row)
    telling = Telling(delegation=delegation.organisation)
    move_and_tell(lock, row, State.CONFIRMED, by, telling)
    return True


def _take_held(lock: Locked, delegation: Delegation, row: Registration) -> None:
    """Before the move, whose line of history says how many are held after it."""
    with recounted(lock, delegation):
        delegation.filled += 1
    row.delegation_id = delegation.id


def _by(lock: Locked, delegation: Delegation) -> By:
    """A place that an organiser had held beyond the capacity is one given by hand."""
    by_hand = beyond_capacity(lock.pool(delegation.attends))
    return By(Actor.CONTACT, why=delegation.organisation, by_hand=by_hand)


def _take_out(lock: Locked, delegation: Delegation, entry: DelegationName) -> _Later:
    """End a name, and what hangs on it. The delegation's numbers follow by the hook of moves (joining.py)."""
    entry.ended, entry.ended_at = "returned", lock.now
    row = _row(lock, entry)
    if row is None:
        return _Later()
    _note(lock, row, "delegation.name_returned", delegation=delegation.organisation)
    if row.delegation_id != delegation.id:
        return _Later()
    by, telling = By(Actor.CONTACT, why=delegation.organisation), Telling(delegation=delegation.organisation)
    if not entry.known:
        move_and_tell(lock, row, State.CANCELLED, by, telling)
        return _Later()
    if _has_an_own_place(lock, delegation, row):
        let_go(lock, delegation, row)
        return _Later()
    return _Later(row, move(lock, row, State.WAITLISTED, by), telling)


def _has_an_own_place(lock: Locked, delegation: Delegation, row: Registration) -> bool:
    """Whether somebody who was in the queue would get a place at once if they went back to it."""
    if not lock.moving_up_open or not nobody_is_passed(lock, row, row.attends):
        return False
    pool = lock.pool(row.attends)
    if delegation.returned_at is None:
        return not pool.full
    return pool.capacity is None or pool.taken <= pool.capacity


@contextmanager
def _kept_open(lock: Locked, delegation: Delegation) -> Iterator[None]:
    """While one goes and another comes the place is held, also once the others flowed back."""
    returned_at = delegation.returned_at
    delegation.returned_at = None
    yield
    if returned_at is not None:
        with recounted(lock, delegation):
            delegation.returned_at = returned_at
            delegation.places = delegation.filled


def _entry(
    session: Session, delegation_id: int, name_id: int
) -> tuple[Locked | None, Delegation | None, DelegationName | None]:
    """A name that stands, of this delegation and no other."""
    lock, delegation = locked_delegation(session, delegation_id)
    entry = session.get(DelegationName, name_id, populate_existing=True) if delegation is not None else None
    if entry is None or entry.delegation_id != delegation_id or entry.ended is not None:
        return lock, delegation, None
    return lock, delegation, entry


def _refusal(
    lock: Locked | None, delegation: Delegation | None, entry: DelegationName | None, act: Act
) -> Refusal | None:
    if lock is None or delegation is None or entry is None:
        return Refusal.NOT_THERE
    return refusal(act, standing_of(lock, delegation), lock.now)


def _row(lock: Locked, entry: DelegationName) -> Registration | None:
    if entry.registration_id is None:
        return None
    return lock.session.get(Registration, entry.registration_id, populate_existing=True)


def _too_many(lock: Locked, delegation: Delegation, more: int) -> Refusal | None:
    since = lock.now - NAMES_COUNTED
    today = select(func.count()).where(DelegationName.delegation_id == delegation.id, DelegationName.entered_at > since)
    number = (lock.session.scalar(today) or 0) + more
    return Refusal.TOO_MANY if number > names_a_day(delegation.places) else None


def _left(lock: Locked, delegation: Delegation) -> int:
    """Places without a name, as the contact sees it."""
    return max(0, delegation.places - len(names_of(lock, delegation)))


def _there(lock: Locked, delegation: Delegation) -> set[tuple[str, str]]:
    return {_identity(each.name, each.email) for each in names_of(lock, delegation)}


def _identity(name: str, email: str | None) -> tuple[str, str]:
    return name_key(name), (email or "").lower()


def _note(lock: Locked, row: Registration, action: str, **details: Any) -> None:
    subject, series_id = f"registration:{row.id}", lock.series.id
    record(action, subject, by=None, actor=Actor.CONTACT, series_id=series_id, **details)
