"""An organiser enters a person: with an address or without, as places allow or by hand, told by a letter or not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.people.queries import own_name_of
from eventsapp.places import Answer, Pool, answer
from eventsapp.registration import extensions, mailboxes
from eventsapp.registration.doubles import people_of
from eventsapp.registration.entering import (
    Form,
    enter_as,
    fitting,
    new_row,
    returning,
    rows_of_address,
    who_returns,
)
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import By, Locked, Telling, lock_event, wish_beside
from eventsapp.registration.rules import Actor, State

ROLES = ("participant", "speaker", "staff", "press", "guest")
SOURCES = ("email", "phone", "paper", "partner", "in_person", "other")
"""How an organiser came to know of the person. "form": they registered by themselves."""


class Wish(StrEnum):
    """Where an organiser wants the person to be."""

    BY_PLACES = "by_places"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"


@dataclass(frozen=True)
class Person:
    """Whom an organiser enters, cleaned and checked by the door."""

    name: str
    email: str = ""
    """Empty: no letters, unless a contact gets them."""
    organisation: str = ""
    attends: str = "room"
    language: str = "en"
    contact_name: str = ""
    contact_email: str = ""
    role: str = "participant"
    takes_place: bool = True
    source: str = "other"
    online_fine: bool = False
    """Who waits for the room takes a place online that is free, and goes on waiting."""


@dataclass(frozen=True)
class How:
    wish: Wish = Wish.BY_PLACES
    why: str = ""
    """The reason for a place past the queue or the capacity; kept in the history, not told."""
    tell: bool = True
    priority: int = 0
    """Of the letter in the outbox."""


@dataclass(frozen=True)
class Entered:
    registration_id: int
    state: State


@dataclass(frozen=True)
class Doubles:
    """Nothing was written: these may be the same person. Say `another=True` for somebody else."""

    registration_ids: tuple[int, ...]


def enter_person(
    event_id: int, person: Person, *, by: int, how: How | None = None, another: bool = False
) -> Entered | Doubles | Unable:
    """Enter a person for an event; `another`: an organiser has seen the possible doubles, and it is somebody else."""
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is None:
            return Unable.NOT_THERE
        same = () if another else people_of(event_id).like(person.name, person.email)
        if same:
            return Doubles(same)
        return enter_locked(lock, person, by=by, how=how or How())


def enter_locked(lock: Locked, person: Person, *, by: int | None, how: How) -> Entered | Unable:
    """Under the event's lock, doubles looked at already. Nothing is written when it is refused."""
    refused = _refused(lock)
    if refused:
        return refused
    typed = Form(person.name, person.email, person.organisation, person.attends, person.language, person.online_fine)
    form = fitting(lock, typed)
    given = _kind_for(lock, form)
    decided = decide(
        how.wish,
        lock.pool(given),
        takes_place=person.takes_place,
        waitlist=lock.event.waitlist,
        moving_up_open=lock.moving_up_open,
        why=how.why,
    )
    if isinstance(decided, Unable):
        return decided
    row = _row(lock, form, person, by)
    organiser = By(Actor.ORGANISER, by, how.why if decided.by_hand else "", by_hand=decided.by_hand)
    name = own_name_of(by) if by is not None else ""
    kinds = {"attends": given, "wish": wish_beside(lock, row, given)} if decided.state is State.CONFIRMED else {}
    enter_as(lock, row, decided.state, organiser, Telling(how.tell, entered_by=name, priority=how.priority), **kinds)
    extensions.entered(lock, row, {})
    note = {**asdict(person), "state": decided.state, "why": organiser.why, "told": how.tell}
    record("person entered", f"registration:{row.id}", by=by, series_id=lock.series.id, **note)
    return Entered(row.id, decided.state)


def _kind_for(lock: Locked, form: Form) -> str:
    """The kind of place that the person would have: online where that is fine and the room has none."""
    room = lock.pool(form.attends)
    elsewhere = form.online_fine and answer(room, waitlist=False) is not Answer.PLACE
    return "online" if elsewhere and answer(lock.pool("online"), waitlist=False) is Answer.PLACE else form.attends


@dataclass(frozen=True)
class Decision:
    state: State
    by_hand: bool = False
    """Past the queue or the capacity."""


def decide(
    wish: Wish, pool: Pool, *, takes_place: bool, waitlist: bool, moving_up_open: bool, why: str
) -> Decision | Unable:
    """Where a person comes to stand. Who would wait while a place is free and nobody else waits would move up at once,
    and so is in."""
    if not takes_place:
        return Decision(State.CONFIRMED)
    outcome = answer(pool, waitlist=waitlist)
    if outcome is Answer.PLACE:
        waits = wish is Wish.WAITLISTED and not moving_up_open
        return Decision(State.WAITLISTED if waits else State.CONFIRMED)
    if wish is Wish.CONFIRMED:
        return Decision(State.CONFIRMED, by_hand=True) if why.strip() else Unable.NO_REASON
    return Decision(State.WAITLISTED) if outcome is Answer.WAIT else Unable.NO_PLACE


def _refused(lock: Locked) -> Unable | None:
    if lock.event.status == "draft":
        return Unable.DRAFT
    return Unable.EVENT_OVER if lock.event.status == "cancelled" or lock.now >= lock.event.ends_at else None


def _row(lock: Locked, form: Form, person: Person, by: int | None) -> Registration:
    """Somebody who gave up and comes back under the same name and address is the same row again."""
    people = rows_of_address(lock, form.email.lower()) if form.email else []
    back = who_returns(people, form)
    row = returning(lock, back, form) if back else new_row(lock, form, person_no=_next_no(people))
    row.contact_name = person.contact_name
    row.contact_email = person.contact_email or None
    row.role = person.role
    row.takes_place = person.takes_place
    row.source = person.source
    row.entered_by = by
    if row.contact_email:
        mailboxes.join(lock, row)
    return row


def _next_no(people: list[Registration]) -> int:
    return people[-1].person_no + 1 if people else 1
