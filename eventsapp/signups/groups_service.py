"""What organisers do with working groups: work them out, put people somewhere by hand, publish. One verb, one
transaction, the event's lock first.

Rows of GroupPlace that are published are what people were told. A proposal beside one, or alone, is what they are to be
told next; nobody but organisers sees it. So what is kept for the next publication is only what differs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked, lock_event
from eventsapp.signups import groups_notifications
from eventsapp.signups.groups_proposing import (
    NoNews,
    NotEnough,
    Overfull,
    Without,
    allocated,
    kept_figures,
    kept_places,
    propose,
    publish_rows,
    refusal,
    run_of,
    state_of,
)
from eventsapp.signups.groups_queries import Candidate, Choice, candidates, choices_of
from eventsapp.signups.groups_rules import Figures, figures
from eventsapp.signups.models import GroupPlace, GroupRun


@dataclass(frozen=True)
class NotThere:
    """The agenda has no such choice any more, or none of these people is to have a group."""


@dataclass(frozen=True)
class Changed:
    """Since it was looked through."""


@dataclass(frozen=True)
class WorkedOut:
    figures: Figures
    changed: int
    """How many have another group than before."""


@dataclass(frozen=True)
class Placed:
    people: int


@dataclass(frozen=True)
class Told:
    """Published. `letters`: how many people are written to."""

    number: int
    letters: int
    without: int


def work_out(
    event_id: int, starts_at: datetime, *, by: int | None, anew: bool = False
) -> WorkedOut | NotEnough | NotThere:
    """A proposal for everyone. Who was put somewhere by hand stays; so does who was told a group, unless `anew`."""
    with transaction() as session:
        lock, choice = _locked(lock_event(session, event_id), starts_at)
        if lock is None or choice is None:
            return NotThere()
        people = candidates(choice)
        result = allocated(choice, people, anew=anew)
        if isinstance(result, NotEnough):
            return result
        changed = [each.id for each in people if each.group != result.get(each.id)]
        propose(lock, choice, people, {person: (key, None) for person, key in result.items()})
        found = figures((each.ranks, result.get(each.id)) for each in people)
        run = run_of(lock, choice)
        run.figures, run.run_at, run.run_by = kept_figures(choice, found, run), lock.now, by
        _note(
            "groups.worked_out",
            lock,
            choice,
            by,
            people=len(people),
            regrouped=len(changed),
            anew=anew,
            **asdict(found),
        )
        return WorkedOut(found, len(changed))


def put(
    event_id: int, starts_at: datetime, registration_ids: Collection[int], key: str, *, by: int | None
) -> Placed | NotThere:
    """Put people into a group by hand, whatever it holds; told when it is published. Others than those who are to have
    a group, and for whom this one is, are passed over."""
    with transaction() as session:
        lock, choice = _locked(lock_event(session, event_id), starts_at)
        if lock is None or choice is None or key not in choice.keys:
            return NotThere()
        people = [each for each in candidates(choice) if each.id in registration_ids]
        people = [each for each in people if choice.group(key) in choice.open_to(each.attends)]
        if not people:
            return NotThere()
        propose(lock, choice, people, {each.id: (key, True) for each in people})
        run_of(lock, choice)
        for each in people:
            _note_person("group given by hand", lock, choice, each, by, before=each.group, after=key)
        return Placed(len(people))


def release(
    event_id: int, starts_at: datetime, registration_ids: Collection[int], *, by: int | None
) -> Placed | NotThere:
    """Let people go who were put somewhere by hand: they stay until the groups are worked out the next time."""
    with transaction() as session:
        lock, choice = _locked(lock_event(session, event_id), starts_at)
        if lock is None or choice is None:
            return NotThere()
        people = [each for each in candidates(choice) if each.id in registration_ids and each.by_hand]
        if not people:
            return NotThere()
        propose(lock, choice, people, {each.id: (each.group, False) for each in people if each.group})
        run = run_of(lock, choice)
        run.figures = {**run.figures, "places": kept_places(lock, choice) if run.number else {}}
        for each in people:
            _note_person("group released", lock, choice, each, by, before=each.group, after=each.group)
        return Placed(len(people))


def discard(event_id: int, starts_at: datetime, *, by: int | None) -> Placed | NoNews | NotThere:
    """Forget what is not published."""
    with transaction() as session:
        lock, choice = _locked(lock_event(session, event_id), starts_at)
        if lock is None or choice is None:
            return NotThere()
        of_event = select(Registration.id).where(Registration.event_id == event_id)
        gone = session.execute(
            delete(GroupPlace)
            .where(GroupPlace.starts_at == starts_at, ~GroupPlace.published, GroupPlace.registration_id.in_(of_event))
            .returning(GroupPlace.id)
        ).all()
        if not gone:
            return NoNews()
        _note("groups.discarded", lock, choice, by, people=len(gone))
        return Placed(len(gone))


def publish(
    event_id: int, starts_at: datetime, *, by: int | None, expected: str | None = None
) -> Told | NotEnough | Without | Overfull | NoNews | Changed | NotThere:
    """Tell everyone their group, with one letter to each for whom it is new or another one. The first time nobody may
    be left out; later, who came since may still be without one. `expected` is the state (`state_of`) that was looked
    through."""
    with transaction() as session:
        lock, choice = _locked(lock_event(session, event_id), starts_at)
        if lock is None or choice is None:
            return NotThere()
        people = candidates(choice)
        if expected not in (None, state_of(people)):
            return Changed()
        refused = refusal(choice, people)
        if refused is not None:
            return refused
        run = run_of(lock, choice)
        run.number, run.published_at, run.published_by = run.number + 1, lock.now, by
        changed = [each for each in people if each.changes]
        publish_rows(lock, choice)
        found = figures((each.ranks, each.group) for each in people)
        run.figures = kept_figures(choice, found, run) | {"places": kept_places(lock, choice)}
        lock.event.version += 1
        letters = _tell(lock, choice, run, changed)
        _note("groups.published", lock, choice, by, number=run.number, told=letters, **asdict(found))
        return Told(run.number, letters, found.without)


def _tell(lock: Locked, choice: Choice, run: GroupRun, changed: Sequence[Candidate]) -> int:
    """Nobody is written to about groups of an event that is over."""
    if lock.now >= lock.event.ends_at:
        return 0
    told = 0
    ids = [each.id for each in changed]
    wanted = select(Registration).where(Registration.event_id == lock.event.id)
    people = {row.id: row for row in lock.session.scalars(wanted) if row.id in set(ids)}
    event = lock.snapshot
    for each in changed:
        registration = people[each.id]
        if registration.writes_to is None or each.group is None:
            continue
        before = choice.group(each.published) if each.published else None
        groups_notifications.write(event, registration, choice.group(each.group), before, run)
        told += 1
    return told


def _locked(lock: Locked | None, starts_at: datetime) -> tuple[Locked | None, Choice | None]:
    choices = choices_of(lock.event) if lock is not None else []
    return lock, next((choice for choice in choices if choice.starts_at == starts_at), None)


def _note(action: str, lock: Locked, choice: Choice, by: int | None, **details: Any) -> None:
    actor = "command" if by is None else "organiser"
    subject, series_id = f"event:{lock.event.id}", lock.series.id
    record(action, subject, by=by, actor=actor, series_id=series_id, choice=choice.stamp, **details)


def _note_person(
    action: str, lock: Locked, choice: Choice, each: Candidate, by: int | None, *, before: str | None, after: str | None
) -> None:
    actor = "command" if by is None else "organiser"
    subject, series_id, changes = f"registration:{each.id}", lock.series.id, {"group": [before, after]}
    record(action, subject, by=by, actor=actor, series_id=series_id, choice=choice.stamp, changes=changes)
