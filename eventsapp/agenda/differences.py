"""What differs between two agendas, session by session, as values. Pure.

Kept as JSON with each edition, in the audit log and in the facts of letters; `difference_words` says them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

from eventsapp.agenda.rules import SessionDetails, ordered
from eventsapp.web.rules import Texts

What = Literal["added", "removed", "changed", "reordered"]
FIELDS = ("starts_at", "ends_at", "title", "kind", "room", "speakers", "capacity", "online_capacity")
"""Of a session, as the event file names them."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One session that is new, gone or different. "reordered" is about none: all that start together are the same and
    stand in another order."""

    what: What
    key: str = ""
    title: Texts = field(default_factory=dict)
    """By which readers know it: as it was, or, for a new one, as it is."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    """Wall times as they are, or, for one that is gone, as they were."""
    room: str = ""
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """What changed of it: {"room": (before, after)}, values as in JSON."""

    def to_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "key": self.key,
            "title": dict(self.title),
            "starts_at": _plain(self.starts_at),
            "ends_at": _plain(self.ends_at),
            "room": self.room,
            "fields": {name: list(values) for name, values in self.fields.items()},
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        return cls(
            what=facts["what"],
            key=facts["key"],
            title=facts["title"],
            starts_at=_moment(facts["starts_at"]),
            ends_at=_moment(facts["ends_at"]),
            room=facts["room"],
            fields={name: (before, after) for name, (before, after) in facts["fields"].items()},
        )


def between(before: Iterable[SessionDetails], after: Iterable[SessionDetails]) -> tuple[Difference, ...]:
    """By key: what is new or different in the order of the agenda after, then what is gone. Empty: they are the same,
    the order of what starts together included."""
    old, new = ordered(before), ordered(after)
    was = {session.key: session for session in old}
    found = [each for session in new if (each := _difference(was.get(session.key), session)) is not None]
    kept = {session.key for session in new}
    found += [_whole("removed", session) for session in old if session.key not in kept]
    if not found and _keys(old) != _keys(new):
        return (Difference(what="reordered"),)
    return tuple(found)


def from_json(facts: Iterable[Mapping[str, Any]]) -> tuple[Difference, ...]:
    return tuple(Difference.from_json(each) for each in facts)


def to_json(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    return [each.to_json() for each in differences]


def _difference(before: SessionDetails | None, after: SessionDetails) -> Difference | None:
    if before is None:
        return _whole("added", after)
    pairs = {name: (_plain(getattr(before, name)), _plain(getattr(after, name))) for name in FIELDS}
    changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if not changed:
        return None
    return Difference(
        what="changed",
        key=after.key,
        title=before.title,
        starts_at=after.starts_at,
        ends_at=after.ends_at,
        room=after.room,
        fields=changed,
    )


def _whole(what: What, session: SessionDetails) -> Difference:
    return Difference(
        what=what,
        key=session.key,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        room=session.room,
    )


def _keys(sessions: Sequence[SessionDetails]) -> list[str]:
    return [session.key for session in sessions]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
