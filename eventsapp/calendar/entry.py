"""A calendar entry as a value: what every letter, download and feed says about one event or agenda session.

Texts are cleaned when an entry is made, so whatever people typed can be written to a calendar object without a fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal, Self, get_args
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]

# C0 and C1 controls, the two Unicode line separators and lone surrogates: legal nowhere in a calendar object, and
# each of them makes some reader drop the text or refuse the file.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")
_UID = re.compile(r"[!-~]+")
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATEXT}(\.{_ATEXT})*")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_MOMENTS = ("starts_at", "ends_at", "last_modified", "created")


def clean_text(text: str) -> str:
    """Text without control characters; every kind of line end becomes a line feed, which stays, as does the tab."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str, joint: str = " ") -> str:
    """Cleaned text on a single line: its lines are stripped, empty ones dropped, the rest put together with `joint`."""
    lines = (" ".join(line.split()) for line in clean_text(text).split("\n"))
    return joint.join(line for line in lines if line)


def clean_url(url: str) -> str:
    """The address as a URI in ASCII on one line (RFC 3986): line ends dropped, what is no part of a URI encoded."""
    return quote(one_line(url, joint=""), safe=":/?#[]@!$&'()*+,;=%~")


def event_uid(key: UUID | str, host: str) -> str:
    """The UID of an event for life. `host` is a fixed name, never the host of a request (RFC 7986 §5.3).

    Raises ValueError when `key` is no UUID or `host` no host name in lower case (a port is refused).
    """
    return _uid("event", key, host)


def session_uid(key: UUID | str, host: str) -> str:
    """The UID of an agenda session for life; `key` is the session's UUID, not the key it has in an event file."""
    return _uid("session", key, host)


def _uid(kind: str, key: UUID | str, host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"not a host name: {host!r}")
    return f"{kind}-{UUID(str(key))}@{host}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mailbox, as ORGANIZER or ATTENDEE.

    The address must be a plain `local@domain`: line breaks, blanks, quotes, brackets, a second @ or letters outside
    ASCII before the @ raise ValueError. A domain outside ASCII is taken. The name is put on one line.
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        local, _, domain = self.address.rpartition("@")
        if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(_ascii_domain(domain)):
            raise ValueError("not an address that a calendar can write to")
        object.__setattr__(self, "name", one_line(self.name))

    @property
    def mailto(self) -> str:
        """The address as a URI, reserved characters percent-encoded (RFC 6068 §2), the domain in ASCII."""
        local, _, domain = self.address.rpartition("@")
        return "mailto:" + quote(local, safe="!$'*+-._~") + "@" + _ascii_domain(domain)


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One event or agenda session as calendars see it.

    Moments are aware; they are kept in UTC whatever zone they come in. `timezone` is an IANA name, the zone in which
    people read the times. An end equal to the start is taken (an agenda item without a length), one before is refused.
    `sequence` is a stored counter that never falls (RFC 5546 §2.1.4). `last_modified` moves with every visible change:
    downloads and feeds use it as DTSTAMP, so that their bytes stay the same between two requests.

    `all_day` shows the entry as the dates it touches in its zone, and as free time.

    Raises ValueError for naive moments, an unknown zone, a negative sequence, a UID with blanks or letters outside
    ASCII, an unknown status. Texts are never refused but cleaned; summary and location end up on one line.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    summary: str
    last_modified: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = "CONFIRMED"
    transparent: bool = False
    related_to: str | None = None
    categories: tuple[str, ...] = ()
    all_day: bool = False
    created: datetime | None = None

    def __post_init__(self) -> None:
        for name in _MOMENTS:
            self._set(name, _in_utc(name, getattr(self, name)))
        self._set("summary", one_line(self.summary))
        self._set("description", clean_text(self.description))
        self._set("location", one_line(self.location, joint=", "))
        self._set("url", clean_url(self.url))
        self._set("categories", tuple(filter(None, map(one_line, self.categories))))
        self._refuse_nonsense()

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _refuse_nonsense(self) -> None:
        if self.ends_at < self.starts_at:
            raise ValueError("an entry ends before it starts")
        if self.sequence < 0:
            raise ValueError("a sequence is never negative")
        if self.status not in get_args(Status):
            raise ValueError(f"no calendar status: {self.status!r}")
        for uid in (self.uid, self.related_to):
            if uid is not None and not _UID.fullmatch(uid):
                raise ValueError(f"not a UID: {uid!r}")
        try:
            ZoneInfo(self.timezone)
        except (KeyError, OSError, ValueError) as fault:
            raise ValueError(f"no time zone: {self.timezone!r}") from fault

    def to_facts(self) -> dict[str, Any]:
        """The entry as plain JSON values: moments in ISO 8601 with their offset."""
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in _MOMENTS:
            facts[name] = facts[name] and facts[name].isoformat()
        return facts | {"categories": list(self.categories)}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """The entry that `to_facts` wrote, also by an older or newer release: unknown facts are passed over."""
        known = {field.name: facts[field.name] for field in fields(cls) if field.name in facts}
        for name in _MOMENTS:
            if known.get(name) is not None:
                known[name] = datetime.fromisoformat(known[name])
        return cls(**known | {"categories": tuple(known.get("categories", ()))})


def _in_utc(name: str, moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise ValueError(f"{name} is a moment and needs a zone")
    return moment.astimezone(UTC)
