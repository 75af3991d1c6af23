"""Signing up for agenda sessions: by the person, and by organisers by hand.

Each verb is one transaction that locks the event's row first. Only who has a place at the event has places in sessions;
the wishes of everybody else are kept until they get in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventsapp.agenda.models import AgendaSession
from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.moves import PARTICIPANT, By, Locked, lock_event
from eventsapp.registration.rules import LIVE, Actor, State
from eventsapp.registration.service import locked_registration
from eventsapp.signups.moves import Book, signups_of
from eventsapp.signups.rules import Bar, Plan, Standing, overlap, places_for, plan
from eventsapp.web.rules import Texts


@dataclass(frozen=True)
class Refused:
    """Nothing was done. `bars`: each with the title of the session, and of the other one that it overlaps."""

    bars: tuple[tuple[Bar, Texts, Texts], ...]


@dataclass(frozen=True)
class Chosen:
    """Keys of sessions: how the person stands now with those newly signed up for, and which they left, or keep until
    they have a place in another at that time."""

    now: Mapping[str, Standing] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def choose(registration_id: int, *, take: Collection[str] = (), leave: Collection[str] = ()) -> Chosen | Refused:
    """Sign up for some sessions and give others back, all of it or nothing. To do both at once for the same time is to
    swap: what is held is kept while there is no place in the other. Asking for what one has already changes nothing."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or _over(lock) or registration.state not in LIVE:
            return Refused(((Bar.OVER, {}, {}),))
        book = Book(lock)
        mine = {book.key_of(each): each for each in book.of(registration)}
        bars = _bars(book, registration, set(take) - set(mine))
        if bars:
            return Refused(bars)
        wish = _plan(book, registration, take, leave)
        if wish.clashes:
            return Refused(tuple((Bar.OVERLAPS, each.title, other.title) for other, each in wish.clashes))
        gone = [*(each.key for each in wish.leave), *(key for key in leave if key in mine and not book.offers(key))]
        for key in gone:
            book.leave(mine[key], PARTICIPANT)
        now = {each.key: book.sign_up(registration, each, PARTICIPANT) for each in wish.sign_up}
        book.settle()
        book.tell(but=registration.id)
        return Chosen(now, tuple(gone), tuple(each.key for each in wish.keep))


def sign_up(registration_id: int, key: str) -> Chosen | Refused:
    """A place in one session, or one in line."""
    return choose(registration_id, take=[key])


def give_back(registration_id: int, key: str) -> Chosen | Refused:
    """The next in line moves up in the same transaction."""
    return choose(registration_id, leave=[key])


def place_by_hand(registration_id: int, key: str, *, by: int, why: str) -> Bar | None:
    """Give somebody who is at the event a place in a session, past line and capacity if need be. Takes a reason, which
    is kept. What they hold at the same time stands in the way; what they wait for at that time ends."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or _over(lock):
            return Bar.OVER
        book = Book(lock)
        wanted = book.find(key)
        if wanted is None:
            return Bar.GONE
        if bar := _bar_by_hand(book, registration, wanted, why):
            return bar
        book.take(registration, wanted, By(Actor.ORGANISER, by, why.strip(), by_hand=True))
        book.settle()
        book.tell()
        _note(lock, registration, "session place given by hand", by, session=wanted.key, why=why.strip())
        return None


def remove_by_hand(registration_id: int, key: str, *, by: int, why: str) -> Bar | None:
    """Take somebody off the list of a session; they are told, and the next in line moves up. Takes a reason."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or _over(lock):
            return Bar.OVER
        book = Book(lock)
        wanted = book.find(key)
        if wanted is None:
            return Bar.GONE
        signup = next((each for each in book.of(registration) if each.session_id == wanted.id), None)
        if signup is None:
            return Bar.THERE
        if not why.strip():
            return Bar.NO_REASON
        before = signup.state
        book.leave(signup, By(Actor.ORGANISER, by, why.strip(), by_hand=True))
        book.tell_of(signup, wanted, "hand")
        book.settle()
        book.tell()
        details = {"session": wanted.key, "before": before, "why": why.strip()}
        _note(lock, registration, "taken off a session by hand", by, **details)
        return None


