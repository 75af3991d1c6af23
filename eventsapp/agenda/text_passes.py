"""What lines mean together: bare numbers that are hours, times after titles, times on two lines, headings. Pure.

Each pass takes the entries and gives new ones, looking at each once.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from eventsapp.agenda.text_entries import DAY, HEADING, HEADS, TEXT, TIMED, Entry, time_within
from eventsapp.agenda.text_lines import Steps
from eventsapp.agenda.text_times import Clock, Span, read_span

_TO_LINE = re.compile(r"(?i:to|until|till|à|a|au|tot|bis)")
_END_LABEL = re.compile(r"(?i:end(?:s| time)?|until|to|fin|heure de fin|einde|eindtijd|ende|bis|tot)\s*:\s*")
_LIST_START = 5


def without_false_hours(entries: Sequence[Entry], steps: Steps) -> list[Entry]:
    """Bare numbers that do not fit the times around them become text again."""
    bare = [n for n, entry in enumerate(entries) if entry.what == TIMED and entry.span and entry.span.bare]
    if not bare:
        return list(entries)
    singles = [n for n in bare if entries[n].span.end is None]  # type: ignore[union-attr]
    together = _increasing(entries, singles) and entries[singles[0]].start.hour > _LIST_START
    done: list[Entry] = []
    before: Entry | None = None
    following = _next_firm(entries)
    for n, entry in enumerate(entries):
        steps.step()
        if entry.what == DAY or entry.day:
            before = None
        if entry.what != TIMED or entry.span is None:
            done.append(entry)
            continue
        if entry.span.bare and not _fits(entry.span, before, following[n], together=together):
            done.append(Entry(entry.line))
            continue
        before = entry
        done.append(entry)
    return done


def _increasing(entries: Sequence[Entry], places: list[int]) -> bool:
    """At least two, none smaller than the one before within a day; a list that counts from 1 is none of hours."""
    hours = [entries[n].start.hour for n in places]
    falls = sum(1 for one, two in itertools.pairwise(hours) if two < one)
    return len(hours) >= 2 and falls <= len(hours) // 4


def _next_firm(entries: Sequence[Entry]) -> list[Entry | None]:
    """For each entry the next one whose time is sure, on the same day."""
    found: list[Entry | None] = [None] * len(entries)
    firm: Entry | None = None
    for n in range(len(entries) - 1, -1, -1):
        entry = entries[n]
        found[n] = firm
        if entry.what == DAY:
            firm = None
        elif entry.what == TIMED and entry.span and not entry.span.bare:
            firm = entry
    return found


def _fits(span: Span, before: Entry | None, after: Entry | None, *, together: bool) -> bool:
    last = before.span if before else None
    start = span.start.raw
    floor = last.start.raw if last else 0
    if last and last.start.half == "pm" and last.start.hour < 12:
        floor -= 720
    twelve = start < floor and floor >= 600 and start + 720 >= floor and span.start.hour <= 7 and floor < 1080
    if start < floor and not twelve:
        return False
    if after and after.start.raw < start and not after.start.half and after.start.raw >= floor:
        return False
    if span.end:
        return span.end.raw > start or (span.end.hour <= 7 and span.start.hour <= 12)
    return together or bool(last and last.bare and last.end and last.end.raw == start)


def with_times_after_titles(entries: Sequence[Entry], steps: Steps) -> list[Entry]:
    """Lines whose time stands at their end: all of them when that is how the paste is written, and otherwise those
    whose range goes on where the item above has ended."""
    leading = sum(1 for entry in entries if entry.what == TIMED)
    found: dict[int, Entry] = {}
    for n, entry in enumerate(entries):
        if entry.what == TEXT:
            steps.step(1 + min(len(entry.line.text), 400) // 40)
            late = time_within(entry.line, at_end=False)
            if late:
                found[n] = late
    main = len(found) > leading or (leading <= 1 and len(found) == leading and bool(found))
    done: list[Entry] = []
    before: Span | None = None
    for n, entry in enumerate(entries):
        late = found.get(n)
        after = entries[n + 1] if n + 1 < len(entries) else None
        kept = late if late and (main or _goes_on(late, before) or (before is None and _leads(late, after))) else entry
        done.append(kept)
        if kept.what == DAY:
            before = None
        before = kept.span or before
    return done


def _goes_on(late: Entry, before: Span | None) -> bool:
    if late.span is None or late.span.end is None or late.line.bullet or before is None or len(late.title) > 80:
        return False
    return late.span.start.raw >= (before.end or before.start).raw and before.end is not None


def _leads(late: Entry, after: Entry | None) -> bool:
    """ "Registration from 8:30" right above the first session."""
    if late.span is None or after is None or after.what != TIMED or after.line.after_blank or len(late.title) > 40:
        return False
    return late.line.text[-1].isalnum() and after.start.raw - 120 <= late.span.start.raw < after.start.raw


def with_joined_times(entries: Sequence[Entry], steps: Steps) -> list[Entry]:
    """A range on two or three lines ("09:00 –", "09:30") is one."""
    done: list[Entry] = []
    n = 0
    while n < len(entries):
        steps.step()
        entry, used = entries[n], 1
        if entry.bare_time and entry.span and entry.span.end is None:
            joined = _joined(entry, entries[n + 1 : n + 4])
            if joined:
                entry, used = joined
        done.append(entry)
        n += used
    return done


def _joined(entry: Entry, rest: Sequence[Entry]) -> tuple[Entry, int] | None:
    if not rest:
        return None
    after = rest[0]
    if after.what == TEXT and _TO_LINE.fullmatch(after.line.text) and len(rest) > 1 and _single(rest[1]):
        return _ending(entry, rest[1], (after,)), 3
    if label := _END_LABEL.match(after.line.text):
        found = read_span(after.line.text, label.end())
        if found and found[0].end is None:
            end = replace(after, what=TIMED, span=found[0], title=after.line.text[found[1] :])
            return _ending(entry, end, ()), 2
    if not _single(after) or after.line.after_blank or not _later(after.start, entry.start):
        return None
    dangling = bool(entry.span and entry.span.dangling)
    dashed = after.line.dashed and not entry.line.dashed
    columns = after.bare_time and len(rest) > 1 and rest[1].what == TEXT and not rest[1].line.after_blank
    return (_ending(entry, after, ()), 2) if dangling or dashed or columns else None


def _later(end: Clock, start: Clock) -> bool:
    """Whether a time can be the end of what begins at another."""
    if start.half == end.half:
        return (
            end.raw % 720 > start.raw % 720
            if start.half
            else end.raw > start.raw or (start.hour >= 10 and end.hour <= 6)
        )
    return end.half != "am"


def _single(entry: Entry) -> bool:
    return entry.what == TIMED and entry.span is not None and entry.span.end is None and entry.day is None


def _ending(entry: Entry, end: Entry, between: tuple[Entry, ...]) -> Entry:
    if entry.span is None or end.span is None:
        raise ValueError("both have a time")
    span = replace(entry.span, end=end.span.start, length=end.span.length, dangling=False, only_hour=False)
    further = (*(each.line for each in between), end.line)
    return replace(end, line=entry.line, span=span, day=entry.day, lines=further)


def with_titles_above(entries: Sequence[Entry], steps: Steps) -> list[Entry]:
    """Times on lines of their own under their titles, when the whole paste is written so."""
    times = [n for n, entry in enumerate(entries) if entry.bare_time]
    if len(times) < 2 or any(entry.what == TIMED and not entry.bare_time for entry in entries):
        return list(entries)
    steps.step(len(entries))
    above = sum(1 for n in times if _text_at(entries, n - 1) and not entries[n].line.after_blank)
    below = sum(1 for n in times if _text_at(entries, n + 1) and not entries[n + 1].line.after_blank)
    second = sum(1 for n in times if _text_at(entries, n - 1) and (n == 1 or _opens(entries, n - 1)))
    if above < len(times) or not (below < above or second * 10 > len(times) * 7):
        return list(entries)
    done: list[Entry] = []
    for entry in entries:
        if entry.bare_time and done and done[-1].what == TEXT:
            block = [done.pop()]
            while done and done[-1].what == TEXT and not block[0].line.after_blank and done[-1].line.after_blank:
                block.insert(0, done.pop())
            title = block[0].line
            rest = tuple(each.line.raw for each in block[1:])
            done.append(
                replace(entry, line=replace(title, width=10_000), title=title.text, notes=rest, lines=(entry.line,))
            )
        else:
            done.append(entry)
    return done


def _text_at(entries: Sequence[Entry], n: int) -> bool:
    return 0 <= n < len(entries) and entries[n].what == TEXT


def _opens(entries: Sequence[Entry], n: int) -> bool:
    """Begins a block: after a blank line or a heading."""
    return n == 0 or entries[n].line.after_blank or entries[n - 1].what in (DAY, HEADS, HEADING)
