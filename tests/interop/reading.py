"""What a reader takes a calendar for, in one form for all of them; and the readers.

icalendar knows the zones of the world by name; vobject, ical.js and libical believe the VTIMEZONE in the file, and so
does icalendar where the zones in it have names that nobody knows ("icalendar, zones as defined").
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import playwright
import vobject
from icalendar import Calendar

from tests.unit.calendar_readers import without_known_zones

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NODE = Path(str(playwright.__file__)).parent / "driver" / "node"
"""The browser driver of the journeys brings one, so nobody has to install Node.js for these."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One VEVENT. `starts` and `ends` are instants in UTC, 2027-06-12T07:00:00Z, or dates, 2027-06-12."""

    uid: str
    sequence: int | None
    status: str | None
    summary: str
    location: str
    starts: str
    ends: str


@dataclass(frozen=True)
class Read:
    """A whole calendar."""

    method: str | None
    entries: tuple[Entry, ...]


class Refused(Exception):
    """A reader takes it for no calendar."""


Reader = Callable[[bytes], Read]


def told(moment: datetime | date) -> str:
    """A time as `Entry` has it; one without a zone is told as it is, so that it is seen."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if moment.utcoffset() is None:
        return f"floating {moment}"
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def by_icalendar(body: bytes) -> Read:
    calendar = Calendar.from_ical(body)
    assert not calendar.errors
    return Read(_text(calendar.get("method")), tuple(_of_icalendar(each) for each in calendar.walk("VEVENT")))


def by_icalendar_as_defined(body: bytes) -> Read:
    return by_icalendar(without_known_zones(body))


def _of_icalendar(event: Any) -> Entry:
    assert not event.errors
    return Entry(
        uid=str(event["uid"]),
        sequence=int(event["sequence"]),
        status=_text(event.get("status")),
        summary=str(event["summary"]),
        location=_text(event.get("location")) or "",
        starts=told(event.decoded("dtstart")),
        ends=told(event.decoded("dtend")),
    )


def by_vobject(body: bytes) -> Read:
    calendar = vobject.readOne(body.decode())
    events = calendar.contents.get("vevent", [])
    return Read(_value(calendar, "method"), tuple(_of_vobject(each) for each in events))


def _of_vobject(event: Any) -> Entry:
    return Entry(
        uid=event.uid.value,
        sequence=int(event.sequence.value),
        status=_value(event, "status"),
        summary=event.summary.value,
        location=_value(event, "location") or "",
        starts=told(event.dtstart.value),
        ends=told(event.dtend.value),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _value(component: Any, name: str) -> str | None:
    found = component.contents.get(name)
    return str(found[0].value) if found else None


class Program:
    """A reader in a language of its own: one process for all that is read, a line for each question and answer."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, **question: str) -> Read:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{self._process.args!r} is gone; what it said last is above"
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return Read(answer["method"], tuple(Entry(**{"sequence": None} | each) for each in answer["entries"]))

    def end(self) -> None:
        self._process.communicate(timeout=30)


@contextmanager
def all_readers() -> Iterator[Mapping[str, Reader]]:
    """Every reader by name. One that is missing on this machine is an error, never passed over."""
    with ExitStack() as stack:
        javascript = Program([str(NODE), str(HERE / "readers.cjs")])
        stack.callback(javascript.end)
        libical = Program([sys.executable, "-m", "tests.interop.read_libical"])
        stack.callback(libical.end)
        yield {
            "icalendar": by_icalendar,
            "icalendar, zones as defined": by_icalendar_as_defined,
            "vobject": by_vobject,
            "ical.js": lambda body: javascript.ask(reader="ical.js", body=body.decode()),
            "ts-ics": lambda body: javascript.ask(reader="ts-ics", body=body.decode()),
            "libical": lambda body: libical.ask(body=body.decode()),
        }
