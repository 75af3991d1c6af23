"""The forms of what organisers do with one person."""

from __future__ import annotations

from flask_babel import lazy_gettext

from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required

WHY_MAX = 500


class ApproveForm(BaseForm):
    """Nothing but a button."""


class DeclineForm(BaseForm):
    why = CleanString(lazy_gettext("Reason"), [MaxLength(WHY_MAX)])


class ReasonForm(BaseForm):
    why = CleanString(lazy_gettext("Reason"), [Required(lazy_gettext("Give a reason.")), MaxLength(WHY_MAX)])
