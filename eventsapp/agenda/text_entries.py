"""What each line of a paste is: a timed item, the heading of a day, the head of a table, or text. Pure."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace

from eventsapp.agenda.text_days import DayMark, days_inside, half_day, past_label, read_day, several_days
from eventsapp.agenda.text_lines import SCANNED, Line, Steps
from eventsapp.agenda.text_tables import heads_only, in_columns, is_room, is_room_code, roles_of
from eventsapp.agenda.text_times import Clock, Span, length_in, places_inside, read_span

TIMED, DAY, HEADS, HEADING, TEXT = "timed", "day", "heads", "heading", "text"

_MARKS = " \t:;,.-–—|/()[]>→·•"
_MILITARY = re.compile(r"\W{0,4}(?:[01]\d|2[0-3])[0-5]\d(?!\d)[^.:/]")
_EARLY = re.compile(r"\W{0,4}0[5-9][0-5]\d(?!\d)")
_BEFORE_TIME = re.compile(
    r"(?i:\b(?:from|at|de|d[eè]s|à|vers|om|van|vanaf|um|ab|von|between|entre|tussen|zwischen|time|heure"
    r"|horaire|tijd|uhrzeit))?$"
)
_CLOSED_DAY = re.compile(r"[\s)\].:]*$")
_DEADLINE = re.compile(
    r"(?i:deadline|register|registration|inscri|before|avant|voor\b|until|jusqu|tot\b|bis\b|vor dem|anmeld"
    r"|last update|version|updated"
    r"|mise à jour|stand\b|deadline|copyright|©|published|submitted)"
)
_COUNTED = re.compile(
    r"(?i:(workshop|atelier|session|sessie|group|groupe|groep|gruppe|panel|track|forum|werkgroep"
    r"|arbeitsgruppe)) ?(\d{1,2}|[A-Z])\b"
)
_LENGTHY = re.compile(r"(?i:de |d['’]|of |van |von |pour |max)")


@dataclass(frozen=True)
class Entry:
    """A line and what it is; what is not there is empty."""

    line: Line
    what: str = TEXT
    span: Span | None = None
    day: DayMark | None = None
    title: str = ""
    """On the line of the time."""
    room: str = ""
    speakers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tracks: tuple[tuple[str, str], ...] = ()
    """Columns side by side: the head and the title of each."""
    roles: tuple[str, ...] = ()
    """Of the columns, for a row of a table that has heads."""
    filled: int = 0
    """Cells of that row that are on its line."""
    lines: tuple[Line, ...] = field(default=())
    """Further lines that gave it its time."""

    @property
    def bare_time(self) -> bool:
        """A time and nothing else on the line."""
        return self.what == TIMED and not (self.title or self.notes or self.tracks or self.speakers or self.room)

    @property
    def start(self) -> Clock:
        return self.span.start if self.span else Clock(0)


def entries_of(lines: list[Line], steps: Steps) -> list[Entry]:
    """Each line on its own, and rows of tables by the head above them."""
    military = sum(1 for line in lines if _MILITARY.match(line.text)) >= 2 and any(
        _EARLY.match(line.text) for line in lines
    )
    found: list[Entry] = []
    roles: tuple[str, ...] | None = None
    heads: list[str] = []
    starts: tuple[int, ...] = ()
    for line in (piece for whole in lines for piece in _pieces(whole, military=military, steps=steps)):
        steps.step(2 + min(len(line.text), SCANNED) // 40)
        cells = _cells(line)
        new_roles = roles_of(cells, begun=roles is not None or any(entry.what == TIMED for entry in found[-3:]))
        if roles and starts and len(line.columns) == len(cells):
            cells = in_columns(cells, line.columns, starts)
        if new_roles:
            roles, heads = new_roles, cells
            starts = line.columns if len(line.columns) == len(cells) else ()
            found.append(Entry(line, HEADS))
        elif heads_only(line.text):
            found.append(Entry(line, HEADS))
        elif roles and len(cells) >= 2 and (row := _row(line, cells, roles, heads, military=military)):
            found.append(row)
        else:
            found.append(_entry(line, military=military))
    return found


def _cells(line: Line) -> list[str]:
    return ["", *line.cells] if line.hollow else line.cells


def _pieces(line: Line, *, military: bool, steps: Steps) -> list[Line]:
    """A line that holds several items, parted before each of them: pasted text can lose its line ends."""
    if len(line.text) < 24 or line.text.count(":") + line.text.count(".") + line.text.count("h") < 3:
        return [line]
    places = places_inside(line.text)
    steps.step(len(places))
    cuts: list[int] = []
    singles: list[tuple[int, int]] = []
    last: Span | None = None
    past = 0
    for place in places:
        if place < past:
            continue
        found = read_span(line.text, place, military=military, prefixed=False)
        if found is None or found[0].bare:
            continue
        span, past = found
        at_mark = place == 0 or line.text[place - 1] in " \t;|"
        title_follows = line.text[past : past + 1].isalpha() and not line.text[past : past + 2].isspace()
        if last is not None and at_mark and title_follows and past < len(line.text):
            if span.end and last.end and span.start.raw == last.end.raw:
                cuts.append(place)
            elif not span.end and not last.end and _increases(last, span):
                singles.append((place, past))
        last = span
    if len(singles) >= 2 and not cuts and places and places[0] <= 4:
        cuts = [place for place, _ in singles]
    if not cuts:
        return [line]
    edges = [0, *cuts, len(line.text)]
    texts = [line.text[one:two].strip(" ;|,\t") for one, two in itertools.pairwise(edges)]
    return [replace(line, text=text, raw=text, width=len(text), after_blank=line.after_blank and not n, hollow=False)
            for n, text in enumerate(texts) if text]  # fmt: skip


def _increases(last: Span, span: Span) -> bool:
    """Whether a start comes after another, with "1:00 PM" after "11:30 AM" and "1:00" after "12:00"."""
    if last.start.half != span.start.half:
        return span.start.half == "pm"
    return span.start.raw % 720 > last.start.raw % 720 if last.start.half else span.start.raw > last.start.raw


def _row(line: Line, cells: list[str], roles: tuple[str, ...], heads: list[str], *, military: bool) -> Entry | None:
    """A row of the table; None when its time cell holds no time."""
    by_role: dict[str, list[str]] = {}
    tracks: list[tuple[str, str]] = []
    for place, cell in enumerate(cells):
        role = roles[place] if place < len(roles) else "notes"
        if not cell:
            continue
        if role == "track":
            tracks.append((heads[place], cell))
        else:
            by_role.setdefault(role, []).append(cell)
    when = by_role.get("time", []) + by_role.get("start", []) + by_role.get("end", [])
    if not when:
        return None
    found = read_span("\t".join(when)[:SCANNED], military=military)
    day = next((mark for cell in by_role.get("day", []) if (mark := read_day(cell))), None)
    if found is None or (found[0].bare and not _all_numbers(when)):
        return None
    span, past = found
    beside = "\t".join(when)[past:].strip()
    length = next((minutes for cell in by_role.get("length", []) if (minutes := _minutes(cell))), None)
    titles = [*([beside] if beside else []), *by_role.get("title", [])]
    titles = [*titles, *([tracks[0][1]] if len(tracks) == 1 else [])]
    lengths = [cell for cell in by_role.get("length", []) if not _minutes(cell)]
    days = by_role.get("day", []) if day is None else []
    numbers = [cell for cell in by_role.get("number", []) if not cell.strip("#.").isdecimal()]
    # Beside tracks, what else there is of a title is a note.
    notes = [*titles[0 if len(tracks) > 1 else 1 :], *days, *numbers, *lengths, *by_role.get("notes", [])]
    return Entry(
        line,
        TIMED,
        span=replace(span, length=span.length or length, bare=False),
        day=day[0] if day else None,
        title=titles[0] if titles and len(tracks) < 2 else "",
        room=", ".join(by_role.get("room", [])),
        speakers=tuple(name for cell in by_role.get("speaker", []) for name in names_in(cell)),
        notes=tuple(notes),
        tracks=tuple(tracks) if len(tracks) > 1 else (),
        roles=roles,
        filled=len(cells),
    )


def _all_numbers(cells: list[str]) -> bool:
    return all(cell and not cell.strip("0123456789 -–—:.hHuU") for cell in cells)


def _minutes(cell: str) -> int | None:
    if cell.isdecimal() and len(cell) <= 3:
        return int(cell) or None
    return length_in(cell)


def names_in(cell: str) -> list[str]:
    """The people of a cell; a comma may part a name from an organisation, so it parts nobody."""
    parts = re.split(r"\s*;\s*|\s+/\s+", cell)
    found: list[str] = []
    for part in parts:
        pair = re.split(r"\s+(?:&|and|et|en|und)\s+", part)
        found += pair if len(pair) > 1 and all(_NAME.fullmatch(name) for name in pair) else [part]
    return [name.strip() for name in found if name.strip()]


_NAME = re.compile(r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Mme|M|Herr|Frau)\.? )?[^\W\d_a-z][\w'’.-]*(?: [\w'’.-]+){1,3}")


def _entry(line: Line, *, military: bool) -> Entry:
    text = line.text[:SCANNED]
    if several_days(text[:200]) and not read_span(text, military=military):
        return Entry(line)
    dayed = _with_day(line, text, military=military)
    if dayed:
        return dayed
    found = read_span(text, military=military)
    if found and not (found[0].only_hour and _LENGTHY.match(line.text[found[1] :])):
        return _timed(line, found[0], line.text[found[1] :])
    return _time_in_later_cell(line, military=military) or Entry(line)


def _with_day(line: Line, text: str, *, military: bool) -> Entry | None:
    """A day at the start of the line, perhaps with a time after it."""
    for at in dict.fromkeys((0, past_label(text))):
        found = read_day(text, at)
        if found is None:
            continue
        mark, place = found
        rest = text[place:]
        after = rest.lstrip(_MARKS)
        timed = read_span(after, military=military) if after else None
        if timed and not (timed[0].bare and timed[0].end is None):
            span, onward = _to_dated_end(after, *timed)
            return replace(_timed(line, span, line.text[len(text) - len(after) + onward :]), day=mark)
        if _CLOSED_DAY.match(rest) or at:
            return Entry(line, DAY, day=mark) if _CLOSED_DAY.match(rest) or mark.sure else None
        parted = rest[:1] in ":,(|\t/" or rest[:3].strip(" ")[:1] in "-–—|(·•:" or mark.half
        if (parted and len(text) <= 160) or (mark.sure and mark.weekday is not None and len(text) <= 100):
            return Entry(line, DAY, day=mark)
    return None


def _to_dated_end(text: str, span: Span, place: int) -> tuple[Span, int]:
    """ "2027-10-14 09:00 – 2027-10-14 10:00": the date may be repeated before the end."""
    day = read_day(text, place) if span.end is None else None
    if day is None or not day[0].dated:
        return span, place
    at = day[1] + len(text[day[1] :]) - len(text[day[1] :].lstrip(_MARKS))
    end = read_span(text, at, prefixed=False)
    if end is None or end[0].bare or end[0].end:
        return span, place
    return replace(span, end=end[0].start), end[1]


def _timed(line: Line, span: Span, rest: str) -> Entry:
    """The cells after the time: title first, then a room, a length, or notes."""
    cells = [cell for cell in (cell.strip() for cell in rest.split("\t")) if cell]
    title, others = (cells[0], cells[1:]) if cells else ("", [])
    if title and len(cells) > 1 and (minutes := length_in(title)):
        span, title, others = replace(span, length=span.length or minutes), others[0], others[1:]
    if others and all(_numbered_like(title, cell) for cell in others):
        return Entry(line, TIMED, span=span, tracks=tuple(("", cell) for cell in (title, *others)))
    if is_room_code(title) and not others:
        return Entry(line, TIMED, span=span, room=title.strip("() "))
    rooms = [cell for cell in others if is_room(cell)]
    lengths = [minutes for cell in others if (minutes := length_in(cell))]
    notes = [cell for cell in others if cell not in rooms and not length_in(cell)]
    span = replace(span, length=span.length or (lengths[0] if lengths else None))
    return Entry(line, TIMED, span=span, title=title, room=", ".join(rooms), notes=tuple(notes))


def _numbered_like(title: str, cell: str) -> bool:
    """ "Workshop A" and "Workshop B" side by side."""
    one, other = _COUNTED.match(title), _COUNTED.match(cell)
    return bool(one and other and one[1].casefold() == other[1].casefold() and one[2] != other[2])


def _time_in_later_cell(line: Line, *, military: bool) -> Entry | None:
    """ "Welcome | 09:00–09:30 | Room 2": the first cell that is a time and nothing else."""
    cells = line.cells
    if len(cells) < 2 or len(line.text) > SCANNED:
        return None
    for place, cell in enumerate(cells[:6]):
        found = read_span("\t".join(cells[place:]), military=military) if place and cell[:1].isdigit() else None
        if found is None or found[0].bare:
            continue
        alone = read_span(cell, military=military)
        if alone is None or cell[alone[1] :]:
            return None
        entry = _timed(line, found[0], "\t".join(cells[place:])[found[1] :])
        before = [each for each in cells[:place] if each and not each.strip("#.").isdecimal()]
        day = next((mark[0] for each in before if (mark := read_day(each)) and mark[1] == len(each)), None)
        before = [each for each in before if not (day and read_day(each))]
        if before:
            rest = [entry.title] if entry.title else []
            rooms = [cell for cell in rest if is_room(cell)]
            others = (*before[1:], *(cell for cell in rest if cell not in rooms), *entry.notes)
            entry = replace(entry, title=before[0], notes=others, room=entry.room or ", ".join(rooms))
        return replace(entry, day=day)
    return None


def time_within(line: Line, *, at_end: bool) -> Entry | None:
    """A line whose time stands after its title, or (not `at_end`) between two parts of it."""
    text = line.text[:SCANNED]
    for place in places_inside(text)[:3]:
        found = read_span(text, place, prefixed=False)
        if found is None or found[0].bare:
            continue
        span, past = found
        rest = text[past:].strip(_MARKS)
        before = _BEFORE_TIME.sub("", text[:place].rstrip(" (\t[:-–—|,;@·")).rstrip(" (\t[:-–—|,;@·")
        if not before:
            return None
        if not rest:
            return _timed(line, span, before)
        if is_room(rest):
            return replace(_timed(line, span, before), room=rest)
        if not at_end and span.end is not None and len(before) <= 60:
            return _timed(line, span, f"{before}: {rest}")
    return None


def day_within(text: str) -> DayMark | None:
    """A day at the end of a line of other words: "Agenda 14 oct 2021", "Brussels, Thursday 14 October 2027"."""
    if len(text) > 140 or _DEADLINE.search(text) or several_days(text):
        return None
    for place in days_inside(text):
        found = read_day(text, place)
        if found and found[0].dated and found[0].month and _CLOSED_DAY.match(text[found[1] :]):
            return found[0]
    return None


def half_heading(text: str) -> str:
    """ "am", "pm" or "evening" when the line is the heading of a part of the day."""
    found = half_day(text)
    if found is None:
        return ""
    half, at = found
    rest = text[at:]
    short = len(rest) <= 60 and len(rest.split()) <= 6
    return half if short and (not rest or rest[0] in " :–-(,") else ""
