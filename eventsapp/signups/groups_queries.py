"""Reads the choices of an event, who wishes for what, and who is where. A constant number of statements each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.queries import published_sessions
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import State
from eventsapp.signups.groups_rules import cleaned, places, stamp, takes
from eventsapp.signups.models import GroupChoice, GroupPlace, GroupRun
from eventsapp.signups.rules import group_choices

_NAMED = 10_000
"""A statement names no more people one by one."""


@dataclass(frozen=True)
class Choice:
    """The working groups of an event that start at one moment."""

    event_id: int
    mode: str
    timezone: str
    starts_at: datetime
    groups: tuple[AgendaSession, ...]
    run: GroupRun | None

    @property
    def stamp(self) -> str:
        return stamp(self.starts_at)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(group.key for group in self.groups)

    @property
    def published(self) -> bool:
        return self.run is not None and self.run.number > 0

    def group(self, key: str) -> AgendaSession:
        return next(group for group in self.groups if group.key == key)

    def open_to(self, attends: str) -> list[AgendaSession]:
        return [group for group in self.groups if takes(group, attends, self.mode)]

    def places(self, group: AgendaSession, attends: str) -> int | None:
        return places(group, attends, self.mode)


@dataclass(frozen=True)
class Candidate:
    """Somebody with a place at the event, as far as one choice goes."""

    id: int
    name: str
    email: str | None
    organisation: str
    attends: str
    registered: tuple[datetime, int]
    ranks: tuple[str, ...]
    published: str | None
    """The key of the group that they were told."""
    proposed: str | None
    """Of one that they are to be told, if it differs, or is by hand."""
    by_hand: bool

    @property
    def group(self) -> str | None:
        return self.proposed or self.published

    @property
    def changes(self) -> bool:
        """Whether publishing tells them something new."""
        return self.proposed is not None and self.proposed != self.published


def choices_of(event: Event) -> list[Choice]:
    """In order of time. Three statements at most, none for events that do not ask for wishes."""
    if not event.ranks_groups:
        return []
    found = group_choices(published_sessions(event.id), ranks_groups=True)
    if not found:
        return []
    runs = {run.starts_at: run for run in db.session.scalars(select(GroupRun).where(GroupRun.event_id == event.id))}
    return [
        Choice(event.id, event.mode, event.timezone, starts_at, groups, runs.get(starts_at))
        for starts_at, groups in found.items()
    ]


def candidates(choice: Choice) -> list[Candidate]:
    """Everybody who is to have a group, by registration: who has a place at the event and can be in one of the groups.
    Those who take no place, as speakers do, are left out unless they wish for something or were put somewhere."""
    kinds = [kind for kind in ("room", "online") if choice.open_to(kind)]
    people = select(
        Registration.id,
        Registration.name,
        Registration.email,
        Registration.organisation,
        Registration.attends,
        Registration.registered_at,
        Registration.queue_no,
        Registration.takes_place,
    ).where(
        Registration.event_id == choice.event_id,
        Registration.state == State.CONFIRMED,
        Registration.attends.in_(kinds),
    )
    ranked = _ranks(choice)
    placed = _placed(choice)
    return [
        _candidate(row, ranked.get(row.id, ()), placed.get(row.id, {}))
        for row in db.session.execute(people.order_by(Registration.registered_at, Registration.queue_no))
        if row.takes_place or ranked.get(row.id) or row.id in placed
    ]


def ranks_of(registration_id: int) -> dict[datetime, list[str]]:
    """What a person wishes for, by the moment of each choice."""
    rows = select(GroupChoice).where(GroupChoice.registration_id == registration_id)
    return {row.starts_at: row.ranks for row in db.session.scalars(rows)}


def given_to(registration_id: int) -> dict[datetime, str]:
    """The published groups of a person: the key of each, by the moment of its choice."""
    rows = (
        select(GroupPlace.starts_at, AgendaSession.key)
        .join(AgendaSession, AgendaSession.id == GroupPlace.session_id)
        .where(GroupPlace.registration_id == registration_id, GroupPlace.published)
    )
    return {starts_at: key for starts_at, key in db.session.execute(rows)}  # noqa: C416 - a row is no pair to mypy


def taken(session_id: int, attends: str) -> int:
    """How many who take part in this way are in a group, or are to be."""
    rows = (
        select(func.count(GroupPlace.registration_id.distinct()))
        .join(Registration, Registration.id == GroupPlace.registration_id)
        .where(GroupPlace.session_id == session_id, Registration.attends == attends)
    )
    return db.session.scalar(rows) or 0


def others_groups(registration: Registration) -> tuple[set[int], datetime | None]:
    """The ids of the groups that a person is not in, of the choices in which they were given one; and when that was
    published last. For their calendar."""
    choices = [choice for choice in choices_of(registration.event) if choice.published]
    if not choices:
        return set(), None
    given = given_to(registration.id)
    others = {
        group.id
        for choice in choices
        for group in choice.groups
        if choice.starts_at in given and group.key != given[choice.starts_at]
    }
    return others, max(choice.run.published_at for choice in choices if choice.run and choice.run.published_at)


def by_registration(event_id: int, registration_ids: Sequence[int]) -> Iterator[tuple[int, AgendaSession]]:
    """The published groups of these people, in order of time."""
    among = GroupPlace.registration_id.in_(registration_ids) if len(registration_ids) <= _NAMED else true()
    rows = (
        select(GroupPlace.registration_id, AgendaSession)
        .join(AgendaSession, AgendaSession.id == GroupPlace.session_id)
        .where(AgendaSession.event_id == event_id, GroupPlace.published, among)
        .order_by(GroupPlace.starts_at)
    )
    wanted = set(registration_ids)
    return ((person, session) for person, session in db.session.execute(rows) if person in wanted)


def in_group(event_id: int, key: str) -> Select[int]:
    """The ids of registrations whose published group is this one."""
    return _published(event_id, AgendaSession.key == key)


def in_any_group(event_id: int) -> Select[int]:
    return _published(event_id, true())


def _published(event_id: int, which: ColumnElement[bool]) -> Select[int]:
    rows = select(GroupPlace.registration_id).join(AgendaSession, AgendaSession.id == GroupPlace.session_id)
    return rows.where(AgendaSession.event_id == event_id, GroupPlace.published, which)


def _ranks(choice: Choice) -> dict[int, tuple[str, ...]]:
    rows = (
        select(GroupChoice.registration_id, GroupChoice.ranks)
        .join(Registration, Registration.id == GroupChoice.registration_id)
        .where(Registration.event_id == choice.event_id, GroupChoice.starts_at == choice.starts_at)
    )
    return {person: cleaned(ranks, choice.keys) for person, ranks in db.session.execute(rows)}


def _placed(choice: Choice) -> dict[int, dict[bool, tuple[str, bool]]]:
    """By person: the published and the proposed group, each with whether it is by hand."""
    rows = (
        select(GroupPlace.registration_id, GroupPlace.published, AgendaSession.key, GroupPlace.by_hand)
        .join(AgendaSession, AgendaSession.id == GroupPlace.session_id)
        .where(AgendaSession.event_id == choice.event_id, GroupPlace.starts_at == choice.starts_at)
    )
    found: dict[int, dict[bool, tuple[str, bool]]] = {}
    for person, published, key, by_hand in db.session.execute(rows):
        if key in choice.keys:
            found.setdefault(person, {})[published] = (key, by_hand)
    return found


def _candidate(row: Any, ranks: tuple[str, ...], placed: dict[bool, tuple[str, bool]]) -> Candidate:
    published, proposed = placed.get(True), placed.get(False)
    counts = proposed or published
    return Candidate(
        id=row.id,
        name=row.name,
        email=row.email,
        organisation=row.organisation,
        attends=row.attends,
        registered=(row.registered_at, row.queue_no),
        ranks=ranks,
        published=published[0] if published else None,
        proposed=proposed[0] if proposed else None,
        by_hand=counts is not None and counts[1],
    )


def sizes(people: Collection[Candidate]) -> Counter[tuple[str, str]]:
    """How many are in each group, by its key and how they take part."""
    return Counter((each.group, each.attends) for each in people if each.group is not None)
