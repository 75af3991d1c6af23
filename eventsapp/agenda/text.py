"""An agenda from pasted text. Pure: text and a date in, sessions out; it never raises, whatever is pasted.

The way of a paste: lines without the marks of Word and web pages (`text_lines`); what each line is by itself
(`text_entries`, with `text_times`, `text_days`, `text_tables`); what lines mean together (`text_passes`); titles and
the lines under them (`text_titles`); dates and halves of the day (`text_clock`).
"""

from __future__ import annotations

from datetime import date

from eventsapp.agenda.text_calendar import Calendar
from eventsapp.agenda.text_clock import Draft, settle
from eventsapp.agenda.text_entries import DAY, TEXT, TIMED, Entry, entries_of, half_heading, names_in
from eventsapp.agenda.text_headings import with_headings
from eventsapp.agenda.text_kinds import kind_of
from eventsapp.agenda.text_lines import Line, Steps, lines_of
from eventsapp.agenda.text_model import ParsedAgenda, ParsedSession, UnreadLine, Unsure
from eventsapp.agenda.text_passes import (
    with_joined_times,
    with_times_after_titles,
    with_titles_above,
    without_false_hours,
)
from eventsapp.agenda.text_tables import is_room, is_room_line
from eventsapp.agenda.text_titles import Wrapping, goes_on, joined, label_of, tidy, wrapping_of

__all__ = ["ParsedAgenda", "ParsedSession", "UnreadLine", "Unsure", "parse"]

LONGEST_TITLE = 300
"""What `agenda.rules` takes; `tests/unit/test_agenda_text.py` holds the two together."""
LONGEST_ROOM = 120


def parse(text: str, date: date) -> ParsedAgenda:
    """The sessions of a pasted agenda; `date` is its first day. docs/agenda-text.md tells what it reads."""
    steps = Steps()
    entries = entries_of(lines_of(text, steps), steps)
    for look in (without_false_hours, with_times_after_titles, with_joined_times, with_titles_above, with_headings):
        entries = look(entries, steps)
    reader = _Reader(date, wrapping_of(entries, steps), last=_last_timed(entries), spaced=_spaced(entries))
    for place, entry in enumerate(entries):
        steps.step()
        reader.read(entry, place)
    settle(reader.drafts)
    steps.step(2 * len(reader.drafts))
    return ParsedAgenda(tuple(map(_session, reader.drafts)), tuple(reader.unread), steps.count)


def _last_timed(entries: list[Entry]) -> int:
    return max((place for place, entry in enumerate(entries) if entry.what == TIMED), default=-1)


def _spaced(entries: list[Entry]) -> bool:
    """Somewhere between two sessions text stands after a blank line: then so it may under the last one."""
    after = False
    seen = False
    for entry in entries:
        if entry.what == TIMED:
            if seen and after:
                return True
            seen, after = True, False
        elif entry.what == TEXT:
            after = after or (seen and entry.line.after_blank)
        else:
            after = False
    return False


