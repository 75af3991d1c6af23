"""What organisers read of people they enter and merge, in the language in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext

from eventsapp.registration.entering_by_hand import Wish
from eventsapp.registration.rules import State

if TYPE_CHECKING:
    from eventsapp.registration.entering_by_hand import Entered

ROLE_WORDS: dict[str, Any] = {
    "participant": lazy_gettext("Participant"),
    "speaker": lazy_gettext("Speaker"),
    "staff": lazy_gettext("Staff"),
    "press": lazy_gettext("Press"),
    "guest": lazy_gettext("Guest"),
}
SOURCE_WORDS: dict[str, Any] = {
    "form": lazy_gettext("registered by the form"),
    "email": lazy_gettext("by e-mail"),
    "phone": lazy_gettext("by telephone"),
    "paper": lazy_gettext("on paper"),
    "partner": lazy_gettext("from a partner’s list"),
    "in_person": lazy_gettext("in person"),
    "other": lazy_gettext("in another way"),
}
WISH_WORDS: dict[Wish, Any] = {
    Wish.BY_PLACES: lazy_gettext("As places allow: a place if one is free, else the waitlist"),
    Wish.CONFIRMED: lazy_gettext("A place in any case; beyond the number of places this needs a reason"),
    Wish.WAITLISTED: lazy_gettext("The waitlist; if a place is free and nobody waits, the place at once"),
}


def entered_words(entered: Entered, *, told: bool) -> str:
    """What came of it; `told`: a letter goes out."""
    if entered.state is State.CONFIRMED:
        first = gettext("Entered, with a place.")
    else:
        first = gettext("Entered, and waits for a place.")
    return f"{first} {gettext('A letter goes out.') if told else gettext('No letter goes out.')}"


def source_words(source: str) -> str:
    return str(SOURCE_WORDS.get(source, source))


def role_words(role: str) -> str:
    return str(ROLE_WORDS.get(role, role))
