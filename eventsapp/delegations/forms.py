"""The forms of organisers who hold places for a delegation, and of its contact who fills them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField
from wtforms.validators import StopValidation, ValidationError

from eventsapp import clock
from eventsapp.delegations.filling import Named
from eventsapp.delegations.rules import MOST_AT_ONCE, Details, default_returns
from eventsapp.registration.forms import NAME_MAX, ButtonForm
from eventsapp.registration.handling_forms import WHY_MAX
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.words import kind_words
from eventsapp.web.fields import LanguageField, WallTimeField, WholeNumberField
from eventsapp.web.forms import BaseForm, CleanString, EmailAddress, EmailString, MaxLength, Required

if TYPE_CHECKING:
    from eventsapp.delegations.models import Delegation
    from eventsapp.events.models import Event

__all__ = ["ButtonForm", "DelegationForm", "NameForm", "PersonForm", "PlacesForm", "RowsForm", "WithdrawForm"]

_NO_NAME = lazy_gettext("Enter the full name.")


class WholeNumber:
    """A number must be there; 0 is one."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(self.message)


class DelegationForm(BaseForm):
    organisation = CleanString(
        lazy_gettext("Organisation"), [Required(lazy_gettext("Name the organisation.")), MaxLength(NAME_MAX)]
    )
    contact_name = CleanString(lazy_gettext("Name of the contact"), [MaxLength(NAME_MAX)])
    contact_email = EmailString(
        lazy_gettext("E-mail address of the contact"),
        [Required(lazy_gettext("Enter the address that the link goes to.")), EmailAddress()],
    )
    language = LanguageField(lazy_gettext("Language of letters"))
    attends = RadioField(lazy_gettext("Which places?"), [Required(lazy_gettext("Choose which places."))])
    places = WholeNumberField(
        lazy_gettext("Number of places"), [WholeNumber(lazy_gettext("Say how many places are held."))]
    )
    returns_wall = WallTimeField(
        lazy_gettext("Held until"), [Required(lazy_gettext("Say until when places without a name are held."))]
    )
    why = CleanString(lazy_gettext("Reason"), [MaxLength(WHY_MAX)])
    tell = BooleanField(lazy_gettext("Write to the contact about the change"))

    def details(self, attends: str) -> Details:
        """Of a form that was found right; `attends` where there is no choice."""
        assert self.places.data is not None and self.returns_wall.data is not None  # noqa: PT018 - checked by the form
        return Details(
            organisation=self.organisation.data,
            contact_name=self.contact_name.data,
            contact_email=self.contact_email.data,
            language=self.language.data,
            places=self.places.data,
            returns_wall=self.returns_wall.data,
            attends=self.attends.data if "attends" in self else attends,
        )


class WithdrawForm(BaseForm):
    why = CleanString(lazy_gettext("Reason"), [MaxLength(WHY_MAX)])


class NameForm(BaseForm):
    """A slip in a name. It shares a page with PersonForm, so its field has a name of its own."""

    corrected = CleanString(lazy_gettext("Full name"), [Required(_NO_NAME), MaxLength(NAME_MAX)])


class PersonForm(BaseForm):
    """Somebody else."""

    name = CleanString(lazy_gettext("Full name"), [Required(_NO_NAME), MaxLength(NAME_MAX)])
    email = EmailString(lazy_gettext("E-mail address"), [EmailAddress()])

    def person(self) -> Named:
        return Named(self.name.data, self.email.data)


class PlacesForm(BaseForm):
    places = WholeNumberField(
        lazy_gettext("How many places do you give back?"),
        [WholeNumber(lazy_gettext("Say how many places you give back."))],
    )

    def validate_places(self, field: Any) -> None:
        if field.data == 0:
            raise ValidationError(gettext("Say how many places you give back."))


def new_form(event: Event) -> DelegationForm:
    """Fresh, with the date that fits most events."""
    now_wall = clock.wall_of(clock.now(), event.timezone).replace(second=0, microsecond=0)
    usual = {"returns_wall": default_returns(event.starts_wall, now_wall), "language": event.language}
    form = DelegationForm(data=usual)
    form.language.keep(event.language)
    del form.tell
    kinds = kinds_of_place(event.mode)
    if len(kinds) == 1:
        del form.attends
    else:
        form.attends.choices = [(kind, kind_words(kind)) for kind in kinds]
    return form


def edit_form(delegation: Delegation) -> DelegationForm:
    form = DelegationForm(obj=delegation, data={"tell": True})
    form.language.keep(delegation.language)
    del form.attends
    return form


class _Rows:
    """Names in rows: those that are left empty count for nothing."""

    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"name_{number}"], self[f"email_{number}"]) for number in range(MOST_AT_ONCE)]  # type: ignore[index]

    def people(self) -> list[Named]:
        return [Named(name.data, email.data) for name, email in self.rows() if name.data]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)  # type: ignore[misc] # it stands before a form
        for name, email in self.rows():
            if email.data and not name.data:
                name.errors = [*name.errors, str(_NO_NAME)]
        if not self.errors and not self.people():  # type: ignore[attr-defined]
            name, _ = self.rows()[0]
            name.errors = [gettext("Enter at least one name.")]
        return not self.errors  # type: ignore[attr-defined]


def _fields() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(MOST_AT_ONCE):
        found[f"name_{number}"] = CleanString(lazy_gettext("Full name"), [MaxLength(NAME_MAX)])
        found[f"email_{number}"] = EmailString(lazy_gettext("E-mail address"), [EmailAddress()])
    return found


RowsForm: Any = type("RowsForm", (_Rows, BaseForm), _fields())
