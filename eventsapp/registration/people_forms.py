"""The forms with which organisers enter a person and correct one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField

from eventsapp.registration.editing import NOTE_MAX, Details
from eventsapp.registration.entering_by_hand import ROLES, SOURCES, How, Person, Wish
from eventsapp.registration.forms import NAME_MAX
from eventsapp.registration.handling_forms import WHY_MAX
from eventsapp.registration.people_words import ROLE_WORDS, SOURCE_WORDS, WISH_WORDS
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.words import kind_words
from eventsapp.web.fields import LanguageField
from eventsapp.web.forms import BaseForm, CleanString, CleanText, EmailAddress, EmailString, MaxLength, Required

if TYPE_CHECKING:
    from eventsapp.events.models import Event


class _Known(BaseForm):
    """What is known of a person."""

    name = CleanString(lazy_gettext("Full name"), [Required(lazy_gettext("Enter the full name.")), MaxLength(NAME_MAX)])
    email = EmailString(lazy_gettext("E-mail address"), [EmailAddress()])
    organisation = CleanString(lazy_gettext("Organisation"), [MaxLength(NAME_MAX)])
    language = LanguageField(lazy_gettext("Language of letters"))
    contact_name = CleanString(lazy_gettext("Name of the contact"), [MaxLength(NAME_MAX)])
    contact_email = EmailString(lazy_gettext("E-mail address of the contact"), [EmailAddress()])

    def known(self) -> dict[str, Any]:
        names = ("name", "email", "organisation", "language", "contact_name", "contact_email")
        return {name: self[name].data for name in names}


class EditForm(_Known):
    def details(self) -> Details:
        return Details(**self.known())


class NoteForm(BaseForm):
    note = CleanText(lazy_gettext("Private note"), [MaxLength(NOTE_MAX)])


class HowFields:
    """How people are entered: alike for one and for a list of them."""

    source = SelectField(
        lazy_gettext("How do you know of them?"), choices=lambda: {key: str(SOURCE_WORDS[key]) for key in SOURCES}
    )
    wish = RadioField(
        lazy_gettext("A place?"),
        [Required(lazy_gettext("Choose whether they get a place."))],
        choices=lambda: {wish.value: str(WISH_WORDS[wish]) for wish in Wish},
    )
    why = CleanString(lazy_gettext("Reason"), [MaxLength(WHY_MAX)])
    tell = RadioField(
        lazy_gettext("Write to them?"),
        [Required(lazy_gettext("Choose whether a letter goes out."))],
        choices=lambda: {
            "yes": gettext("Yes: a letter says who entered them, where they stand and how to refuse"),
            "no": gettext("No: they know already, or you tell them yourself"),
        },
    )


class EnterForm(HowFields, _Known):
    attends = RadioField(lazy_gettext("How do they take part?"), [Required(lazy_gettext("Choose how they take part."))])
    online_fine = BooleanField(lazy_gettext("If the room is full, online is fine as well"))
    role = SelectField(lazy_gettext("Role"), choices=lambda: {key: str(ROLE_WORDS[key]) for key in ROLES})
    takes_place = BooleanField(lazy_gettext("Needs one of the places"))
    another = BooleanField(lazy_gettext("It is somebody else: enter this person as well"))

    def person(self, event: Event) -> Person:
        return Person(
            **self.known(),
            attends=self.attends.data if "attends" in self else kinds_of_place(event.mode)[0],
            online_fine="online_fine" in self and self.online_fine.data,
            role=self.role.data,
            takes_place=self.takes_place.data,
            source=self.source.data,
        )

    def how(self) -> How:
        return How(Wish(self.wish.data), self.why.data, tell=self.tell.data == "yes")


def enter_form(event: Event) -> EnterForm:
    """Fresh, with the answers that fit most people."""
    usual = {"wish": Wish.BY_PLACES.value, "tell": "yes", "takes_place": True, "language": event.language}
    form = EnterForm(data={**usual, "source": "email", "role": "participant"})
    form.language.keep(event.language)
    kinds = kinds_of_place(event.mode)
    if len(kinds) == 1:
        del form.attends, form.online_fine
    else:
        form.attends.choices = {kind: kind_words(kind) for kind in kinds}
    return form
