"""The forms of a team: whom to invite, which role."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField

from eventsapp.series.team_words import role_help, role_name
from eventsapp.web.access import Role
from eventsapp.web.forms import BaseForm, EmailAddress, EmailString, Required


def _roles() -> list[tuple[str, str]]:
    return [(role.name, role_name(role)) for role in reversed(Role)]


def _explained() -> list[tuple[str, str]]:
    return [(role.name, f"{role_name(role)}: {role_help(role)}") for role in reversed(Role)]


class InviteForm(BaseForm):
    email = EmailString(
        lazy_gettext("E-mail address"),
        [Required(lazy_gettext("Enter the address of your colleague.")), EmailAddress()],
    )
    role = RadioField(
        lazy_gettext("Role"),
        [Required(lazy_gettext("Choose a role."))],
        choices=_explained,
        default=Role.editor.name,
    )


class RoleForm(BaseForm):
    role = SelectField(lazy_gettext("Role"), choices=_roles)


class ButtonForm(BaseForm):
    """Nothing but a button."""
