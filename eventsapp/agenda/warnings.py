"""What an organiser may want to look at before an agenda is published: said, never a wall. Pure.

Any agenda with wall times will do: a draft, or a text that is about to be pasted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from eventsapp.agenda.rules import SessionDetails, ordered
from eventsapp.web.text import folded

What = Literal["same_room", "same_speaker", "outside", "no_break"]
LONGEST = timedelta(hours=3)
"""Without a break: more than that is worth a word."""
PAUSE = timedelta(minutes=15)
"""As long as this without a session is a break, too."""
RESTS = ("break", "arrival")
"""Kinds of sessions that are no work."""


@dataclass(frozen=True, kw_only=True)
class AgendaWarning:
    """`sessions` are those concerned, in the order of the agenda."""

    what: What
    sessions: tuple[SessionDetails, ...]
    name: str = ""
    """The room, or the speaker, as first written."""
    since: datetime | None = None
    until: datetime | None = None
    """The stretch without a break, on the wall clock."""


def warnings_of(
    sessions: Iterable[SessionDetails], starts_at: datetime, ends_at: datetime
) -> tuple[AgendaWarning, ...]:
    """All there is to say of an agenda; `starts_at` and `ends_at` are the wall times of its event."""
    agenda = ordered(sessions)
    return (
        *same_room_twice(agenda),
        *same_speaker_twice(agenda),
        *outside_of(agenda, starts_at, ends_at),
        *no_break(agenda),
    )


def same_room_twice(sessions: Sequence[SessionDetails]) -> list[AgendaWarning]:
    """Rooms are the same however they are capitalised and accented."""
    return _at_once("same_room", sessions, lambda session: [session.room] if session.room else [])


def same_speaker_twice(sessions: Sequence[SessionDetails]) -> list[AgendaWarning]:
    """Speakers are known by their names, however these are capitalised and accented."""
    return _at_once("same_speaker", sessions, lambda session: session.speakers)


def outside_of(sessions: Sequence[SessionDetails], starts_at: datetime, ends_at: datetime) -> list[AgendaWarning]:
    """What begins before the event, or ends after it."""
    found = tuple(session for session in sessions if session.starts_at < starts_at or session.ends_at > ends_at)
    return [AgendaWarning(what="outside", sessions=found)] if found else []


def no_break(sessions: Sequence[SessionDetails]) -> list[AgendaWarning]:
    """Stretches of more than `LONGEST` in which something goes on all the time and no break is offered, not even beside
    it."""
    work = [session for session in sessions if session.kind not in RESTS]
    rests = [session for session in sessions if session.kind in RESTS]
    found: list[AgendaWarning] = []
    for starts, ends in _stretches(work):
        for since, until in _without(starts, ends, rests):
            if until - since > LONGEST:
                within = tuple(each for each in work if each.starts_at < until and since < each.ends_at)
                found.append(AgendaWarning(what="no_break", sessions=within, since=since, until=until))
    return found


def _at_once(
    what: What, sessions: Sequence[SessionDetails], names: Callable[[SessionDetails], Sequence[str]]
) -> list[AgendaWarning]:
    """One warning for each name and each heap of sessions of that name that overlap one another."""
    heaps: defaultdict[str, list[SessionDetails]] = defaultdict(list)
    written: dict[str, str] = {}
    for session in sessions:
        for name in names(session):
            heaps[folded(name)].append(session)
            written.setdefault(folded(name), name)
    return [
        AgendaWarning(what=what, sessions=tuple(heap), name=written[name])
        for name, together in heaps.items()
        for heap in _overlapping(together)
    ]


def _overlapping(sessions: Sequence[SessionDetails]) -> list[list[SessionDetails]]:
    """Those that overlap, heap by heap; `sessions` are in their order. What only touches does not overlap."""
    heaps: list[list[SessionDetails]] = []
    for session in sessions:
        last = heaps[-1] if heaps else []
        if any(_overlap(session, each) for each in last):
            last.append(session)
        else:
            heaps.append([session])
    return [heap for heap in heaps if len(heap) > 1]


def _overlap(one: SessionDetails, other: SessionDetails) -> bool:
    return one.key != other.key and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _stretches(work: Sequence[SessionDetails]) -> list[tuple[datetime, datetime]]:
    """When something goes on, short gaps counted in."""
    found: list[tuple[datetime, datetime]] = []
    for session in work:
        if found and session.starts_at - found[-1][1] < PAUSE:
            found[-1] = (found[-1][0], max(found[-1][1], session.ends_at))
        else:
            found.append((session.starts_at, session.ends_at))
    return found


def _without(starts: datetime, ends: datetime, rests: Sequence[SessionDetails]) -> list[tuple[datetime, datetime]]:
    """What is left of a stretch when breaks are cut out; `rests` are in their order."""
    found: list[tuple[datetime, datetime]] = []
    since = starts
    for rest in rests:
        if rest.starts_at < ends and rest.ends_at > since:
            found.append((since, rest.starts_at))
            since = rest.ends_at
    return [*found, (since, ends)]
