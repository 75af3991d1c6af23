"""Lines that head a day or a part of it, and the hours of a whole day. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eventsapp.agenda.text_days import past_label
from eventsapp.agenda.text_entries import DAY, HEADING, HEADS, TEXT, TIMED, Entry, day_within, half_heading
from eventsapp.agenda.text_lines import Steps
from eventsapp.agenda.text_times import Clock

_OVERALL = 180
"""Minutes: shorter times without a title are no opening hours of the day."""
_HEADING = re.compile(
    r"(?i:(?:session|sessie|sitzung|séance|part|partie|deel|teil|block|blok|bloc|theme|thème|thema|track"
    r"|panel|section|volet|module|axe)"
    r" ?(?:\d{1,2}|[ivx]{1,4}|[a-z]|one|two|three|un|deux|trois|een|twee|drie|eins|zwei|drei)\b(?![’'])"
    r"|(?:draft |provisional )?(?:programme?|agenda|programma|programm|tagesordnung|ordre du jour"
    r"|dagprogramma|schedule|tagesprogramm)\W*$"
    r"|page \d|p\. ?\d+$|seite \d|pagina \d)"
)


def with_headings(entries: Sequence[Entry], steps: Steps) -> list[Entry]:
    """Text lines that head a day or a part of it, days that turn out to be text, and hours of a whole day."""
    done: list[Entry] = []
    following = _next_content(entries)
    open_time = False
    begun = False
    for n, entry in enumerate(entries):
        steps.step()
        after = following[n]
        kept = entry
        if entry.what == TEXT and not open_time:
            kept = _heading(entry, after, entries[n - 1] if n else None, begun=begun)
        elif entry.what == DAY and entry.day and begun and not _is_day(entry, after, entries[n - 1]):
            kept = Entry(entry.line)
        elif entry.what == TIMED and _is_overall(entry, entries, n):
            kept = Entry(entry.line, DAY if entry.day else HEADING, day=entry.day)
        open_time = kept.bare_time or (open_time and kept.what == HEADS)
        begun = begun or kept.what == TIMED
        done.append(kept)
    return done


def _next_content(entries: Sequence[Entry]) -> list[Entry | None]:
    """For each entry the next one that is no head of a table."""
    found: list[Entry | None] = [None] * len(entries)
    after: Entry | None = None
    for n in range(len(entries) - 1, -1, -1):
        found[n] = after
        if entries[n].what != HEADS:
            after = entries[n]
    return found


def _heading(entry: Entry, after: Entry | None, before: Entry | None, *, begun: bool) -> Entry:
    text = entry.line.text
    timed_next = after is not None and after.what == TIMED
    own_block = entry.line.after_blank or not begun or (before is not None and before.what in (DAY, HEADING, HEADS))
    if (not entry.line.bullet or entry.line.heading) and (own_block or timed_next) and (day := day_within(text)):
        known = past_label(text) > 0
        if known or timed_next or (after is not None and after.what in (DAY, HEADING)) or not begun:
            return Entry(entry.line, DAY, day=day)
    if entry.line.heading:
        return Entry(entry.line, HEADING)
    if half_heading(text) and (timed_next or own_block):
        return Entry(entry.line, HEADING)
    if _HEADING.match(text) and not entry.line.bullet and (own_block or timed_next):
        ok = before is None or before.what != TEXT or entry.line.after_blank
        return Entry(entry.line, HEADING) if ok else entry
    if timed_next and entry.line.after_blank and after is not None and _is_loud(text):
        return Entry(entry.line, HEADING)
    return entry


def _is_loud(text: str) -> bool:
    return text.isupper() and len(text) <= 80


def _is_day(entry: Entry, after: Entry | None, before: Entry) -> bool:
    """A day among the sessions: nothing else reads so, or a session follows, or it stands alone between blank lines."""
    mark = entry.day
    if mark is None or (before.bare_time and not entry.line.after_blank and not mark.sure):
        return False
    return mark.sure or entry.line.after_blank or (after is not None and after.what in (TIMED, DAY, HEADING))


def _is_overall(entry: Entry, entries: Sequence[Entry], n: int) -> bool:
    """The hours of the whole day, above its sessions: "Thursday 14 October, 9:00 – 17:00"."""
    span = entry.span
    if span is None or span.end is None or not (entry.bare_time or entry.day) or entry.roles:
        return False
    if n and any(each.what == TIMED for each in entries[max(0, n - 3) : n]) and not entry.day:
        return False
    starts = [each.start for each in entries[n + 1 : n + 12] if each.what == TIMED and not each.day][:2]
    long = (span.end.raw - span.start.raw) % 720 >= _OVERALL or span.end.raw - span.start.raw >= _OVERALL
    if len(starts) < 2 or not long:
        return False
    first = _near(starts[0], span.start)
    return 0 <= first - span.start.raw <= 90 and (starts[1].raw > starts[0].raw or starts[1].hour < 8)


def _near(clock: Clock, start: Clock) -> int:
    return clock.raw + (720 if clock.half == "pm" and start.half != "pm" and clock.hour < 12 else 0)