class _Reader:
    """Walks the entries once; what is under no session is unread."""

    def __init__(self, first: date, wrapping: Wrapping, *, last: int, spaced: bool) -> None:
        self.drafts: list[Draft] = []
        self.unread: list[UnreadLine] = []
        self._calendar = Calendar(first)
        self._wrapping = wrapping
        self._last = last
        self._spaced = spaced
        self._current: Draft | None = None
        self._above: Line | None = None
        """The line that the title may go on from."""
        self._roles: tuple[str, ...] = ()
        self._filled = 0
        """Of the row of a table that is open: its cells may have line ends within."""
        self._half = ""
        self._day_guessed = False

    def read(self, entry: Entry, place: int) -> None:
        if entry.day is not None and (entry.what == TIMED or place < self._last):
            self._turn(entry)
        if entry.what == TIMED:
            self._begin(entry)
        elif entry.what == TEXT and self._current is not None and not self._is_footer(entry, place):
            self._go_on(self._current, entry.line)
        else:
            if entry.what != DAY:
                self._half = half_heading(entry.line.text) or self._half
            self._current = None if entry.what != TEXT or entry.line.after_blank else self._current
            self._leave(entry.line)

    def _turn(self, entry: Entry) -> None:
        if entry.day is None:
            return
        guessed = self._calendar.turn(entry.day, sessions_before=bool(self.drafts))
        self._day_guessed = guessed and (entry.what == DAY or self._day_guessed or not self.drafts)
        if entry.what == DAY or entry.day.half:
            self._half = entry.day.half

    def _is_footer(self, entry: Entry, place: int) -> bool:
        """Text after the last session and a blank line, in a paste without such text elsewhere."""
        if place < self._last or self._spaced or not self._current or not self._current.title:
            return False
        return entry.line.after_blank and not entry.line.bullet

    def _leave(self, line: Line) -> None:
        self.unread.append(UnreadLine(line.number, line.raw))

    def _begin(self, entry: Entry) -> None:
        if entry.span is None:
            return
        for head, title in entry.tracks or [("", entry.title)]:
            draft = Draft(entry.span, self._calendar.today, entry.line.number, half=self._half)
            draft.title, draft.room = title.strip(), head or entry.room
            draft.speakers, draft.notes = list(entry.speakers), list(entry.notes)
            if self._day_guessed:
                draft.doubt(Unsure.DAY_GUESSED)
                self._day_guessed = False
            self.drafts.append(draft)
            self._current = draft
        self._above = entry.lines[-1] if entry.lines and entry.line.width < 10_000 else entry.line
        self._roles, self._filled = entry.roles, entry.filled

    def _go_on(self, draft: Draft, line: Line) -> None:
        """A line of text under a session."""
        label = label_of(line.text)
        if self._in_cell(draft, line):
            return
        if line.hollow and len(line.cells) >= 2 and draft.title and not label:
            self._beside(draft, line)
        elif label and label[0] == "title" and not draft.title:
            draft.title, self._above = label[1], line
        elif label and label[0] != "title":
            self._above = None
            if label[0] == "room" and not draft.room:
                draft.room = label[1]
            elif label[0] == "speakers":
                draft.speakers += names_in(label[1])
            else:
                draft.notes.append(line.raw)
        elif not draft.title:
            cells = [cell for cell in line.cells if cell]
            draft.title, self._above = cells[0], line
            draft.notes += cells[1:]
        elif self._above and not line.after_blank and goes_on(draft.title, self._above, line, self._wrapping):
            cells = [cell for cell in line.cells if cell]
            draft.title, self._above = joined(draft.title, cells[0]), line
            draft.notes += cells[1:]
            draft.doubt(Unsure.TITLE_JOINED)
        elif not draft.room and is_room_line(line.text):
            draft.room, self._above = line.text, None
        else:
            draft.notes.append(line.raw)
            self._above = None

    def _in_cell(self, draft: Draft, line: Line) -> bool:
        """The rest of a cell with line ends within, and the cells after it. False: read it as any line."""
        cells = line.cells
        if not self._roles or line.hollow or self._filled + len(cells) - 1 > len(self._roles):
            return False
        role = self._roles[self._filled - 1] if self._filled else ""
        if len(cells) == 1 and (role not in ("speaker", "room") or line.after_blank):
            return False
        if role == "speaker":
            draft.speakers += names_in(cells[0])
        elif role == "title" and self._above and goes_on(draft.title, self._above, line, self._wrapping):
            draft.title = joined(draft.title, cells[0])
            draft.doubt(Unsure.TITLE_JOINED)
        else:
            draft.notes.append(cells[0])
        for cell in cells[1:]:
            role = self._roles[self._filled]
            self._filled += 1
            if role == "speaker":
                draft.speakers += names_in(cell)
            elif role == "room" and not draft.room:
                draft.room = cell
            elif cell:
                draft.notes.append(cell)
        return True

    def _beside(self, draft: Draft, line: Line) -> None:
        """A row without a time: at the same time as the row above."""
        cells = [cell for cell in line.cells if cell]
        other = Draft(draft.span, draft.day, line.number, half=draft.half)
        other.title = cells[0]
        other.room = next((cell for cell in cells[1:] if is_room(cell)), "")
        other.notes = [cell for cell in cells[1:] if cell != other.room]
        self.drafts.append(other)
        self._current, self._above = other, line


def _session(draft: Draft) -> ParsedSession:
    title = tidy(draft.title)
    notes = list(draft.notes)
    room = draft.room
    if not title and room:
        title, room = room, ""
    if len(title) > LONGEST_TITLE:
        notes.insert(0, title)
        title = title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
        draft.doubt(Unsure.TITLE_CUT)
    if not title:
        draft.doubt(Unsure.TITLE_MISSING)
    if len(room) > LONGEST_ROOM:
        notes.append(room)
        room = ""
    ends = draft.starts if draft.ends is None else max(draft.starts, draft.ends)
    return ParsedSession(
        starts_at=draft.at(draft.starts),
        ends_at=draft.at(ends),
        title=title,
        kind=kind_of(title, spoken=bool(draft.speakers)),
        room=room,
        speakers=tuple(draft.speakers),
        notes="\n".join(notes),
        line=draft.line,
        unsure=tuple(draft.unsure),
    )
