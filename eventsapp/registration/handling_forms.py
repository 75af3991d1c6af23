"""The forms of what organisers do with one person."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from eventsapp.registration.rules import State
from eventsapp.web.fields import WallTimeField
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required

WHY_MAX = 500


class ApproveForm(BaseForm):
    """Nothing but a button."""


class DeclineForm(BaseForm):
    why = CleanString(lazy_gettext("Reason"), [MaxLength(WHY_MAX)])


class ReasonForm(BaseForm):
    why = CleanString(lazy_gettext("Reason"), [Required(lazy_gettext("Give a reason.")), MaxLength(WHY_MAX)])


class ExtendForm(BaseForm):
    until = WallTimeField(
        lazy_gettext("Hold the place until"), [Required(lazy_gettext("Say until when the place is held."))]
    )


FORMS: dict[str, Any] = {
    "approve": ApproveForm,
    "decline": DeclineForm,
    "withdraw": ReasonForm,
    "move_up": ReasonForm,
    "put_back": ReasonForm,
    "switch": DeclineForm,
    "confirm_offer": DeclineForm,
}
ACTS: dict[State, tuple[str, ...]] = {
    State.PENDING: ("approve", "decline", "withdraw"),
    State.CONFIRMED: ("switch", "put_back", "withdraw"),
    State.WAITLISTED: ("move_up", "withdraw"),
    State.OFFERED: ("confirm_offer", "withdraw"),
}
"""What can be done with somebody who is in this state."""