def enter(lock: Locked, registration: Registration, keys: Collection[str]) -> None:
    """What the registration form chose, in the order of the agenda. What cannot be had any more is left out: the form
    was checked when it was sent, and the own page shows what came of it."""
    if not keys:
        return
    book = Book(lock)
    taken: list[AgendaSession] = []
    for each in book.sessions.values():
        fits = not any(overlap(each, other) for other in taken)
        if each.key in keys and fits and _bar(book, registration, each.key) is None:
            book.sign_up(registration, each, PARTICIPANT)
            taken.append(each)


def follow_move(lock: Locked, registration: Registration, step: RegistrationMove) -> None:
    """Who gets in has their wishes tried; who goes gives up their sessions; a switch of kind tries them anew."""
    if step.from_state is None or not signups_of(lock, registration):
        return
    book, by = Book(lock), By(Actor(step.actor), step.by_user_id)
    state, before = State(registration.state), State(step.from_state)
    if state is before is State.CONFIRMED:
        book.switch(registration, by)
    elif state is State.CONFIRMED:
        book.get_in(registration, by)
    elif state in LIVE:
        book.step_back(registration, by)
    else:
        for signup in book.of(registration):
            book.leave(signup, by)
    book.settle()
    # Of a switch, also from line to line, no other letter says this; otherwise whoever writes to nobody means it, too.
    book.tell(but=None if step.told or state is before else registration.id)


def follow_agenda(event_id: int) -> None:
    """The agenda, its places, or what is ranked changed: sign-ups end where there is nothing to sign up for, and people
    move up where there are more places. Two held sessions that overlap now are for the person to choose from."""
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is not None:
            book = Book(lock)
            if book.anybody():
                book.follow()
                book.settle()
                book.tell()


def merge(lock: Locked, kept: Registration, gone: Registration) -> None:
    """One person's two registrations: the one that stays takes over what the other one has, place and number in line
    included, where it can have it."""
    theirs = signups_of(lock, gone)
    if not theirs:
        return
    book = Book(lock)
    by = By(Actor.ORGANISER, why=f"merged with #{gone.id}", by_hand=True)
    for signup in theirs:
        book.hand_over(signup, kept, by)
    book.settle()
    book.tell(but=kept.id)


def _plan(book: Book, registration: Registration, take: Collection[str], leave: Collection[str]) -> Plan[AgendaSession]:
    mine = {book.key_of(each): Standing(each.state) for each in book.of(registration)}
    return plan(book.sessions.values(), mine, take=take, leave=leave, waits=book.waits(registration))


def _bars(book: Book, registration: Registration, keys: Collection[str]) -> tuple[tuple[Bar, Texts, Texts], ...]:
    found = ((key, _bar(book, registration, key)) for key in sorted(keys))
    return tuple((bar, book.title_of(key), {}) for key, bar in found if bar is not None)


def _bar(book: Book, registration: Registration, key: str) -> Bar | None:
    wanted = book.find(key)
    if wanted is None:
        return Bar.GONE
    if book.lock.now >= wanted.starts_at:
        return Bar.BEGUN
    return Bar.OTHER_KIND if places_for(wanted, registration.attends) is None else None


def _bar_by_hand(book: Book, registration: Registration, wanted: AgendaSession, why: str) -> Bar | None:
    if registration.state != State.CONFIRMED:
        return Bar.NO_PLACE
    if places_for(wanted, registration.attends) is None:
        return Bar.OTHER_KIND
    held = [book.session_of(each) for each in book.of(registration) if each.state == Standing.TAKEN]
    if wanted in held:
        return Bar.THERE
    if any(overlap(each, wanted) for each in held):
        return Bar.OVERLAPS
    return None if why.strip() else Bar.NO_REASON


def _over(lock: Locked) -> bool:
    return lock.event.status == "cancelled" or lock.now >= lock.event.ends_at


def _note(lock: Locked, registration: Registration, action: str, by: int, **details: Any) -> None:
    record(action, f"registration:{registration.id}", by=by, series_id=lock.series.id, **details)
