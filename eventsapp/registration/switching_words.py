"""What there is to say of a switch of kind, in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import flask_babel
from flask_babel import lazy_gettext

from eventsapp.registration.rules import State
from eventsapp.registration.switching import CannotSwitch, Switched
from eventsapp.registration.words import kind_words, lines_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventsapp.registration.models import Registration

gettext: Callable[..., str] = flask_babel.gettext

_CANNOT = {
    CannotSwitch.NOT_LIVE: lazy_gettext("You are no longer registered, so there is nothing to switch."),
    CannotSwitch.TOO_LATE: lazy_gettext("Nothing can be switched any more: the event has begun, or was called off."),
    CannotSwitch.ONE_KIND: lazy_gettext("There is nothing to switch: everybody takes part in the same way."),
    CannotSwitch.DELEGATED: lazy_gettext(
        "Your place belongs to your organisation, which was given it as it is. Ask the person who entered you, or "
        "write to the organisers."
    ),
    CannotSwitch.OFFERED: lazy_gettext("A place is held for you. Please accept or decline it first."),
}


@dataclass(frozen=True)
class Kind:
    """One kind of place, and how somebody stands with it."""

    kind: str
    stands: str


def cannot_words(cannot: CannotSwitch, registration: Registration) -> str:
    if cannot is not CannotSwitch.FULL:
        return str(_CANNOT[cannot])
    if registration.attends == "room":
        return gettext("All places online are taken, and this event has no waitlist. You keep your place in the room.")
    return gettext("All places in the room are taken, and this event has no waitlist. You keep your place online.")


def switched_words(switched: Switched, registration: Registration, lines: Mapping[str, int]) -> tuple[str, str]:
    """What came of it, and the tone."""
    room = registration.attends == "room"
    if switched in (Switched.SWITCHED, Switched.PLACE):
        has = gettext("You now have a place in the room.") if room else gettext("You now have a place online.")
        return f"{has} {gettext('We have written to you, with the new calendar entry.')}", "good"
    if switched is Switched.WAITS:
        keeps = gettext("You keep your place in the room.") if room else gettext("You keep your place online.")
        waits = gettext("You wait for the other kind of place. %(line)s.", line=lines_words(lines))
        return f"{keeps} {waits}", "good"
    if switched is Switched.STOPPED:
        return gettext("You keep your place, and no longer wait for another one."), "good"
    if switched is Switched.CHANGED:
        line = lines_words(lines)
        return " ".join(filter(None, (gettext("Changed."), f"{line}." if line else ""))), "good"
    return gettext("Nothing was changed: all was so already."), "info"


def kinds_of(registration: Registration, lines: Mapping[str, int]) -> list[Kind]:
    """How somebody stands with each kind of place that they have, wait for, or ask for."""
    has = {registration.attends: _has(registration)} if registration.state != State.WAITLISTED else {}
    waits = {kind: gettext("number %(position)d in line", position=number) for kind, number in lines.items()}
    if registration.state == State.PENDING and registration.online_fine and registration.attends == "room":
        waits["online"] = gettext("fine as well, if the room is full")
    found = {**has, **waits}
    return [Kind(kind_words(kind), found[kind]) for kind in ("room", "online") if kind in found]


def _has(registration: Registration) -> str:
    return {
        State.CONFIRMED: lambda: gettext("you have a place"),
        State.OFFERED: lambda: gettext("a place is held for you"),
        State.PENDING: lambda: gettext("you asked for a place"),
    }.get(State(registration.state), lambda: gettext("no place"))()
