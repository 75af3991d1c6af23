"""The forms of people who register, and the key that recognises a form sent twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField

from eventsapp.events.models import Event
from eventsapp.registration import extensions
from eventsapp.registration.extensions import FormPart
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import kinds_of_place, pools_of
from eventsapp.registration.words import kind_words, places_words
from eventsapp.web import tokens
from eventsapp.web.forms import BaseForm, CleanString, EmailAddress, EmailString, MaxLength, Required

if TYPE_CHECKING:
    from eventsapp.registration.entering import Form

NAME_MAX = 200


class ButtonForm(BaseForm):
    """Nothing but a button."""


class ShortNoticeForm(BaseForm):
    short_notice = BooleanField(lazy_gettext("I can come at short notice"))


class DetailsForm(BaseForm):
    """How a person is written."""

    name = CleanString(
        lazy_gettext("Full name"), [Required(lazy_gettext("Enter your full name.")), MaxLength(NAME_MAX)]
    )
    organisation = CleanString(lazy_gettext("Organisation"), [MaxLength(NAME_MAX)])


class AddressForm(BaseForm):
    """A new address, not yet proved."""

    email = EmailString(
        lazy_gettext("New e-mail address"), [Required(lazy_gettext("Enter your new e-mail address.")), EmailAddress()]
    )


class PersonForm(BaseForm):
    """A person to register under an address that is proved already. `submission` is filled by `new_key`."""

    name = CleanString(lazy_gettext("Full name"), [Required(lazy_gettext("Enter the full name.")), MaxLength(NAME_MAX)])
    organisation = CleanString(lazy_gettext("Organisation"), [MaxLength(NAME_MAX)])
    short_notice = BooleanField(lazy_gettext("I can come at short notice"))
    submission = HiddenField()


class RegistrationForm(BaseForm):
    name = CleanString(
        lazy_gettext("Full name"), [Required(lazy_gettext("Enter your full name.")), MaxLength(NAME_MAX)]
    )
    email = EmailString(
        lazy_gettext("E-mail address"), [Required(lazy_gettext("Enter your e-mail address.")), EmailAddress()]
    )
    organisation = CleanString(lazy_gettext("Organisation"), [MaxLength(NAME_MAX)])
    short_notice = BooleanField(lazy_gettext("I can come at short notice"))
    """Only where people wait at all; shown when a newcomer would."""
    submission = HiddenField()


class Attends:
    """The choice that events with a room and an online room add."""

    attends = RadioField(
        lazy_gettext("How will you take part?"),
        [Required(lazy_gettext("Choose how you will take part."))],
        validate_choice=True,
    )
    online_fine = BooleanField(lazy_gettext("If the room is full, online is fine as well"))


class SwitchForm(Attends, BaseForm):
    """How a person who is registered takes part from now on."""


class HybridRegistrationForm(Attends, RegistrationForm):
    pass


class HybridPersonForm(Attends, PersonForm):
    pass


class _Parts:
    """What upper rooms add to a form (extensions.py): their fields are the form's own, and checked with them."""

    parts: Mapping[str, FormPart]
    only: str
    """How everybody takes part, where there is no choice."""

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)  # type: ignore[misc] # it stands before a form in every class made of it
        for part in self.parts.values():
            part.check(self, self.attends_as)
        return not self.errors  # type: ignore[attr-defined]

    @property
    def attends_as(self) -> str:
        """How the person will take part; empty while that is not chosen."""
        return (self.attends.data or "") if "attends" in self else self.only  # type: ignore[attr-defined, operator]

    def said(self) -> dict[str, Any]:
        """What the parts of a form without errors say, by the keys of their extensions."""
        return {key: part.value(self, self.attends_as) for key, part in self.parts.items()}


def with_parts(form: type[BaseForm], parts: Mapping[str, FormPart], attends: str) -> type[BaseForm]:
    """The form with the fields of these parts, and their checks; `attends` is how everybody takes part who is not asked
    for it by the form."""
    fields = {name: field for part in parts.values() for name, field in part.fields().items()}
    return type(form.__name__, (_Parts, form), {**fields, "parts": parts, "only": attends})


def registration_form(event: Event) -> Any:
    """The form of an event's registration page, with a fresh key unless it came back with one of ours."""
    base = HybridRegistrationForm if event.mode == "hybrid" else RegistrationForm
    return _prepared(_for_event(base, event)(), event, event.slug)


def person_form(registration: Registration) -> Any:
    """The form for another person under the mailbox of a registration."""
    event = registration.event
    base = HybridPersonForm if event.mode == "hybrid" else PersonForm
    return _prepared(_for_event(base, event)(), event, str(registration.key))


def switch_form(registration: Registration) -> SwitchForm:
    """With what the person said so far; the event is hybrid."""
    form = SwitchForm(data={"attends": registration.attends, "online_fine": registration.online_fine})
    offer_kinds(form, registration.event)
    return form


def _for_event(form: type[BaseForm], event: Event) -> type[BaseForm]:
    return with_parts(form, extensions.form_parts(event), kinds_of_place(event.mode)[0])


def submission_of(form: Any, given: Form, scope: str) -> str:
    """What recognises the same form sent twice: its key and all that was typed.

    Whoever goes back to the form and registers a colleague with it sends something else. A key that is missing or not
    of our making counts as a fresh one.
    """
    claim = tokens.read(_purpose(scope), form.submission.data or "")
    key = claim.key if claim is not None else uuid4()
    parts = (
        str(key),
        given.name,
        given.email.lower(),
        given.organisation,
        given.attends,
        "short notice" if given.short_notice else "",
        "online fine" if given.online_fine else "",
        json.dumps(given.parts, sort_keys=True),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _prepared(form: Any, event: Event, scope: str) -> Any:
    if tokens.read(_purpose(scope), form.submission.data or "") is None:
        form.submission.data = tokens.make(_purpose(scope), uuid4(), 1)
    if not event.waitlist:
        del form.short_notice
    if "attends" in form:
        offer_kinds(form, event)
    return form


def offer_kinds(form: Any, event: Event) -> None:
    """Each kind of place with how many are left."""
    form.attends.choices = [
        (attends, gettext("%(kind)s: %(places)s", kind=kind_words(attends), places=_places(event, attends)))
        for attends in kinds_of_place(event.mode)
    ]


def _places(event: Event, attends: str) -> str:
    return places_words(pools_of(event)[attends], waitlist=event.waitlist)


def _purpose(scope: str) -> str:
    return f"form.{scope}"
