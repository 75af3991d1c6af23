"""Wishes and groups through everything that happens to people and agendas: kept, changed, taken over, given up, gone.

All but `rank` runs inside the verbs of others, under the event's lock. What people wish for is their own: the audit
log keeps it with the registration, so that it is forgotten with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.queries import published_sessions
from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.moves import Locked
from eventsapp.registration.rules import LIVE, State
from eventsapp.registration.service import locked_registration
from eventsapp.signups.groups_queries import choices_of, given_to, ranks_of, taken
from eventsapp.signups.groups_rules import places, read_stamp, takes
from eventsapp.signups.models import GroupChoice, GroupPlace, GroupRun
from eventsapp.signups.rules import group_choices

Said = Mapping[str, Sequence[str]]
"""What a form said, as JSON: the keys of groups by the stamp of their choice, most wished first."""


class Ranked(Enum):
    SAVED = "saved"
    SAME = "same"
    TOO_LATE = "too_late"
    """They have no registration any more, the event is over, or they were given their groups."""


def rank(registration_id: int, said: Said) -> Ranked:
    """The wishes of somebody who is registered, until they were given a group. What the form did not ask stays."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or registration.state not in LIVE:
            return Ranked.TOO_LATE
        if lock.event.status == "cancelled" or lock.now >= lock.event.ends_at:
            return Ranked.TOO_LATE
        given = given_to(registration.id)
        open_ = {name: keys for name, keys in said.items() if read_stamp(name) not in given}
        if said and not open_:
            return Ranked.TOO_LATE
        before = {name: ranks_of(registration.id).get(_moment(name), []) for name in open_}
        if not _put(lock, registration, open_):
            return Ranked.SAME
        changes = {name: [before[name], list(keys)] for name, keys in open_.items() if before[name] != list(keys)}
        subject, series_id = f"registration:{registration.id}", lock.series.id
        record("groups ranked", subject, by=None, actor="participant", series_id=series_id, changes=changes)
        return Ranked.SAVED


def keep(lock: Locked, registration: Registration, said: Said | None) -> None:
    """Of somebody who just came in: nothing of what they wished for before they gave up is left."""
    if registration.link_version > 1:
        lock.session.execute(delete(GroupChoice).where(GroupChoice.registration_id == registration.id))
    if said:
        _put(lock, registration, said)


def follow(lock: Locked, registration: Registration, step: RegistrationMove) -> None:
    """Whoever has no place any more has no group. Who takes part in another way keeps theirs if there is a place."""
    if step.from_state != State.CONFIRMED:
        return
    mine = GroupPlace.registration_id == registration.id
    if registration.state != State.CONFIRMED:
        lock.session.execute(delete(GroupPlace).where(mine))
        return
    rows = lock.session.execute(select(GroupPlace, AgendaSession).join(AgendaSession).where(mine)).all()
    for row, group in rows:
        if not _fits(lock, registration, row, group):
            lock.session.delete(row)
    lock.session.flush()


def take_over(lock: Locked, kept: Registration, gone: Registration) -> None:
    """The wishes and groups of one registration of a person where the other, which stays, has none."""
    _take(lock.session, GroupChoice, kept, gone, [GroupChoice.starts_at])
    if (kept.state, kept.attends) == (State.CONFIRMED, gone.attends):
        _take(lock.session, GroupPlace, kept, gone, [GroupPlace.starts_at, GroupPlace.published])


