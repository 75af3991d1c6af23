"""How a person comes into an event: anew, or back after giving up. Under the event's lock, like all of moves.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from eventsapp.mail import outbox
from eventsapp.organisations.queries import find_by_spelling
from eventsapp.places import Answer, answer
from eventsapp.registration import mailboxes, notifications
from eventsapp.registration.models import FormSubmission, Registration, RegistrationMove
from eventsapp.registration.moves import (
    TOLD,
    By,
    Locked,
    Telling,
    draw_queue_no,
    move_and_tell,
    place_for,
    position,
    set_times_to_forget,
    wish_beside,
)
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.rules import NEW_A_DAY, REPEATS_AN_HOUR, Actor, Refusal, State
from eventsapp.series.models import PrivacyNotice

_ANEW = (
    *("email", "email_key", "name", "organisation", "organisation_id", "attends", "language"),
    *("wish", "online_fine", "short_notice", "party", "delegation_id"),
    *("contact_name", "contact_email", "role", "takes_place", "source", "entered_by"),
    *("notice_language", "privacy_notice_id"),
)


@dataclass(frozen=True)
class Form:
    """What a registration form gives, cleaned and checked by the door."""

    name: str
    email: str
    """Empty only where an organiser enters the person."""
    organisation: str = ""
    attends: str = "room"
    language: str = "en"
    online_fine: bool = False
    """A place online is fine as well while there is none in the room."""
    short_notice: bool = False
    """The person can come at short notice."""
    parts: Mapping[str, Any] = field(default_factory=dict)
    """What the parts of upper rooms said, as JSON, by their keys (extensions.py)."""


def rows_of_address(lock: Locked, email_key: str) -> list[Registration]:
    """Everyone registered for this event under an address, in whatever state."""
    rows = select(Registration).where(Registration.event_id == lock.event.id, Registration.email_key == email_key)
    return list(lock.session.scalars(rows.order_by(Registration.person_no)))


def enter(lock: Locked, registration: Registration, by: By, telling: Telling = TOLD) -> None:
    """A place, the queue, or (where the event asks for approval) the organiser's table. Ask `no_place` before."""
    if lock.event.approval and by.actor is Actor.PARTICIPANT:
        enter_as(lock, registration, State.PENDING, by, telling)
        return
    registration.queue_no = lock.event.last_queue_no + 1
    given = place_for(lock, registration)
    wish = wish_beside(lock, registration, given)
    to = State.CONFIRMED if given else State.WAITLISTED
    enter_as(lock, registration, to, by, telling, attends=given, wish=wish)


def enter_as(
    lock: Locked,
    registration: Registration,
    to: State,
    by: By,
    telling: Telling = TOLD,
    *,
    attends: str | None = None,
    wish: str | None = None,
) -> None:
    """In, with the next number of the queue and the letter about it. `attends` and `wish` as `moves.move` has them."""
    registration.queue_no = draw_queue_no(lock)
    registration.registered_at = lock.now
    lock.session.add(registration)
    move_and_tell(lock, registration, to, by, telling, attends=attends, wish=wish)


def fitting(lock: Locked, form: Form) -> Form:
    """The form with a kind of place that the event has: it may have changed since the form was shown."""
    kinds = kinds_of_place(lock.event.mode)
    attends = form.attends if form.attends in kinds else kinds[0]
    return replace(form, attends=attends, online_fine=form.online_fine and attends == "room" and len(kinds) > 1)


def no_place(lock: Locked, form: Form) -> Refusal | None:
    """Refusal.FULL when neither a place nor a place in the queue can be had for what the form says."""
    kinds = (form.attends, "online") if form.online_fine else (form.attends,)
    outcomes = [answer(lock.pool(kind), waitlist=lock.event.waitlist) for kind in kinds]
    return Refusal.FULL if all(outcome is Answer.FULL for outcome in outcomes) else None


