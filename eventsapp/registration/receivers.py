"""What news of an event means for the people registered. Runs inside the transaction that makes the news true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.events import signals
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.registration import extensions, mailboxes, notifications
from eventsapp.registration.kinds import switch_kinds
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import By, Locked, lock_event, move, promote, set_times_to_forget
from eventsapp.registration.offers import never_after_the_start
from eventsapp.registration.queries import people_told, queues_of
from eventsapp.registration.rules import LIVE, Actor, State


def connect() -> None:
    """Subscribe; called once by create_app (a second call changes nothing)."""
    signals.event_moved.connect(on_moved)
    signals.event_cancelled.connect(on_cancelled)
    signals.capacity_changed.connect(on_capacity_changed)
    signals.agenda_published.connect(on_agenda_published)
    signals.people_to_tell.connect(people_told)


def on_moved(
    event_id: int, *, old: EventSnapshot, new: EventSnapshot, tell: bool, by: int | None = None, **_: Any
) -> None:
    """New times to forget for all; a letter with the updated entry to everyone who is in or waits, if wished.

    People move up before the letters are written, so that nobody is told to wait who does not wait any more.
    """
    lock = _lock(event_id)
    organiser = By(Actor.ORGANISER, by)
    if old.mode != new.mode:
        extensions.kinds_changed(lock)
        switch_kinds(lock, organiser)
    for registration in _rows(lock, live_only=False):
        _prolong(lock, registration, organiser)
    never_after_the_start(lock)
    promote(lock)
    if tell:
        _tell_moved(lock, old, new)


def on_cancelled(event_id: int, *, message: str = "", **_: Any) -> None:
    """Called off: no state changes; everyone live is told, whoever has an entry gets its cancellation."""
    lock = _lock(event_id)
    for registration in _rows(lock, live_only=True):
        part = mailboxes.cancellation(lock, registration, called_off=True) if registration.has_entry else None
        key = f"called-off:{event_id}:{lock.event.calendar_sequence}:{registration.id}"
        notifications.write("called_off", lock.snapshot, registration, key, calendar=part, message=message)


def on_agenda_published(
    event_id: int, *, number: int, changes: Sequence[Mapping[str, Any]], tell: bool, **_: Any
) -> None:
    """One letter with what changed to everyone who is in or waits, if wished. The event stays when and where it is: no
    SEQUENCE of it rises, and no entry comes along."""
    if not tell:
        return
    lock = _lock(event_id)
    for registration, position in _with_positions(_rows(lock, live_only=True)):
        key = f"agenda:{event_id}:{number}:{registration.id}"
        facts: dict[str, Any] = {"agenda_changes": list(changes), "position": position}
        notifications.write("agenda_changed", lock.snapshot, registration, key, **facts)


def on_capacity_changed(event_id: int, **_: Any) -> None:
    """Free places go to the head of the queue."""
    promote(_lock(event_id))


def _prolong(lock: Locked, registration: Registration, by: By) -> None:
    """New times to forget, but not for data that is to go already. Who was forgotten and would be expected at an event
    that is still to come cannot be told of it: the place, or the place in the queue, goes to somebody else."""
    if registration.state not in LIVE:
        if registration.contact_until > lock.now:
            set_times_to_forget(lock, registration)
    elif registration.contact_forgotten_at is None:
        set_times_to_forget(lock, registration)
    elif lock.now < lock.event.ends_at:
        move(lock, registration, State.CANCELLED, replace(by, why="forgotten before the event was put off"))


def _tell_moved(lock: Locked, old: EventSnapshot, new: EventSnapshot) -> None:
    for registration, position in _with_positions(_rows(lock, live_only=True)):
        notifications.write(
            "moved",
            new,
            registration,
            f"moved:{new.event_id}:{new.calendar_sequence}:{registration.id}",
            calendar=mailboxes.invitation(lock, registration) if registration.state == State.CONFIRMED else None,
            old=old.to_facts(),
            position=position,
        )


def _with_positions(registrations: Sequence[Registration]) -> Iterator[tuple[Registration, int | None]]:
    """Each of a queue in its order, with the number in line of those who wait."""
    ahead: Counter[str] = Counter()
    for registration in registrations:
        kinds = queues_of(registration)
        ahead.update(kinds)
        waits = registration.state == State.WAITLISTED
        yield registration, ahead[kinds[0]] if waits else None


def _lock(event_id: int) -> Locked:
    lock = lock_event(db.session(), event_id)
    if lock is None:
        raise LookupError(f"event {event_id} told of itself and is not there")
    return lock


def _rows(lock: Locked, *, live_only: bool) -> list[Registration]:
    rows = select(Registration).where(Registration.event_id == lock.event.id).order_by(Registration.queue_no)
    if live_only:
        rows = rows.where(Registration.state.in_(LIVE))
    return list(lock.session.scalars(rows))
