"""In words for people: what the reader of a pasted agenda was unsure of."""

from __future__ import annotations

from flask_babel import gettext

from eventsapp.agenda.text_model import Unsure
from eventsapp.web.rules import N_

_REASONS = {
    Unsure.END_GUESSED: N_("No end is written: it ends when the next session begins."),
    Unsure.LAST_LENGTH_GUESSED: N_("No end is written and nothing follows on this day: how long is it?"),
    Unsure.END_BEFORE_START: N_("The end as written is before the start, so it was not used."),
    Unsure.PAST_MIDNIGHT: N_("It goes past midnight, into the next day."),
    Unsure.HALF_DAY_GUESSED: N_("Morning or afternoon is not written: it was told from the sessions around it."),
    Unsure.BARE_HOUR: N_("A number without minutes was read as an hour."),
    Unsure.TITLE_MISSING: N_("There is a time, but no title."),
    Unsure.TITLE_JOINED: N_("The title was put together from several lines."),
    Unsure.TITLE_CUT: N_("The title is too long: the rest of it is in the notes."),
    Unsure.DAY_GUESSED: N_("The date in the text does not fit the date of the event or its weekday."),
    Unsure.OUT_OF_ORDER: N_("It starts before the session above it."),
    Unsure.TIME_SKIPPED: N_("The clocks skip this time on that day."),
    Unsure.TIME_TWICE: N_("The clocks show this time twice on that day."),
}


def reason(unsure: Unsure) -> str:
    """One sentence, in the language in force."""
    said: str = gettext(_REASONS[unsure])
    return said