def new_row(lock: Locked, form: Form, *, person_no: int) -> Registration:
    """A row that is in no session yet: it becomes one when it gets in."""
    notice = select(PrivacyNotice.id).where(PrivacyNotice.series_id == lock.series.id)
    registration = Registration(
        event_id=lock.event.id,
        email=form.email or None,
        email_key=form.email.lower() or None,
        person_no=person_no,
        name=form.name,
        organisation=form.organisation,
        organisation_id=find_by_spelling(lock.series.id, form.organisation),
        attends=form.attends,
        wish=None,
        online_fine=form.online_fine,
        short_notice=form.short_notice,
        party=None,
        delegation_id=None,
        language=form.language,
        notice_language=form.language,
        privacy_notice_id=lock.session.scalar(notice.order_by(PrivacyNotice.version.desc()).limit(1)),
        contact_name="",
        contact_email=None,
        source="form",
        takes_place=True,
        role="participant",
        calendar_counter=0,
        confirmed_at=None,
    )
    mailboxes.join(lock, registration)
    set_times_to_forget(lock, registration)
    return registration


def returning(lock: Locked, registration: Registration, form: Form) -> Registration:
    """The same row as a new one: counters and link version raised, so that earlier links open nothing.

    What an organiser once said of the person (a speaker, who needs no place; whose assistant gets the letters) was
    for then."""
    fresh = new_row(lock, form, person_no=registration.person_no)
    mailboxes.leave_behind(lock, registration)
    for name in _ANEW:
        setattr(registration, name, getattr(fresh, name))
    mailboxes.join(lock, registration)
    registration.new_email = None
    registration.link_version += 1
    registration.feed_version += 1
    registration.new_email_version += 1
    registration.lapses = 0
    return registration


def who_returns(people: list[Registration], form: Form) -> Registration | None:
    """The person of a shared mailbox who gave up and now comes back under the same name."""

    def same(name: str) -> bool:
        return name.casefold().split() == form.name.casefold().split()

    return next((row for row in people if row.state == State.CANCELLED and same(row.name)), None)


def too_many(lock: Locked, email_key: str, *, adding: int = 1) -> Refusal | None:
    """Refusal.TOO_MANY when an address had its new registrations of the day, over all events; `adding`: how many more
    it is to have."""
    moves = (
        select(func.count())
        .select_from(RegistrationMove)
        .join(Registration, Registration.id == RegistrationMove.registration_id)
        .where(
            Registration.email_key == email_key,
            RegistrationMove.actor == Actor.PARTICIPANT,
            RegistrationMove.at > lock.now - timedelta(days=1),
            (RegistrationMove.from_state.is_(None)) | (RegistrationMove.from_state == State.CANCELLED),
        )
    )
    return Refusal.TOO_MANY if (lock.session.scalar(moves) or 0) + adding > NEW_A_DAY else None


def may_repeat(lock: Locked, address: str) -> bool:
    """Whether an address may get another letter that tells no new fact (REPEATS_AN_HOUR)."""
    since = lock.now - timedelta(hours=1)
    return outbox.recent(address, notifications.NO_NEWS, since) < REPEATS_AN_HOUR


def tell_known(lock: Locked, standing: list[Registration], *, submission: str) -> None:
    """Tell a known address where each of its people stands, instead of telling whoever typed it."""
    first = standing[0]
    address = first.writes_to
    if address is None or not may_repeat(lock, address):
        return
    others = [
        {
            "key": str(row.key),
            "link_version": row.link_version,
            "name": row.name,
            "state": row.state,
            "position": position(lock, row) if row.state == State.WAITLISTED else None,
        }
        for row in standing
    ]
    key = f"already:{submission}"
    notifications.write("already_registered", lock.snapshot, first, key, others=others, position=others[0]["position"])


def remember(lock: Locked, submission: str, registration: Registration, outcome: str) -> None:
    """So that the same form sent again gets the same answer (DESIGN §3.3)."""
    lock.session.add(
        FormSubmission(
            key=submission,
            event_id=lock.event.id,
            registration_id=registration.id,
            outcome=outcome,
            link_version=registration.link_version,
            at=lock.now,
        )
    )
