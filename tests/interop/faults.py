"""Where a reader is wrong: the case, the reason, and what it reads instead. Nothing is passed over: wherever a case
comes up, tests ask for the reader's wrong answer, so a reader that was mended makes them fail until its line here is
taken out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.interop.reading import Entry, Read, told
from tests.unit.calendar_readers import lines


@dataclass(frozen=True)
class Fault:
    """`reads`: what it takes an entry for that has its times in a zone, or in UTC (None)."""

    reader: str
    reads: Callable[[Entry, str | None], Entry]
    reason: str


def without_zero(entry: Entry, zone: str | None) -> Entry:
    return replace(entry, sequence=entry.sequence or None)


def changed_at_midnight(entry: Entry, zone: str | None) -> Entry:
    if zone is None or "T" not in entry.starts:
        return entry
    starts, ends = (_with_the_evenings_offset(instant, zone) for instant in (entry.starts, entry.ends))
    return replace(entry, starts=starts, ends=ends)


def _with_the_evenings_offset(instant: str, zone: str) -> str:
    """The wall time of an instant, taken with the offset that the day ends with."""
    wall = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    midnight = datetime.combine(wall.date() + timedelta(days=1), time(), ZoneInfo(zone))
    meant, taken = wall.utcoffset(), midnight.utcoffset()
    assert meant is not None
    assert taken is not None
    return told(wall.astimezone(UTC) + meant - taken)


FAULTS = (
    Fault(
        reader="ts-ics",
        reads=without_zero,
        reason="2.4.6 drops values that are false in JavaScript, 0 among them. Harmless: without SEQUENCE it is 0 "
        "(RFC 5545 §3.8.7.4).",
    ),
    Fault(
        reader="ts-ics",
        reads=changed_at_midnight,
        reason="2.4.6 lets a day on which the clocks change have its new offset from midnight on, so what lies before "
        "the change is read an hour wrong (RFC 5545 §3.6.5 says to begin at the onset).",
    ),
)


@dataclass(frozen=True)
class Confusion:
    """What a reader makes nothing right of: it refuses the calendar, or takes it for another."""

    reader: str
    comes_from: Callable[[bytes], bool]
    reason: str


def _names_components(body: bytes) -> bool:
    return any(re.search(".(BEGIN|END):VEVENT", line) for line in lines(body))


CONFUSIONS = (
    Confusion(
        reader="ts-ics",
        comes_from=_names_components,
        reason="2.4.6 looks for BEGIN:VEVENT and END:VEVENT anywhere in a line, in texts and names too (RFC 5545 §3.1: "
        "a content line begins with its name).",
    ),
)


def is_confused(reader: str, body: bytes) -> bool:
    return any(each.reader == reader and each.comes_from(body) for each in CONFUSIONS)


def what_is_read(reader: str, meant: Read, zone: str | None) -> Read:
    """What this reader takes a calendar for that means this: the same, but for its known faults."""
    entries = meant.entries
    for fault in FAULTS:
        if fault.reader == reader:
            entries = tuple(fault.reads(entry, zone) for entry in entries)
    return replace(meant, entries=entries)
