"""What organisers read of a list: what is wrong with a file and its rows, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext, ngettext

from eventsapp.importing.reading import Unreadable
from eventsapp.importing.rules import FIELDS, LONGEST, MOST_ROWS, Unready, Wrong

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELD_WORDS: dict[str, Any] = {
    "name": lazy_gettext("Full name"),
    "first_name": lazy_gettext("First name"),
    "last_name": lazy_gettext("Last name"),
    "email": lazy_gettext("E-mail address"),
    "organisation": lazy_gettext("Organisation"),
    "language": lazy_gettext("Language of letters"),
    "attends": lazy_gettext("Takes part: in the room or online"),
    "contact_name": lazy_gettext("Name of the contact"),
    "contact_email": lazy_gettext("E-mail address of the contact"),
}
_UNREADABLE = {
    Unreadable.EMPTY: lazy_gettext("There is nothing in this file."),
    Unreadable.TOO_LARGE: lazy_gettext("This file is too large: at most 2 MB."),
    Unreadable.TOO_MANY_ROWS: lazy_gettext("This file is too large: at most 10,000 rows and 50 columns."),
    Unreadable.OLD_EXCEL: lazy_gettext(
        "This file is in an old format of Excel or has a password. Open it, and save it as .xlsx without a password."
    ),
    Unreadable.BROKEN: lazy_gettext("This file could not be read. Save it as .xlsx or as CSV, and choose it again."),
}
_UNREADY = {
    Unready.NOT_THERE: lazy_gettext("This list has been started or given up meanwhile."),
    Unready.FAULTS: lazy_gettext("Nothing was registered: some rows still have faults."),
    Unready.NOBODY: lazy_gettext("No row is left that could be registered."),
    Unready.NO_REASON: lazy_gettext("These are more people than places, or somebody waits longer: give a reason."),
    Unready.EVENT_OVER: lazy_gettext("The event is not published, is over or was called off: nobody can be entered."),
}
_WRONG = {
    Wrong.NO_NAME: lazy_gettext("no name"),
    Wrong.LONG_NAME: lazy_gettext("the name is too long"),
    Wrong.LONG_ORGANISATION: lazy_gettext("the organisation is too long"),
    Wrong.LONG_CONTACT: lazy_gettext("the name of the contact is too long"),
    Wrong.BAD_EMAIL: lazy_gettext("not an e-mail address"),
    Wrong.BAD_CONTACT_EMAIL: lazy_gettext("the contact’s is not an e-mail address"),
    Wrong.BAD_LANGUAGE: lazy_gettext("an unknown language"),
    Wrong.BAD_ATTENDS: lazy_gettext("neither “room” nor “online”"),
}

assert set(FIELD_WORDS) == set(FIELDS)
assert (MOST_ROWS, LONGEST) == (10_000, 200)


def unreadable_words(unreadable: Unreadable) -> str:
    return str(_UNREADABLE[unreadable])


def unready_words(unready: Unready) -> str:
    return str(_UNREADY[unready])


def wrong_words(wrong: Wrong) -> str:
    return str(_WRONG[wrong])


def result_lines(results: Mapping[str, Any]) -> list[str]:
    """What came of a list, or has come of it so far; what there was none of is left out."""
    known, no_place = results.get("known", ()), results.get("no_place", ())
    confirmed, waiting, left_out = (results.get(name, 0) for name in ("confirmed", "waiting", "left_out"))
    lines: list[str] = []
    if confirmed:
        lines.append(ngettext("%(num)d person has a place", "%(num)d people have a place", confirmed))
    if waiting:
        lines.append(ngettext("%(num)d person waits", "%(num)d people wait", waiting))
    if known:
        lines.append(ngettext("%(num)d was known already", "%(num)d were known already", len(known)) + _rows(known))
    if no_place:
        none = ngettext("%(num)d found no place", "%(num)d found no place", len(no_place))
        lines.append(none + _rows(no_place))
    if left_out:
        lines.append(ngettext("%(num)d row was left out", "%(num)d rows were left out", left_out))
    return lines


_MOST_NAMED = 100


def _rows(numbers: Sequence[int]) -> str:
    """Which rows of the spreadsheet, as far as anybody would read them."""
    shown = ", ".join(str(number) for number in sorted(numbers)[:_MOST_NAMED])
    more = len(numbers) - _MOST_NAMED
    words = ngettext("row %(rows)s", "rows %(rows)s", len(numbers), rows=shown)
    if more > 0:
        words = gettext("%(rows)s and %(num)d more", rows=words, num=more)
    return f" ({words})"
