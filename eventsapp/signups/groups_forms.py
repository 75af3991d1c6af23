"""The forms about working groups that stand alone."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField, SelectMultipleField, SubmitField

from eventsapp.web.forms import BaseForm


class WishesForm(BaseForm):
    """A person's own wishes; its fields come from the form part."""


class WorkOutForm(BaseForm):
    """`anew`: the button that lets nobody stay where they were told."""

    anew = SubmitField()


class PublishForm(BaseForm):
    """`expected` is what the page showed: who has which group."""

    expected = HiddenField()


class MoveForm(BaseForm):
    """People who are ticked, and the group into which they go; or the button that lets them go."""

    who = SelectMultipleField(lazy_gettext("People"), coerce=int, validate_choice=False)
    group = SelectField(lazy_gettext("Put those that are ticked into"), validate_choice=False)
    release = SubmitField()
