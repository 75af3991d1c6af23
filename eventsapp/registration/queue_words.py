"""Who came out of the queue and why that one, in words for organisers, in the language in force."""

from __future__ import annotations

from collections.abc import Callable

import flask_babel

from eventsapp.registration.queue_queries import Moved
from eventsapp.registration.rules import Actor, State
from eventsapp.registration.short_notice import WHY
from eventsapp.registration.words import kind_words

gettext: Callable[..., str] = flask_babel.gettext


def what_words(moved: Moved) -> str:
    """What somebody came to."""
    to = State(moved.move.to_state)
    if moved.move.from_state == State.OFFERED and to is State.CANCELLED:
        return gettext("Out")
    words = {
        State.CONFIRMED: gettext("Has a place"),
        State.OFFERED: gettext("Was offered a place"),
        State.WAITLISTED: gettext("Waits again"),
    }
    return words[to]


def why_words(moved: Moved) -> str:
    """Why it was this person and no other."""
    move = moved.move
    actor = Actor(move.actor)
    if actor is Actor.ORGANISER:
        return _by_hand(moved)
    if move.from_state == State.OFFERED:
        return _answer(State(move.to_state), actor)
    if actor is Actor.PARTICIPANT:
        if move.why == WHY:
            return gettext("Took a place at short notice")
        return gettext("Chose a kind of place that was free")
    if move.from_state == State.CONFIRMED:
        return gettext("First in line for this kind of place: %(kind)s", kind=kind_words(move.attends))
    return gettext("First in line when a place came free")


def _by_hand(moved: Moved) -> str:
    if moved.move.why:
        return gettext("By hand (%(who)s): %(reason)s", who=_who(moved), reason=moved.move.why)
    return gettext("By hand (%(who)s)", who=_who(moved))


def _who(moved: Moved) -> str:
    return moved.by or gettext("an organiser")


def _answer(to: State, actor: Actor) -> str:
    if to is State.CONFIRMED:
        return gettext("Accepted an offer")
    if to is State.WAITLISTED:
        return gettext("Let an offer pass, and is at the end of the line")
    return gettext("Declined an offer") if actor is Actor.PARTICIPANT else gettext("Let a second offer pass")
