"""The forms of the attendee list: a filter to keep, and what is done with several people."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField

from eventsapp.registration.handling_forms import WHY_MAX
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required

FILTER_NAME_MAX = 80


class FilterForm(BaseForm):
    name = CleanString(
        lazy_gettext("Name of the filter"),
        [Required(lazy_gettext("Give the filter a name.")), MaxLength(FILTER_NAME_MAX)],
    )


class KeepForm(FilterForm):
    query = HiddenField()
    """The view to keep, as the list's address says it."""


class RemoveForm(BaseForm):
    """Nothing but a button."""


class TogetherForm(BaseForm):
    """`who`, the people, is read beside it: numbers, with commas between them."""

    why = CleanString(lazy_gettext("Reason"), [MaxLength(WHY_MAX)])


class ReasonTogetherForm(TogetherForm):
    why = CleanString(lazy_gettext("Reason"), [Required(lazy_gettext("Give a reason.")), MaxLength(WHY_MAX)])
