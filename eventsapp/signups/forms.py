"""The forms of sign-ups: of people, and of organisers."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import SelectField

from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required

WHY_LENGTH = 500


class SessionsForm(BaseForm):
    """A person's own sessions; its fields come from the form part."""


class ReasonForm(BaseForm):
    """Why somebody passes the line, or is taken off the list."""

    why = CleanString(
        lazy_gettext("Reason"), [Required(lazy_gettext("Give a reason: it is kept.")), MaxLength(WHY_LENGTH)]
    )


class PlaceForm(ReasonForm):
    person = SelectField(lazy_gettext("Who?"), [Required(lazy_gettext("Choose a person."))], validate_choice=True)
