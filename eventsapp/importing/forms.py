"""The forms of a list: the file, and what its columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField

from eventsapp.importing.reading import MOST_BYTES, Unreadable, read
from eventsapp.importing.rules import FIELDS, column_name
from eventsapp.importing.words import FIELD_WORDS, unreadable_words
from eventsapp.registration.entering_by_hand import Wish
from eventsapp.registration.forms import NAME_MAX
from eventsapp.registration.people_forms import HowFields
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.words import kind_words
from eventsapp.web.fields import LanguageField
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventsapp.events.models import Event
    from eventsapp.importing.models import PeopleImport

_COLUMN = "column_"


class UploadForm(BaseForm):
    """A file; after a valid one `rows` are there."""

    file = FileField(lazy_gettext("The list"))
    rows: list[list[str]]

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not self.file.data:
            self.file.errors = [gettext("Choose a file.")]
            return False
        found = read(self.file.data.stream.read(MOST_BYTES + 1))
        if isinstance(found, Unreadable):
            self.file.errors = [unreadable_words(found)]
            return False
        self.rows = found
        return True


class _ListForm(HowFields, BaseForm):
    """How people of a list are entered; `preview_form` adds a field for each thing that a column may mean."""

    language = LanguageField(lazy_gettext("Language of letters, where the list says none"))
    organisation = CleanString(lazy_gettext("Organisation, where the list says none"), [MaxLength(NAME_MAX)])
    attends = RadioField(
        lazy_gettext("How do they take part, where the list says nothing?"),
        [Required(lazy_gettext("Choose how they take part."))],
    )

    def columns(self) -> dict[str, int]:
        said = {name: self[f"{_COLUMN}{name}"].data for name in FIELDS if f"{_COLUMN}{name}" in self}
        return {name: int(at) for name, at in said.items() if at}

    def options(self) -> dict[str, Any]:
        return {
            "wish": self.wish.data,
            "why": self.why.data,
            "tell": self.tell.data == "yes",
            "source": self.source.data,
            "language": self.language.data,
            "organisation": self.organisation.data,
            "attends": self.attends.data if "attends" in self else "",
        }


def preview_form(event: Event, upload: PeopleImport) -> Any:
    """With what was chosen or guessed so far."""
    hybrid = event.mode == "hybrid"
    heading = upload.rows[upload.columns["heading"]] if upload.rows else []
    choices = {"": gettext("– not in the list –")} | _columns(upload.rows, heading)
    fields = {
        f"{_COLUMN}{name}": SelectField(FIELD_WORDS[name], choices=choices)
        for name in FIELDS
        if hybrid or name != "attends"
    }
    options = upload.options
    values = {f"{_COLUMN}{name}": str(upload.columns[name]) for name in FIELDS if name in upload.columns}
    values |= {name: options.get(name) or "" for name in ("why", "source", "language", "organisation")}
    values |= {"wish": options.get("wish", Wish.BY_PLACES.value), "tell": "yes" if options.get("tell") else "no"}
    form = type("ListForm", (_ListForm,), fields)(data={**values, "attends": options.get("attends") or "room"})
    form.language.keep(values["language"])
    if hybrid:
        form.attends.choices = {kind: kind_words(kind) for kind in kinds_of_place(event.mode)}
    else:
        del form.attends
    return form


def column_fields(form: Any) -> list[Any]:
    return [field for field in form if field.name.startswith(_COLUMN)]


def _columns(rows: Sequence[Sequence[str]], heading: Sequence[str]) -> dict[str, str]:
    width = max((len(row) for row in rows), default=0)
    named = [*heading, *[""] * (width - len(heading))]
    return {str(at): f"{column_name(at)}: {cell[:60]}" if cell else column_name(at) for at, cell in enumerate(named)}
