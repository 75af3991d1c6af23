"""What the preview of a pasted agenda says beside its rows: what to look at again, and what is left of the text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext

from eventsapp.agenda.days import event_days
from eventsapp.agenda.forms import day_words
from eventsapp.agenda.paste_forms import RowForm
from eventsapp.agenda.rules import keyed
from eventsapp.agenda.text import ParsedAgenda, UnreadLine
from eventsapp.agenda.warning_words import warning_words
from eventsapp.agenda.warnings import warnings_of
from eventsapp.events.models import Event


def warnings(event: Event, rows: list[RowForm]) -> list[str]:
    """Of the sessions together; what lies outside of the event is marked at its line."""
    kept = [(row, row.times()) for row in rows if not row.leave_out.data]
    sessions = [row.details(event.language) for row, times in kept if times is not None and times[0] <= times[1]]
    several = len({session.starts_at.date() for session in sessions}) > 1
    found = warnings_of(keyed(sessions, event.language), event.starts_wall, event.ends_wall)
    return [
        warning_words(each, fallback=event.language, several_days=several) for each in found if each.what != "outside"
    ]


def lines_left(found: ParsedAgenda, rows: list[RowForm]) -> list[UnreadLine]:
    """Lines of the text that are no session, and were not made one."""
    taken = {row.place for row in rows}
    return [each for each in found.unread if each.line not in taken]


def days_offered(event: Event, rows: list[RowForm]) -> Iterator[tuple[str, str]]:
    """Those of the event, and those that the text speaks of."""
    own = event_days(event)
    for on in sorted({*own, *(row.day for row in rows if row.day is not None)}):
        words = day_words(on)
        yield on.isoformat(), words if on in own else gettext("%(day)s (not a day of the event)", day=words)


def marks(event: Event, row: RowForm) -> list[str]:
    """What to look at again: what the reader was unsure of, and a time that is not the event's."""
    found = row.reasons()
    times = row.times()
    if times is not None and not (event.starts_wall <= times[0] and times[1] <= event.ends_wall):
        found.append(_outside(event, times[0].date()))
    return found


def _outside(event: Event, on: date) -> str:
    if on not in event_days(event):
        return str(gettext("This day is not a day of the event."))
    hours = f"{event.starts_wall:%H:%M}–{event.ends_wall:%H:%M}"
    return str(gettext("This is outside the time of the event (%(hours)s).", hours=hours))
