"""The forms of logging in and of choosing a password."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, PasswordField
from wtforms.validators import EqualTo, ValidationError

from eventsapp.people.rules import NAME_MAX, PASSWORD_MAX, PASSWORD_MIN, Weakness, weakness
from eventsapp.web.forms import BaseForm, CleanString, EmailAddress, EmailString, MaxLength, Required


class LoginForm(BaseForm):
    email = EmailString(lazy_gettext("E-mail address"), [Required(lazy_gettext("Enter your e-mail address."))])
    password = PasswordField(
        lazy_gettext("Password"), [Required(lazy_gettext("Enter your password.")), MaxLength(PASSWORD_MAX)]
    )


class LinkForm(BaseForm):
    """Nothing but a button."""


class StrongEnough:
    """At least 12 characters, none of the most common, not the account's own address."""

    def __call__(self, form: Form, field: Field) -> None:
        weak = weakness(field.data or "", getattr(form, "account_email", ""))
        if weak is not None:
            raise ValidationError(weakness_text(weak))


class PasswordForm(BaseForm):
    """Give `account_email` before validating: a password equal to it is refused."""

    account_email = ""
    password = PasswordField(
        lazy_gettext("New password"), [Required(lazy_gettext("Choose a password.")), StrongEnough()]
    )
    again = PasswordField(
        lazy_gettext("The same once more"),
        [
            Required(lazy_gettext("Type the password once more.")),
            EqualTo("password", lazy_gettext("The two passwords differ.")),
        ],
    )


class PasswordChangeForm(PasswordForm):
    """For accounts that have one: the present password is asked first."""

    current = PasswordField(
        lazy_gettext("Present password"),
        [Required(lazy_gettext("Enter your present password.")), MaxLength(PASSWORD_MAX)],
    )


class ForgottenForm(BaseForm):
    email = EmailString(
        lazy_gettext("E-mail address"), [Required(lazy_gettext("Enter your e-mail address.")), EmailAddress()]
    )


def _code_field() -> CleanString:
    return CleanString(lazy_gettext("Code"), [Required(lazy_gettext("Enter the code.")), MaxLength(100)])


def _password_field() -> PasswordField:
    return PasswordField(
        lazy_gettext("Present password"),
        [Required(lazy_gettext("Enter your present password.")), MaxLength(PASSWORD_MAX)],
    )


class CodeForm(BaseForm):
    """A code of the app, or a recovery code."""

    code = _code_field()


class BeginForm(BaseForm):
    """Before a second factor is set up. An account without a password is asked for none."""

    current = _password_field()


class ProveForm(BaseForm):
    """What a change of the second factor takes: the password, where there is one, and a code."""

    current = _password_field()
    code = _code_field()


class NameForm(BaseForm):
    name = CleanString(lazy_gettext("Your name"), [MaxLength(NAME_MAX)])


def weakness_text(weak: Weakness) -> str:
    """In words what is wrong with a new password."""
    if weak is Weakness.TOO_SHORT:
        text = gettext(
            "A password has at least %(number)d characters. Several words make a good one.", number=PASSWORD_MIN
        )
    elif weak is Weakness.TOO_LONG:
        text = gettext("A password has at most %(number)d characters.", number=PASSWORD_MAX)
    else:
        text = gettext("This password is one of the first that strangers try. Choose another.")
    return str(text)
