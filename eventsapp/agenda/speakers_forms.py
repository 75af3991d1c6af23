"""The form about a speaker: what is said of them in the series' language, and in the others that the series uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext
from wtforms import SelectField

from eventsapp.agenda.rules import SPEAKER_LENGTH
from eventsapp.agenda.speakers_rules import ABOUT_LENGTH, AFFILIATION_LENGTH, LINK_LENGTH, SpeakerDetails
from eventsapp.translations import LANGUAGES
from eventsapp.web import languages
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength, Required
from eventsapp.web.rules import Texts

if TYPE_CHECKING:
    from eventsapp.organisations.models import Organisation


class SpeakerForm(BaseForm):
    name = CleanString(lazy_gettext("Name"), [Required(lazy_gettext("Enter the name.")), MaxLength(SPEAKER_LENGTH)])
    affiliation = CleanString(lazy_gettext("Affiliation"), [MaxLength(AFFILIATION_LENGTH)])
    organisation_id = SelectField(lazy_gettext("Organisation"), choices={"": "–"})
    about = CleanText(lazy_gettext("About"), [MaxLength(ABOUT_LENGTH)])
    link = CleanString(lazy_gettext("Link"), [MaxLength(LINK_LENGTH)])

    def offer_organisations(self, there: Sequence[Organisation]) -> None:
        self.organisation_id.choices = {"": "–"} | {str(each.id): each.name for each in there}

    @property
    def other_abouts(self) -> list[tuple[str, Any]]:
        """Languages with their fields."""
        return [(name.removeprefix("about_"), self[name]) for name in self._fields if name.startswith("about_")]

    def details(self, own: str, before: Texts) -> SpeakerDetails:
        """What the form says; texts in languages that it does not ask for stay."""
        about = dict(before) | {own: self.about.data} | {code: field.data for code, field in self.other_abouts}
        return SpeakerDetails(
            name=self.name.data,
            affiliation=self.affiliation.data,
            organisation_id=int(self.organisation_id.data) if self.organisation_id.data else None,
            about=about,
            link=self.link.data,
        )


class RemoveForm(BaseForm):
    """Nothing but a button."""


def speaker_form(own: str, used: Mapping[str, str], values: Mapping[str, Any] | None = None) -> SpeakerForm:
    """With a text for each language of ours that the series uses: those in which it has a title."""
    others = [code for code in LANGUAGES if used.get(code) and code != own]

    class Form(SpeakerForm):
        pass

    for code in others:
        label = lazy_gettext("About (%(language)s)", language=languages.name_of(code))
        setattr(Form, f"about_{code}", CleanText(label, [MaxLength(ABOUT_LENGTH)]))
    return Form(data=values)


def values_of(details: SpeakerDetails, own: str) -> dict[str, Any]:
    """Details as the fields show them."""
    return {
        "name": details.name,
        "affiliation": details.affiliation,
        "organisation_id": str(details.organisation_id or ""),
        "about": details.about.get(own, ""),
        "link": details.link,
        **{f"about_{code}": text for code, text in details.about.items() if code != own},
    }
