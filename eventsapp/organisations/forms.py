"""The forms about organisations."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField, SelectField

from eventsapp.organisations.rules import NAME_MAX, OrganisationDetails
from eventsapp.organisations.words import country_choices, type_choices
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required


class OrganisationForm(BaseForm):
    name = CleanString(lazy_gettext("Name"), [Required(lazy_gettext("Enter the name.")), MaxLength(NAME_MAX)])
    country = SelectField(lazy_gettext("Country"), choices=country_choices)
    type = SelectField(lazy_gettext("Type"), choices=type_choices)
    partner = BooleanField(lazy_gettext("It is a partner of the project"))

    def details(self) -> OrganisationDetails:
        return OrganisationDetails(self.name.data, self.country.data, self.type.data, partner=self.partner.data)


class TargetForm(BaseForm):
    """Which organisation: of those that there are, or (empty) a new one."""

    to = SelectField(lazy_gettext("Organisation"))
