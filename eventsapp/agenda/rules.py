"""What an agenda is made of: sessions, their keys, what is wrong with them, which run side by side. Pure.

Zones and wall times are checked by `agenda.service.check`, which asks the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from eventsapp.events.rules import LARGEST_CAPACITY, wall_problems
from eventsapp.web.rules import (
    N_,
    SLUG_LENGTH,
    Problem,
    Texts,
    choice_problems,
    cleaned,
    length_problems,
    slug_problems,
    slugged,
    texts_problems,
)
from eventsapp.web.text import clean_line, folded, pick

CAPACITIES = ("capacity", "online_capacity")
KINDS = ("arrival", "talk", "plenary", "break", "working_group", "visit", "ceremony", "other")
TITLE_LENGTH = 300
ROOM_LENGTH = 120
SPEAKER_LENGTH = 200
MOST_SPEAKERS = 50
MOST_SESSIONS = 500
RESERVED_KEYS = frozenset({"discard", "editions", "grid", "paste", "publish"})
"""Addresses beneath an agenda that are pages of their own, where a session of such a key could not be opened: a title
makes another one, and a file that names one is refused."""


@dataclass(frozen=True, kw_only=True)
class SessionDetails:
    """One timed item as an organiser or a file gives it. Times are wall times in the event's zone, naive; an end
    equal to the start is an item without a length. Texts are cleaned when it is made."""

    starts_at: datetime
    ends_at: datetime
    title: Texts
    key: str = ""
    """Stable within the event; empty: made from the title (`keyed`)."""
    kind: str = "other"
    room: str = ""
    speakers: tuple[str, ...] = ()
    capacity: int | None = None
    """Places in the room to sign up for; None: no sign-up needed."""
    online_capacity: int | None = None
    """The same for those who take part online."""

    def __post_init__(self) -> None:
        for name in ("key", "kind", "room"):
            object.__setattr__(self, name, clean_line(getattr(self, name)))
        object.__setattr__(self, "title", cleaned(self.title, line=True))
        object.__setattr__(self, "speakers", tuple(filter(None, map(clean_line, self.speakers))))


class Timed(Protocol):
    """Anything with a beginning and an end, naive or aware, but all the same."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


def keyed(sessions: Iterable[SessionDetails], language: str) -> list[SessionDetails]:
    """The same sessions, each with a key. Keys that are missing are made from the title in `language` (or the first
    there is), with -2, -3 … when taken: in the order given, so that the same file gets the same keys."""
    sessions = list(sessions)
    taken = {session.key for session in sessions if session.key} | RESERVED_KEYS
    done: list[SessionDetails] = []
    for session in sessions:
        if session.key:
            done.append(session)
            continue
        title = session.title.get(language) or next(iter(session.title.values()), "")
        key = _free(slugged(title, "session"), taken)
        taken.add(key)
        done.append(replace(session, key=key))
    return done


def _free(wish: str, taken: set[str]) -> str:
    key, number = wish, 1
    while key in taken:
        number += 1
        ending = f"-{number}"
        key = wish[: SLUG_LENGTH - len(ending)].rstrip("-") + ending
    return key


def ordered(sessions: Iterable[SessionDetails]) -> list[SessionDetails]:
    """By start; sessions that start together keep the order they were given in."""
    return sorted(sessions, key=lambda session: session.starts_at)


def positions(sessions: Iterable[SessionDetails]) -> list[tuple[SessionDetails, int]]:
    """In their order, each with its place among those that start together."""
    together: Counter[datetime] = Counter()
    found: list[tuple[SessionDetails, int]] = []
    for session in ordered(sessions):
        found.append((session, together[session.starts_at]))
        together[session.starts_at] += 1
    return found


def recognised(
    sessions: Iterable[SessionDetails], there: Sequence[SessionDetails], language: str
) -> list[SessionDetails]:
    """The same sessions; one without a key is taken for the first of `there` with the same title that is not taken
    for another, and keeps of it what a pasted text does not say."""
    sessions = list(sessions)
    taken = {session.key for session in sessions if session.key}
    found: list[SessionDetails] = []
    for session in sessions:
        name = folded(title_in(session, language))
        match = None if session.key else _titled(name, there, taken, language)
        if match is not None:
            taken.add(match.key)
            session = replace(  # noqa: PLW2901
                session,
                key=match.key,
                title={**match.title, **session.title},
                room=session.room or match.room,
                speakers=session.speakers or match.speakers,
                **{name: getattr(_saying(session, match, name), name) for name in CAPACITIES},
            )
        found.append(session)
    return found


