"""The form of an event's public texts in one language: a field for each text that the event has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField

from eventsapp.agenda.rules import TITLE_LENGTH as SESSION_TITLE_LENGTH
from eventsapp.agenda.wording import Wording
from eventsapp.events.rules import DESCRIPTION_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH
from eventsapp.venues.rules import NOTES_LENGTH
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength


class TextsForm(BaseForm):
    expected_version = HiddenField()

    def version(self) -> int | None:
        """Of the event's details when the form was shown; None when it is not said."""
        typed = self.expected_version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else None

    def show_version(self, version: int) -> None:
        """What sending the form once more will be compared with, whatever it came back with."""
        self.expected_version.data = str(version)


def texts_form(wordings: Sequence[Wording], language: str) -> TextsForm:
    """With a field of the name of each text, filled with what there is in this language. A field that was not sent
    keeps that: the text was added while the form was open."""
    fields = {each.name: _field(each) for each in wordings}
    made: type[TextsForm] = type("EventTextsForm", (TextsForm,), fields)
    return made(data={each.name: each.texts.get(language, "") for each in wordings})


def _field(wording: Wording) -> Any:
    if wording.session is not None:
        starts, ends = wording.session.starts_wall, wording.session.ends_wall
        label = gettext("Session %(time)s", time=f"{starts:%H:%M}–{ends:%H:%M}")
        return CleanString(label, [MaxLength(SESSION_TITLE_LENGTH)])
    return {
        "title": CleanString(lazy_gettext("Title"), [MaxLength(TITLE_LENGTH)]),
        "summary": CleanText(lazy_gettext("Summary"), [MaxLength(SUMMARY_LENGTH)]),
        "description": CleanText(lazy_gettext("Description"), [MaxLength(DESCRIPTION_LENGTH)]),
        "venue_directions": CleanText(lazy_gettext("How to get there"), [MaxLength(NOTES_LENGTH)]),
        "venue_access_notes": CleanText(lazy_gettext("Access for people with disabilities"), [MaxLength(NOTES_LENGTH)]),
    }[wording.name]
