"""Dates and halves of the day for times as written. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from eventsapp.agenda.text_kinds import closes
from eventsapp.agenda.text_model import Unsure
from eventsapp.agenda.text_times import Clock, Span, length_at_end

LAST_LENGTH, CLOSING_LENGTH = 60, 30
"""Minutes, for the last session of a day when it has no end."""
_DAY, _HALF_DAY = 1440, 720
_LONGEST = 720
"""Minutes: what would last longer ends before it starts."""
_LONGEST_GUESS = 540


@dataclass
class Draft:
    """A session in the making."""

    span: Span
    day: date
    line: int
    half: str = ""
    """Of the heading it stands under."""
    title: str = ""
    kind: str = ""
    room: str = ""
    speakers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    starts: int = 0
    """Minutes since the midnight before its day."""
    ends: int | None = None

    def doubt(self, *reasons: Unsure) -> None:
        self.unsure += [reason for reason in reasons if reason not in self.unsure]

    def at(self, minutes: int) -> datetime:
        try:
            return datetime.combine(self.day, time()) + timedelta(minutes=minutes)
        except OverflowError:
            return datetime.combine(self.day, time(23, 59))


def settle(drafts: list[Draft]) -> None:
    """Sets the start and the end of each, in the order of the paste."""
    before: Draft | None = None
    full_day = any(_past_noon(draft.span) for draft in drafts)
    for draft in drafts:
        if before is not None and before.day != draft.day:
            before = None
        if draft.span.bare:
            draft.doubt(Unsure.BARE_HOUR)
        draft.starts = _start(draft, before, full_day=full_day)
        if before is not None and draft.starts < before.starts:
            draft.doubt(Unsure.OUT_OF_ORDER)
        draft.ends = _end(draft, full_day=full_day)
        if draft.starts >= _DAY or (draft.ends is not None and draft.ends > _DAY):
            draft.doubt(Unsure.PAST_MIDNIGHT)
        before = draft
    _end_where_next_begins(drafts)


def _past_noon(span: Span) -> bool:
    """Written on a clock of 24 hours."""
    return any(clock is not None and 13 <= clock.hour <= 23 for clock in (span.start, span.end))


def _halved(clock: Clock, half: str) -> int:
    hour = clock.hour % 12 if clock.hour <= 12 else clock.hour
    return (hour + (12 if half == "pm" and clock.hour <= 12 else 0)) * 60 + clock.minute


def _start(draft: Draft, before: Draft | None, *, full_day: bool) -> int:
    start, end = draft.span.start, draft.span.end
    last = before.starts if before else None
    if start.half == "am" and start.hour == 12 and last is not None and 420 <= last < 780:
        # Many write the noon so.
        draft.doubt(Unsure.HALF_DAY_GUESSED)
        return _HALF_DAY + start.minute
    if start.half:
        return _not_before(_halved(start, start.half), last)
    if start.hour == 24:
        return _DAY if last is not None and last >= 1080 else 0
    if end is not None and end.half and start.hour <= 12:
        return _not_before(_carried(start, end), last)
    if start.hour == 0 or start.hour > 12:
        return _not_before(start.raw, last)
    return _told_from_around(draft, start, last, full_day=full_day)


def _carried(start: Clock, end: Clock) -> int:
    """Of the two halves the one that gives the shorter session: "11–1 pm" begins in the morning."""
    last = _halved(end, end.half)
    return min((_halved(start, half) for half in ("am", "pm")), key=lambda minutes: (last - minutes) % _DAY)


def _not_before(minutes: int, last: int | None) -> int:
    """After midnight when the evening came before."""
    if last is not None and minutes < last and last % _DAY >= 1080 and minutes < 360:
        return minutes + last // _DAY * _DAY + _DAY
    if last is not None and last >= _DAY and minutes < 360:
        return minutes + _DAY
    return minutes


def _told_from_around(draft: Draft, start: Clock, last: int | None, *, full_day: bool) -> int:
    minutes = start.raw
    if start.hour == 12:
        return minutes
    if (draft.half == "pm" and start.hour <= 7) or (draft.half == "evening" and start.hour >= 5):
        return minutes + _HALF_DAY
    if full_day:
        return _not_before(minutes, last)
    if last is None:
        afternoon = start.hour <= 5
    else:
        afternoon = minutes < last % _DAY <= minutes + _HALF_DAY and (start.hour < 8 or last >= 1020)
    if afternoon:
        draft.doubt(Unsure.HALF_DAY_GUESSED)
        return minutes + _HALF_DAY
    return _not_before(minutes, last)


def _end(draft: Draft, *, full_day: bool) -> int | None:
    end, starts = draft.span.end, draft.starts
    if end is None:
        length = draft.span.length
        return starts + length if length and length <= _LONGEST else None
    base = starts // _DAY * _DAY
    if end.half == "am" and end.hour == 12 and 420 <= starts < _HALF_DAY:
        draft.doubt(Unsure.HALF_DAY_GUESSED)
        ends = _HALF_DAY + end.minute
    elif end.half:
        ends = base + _halved(end, end.half)
        ends += _DAY if ends < starts else 0
    else:
        ends = base + (end.raw or _DAY)
        if ends < starts:
            ends = _later_end(draft, ends, end, full_day=full_day)
    if ends - starts > _LONGEST and not (end.raw > draft.span.start.raw and not end.half):
        draft.doubt(Unsure.END_BEFORE_START)
        return None
    return ends


def _later_end(draft: Draft, ends: int, end: Clock, *, full_day: bool) -> int:
    """An end that reads as before the start: in the afternoon, or after midnight."""
    afternoon = ends + _HALF_DAY
    if end.hour <= 12 and 0 <= afternoon - draft.starts <= _LONGEST_GUESS and not (full_day and draft.starts >= 1080):
        if not draft.span.start.half and (full_day or draft.starts < _HALF_DAY):
            draft.doubt(Unsure.HALF_DAY_GUESSED)
        return afternoon
    return ends + _DAY


def _end_where_next_begins(drafts: list[Draft]) -> None:
    """One pass from the back: `later` holds the sessions that follow, the nearest on top, each beginning before the
    ones below it."""
    later: list[Draft] = []
    for draft in reversed(drafts):
        if later and later[-1].day != draft.day:
            later = []
        while later and later[-1].starts <= draft.starts:
            later.pop()
        _guess_end(draft, later[-1].starts if later else None)
        later.append(draft)


def _guess_end(draft: Draft, next_start: int | None) -> None:
    if draft.ends is not None:
        return
    said = length_at_end(draft.title)
    if said and said <= _LONGEST and (next_start is None or draft.starts + said <= next_start):
        draft.ends = draft.starts + said
    elif next_start is not None:
        draft.ends = next_start
        draft.doubt(Unsure.END_GUESSED)
    else:
        draft.ends = draft.starts + (CLOSING_LENGTH if closes(draft.title) else LAST_LENGTH)
        draft.doubt(Unsure.LAST_LENGTH_GUESSED)
