"""What the grid sends when a session was moved about. Times are wall times in the event's zone."""

from __future__ import annotations

from flask_babel import lazy_gettext

from eventsapp.agenda.forms import SeenForm
from eventsapp.agenda.rules import ROOM_LENGTH
from eventsapp.web.fields import WallTimeField
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required


class MoveForm(SeenForm):
    starts_at = WallTimeField(lazy_gettext("Starts"), [Required(lazy_gettext("Enter when it starts."))])
    ends_at = WallTimeField(lazy_gettext("Ends"), [Required(lazy_gettext("Enter when it ends."))])
    room = CleanString(lazy_gettext("Room"), [MaxLength(ROOM_LENGTH)])


def words_of(form: BaseForm) -> str:
    """What is wrong, on one line."""
    return " ".join(str(each) for found in form.errors.values() for each in found)
