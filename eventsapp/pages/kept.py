"""Pages and calendars of events as they were drawn last, kept in this process for as long as they are true.

Each time the database is asked for the event's standing (`events.shown`); what was kept for another one is drawn anew.
What changes by the clock alone (registration opens, a session begins) ends what is kept at that moment. So nothing is
ever shown that a page drawn now would not show, in whatever process the change was made.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from flask import Flask, current_app, request, session

from eventsapp import clock
from eventsapp.events.shown import Standing
from eventsapp.web import languages

Body = TypeVar("Body", str, bytes)

MOST_BYTES = 8 * 1024 * 1024
"""Of each process."""
LONGEST = timedelta(minutes=1)
EXTENSION = "eventsapp.kept"


@dataclass(frozen=True)
class Drawn(Generic[Body]):
    body: Body
    until: datetime
    """The next moment at which the clock alone may change it."""
    changed_at: datetime | None = None
    """Of calendars: when what they hold last changed."""


@dataclass(frozen=True)
class _Entry:
    standing: Standing
    since: datetime
    drawn: Drawn[str] | Drawn[bytes]


class Kept:
    """What was drawn, by whatever tells one page from another; what was asked for longest ago goes first."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str | None, ...], _Entry] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(
        self, key: tuple[str | None, ...], standing: Standing, draw: Callable[[datetime], Drawn[Body]]
    ) -> Drawn[Body]:
        """`draw` reads after `standing` was read: what it shows is as new, or newer and then not asked for again."""
        now = clock.now()
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
        if entry is not None and entry.standing == standing and entry.since <= now < entry.drawn.until:
            return entry.drawn  # type: ignore[return-value]  # a key has one kind of body
        drawn = draw(now)
        self._put(key, _Entry(standing, now, drawn))
        return drawn

    def _put(self, key: tuple[str | None, ...], entry: _Entry) -> None:
        with self._lock:
            before = self._entries.pop(key, None)
            self._entries[key] = entry
            self._bytes += len(entry.drawn.body) - (len(before.drawn.body) if before else 0)
            while self._bytes > MOST_BYTES:
                _, gone = self._entries.popitem(last=False)
                self._bytes -= len(gone.drawn.body)


def open_kept(app: Flask) -> None:
    app.extensions[EXTENSION] = Kept()


def kept(what: str, slug: str, standing: Standing, draw: Callable[[datetime], Drawn[Body]]) -> Drawn[Body]:
    """What `draw` made of this event before, or makes now, in the language in force. Kept only of what is the same for
    everybody: a page that has something to tell this visitor alone is drawn for them."""
    if not _for_everybody():
        return draw(clock.now())
    keeper: Kept = current_app.extensions[EXTENSION]
    asked = languages.asked_language()
    return keeper.get((what, slug, languages.tag(), asked, request.script_root), standing, draw)


def next_change(now: datetime, moments: Iterable[datetime | None]) -> datetime:
    """The first of these moments to come; a minute from now at the latest."""
    return min(each for each in (*moments, now + LONGEST) if each is not None and each > now)


def _for_everybody() -> bool:
    plain = all(name == languages.PARAMETER for name in request.args)
    return plain and "_flashes" not in session