def _saying(session: SessionDetails, match: SessionDetails, name: str) -> SessionDetails:
    return match if getattr(session, name) is None else session


def _titled(name: str, there: Sequence[SessionDetails], taken: set[str], language: str) -> SessionDetails | None:
    free = (each for each in ordered(there) if each.key not in taken)
    return next((each for each in free if name and folded(title_in(each, language)) == name), None)


def title_in(session: SessionDetails, language: str) -> str:
    """The title in this language, or in the first there is."""
    return pick(session.title, language)


def after(this: SessionDetails, sessions: Sequence[SessionDetails]) -> list[int]:
    """Places in `sessions` of what starts on the same day at the end of this one or later."""
    return [
        item
        for item, each in enumerate(sessions)
        if each.key != this.key and each.starts_at >= this.ends_at and each.starts_at.date() == this.starts_at.date()
    ]


def shifted(session: SessionDetails, shift: timedelta) -> SessionDetails | None:
    """The session moved on the wall clock; None when it would start, or end, on another day than it does."""
    moved = replace(session, starts_at=session.starts_at + shift, ends_at=session.ends_at + shift)
    return moved if _days(moved) == _days(session) else None


def _days(session: SessionDetails) -> tuple[date, date]:
    """The first and the last. An end at midnight belongs to the day before."""
    last = max(session.starts_at, session.ends_at - timedelta(minutes=1))
    return session.starts_at.date(), last.date()


def problems(sessions: Sequence[SessionDetails], language: str) -> list[Problem]:
    """Everything wrong that can be seen without a clock. `item` is the session's place in `sessions`; the
    event's `language` must be there in every title."""
    found = [replace(each, item=item) for item, s in enumerate(sessions) for each in _problems(s, language)]
    if len(sessions) > MOST_SESSIONS:
        most = {"most": MOST_SESSIONS}
        found.append(Problem("session", N_("are too many: at most %(most)s"), most, item=MOST_SESSIONS))
    seen: set[str] = set()
    for item, session in enumerate(sessions):
        if session.key and session.key in seen:
            found.append(Problem("key", N_("“%(key)s” is there twice"), {"key": session.key}, item=item))
        seen.add(session.key)
    return found


def _problems(session: SessionDetails, language: str) -> Iterator[Problem]:
    if session.key:
        yield from slug_problems("key", session.key)
    if session.key in RESERVED_KEYS:
        other = {"key": session.key, "other": f"{session.key}-2"}
        yield Problem("key", N_("“%(key)s” is the address of a page; choose another, such as “%(other)s”"), other)
    yield from texts_problems("title", session.title, TITLE_LENGTH, language=language, required=True)
    wrong = [*wall_problems("starts_at", session.starts_at), *wall_problems("ends_at", session.ends_at)]
    yield from wrong
    if not wrong and session.ends_at < session.starts_at:
        yield Problem("ends_at", N_("is before the start"))
    yield from choice_problems("kind", session.kind, KINDS)
    yield from length_problems("room", session.room, ROOM_LENGTH)
    if len(session.speakers) > MOST_SPEAKERS:
        yield Problem("speakers", N_("are too many: at most %(most)s"), {"most": MOST_SPEAKERS})
    for speaker in session.speakers:
        yield from length_problems("speakers", speaker, SPEAKER_LENGTH)
    for name in CAPACITIES:
        places = getattr(session, name)
        if places is not None and not 1 <= places <= LARGEST_CAPACITY:
            yield Problem(name, N_("must be a whole number from 1 to %(largest)s"), {"largest": LARGEST_CAPACITY})


def side_by_side(sessions: Sequence[Timed]) -> set[int]:
    """Places in `sessions` of those that overlap another; touching ends do not overlap."""
    found: set[int] = set()
    for one, first in enumerate(sessions):
        for other in range(one + 1, len(sessions)):
            second = sessions[other]
            if first.starts_at < second.ends_at and second.starts_at < first.ends_at:
                found |= {one, other}
    return found


def outside(sessions: Sequence[Timed], starts_at: datetime, ends_at: datetime) -> list[int]:
    """Places in `sessions` of those not within the event's time: allowed, and worth a word to the organiser."""
    return [n for n, session in enumerate(sessions) if session.starts_at < starts_at or session.ends_at > ends_at]
