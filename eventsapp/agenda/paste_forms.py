"""The forms of a pasted agenda: the text, and then one small form for each session that was read from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea

from eventsapp.agenda.forms import kind_choices
from eventsapp.agenda.rules import ROOM_LENGTH, TITLE_LENGTH, SessionDetails
from eventsapp.agenda.text_model import ParsedSession, Unsure
from eventsapp.agenda.text_words import reason
from eventsapp.web.fields import ClockTimeField
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength, Required
from eventsapp.web.text import clean_pasted

TEXT_LENGTH = 60_000
MOST_ROWS = 500
_KNOWN = {each.value: each for each in Unsure}


def _clean(text: str | None) -> str:
    return clean_pasted(text or "")


class PasteForm(BaseForm):
    """The text as it was pasted, tabs and all: they mean columns to its reader."""

    text = TextAreaField(
        lazy_gettext("Your agenda as text"),
        [Required(lazy_gettext("Paste the text first.")), MaxLength(TEXT_LENGTH)],
        filters=[_clean],
    )


class SaveForm(BaseForm):
    """What goes around the rows: the text that they were read from, and what to do with them."""

    text = HiddenField(filters=[_clean])
    rows = HiddenField()
    how = RadioField(lazy_gettext("What is to become of them?"), choices=[], validate_choice=False)
    expected_version = HiddenField()

    def ask_how(self, there: int) -> None:
        """Nothing is asked while the draft is empty: there is nothing to lose."""
        if there:
            self.how.choices = [
                ("replace", gettext("The sessions above take their place")),
                ("add", gettext("The sessions above are added to them")),
            ]

    def validate_how(self, field: Any) -> None:
        if field.choices and field.data not in dict(field.choices):
            raise StopValidation(gettext("Choose what is to become of the sessions there are now."))

    def number(self) -> int:
        """How many rows were sent; what is no number is none. Lines made sessions may be more than an agenda takes:
        that is said, and nobody's row is dropped."""
        typed = self.rows.data or ""
        return min(int(typed), 2 * MOST_ROWS) if typed.isdecimal() and len(typed) < 10 else 0

    def version(self) -> int | None:
        typed = self.expected_version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else None


class RowForm(BaseForm):
    """One session of the preview. The token is that of the form around it."""

    class Meta(BaseForm.Meta):
        csrf = False

    leave_out = BooleanField(lazy_gettext("Leave out"))
    on = SelectField(lazy_gettext("Day"), validate_choice=False)
    starts_at = ClockTimeField(lazy_gettext("Starts"), [Required(lazy_gettext("Enter when it starts."))])
    ends_at = ClockTimeField(lazy_gettext("Ends"), [Required(lazy_gettext("Enter when it ends."))])
    after_midnight = BooleanField(lazy_gettext("It ends after midnight, on the next day"))
    title = CleanString(
        lazy_gettext("Title"),
        [Required(lazy_gettext("Give the session a title.")), MaxLength(TITLE_LENGTH)],
        widget=TextArea(),
    )
    """One line, but all of it is to be seen."""
    kind = SelectField(lazy_gettext("Kind"), choices=kind_choices, default="talk")
    room = CleanString(lazy_gettext("Room"), [MaxLength(ROOM_LENGTH)])
    speakers = CleanText(lazy_gettext("Speakers"))
    line = HiddenField()
    unsure = HiddenField()
    notes = HiddenField(filters=[_clean])

    def validate_on(self, field: Any) -> None:
        try:
            date.fromisoformat(field.data or "")
        except ValueError:
            raise StopValidation(gettext("Choose a day.")) from None

    @property
    def place(self) -> int:
        """The line of the text that it began on."""
        typed = self.line.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.on.data or "")
        except ValueError:
            return None

    def reasons(self) -> list[str]:
        """Why it wants a second look, in words."""
        return [reason(_KNOWN[code]) for code in (self.unsure.data or "").split() if code in _KNOWN]

    def times(self) -> tuple[datetime, datetime] | None:
        """From when to when on the wall clock; None while something of it is missing."""
        on, starts, ends = self.day, self.starts_at.data, self.ends_at.data
        if on is None or starts is None or ends is None:
            return None
        # The last day of the calendar has no next one.
        next_day = self.after_midnight.data and on < date.max
        ends_on = on + timedelta(days=1) if next_day else on
        return datetime.combine(on, starts), datetime.combine(ends_on, ends)

    def details(self, language: str) -> SessionDetails:
        times = self.times()
        if times is None:
            raise ValueError("a row that was not valid has no details")
        return SessionDetails(
            starts_at=times[0],
            ends_at=times[1],
            title={language: self.title.data},
            kind=self.kind.data,
            room=self.room.data,
            speakers=tuple(self.speakers.data.replace(";", "\n").splitlines()),
        )


def rows_sent(number: int) -> list[RowForm]:
    """The rows as they came back, in the order of the text."""
    rows = [RowForm(request.form, prefix=_prefix(each)) for each in range(number)]
    return sorted(rows, key=lambda row: row.place)


def rows_read(sessions: tuple[ParsedSession, ...]) -> list[RowForm]:
    return [RowForm(None, prefix=_prefix(each), data=_values(session)) for each, session in enumerate(sessions)]


def row_of_line(number: int, line: int, title: str, on: date) -> RowForm:
    """A line that was none becomes a session; its times are left to be typed."""
    values = {"line": str(line), "title": title[:TITLE_LENGTH], "on": on.isoformat()}
    return RowForm(None, prefix=_prefix(number), data=values)


def offer_days(rows: list[RowForm], days: Iterator[tuple[str, str]]) -> None:
    choices = list(days)
    for row in rows:
        row.on.choices = choices


def _prefix(number: int) -> str:
    return f"s{number}"


def _values(session: ParsedSession) -> dict[str, Any]:
    starts, ends = session.starts_at, session.ends_at
    return {
        "on": starts.date().isoformat(),
        "starts_at": starts.time(),
        "ends_at": ends.time(),
        "after_midnight": ends.date() > starts.date(),
        "title": session.title,
        "kind": session.kind,
        "room": session.room,
        "speakers": "\n".join(session.speakers),
        "line": str(session.line),
        "unsure": " ".join(each.value for each in session.unsure),
        "notes": session.notes,
    }
