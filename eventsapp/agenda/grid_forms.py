"""What the grid sends when a session was moved about. Times are wall times in the event's zone."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired

from eventsapp.agenda.rules import ROOM_LENGTH
from eventsapp.web.fields import WallTimeField
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required


class GridForm(BaseForm):
    """Nothing but which version of the session was seen."""

    expected_version = HiddenField()

    def version(self) -> int | None:
        typed = self.expected_version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else None

    def words(self) -> str:
        """What is wrong, on one line."""
        return " ".join(str(each) for found in self.errors.values() for each in found)


class MoveForm(GridForm):
    starts_at = WallTimeField(lazy_gettext("Starts"), [Required(lazy_gettext("Enter when it starts."))])
    ends_at = WallTimeField(lazy_gettext("Ends"), [Required(lazy_gettext("Enter when it ends."))])
    room = CleanString(lazy_gettext("Room"), [MaxLength(ROOM_LENGTH)])


class ShiftForm(GridForm):
    minutes = IntegerField(lazy_gettext("Minutes"), [InputRequired(lazy_gettext("Enter how many minutes."))])

    def words(self) -> str:
        # The words of the field for what is no number are those of its library.
        return str(gettext("Enter how many minutes.")) if self.minutes.errors else super().words()
