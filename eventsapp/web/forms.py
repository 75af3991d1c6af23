"""The parts that every form is made of: fields that clean what was typed, and checks that say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import email_validator
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import EmailInput

from eventsapp.web.text import clean_line, clean_paragraph

EMAIL_MAX = 254
EXPIRED = lazy_gettext("This page was open for a long time. Please send it again.")
_BAD_EMAIL = lazy_gettext("Enter an e-mail address like name@example.org.")


class _Csrf(_FlaskFormCSRF):
    """A form that was open too long comes back with all that was typed and a fresh token."""

    def validate_csrf_token(self, form: Form, field: Field) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(EXPIRED) from None


class BaseForm(FlaskForm):
    """Every form of ours. It checks its own CSRF token, so its view is marked `keeps_input`."""

    class Meta(FlaskForm.Meta):
        csrf_class = _Csrf

    @property
    def status(self) -> int:
        """With which status to show the form: 200 fresh, 400 open too long, 422 when answers need another look."""
        if "csrf_token" in self.errors:
            return 400
        return 422 if self.errors else 200


class CleanString(StringField):
    """One line of text, cleaned by `clean_line`; never None."""

    def __init__(self, label: Any = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[_cleaner(clean_line), *kwargs.pop("filters", ())], **kwargs)


class CleanText(TextAreaField):
    """Several lines of text, cleaned by `clean_paragraph`; never None."""

    def __init__(self, label: Any = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[_cleaner(clean_paragraph), *kwargs.pop("filters", ())], **kwargs)


class EmailString(CleanString):
    """One line for an address: phones show the right keyboard. Give it the validator `EmailAddress()`."""

    widget = EmailInput()


class Required:
    """Something other than white space must be there. The message names what is missing."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            if not any(field.raw_data or ()):
                # Of nothing, a field of choices says that it is none of them.
                field.errors[:] = []
            raise StopValidation(self.message)


class MaxLength:
    """At most so many characters, counted after cleaning."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Form, field: Field) -> None:
        length = len(field.data or "")
        if length > self.most:
            raise ValidationError(
                ngettext(
                    "Please use at most %(num)d character; these are %(length)d.",
                    "Please use at most %(num)d characters; these are %(length)d.",
                    self.most,
                    length=length,
                )
            )


class EmailAddress:
    """An address that any mail server takes: ASCII before the @, at most 254 characters, a real-looking domain.

    The field's data becomes the address with its domain in lower case and ASCII (IDNA); an empty field passes.
    """

    def __call__(self, form: Form, field: Field) -> None:
        if field.data:
            address = read_email(field.data)
            if address is None:
                raise ValidationError(_BAD_EMAIL)
            field.data = address


def read_email(text: str) -> str | None:
    """The address as it is kept and written to, or None when it is none. The network is not asked."""
    try:
        found = email_validator.validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except email_validator.EmailNotValidError:
        return None
    address = found.ascii_email
    return address if address is not None and len(address) <= EMAIL_MAX else None


def _cleaner(clean: Callable[[str], str]) -> Callable[[str | None], str]:
    return lambda value: clean(value or "")


__all__ = [
    "BaseForm",
    "CleanString",
    "CleanText",
    "EmailAddress",
    "EmailString",
    "MaxLength",
    "Required",
    "read_email",
]
