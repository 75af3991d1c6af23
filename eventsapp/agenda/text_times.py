"""Times as people write them in English, French, Dutch and German. Pure; the patterns are in `text_patterns`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from eventsapp.agenda.text_patterns import (
    AFTER,
    BARE,
    BETWEEN,
    CLOCK,
    CLOSED,
    DAYPART,
    END,
    HALF_HOUR,
    HOUR_WORD,
    LENGTH,
    LENGTH_AFTER,
    LENGTH_AT_END,
    MIDNIGHT,
    MILITARY,
    MONTHISH,
    NOON,
    NOTHING,
    NUMBERED,
    ONWARDS,
    OPENING,
    PREFIX,
    SEPARATOR,
    SESSION,
    STRONG,
    SUFFIX,
    UNIT,
    ZONE,
    A,
)


@dataclass(frozen=True)
class Clock:
    """One time as written; 24 is midnight at the end of a day."""

    hour: int
    minute: int = 0
    half: str = ""
    """ "am", "pm" or not said."""
    bare: bool = False
    """A number and nothing else."""

    @property
    def raw(self) -> int:
        return self.hour * 60 + self.minute


@dataclass(frozen=True)
class Span:
    """A start, perhaps an end, perhaps a length in minutes."""

    start: Clock
    end: Clock | None = None
    length: int | None = None
    bare: bool = False
    """All of it is numbers without a mark of time: other lines must agree before it is taken for one."""
    dangling: bool = False
    """A dash follows, and no end."""
    only_hour: bool = False
    """ "2h": may be a length."""


def read_span(text: str, at: int = 0, *, military: bool = False, prefixed: bool = True) -> tuple[Span, int] | None:
    """The time or range that stands at this place, and where the text goes on."""
    number = NUMBERED.match(text, at)
    if number and prefixed:
        found = read_span(text, number.end(), military=military, prefixed=False)
        if found and not found[0].bare:
            return found
    opening = OPENING.match(text, at)
    place = opening.end() if opening else at
    between = named = False
    for _ in range(3 if prefixed else 0):
        prefix = PREFIX.match(text, place)
        if prefix is None:
            break
        place, between, named = prefix.end(), between or bool(prefix["between"]), True
    found = _range(text, place, military=military, between=between)
    if found is None or (named and found[0].bare and found[0].end is None):
        return None
    span, place = found
    return _finished(text, span, place, closed=opening is not None)


def _range(text: str, at: int, *, military: bool, between: bool) -> tuple[Span, int] | None:
    first = _clock(text, at, military=military)
    if first is None:
        return None
    start, place, only_hour = first
    zone = ZONE.match(text, place)
    onward = zone.end() if zone else place
    dash = SEPARATOR.match(text, onward)
    for separator, strict in ((dash, False), (A.match(text, onward), True), (NOTHING.match(text, onward), True)):
        if separator is None:
            continue
        found = _ended(text, start, separator, strict=strict, military=military, zoned=zone is not None)
        if found:
            return found
    if between and (word := BETWEEN.match(text, onward)):
        found = _ended(text, start, word, strict=False, military=military, zoned=False)
        if found:
            return found
    if start.bare and not _may_be_hour(text, place):
        return None
    dangling = dash is not None and not dash["word"] and not text[dash.end() :].strip()
    return Span(start, bare=start.bare, dangling=dangling, only_hour=only_hour), place


def _ended(
    text: str, start: Clock, separator: re.Match[str], *, strict: bool, military: bool, zoned: bool
) -> tuple[Span, int] | None:
    """The range, if an end follows this separator. `strict`: only one that cannot be anything else."""
    second = _clock(text, separator.end(), military=military)
    if second is None:
        return None
    end, place, _ = second
    if strict and (
        text[separator.end()].isalpha() or start.bare or end.bare or end.half != start.half or end.raw <= start.raw
    ):
        return None
    zone = ZONE.match(text, place) if separator[0].strip() == "/" else None
    if zone and zoned:
        # "15:00 CET / 9:00 EST": the same moment once more.
        return Span(start), zone.end()
    if end.bare and not _may_end(text, separator[0], place):
        return None
    return Span(start, end, bare=start.bare and end.bare), place


def _may_end(text: str, separator: str, place: int) -> bool:
    """Whether a bare number after a separator is an hour: "9.00-10 Welcome", not "9.00 - 10 years of"."""
    rest = text[place : place + 40]
    following = rest.lstrip()
    if not following or following[0] in ":;,.)]|/\t–—-":
        return not (following[:1] == "-" and following[1:2].isalnum())
    if rest[:1].isalpha() or following[0].isdigit() or MONTHISH.match(following):
        return False
    if UNIT.match(following) and not SESSION.match(following):
        return False
    # Glued by a dash, "9-10" is a time even before a small letter; "4 à 6" and "9 - 10" are not.
    return following[0].isupper() or (not separator.strip().isalpha() and separator == separator.strip())


def _may_be_hour(text: str, place: int) -> bool:
    """Whether a bare number at the start of a line may be an hour: "15 Opening", not "15 years of"."""
    rest = text[place : place + 40]
    following = rest.lstrip(" \t:–—-")
    if not following or rest[:1].isalpha() or MONTHISH.match(following):
        return False
    if UNIT.match(following) and not SESSION.match(following):
        return False
    if rest[:1] in ".)" or (rest[:1] == "-" and rest[1:2].isalnum()):
        return False
    return following[0].isupper() or following[0] in '"“«'


def _clock(text: str, at: int, *, military: bool) -> tuple[Clock, int, bool] | None:
    """A time, where the text goes on, and whether it was an hour with "h" or "u" alone."""
    for pattern, hour in ((NOON, 12), (MIDNIGHT, 24)):
        word = pattern.match(text, at)
        if word and (at or _ends_word(text, word.end())):
            return Clock(hour), word.end(), False
    four = MILITARY.match(text, at)
    if four and (military or re.compile(rf" ?(?:hrs?|h|Uhr|uur|u){END}").match(text, four.end()) or four[0][0] == "0"):
        return _with_suffix(text, four)
    found = CLOCK.match(text, at) or HALF_HOUR.match(text, at)
    if found:
        return _with_suffix(text, found)
    word = HOUR_WORD.match(text, at)
    if word:
        clock, place = _with_daypart(text, Clock(int(word["hour"])), word.end())
        return clock, place, True
    bare = BARE.match(text, at)
    if bare:
        clock, place, _ = _with_suffix(text, bare)
        return replace(clock, bare=not clock.half and place == bare.end()), place, False
    return None


def _ends_word(text: str, at: int) -> bool:
    """ "Midi" begins titles too: at the start of a line it is a time only before a mark, a tab or the end."""
    rest = text[at : at + 3].lstrip(" ")
    return not rest or rest[0] in ":–—-\t/>(,;" or text[at : at + 1] == "\t"


def _with_suffix(text: str, found: re.Match[str]) -> tuple[Clock, int, bool]:
    hour, minute = int(found["hour"]), int(found.groupdict().get("minute") or 0)
    suffix = SUFFIX.match(text, found.end())
    half, place = "", found.end()
    if suffix and not (hour > 12 and (suffix["half"] or suffix["glued"])):
        place = suffix.end()
        letter = (suffix["half"] or suffix["glued"] or "")[:1].lower()
        half = f"{letter}m" if letter else ("pm" if suffix["noon"] else "")
        if suffix["midnight"]:
            hour = 24 if hour == 12 else hour
    clock, place = _with_daypart(text, Clock(hour, 0 if hour == 24 else minute, half), place)
    return clock, place, False


def _with_daypart(text: str, clock: Clock, place: int) -> tuple[Clock, int]:
    part = DAYPART.match(text, place)
    if part is None:
        return clock, place
    return replace(clock, half=("am" if part["am"] else "pm") if clock.hour <= 12 else ""), part.end()


def _finished(text: str, span: Span, place: int, *, closed: bool) -> tuple[Span, int]:
    """Past zone, brackets, a length in brackets, and the marks between time and title."""
    zone = ZONE.match(text, place)
    if zone:
        place = zone.end()
    if span.end is None and (onwards := ONWARDS.match(text, place)):
        place = onwards.end()
    if closed and (end := CLOSED.match(text, place)):
        place = end.end()
    length = LENGTH_AFTER.match(text, place)
    if length:
        span, place = replace(span, length=minutes_of(length)), length.end()
    after = AFTER.match(text, place)
    place = after.end() if after else place
    return span, place


def minutes_of(length: re.Match[str]) -> int:
    if length["minutes"]:
        return int(length["minutes"])
    return int(length["hours"]) * 60 + int(length["odd"] or 0)


def length_in(cell: str) -> int | None:
    """The minutes that a cell of its own says: "30 min", "1h30"."""
    found = LENGTH.fullmatch(cell)
    return (minutes_of(found) or None) if found else None


def length_at_end(title: str) -> int | None:
    """The minutes in brackets at the end of a title: "Coffee (30 min)"."""
    found = LENGTH_AT_END.search(title[-24:])
    return (minutes_of(found) or None) if found else None


MOST_INSIDE = 400


def places_inside(text: str) -> list[int]:
    """Where within a line something stands that can only be a time."""
    return [found.start() for found, _ in zip(STRONG.finditer(text), range(MOST_INSIDE), strict=False)]
