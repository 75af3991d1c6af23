"""What reading a pasted agenda gives: sessions, lines that are none, and what the reader was unsure of. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class Unsure(enum.Enum):
    """Why a session wants a second look. The words for people are in `agenda.text_words`."""

    END_GUESSED = "end_guessed"
    """No end was written: it ends when the next one begins."""
    LAST_LENGTH_GUESSED = "last_length_guessed"
    """No end was written and none follows on that day: its length is a guess to be asked about."""
    END_BEFORE_START = "end_before_start"
    """The end as written lies before the start and was not used."""
    PAST_MIDNIGHT = "past_midnight"
    """It ends, or is held, on the calendar day after its heading."""
    HALF_DAY_GUESSED = "half_day_guessed"
    """Morning or afternoon was not written and was told from the sessions around it."""
    BARE_HOUR = "bare_hour"
    """A number without minutes or a word like "h" was taken for an hour."""
    TITLE_MISSING = "title_missing"
    """There is a time and no title."""
    TITLE_JOINED = "title_joined"
    """The title goes on in the next line, as far as one can tell."""
    TITLE_CUT = "title_cut"
    """The title was too long; the rest is in the notes."""
    DAY_GUESSED = "day_guessed"
    """The day's heading does not fit the date given, or its weekday does not fit its date."""
    OUT_OF_ORDER = "out_of_order"
    """It starts before the session above it."""
    TIME_SKIPPED = "time_skipped"
    """The clocks skip this time on that day (spring)."""
    TIME_TWICE = "time_twice"
    """The clocks show this time twice on that day (autumn)."""


@dataclass(frozen=True)
class ParsedSession:
    """One timed item. Times are wall times, naive; an end is never before its start."""

    starts_at: datetime
    ends_at: datetime
    title: str
    """Empty when none was found (`Unsure.TITLE_MISSING`)."""
    kind: str
    room: str = ""
    speakers: tuple[str, ...] = ()
    notes: str = ""
    """Lines that belong to it and are no title, as they were pasted."""
    line: int = 0
    """Of the paste, from 1: where it began."""
    unsure: tuple[Unsure, ...] = ()


@dataclass(frozen=True)
class UnreadLine:
    """A line that became no part of a session: a heading, an introduction, a footer."""

    line: int
    text: str


@dataclass(frozen=True)
class ParsedAgenda:
    """The sessions in the order of the paste, and what is left of it, so that nothing is dropped silently."""

    sessions: tuple[ParsedSession, ...]
    unread: tuple[UnreadLine, ...]
    steps: int
    """Work done; it grows linearly with the text."""
