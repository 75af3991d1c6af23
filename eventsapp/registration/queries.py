"""Reading registrations. Every function runs a constant number of statements, however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.people.models import User
from eventsapp.places import Pool, moving_up
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.rules import LIVE, State, Window, moving_up_open, queues
from eventsapp.series.models import PrivacyNotice, Series
from eventsapp.venues.models import Venue


@dataclass(frozen=True)
class HistoryLine:
    move: RegistrationMove
    by: str
    """Name or address of the account that made the move; empty when none did."""
    attended: str | None = None
    """How the person took part before it."""


def kinds_of_place(mode: str) -> tuple[str, ...]:
    """What a person can attend: room, online, or either, the room first."""
    return {"in_person": ("room",), "online": ("online",)}.get(mode, ("room", "online"))


def pools_of(event: Event) -> dict[str, Pool]:
    """The places of an event by kind, as its row says at the moment it was read."""
    return {
        attends: Pool(
            capacity=event.capacity if attends == "room" else event.online_capacity,
            confirmed=getattr(event, f"{attends}_confirmed"),
            offered=getattr(event, f"{attends}_offered"),
            waiting=getattr(event, f"{attends}_waiting"),
            held=getattr(event, f"{attends}_held"),
        )
        for attends in kinds_of_place(event.mode)
    }


def waiting_for(event_id: int, attends: str) -> ColumnElement[bool]:
    """Who stands in the queue for a kind of place of an event; its order is that of `queue_no`. As `rules.queues`."""
    waits = Registration.attends == attends
    if attends == "online":
        waits |= (Registration.attends == "room") & Registration.online_fine
    return (Registration.event_id == event_id) & (
        ((Registration.state == State.WAITLISTED) & waits)
        | ((Registration.state == State.CONFIRMED) & (Registration.wish == attends))
    )


def window_of(event: Event) -> Window:
    """What `rules.refusal` wants to know. Lock-free reads may use it too: the verb decides again under the lock."""
    taken = all(pool.full or pool.waiting > 0 for pool in pools_of(event).values())
    return Window(
        status=event.status,
        visibility=event.visibility,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        full=taken and not event.waitlist,
        has_list=event.invited_count > 0,
    )


def free_for_waiting(event: Event, now: datetime) -> int:
    """Places that stay free while people wait, because nobody moves up by themselves any more: 0 while they do."""
    over = event.status != "published" or now >= event.ends_at
    if over or moving_up_open(event.status, event.starts_at, event.promotion_ends_at, now):
        return 0
    return sum(moving_up(pool, open_=True) for pool in pools_of(event).values())


def over_capacity(event: Event) -> int:
    """People with a place beyond those there are: a capacity was lowered, or they were let in by hand."""
    pools = pools_of(event).values()
    return sum(max(0, pool.taken - pool.capacity) for pool in pools if pool.capacity is not None)


def find_event_id(slug: str) -> int | None:
    """Of an event the public may know: not a draft."""
    return db.session.scalar(select(Event.id).where(Event.slug == slug, Event.status != "draft"))


def find_by_key(key: UUID) -> Registration | None:
    """With its event, series and venue loaded, in one statement. None for one that was forgotten."""
    statement = (
        _with_event(select(Registration))
        .where(Registration.key == key, Registration.contact_forgotten_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def find_of_event(event_id: int, registration_id: int) -> Registration | None:
    """A registration of this event and no other: the caller has looked the event up within what the person may see."""
    statement = _with_event(select(Registration)).where(
        Registration.id == registration_id, Registration.event_id == event_id
    )
    return db.session.scalars(statement).one_or_none()


def get_registration(registration_id: int) -> Registration:
    """By its own id, for what follows a verb that returned it. Raises NoResultFound."""
    return db.session.scalars(_with_event(select(Registration)).where(Registration.id == registration_id)).one()


def position_of(registration: Registration) -> int | None:
    """Place in the queue, counted from 1; None for whoever does not wait. Of somebody who would take a place online as
    well, that in the queue for the room."""
    kind = first_queue(registration)
    if kind is None:
        return None
    ahead = select(func.count()).where(
        waiting_for(registration.event_id, kind), Registration.queue_no <= registration.queue_no
    )
    return db.session.scalar(ahead)


def positions_of(registration: Registration) -> dict[str, int]:
    """Place in each queue that somebody stands in, by kind of place, that for the room first."""
    found = {}
    for kind in queues_of(registration):
        ahead = waiting_for(registration.event_id, kind), Registration.queue_no <= registration.queue_no
        found[kind] = db.session.scalar(select(func.count()).where(*ahead)) or 0
    return found


def places_in_line(event_id: int) -> dict[int, dict[str, int]]:
    """The place in each queue of everyone who waits, by registration and kind of place, the room first; numbered in
    one pass: a look-up per line would be a count each."""
    found: dict[int, dict[str, int]] = {}
    place = func.row_number().over(order_by=Registration.queue_no)
    queues = [
        select(Registration.id, literal(kind), place).where(waiting_for(event_id, kind)) for kind in ("room", "online")
    ]
    for registration_id, kind, number in db.session.execute(union_all(*queues)):
        found.setdefault(registration_id, {})[kind] = number
    return {each: dict(sorted(lines.items(), reverse=True)) for each, lines in found.items()}


def queues_of(registration: Registration) -> tuple[str, ...]:
    """The kinds of place that a person waits for."""
    state = State(registration.state) if registration.state else None
    return queues(state, registration.attends, wish=registration.wish, online_fine=registration.online_fine)


def first_queue(registration: Registration) -> str | None:
    """The kind of place that a person waits for first."""
    return next(iter(queues_of(registration)), None)


def counts(event_id: int) -> dict[str, int]:
    """How many registrations of an event are in each state; every state is named."""
    grouped = (
        select(Registration.state, func.count()).where(Registration.event_id == event_id).group_by(Registration.state)
    )
    found = dict(db.session.execute(grouped).all())
    return {state.value: found.get(state.value, 0) for state in State}


def count_pending(event_ids: Sequence[int]) -> dict[int, int]:
    """How many requests await an organiser, by event; events without any are left out."""
    grouped = (
        select(Registration.event_id, func.count())
        .where(Registration.event_id.in_(event_ids), Registration.state == State.PENDING)
        .group_by(Registration.event_id)
    )
    return dict(db.session.execute(grouped).all())


def count_new(event_ids: Sequence[int], since: datetime) -> dict[int, int]:
    """How many registered since a moment and still take part, wait or ask, by event; events without any are left
    out."""
    grouped = (
        select(Registration.event_id, func.count())
        .where(Registration.event_id.in_(event_ids), Registration.registered_at > since, Registration.state.in_(LIVE))
        .group_by(Registration.event_id)
    )
    return dict(db.session.execute(grouped).all())


def people_told(event_id: int) -> int:
    """How many would get a letter about a change of the event."""
    live = select(func.count()).where(
        Registration.event_id == event_id,
        Registration.state.in_(LIVE),
        or_(Registration.email.is_not(None), Registration.contact_email.is_not(None)),
    )
    return db.session.scalar(live) or 0


def history(registration_id: int) -> Sequence[HistoryLine]:
    """Every move of a registration, oldest first, with who made it."""
    rows = (
        select(RegistrationMove, User)
        .outerjoin(User, User.id == RegistrationMove.by_user_id)
        .where(RegistrationMove.registration_id == registration_id)
        .order_by(RegistrationMove.id)
    )
    lines: list[HistoryLine] = []
    for move, user in db.session.execute(rows):
        lines.append(_line(move, user, lines[-1].move.attends if lines else None))
    return lines


def notice_of(event: Event) -> PrivacyNotice | None:
    """The privacy notice that someone registering now is shown: the series' newest."""
    newest = select(PrivacyNotice).where(PrivacyNotice.series_id == event.series_id)
    return db.session.scalars(newest.order_by(PrivacyNotice.version.desc()).limit(1)).one_or_none()


def _with_event(statement: Select[Registration]) -> Select[Registration]:
    return (
        statement.join(Registration.event)
        .join(Series, Event.series_id == Series.id)
        .outerjoin(Venue, Event.venue_id == Venue.id)
        .options(
            contains_eager(Registration.event).contains_eager(Event.series),
            contains_eager(Registration.event).contains_eager(Event.venue),
        )
    )


def _line(move: RegistrationMove, user: User | None, attended: str | None) -> HistoryLine:
    return HistoryLine(move, (user.name or user.email) if user is not None else "", attended)
