"""What organisers and contacts read of delegations, in the language in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext, lazy_gettext, ngettext

from eventsapp.delegations.rules import Refusal

if TYPE_CHECKING:
    from eventsapp.delegations.models import DelegationName

_REFUSALS = {
    Refusal.NOT_THERE: lazy_gettext("Nothing was changed: this name was changed or taken back meanwhile, see below."),
    Refusal.CALLED_OFF: lazy_gettext("Nothing was changed: the event is called off."),
    Refusal.STARTED: lazy_gettext("Nothing was changed: the event has started."),
    Refusal.FLOWED_BACK: lazy_gettext(
        "Nothing was changed: places without a name have gone back to the event, so there is none for a new name."
    ),
    Refusal.NO_PLACE: lazy_gettext(
        "Nothing was changed: places without a name have gone back to the event, and this name has none to pass on."
    ),
    Refusal.THERE: lazy_gettext("This name stands on your list already."),
    Refusal.TOO_MANY: lazy_gettext(
        "So many names in one day are not needed for so few places: each of them gets a letter. Go on tomorrow, or ask "
        "the organisers."
    ),
    Refusal.BELOW_FILLED: lazy_gettext("More people than that have one of these places already."),
}
_LETTERS = {
    "queued": (lazy_gettext("Letter under way"), "waiting"),
    "sending": (lazy_gettext("Letter under way"), "waiting"),
    "sent": (lazy_gettext("Letter sent"), "good"),
    "failed": (lazy_gettext("Letter did not arrive"), "off"),
}


def refusal_words(refusal: Refusal) -> str:
    return str(_REFUSALS[refusal])


def name_words(name: DelegationName) -> tuple[str, str]:
    """How a name stands, as the contact is told, and the tone of its label. Of whoever was registered already it says
    no more and no less than of others."""
    if name.ended == "returned":
        return gettext("Taken back by you"), "neutral"
    if name.ended == "left":
        return gettext("No longer comes"), "neutral"
    if name.email:
        return gettext("Named, and written to"), "good"
    return gettext("Named; you get the letters"), "good"


def letter_words(state: str | None) -> tuple[str, str]:
    """What became of the newest letter to a contact."""
    text, tone = _LETTERS.get(state or "", (lazy_gettext("No letter yet"), "neutral"))
    return str(text), tone


def too_few_words(left: int) -> str:
    if not left:
        return str(gettext("No place without a name is left."))
    return str(
        ngettext("Only %(num)d place without a name is left.", "Only %(num)d places without a name are left.", left)
    )


def reason_words(free: int) -> str:
    """Beside the reason that is missing."""
    if not free:
        return str(gettext("No place is free that nobody waits for: give a reason for holding more."))
    return str(
        ngettext(
            "Only %(num)d place is free that nobody waits for: give a reason for holding more.",
            "Only %(num)d places are free that nobody waits for: give a reason for holding more.",
            free,
        )
    )


def figure_words(named: int, places: int) -> str:
    return str(gettext("%(named)d of %(places)d places have a name", named=named, places=places))