def forget(session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
    """Wishes go with the contact data; where somebody was goes with their name."""
    session.execute(delete(GroupChoice).where(GroupChoice.registration_id.in_(registration_ids)))
    if wholly:
        session.execute(delete(GroupPlace).where(GroupPlace.registration_id.in_(registration_ids)))


def follow_agenda(session: Session, event_id: int) -> None:
    """The agenda changed: choices that start at another moment keep their wishes and groups, and nobody is left in a
    group that is gone."""
    choices = group_choices(published_sessions(event_id), ranks_groups=True)
    _follow_places(session, event_id, choices)
    moved = {starts_at: [group.key for group in groups] for starts_at, groups in choices.items()}
    runs = session.scalars(select(GroupRun).where(GroupRun.event_id == event_id)).all()
    _follow(session, runs, moved, {run.id: run.figures.get("groups", ()) for run in runs})
    of_event = select(Registration.id).where(Registration.event_id == event_id)
    wishes = session.scalars(select(GroupChoice).where(GroupChoice.registration_id.in_(of_event))).all()
    _follow(session, wishes, moved, {row.id: row.ranks for row in wishes})


def _put(lock: Locked, registration: Registration, said: Said) -> bool:
    """Whether anything changed. Choices that the agenda has no more are left out, and so are groups."""
    known = {choice.stamp: choice for choice in choices_of(lock.event)}
    rows = lock.session.scalars(select(GroupChoice).where(GroupChoice.registration_id == registration.id))
    before = {row.starts_at: row for row in rows}
    changed = False
    for name, wished in said.items():
        choice = known.get(name)
        if choice is None:
            continue
        keys, row = [key for key in wished if key in choice.keys], before.get(choice.starts_at)
        if row is None and keys:
            row = GroupChoice(registration_id=registration.id, starts_at=choice.starts_at, changed_at=lock.now)
            row.ranks = keys
            lock.session.add(row)
        elif row is not None and not keys:
            lock.session.delete(row)
        elif row is not None and row.ranks != keys:
            row.ranks, row.changed_at = keys, lock.now
        else:
            continue
        changed = True
    lock.session.flush()
    return changed


def _moment(name: str) -> datetime:
    found = read_stamp(name)
    assert found is not None
    return found


def _fits(lock: Locked, registration: Registration, row: GroupPlace, group: AgendaSession) -> bool:
    mode, attends = lock.event.mode, registration.attends
    if not takes(group, attends, mode):
        return False
    most = places(group, attends, mode)
    return row.by_hand or most is None or taken(group.id, attends) <= most


def _take(
    session: Session, table: type[GroupChoice | GroupPlace], kept: Registration, gone: Registration, names: list[Any]
) -> None:
    had = {tuple(row) for row in session.execute(select(*names).where(table.registration_id == kept.id))}
    for row_id, *name in session.execute(select(table.id, *names).where(table.registration_id == gone.id)).all():
        if tuple(name) not in had:
            session.execute(update(table).where(table.id == row_id).values(registration_id=kept.id))


def _follow_places(session: Session, event_id: int, choices: Mapping[datetime, Sequence[AgendaSession]]) -> None:
    """Each to where its group is now. Of two that meet at one moment the first stays."""
    where = {group.id: starts_at for starts_at, groups in choices.items() for group in groups}
    rows = (
        select(GroupPlace)
        .join(AgendaSession, AgendaSession.id == GroupPlace.session_id)
        .where(AgendaSession.event_id == event_id)
        .order_by(GroupPlace.starts_at, GroupPlace.id)
    )
    found = session.scalars(rows).all()
    stale = [row for row in found if where.get(row.session_id) != row.starts_at]
    had = {(row.registration_id, row.starts_at, row.published) for row in found if row not in stale}
    for row in stale:
        now = where.get(row.session_id)
        if now is None or (row.registration_id, now, row.published) in had:
            session.delete(row)
        else:
            row.starts_at = now
            had.add((row.registration_id, now, row.published))
    session.flush()


def _follow(
    session: Session,
    rows: Iterable[GroupRun | GroupChoice],
    choices: Mapping[datetime, Collection[str]],
    keys: Mapping[int, Collection[str]],
) -> None:
    """Rows of a choice that is not there any more to the one that has the most of their groups, where it has no row of
    its own."""
    rows = list(rows)
    had = {(_owner(row), row.starts_at) for row in rows}
    for row in [row for row in rows if row.starts_at not in choices]:
        likely = sorted(choices, key=lambda at: (-len(set(choices[at]) & set(keys[row.id])), at))
        now = next((at for at in likely[:1] if set(choices[at]) & set(keys[row.id])), None)
        if now is not None and (_owner(row), now) not in had:
            row.starts_at = now
            had.add((_owner(row), now))
    session.flush()


def _owner(row: GroupRun | GroupChoice) -> int:
    return row.event_id if isinstance(row, GroupRun) else row.registration_id
