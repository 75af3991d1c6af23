"""The machinery under the verbs of working groups: solve, keep what is proposed, make it what people are told.

Everything that writes runs inside an open `transaction()`, under the event's lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked
from eventsapp.signups.groups_allocating import Group, Person, TooFew, allocate
from eventsapp.signups.groups_queries import Candidate, Choice
from eventsapp.signups.groups_rules import Figures
from eventsapp.signups.models import GroupPlace, GroupRun


@dataclass(frozen=True)
class NotEnough:
    """There are fewer places than people who take part in this way."""

    attends: str
    people: int
    places: int


@dataclass(frozen=True)
class Without:
    """So many people have no group yet: nothing is published that leaves them out."""

    people: int


@dataclass(frozen=True)
class Overfull:
    """Places were taken away since the groups were worked out."""

    key: str
    people: int
    places: int


@dataclass(frozen=True)
class NoNews:
    """All is published as it stands."""


def refusal(choice: Choice, people: Sequence[Candidate]) -> NotEnough | Without | Overfull | NoNews | None:
    without = [each for each in people if each.group is None]
    if without and not choice.published:
        too_few = allocated(choice, people, anew=False)
        return too_few if isinstance(too_few, NotEnough) else Without(len(without))
    if not any(each.proposed for each in people):
        return NoNews()
    for group in choice.groups:
        for attends in ("room", "online"):
            there = [each for each in people if (each.group, each.attends, each.by_hand) == (group.key, attends, False)]
            most = choice.places(group, attends)
            if most is not None and len(there) > most and any(each.changes for each in there):
                return Overfull(group.key, len(there), most)
    return None


def allocated(choice: Choice, people: Sequence[Candidate], *, anew: bool) -> dict[int, str] | NotEnough:
    """Those in the room and those online each among their own places."""
    result: dict[int, str] = {}
    for attends in ("room", "online"):
        groups = [Group(group.key, choice.places(group, attends)) for group in choice.open_to(attends)]
        asked = [_person(each, anew=anew) for each in people if each.attends == attends]
        found = allocate(asked, groups)
        if isinstance(found, TooFew):
            return NotEnough(attends, found.people, found.places)
        result |= found
    return result


def _person(each: Candidate, *, anew: bool) -> Person:
    fixed = each.group if each.by_hand else None if anew else each.published
    return Person(each.id, each.registered, each.ranks, fixed)


def propose(
    lock: Locked, choice: Choice, people: Iterable[Candidate], wanted: Mapping[int, tuple[str, bool | None]]
) -> None:
    """Keep where each is to be, beside what is published where it differs. With the group: whether it is by hand; None
    leaves that as it is."""
    session = lock.session
    own = {each.id: each for each in people}
    rows = _rows(lock, choice, own)
    for person, (key, by_hand) in wanted.items():
        hand = own[person].by_hand if by_hand is None else by_hand
        published, proposed = rows.get((person, True)), rows.get((person, False))
        group_id = choice.group(key).id
        if published is not None and published.session_id == group_id:
            published.by_hand = hand
            if proposed is not None:
                session.delete(proposed)
        elif proposed is not None:
            proposed.session_id, proposed.by_hand = group_id, hand
        else:
            session.add(
                GroupPlace(registration_id=person, starts_at=choice.starts_at, session_id=group_id, by_hand=hand)
            )
    session.flush()


def publish_rows(lock: Locked, choice: Choice) -> None:
    rows = _rows(lock, choice)
    for (person, is_published), row in rows.items():
        if is_published:
            continue
        published = rows.get((person, True))
        if published is None:
            row.published = True
        else:
            published.session_id, published.by_hand = row.session_id, row.by_hand
            lock.session.delete(row)
    lock.session.flush()


def _rows(lock: Locked, choice: Choice, only: Collection[int] | None = None) -> dict[tuple[int, bool], GroupPlace]:
    """By person and whether it is published."""
    wanted = (
        select(GroupPlace)
        .join(Registration, Registration.id == GroupPlace.registration_id)
        .where(Registration.event_id == lock.event.id, GroupPlace.starts_at == choice.starts_at)
        .order_by(GroupPlace.id)
    )
    found = lock.session.scalars(wanted.execution_options(populate_existing=True))
    return {(row.registration_id, row.published): row for row in found if only is None or row.registration_id in only}


def run_of(lock: Locked, choice: Choice) -> GroupRun:
    wanted = select(GroupRun).where(GroupRun.event_id == lock.event.id, GroupRun.starts_at == choice.starts_at)
    run = lock.session.scalar(wanted)
    if run is None:
        run = GroupRun(event_id=lock.event.id, starts_at=choice.starts_at, run_at=lock.now, number=0)
        run.figures = {"groups": list(choice.keys)}
        lock.session.add(run)
        lock.session.flush()
    return run


def kept_figures(choice: Choice, found: Figures, run: GroupRun) -> dict[str, Any]:
    """What a run keeps: its figures; its groups, by which the choice is found again when its time changes; and, once
    published, how many each may hold (`kept_places`)."""
    return {**asdict(found), "groups": list(choice.keys), "places": run.figures.get("places", {})}


def kept_places(lock: Locked, choice: Choice) -> dict[str, dict[str, int | None]]:
    """For each group how many people it may hold who are not there by hand: whoever was told a group keeps it when
    places are taken away."""
    rows = (
        select(GroupPlace.session_id, Registration.attends, func.count())
        .join(Registration, Registration.id == GroupPlace.registration_id)
        .where(
            GroupPlace.session_id.in_([group.id for group in choice.groups]), GroupPlace.published, ~GroupPlace.by_hand
        )
        .group_by(GroupPlace.session_id, Registration.attends)
    )
    there = {(group_id, attends): number for group_id, attends, number in lock.session.execute(rows)}
    return {
        group.key: {
            attends: None if most is None else max(most, there.get((group.id, attends), 0))
            for attends in ("room", "online")
            for most in (choice.places(group, attends),)
        }
        for group in choice.groups
    }


def state_of(people: Iterable[Candidate]) -> str:
    """Who is where, as a short text: it tells whether somebody changed it since a page was shown."""
    text = ";".join(f"{each.id}:{each.published}:{each.proposed}" for each in sorted(people, key=lambda each: each.id))
    return hashlib.sha256(text.encode()).hexdigest()[:20]
