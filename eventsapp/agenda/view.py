"""An agenda as a page shows it: days, the times in a column, what runs side by side in one slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from eventsapp import clock
from eventsapp.agenda.speakers_rules import Known, speaker_key
from eventsapp.web.rules import Texts
from eventsapp.web.text import pick


class Shown(Protocol):
    """A session: of the published agenda (`models.AgendaSession`), or as organisers see it (`draft.DraftRow`)."""

    @property
    def key(self) -> str: ...
    @property
    def starts_wall(self) -> datetime: ...
    @property
    def ends_wall(self) -> datetime: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def title(self) -> Texts: ...
    @property
    def kind(self) -> str: ...
    @property
    def room(self) -> str: ...
    @property
    def speakers(self) -> Sequence[str]: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Item:
    """`start` and `end` are wall times, "09:00"; `…_iso` are the same moments with their offset, for <time>."""

    key: str
    start: str
    end: str
    starts_iso: str
    ends_iso: str
    title: str
    kind: str
    room: str
    speakers: tuple[Known, ...]
    """Each with the name as the session has it."""
    cancelled: bool
    now: bool | None = None
    """Whether it runs at this moment; None when that is not asked."""


@dataclass(frozen=True)
class Slot:
    """Sessions that start together; usually one."""

    start: str
    starts_iso: str
    items: tuple[Item, ...]

    @property
    def parallel(self) -> bool:
        return len(self.items) > 1


@dataclass(frozen=True)
class Day:
    on: date
    slots: tuple[Slot, ...]


def days(
    sessions: Iterable[Shown],
    timezone: str,
    *,
    language: str = "en",
    fallback: str = "en",
    now: datetime | None = None,
    known: Mapping[str, Known] | None = None,
) -> tuple[Day, ...]:
    """Sessions in the order of `queries.published_sessions`, by the day they start on in the event's zone. `now`
    marks those that run: from the start on, and no longer at the end. `known` is what is said beside speakers' names,
    by `speaker_key`."""

    def slot(together: Iterable[Shown]) -> Slot:
        items = tuple(_item(session, timezone, language, fallback, now, known or {}) for session in together)
        return Slot(items[0].start, items[0].starts_iso, items)

    return tuple(
        Day(on, tuple(slot(together) for _, together in groupby(rows, _start)))
        for on, rows in groupby(sessions, lambda session: session.starts_wall.date())
    )


def _start(session: Shown) -> object:
    return session.starts_at


def introduced(sessions: Iterable[Shown], known: Mapping[str, Known]) -> list[Known]:
    """Speakers of whom more is said than stands beside their names, in the order in which the agenda names them."""
    keys = dict.fromkeys(speaker_key(name) for session in sessions for name in session.speakers)
    return [known[key] for key in keys if key in known and any(known[key].about.values())]


def _item(
    session: Shown, timezone: str, language: str, fallback: str, now: datetime | None, known: Mapping[str, Known]
) -> Item:
    here = clock.zone(timezone)
    return Item(
        key=session.key,
        start=f"{session.starts_wall:%H:%M}",
        end=f"{session.ends_wall:%H:%M}",
        starts_iso=session.starts_at.astimezone(here).isoformat(timespec="minutes"),
        ends_iso=session.ends_at.astimezone(here).isoformat(timespec="minutes"),
        title=pick(session.title, language, fallback),
        kind=session.kind,
        room=session.room,
        speakers=tuple(_named(name, known) for name in session.speakers),
        cancelled=session.cancelled_at is not None,
        now=None if now is None else session.starts_at <= now < session.ends_at,
    )


def _named(name: str, known: Mapping[str, Known]) -> Known:
    found = known.get(speaker_key(name))
    return replace(found, name=name) if found is not None else Known(name)
