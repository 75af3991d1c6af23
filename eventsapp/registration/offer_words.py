"""What somebody in line can do now, and why a place cannot be had (any more), in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import flask_babel

from eventsapp.events.models import Event
from eventsapp.registration import offers, short_notice
from eventsapp.registration.models import Registration
from eventsapp.registration.offers import Answered
from eventsapp.registration.rules import State
from eventsapp.registration.short_notice import Take
from eventsapp.registration.words import Words

gettext: Callable[..., str] = flask_babel.gettext


@dataclass(frozen=True)
class InLine:
    """What somebody who waits, or is offered a place, can do about it now."""

    may_answer: bool = False
    """Accept or decline the place that is held."""
    is_free: bool = False
    """A place can be taken at short notice."""
    is_ready: bool = False
    """They said that they can come at short notice."""


def in_line(registration: Registration, event: Event, now: datetime) -> InLine | None:
    """None for whoever is not in line, and once the event has begun."""
    if registration.state == State.OFFERED:
        return InLine(may_answer=offers.standing(registration, event, now) is None)
    if registration.state != State.WAITLISTED or now >= event.starts_at:
        return None
    kind = short_notice.may_take(registration, event, now)
    return InLine(is_free=kind is Take.NOT_READY or isinstance(kind, str), is_ready=registration.short_notice)


def answered_words(answered: Answered) -> Words:
    """Why an offer cannot be accepted."""
    if answered is Answered.TOO_LATE:
        return Words(
            gettext("The time to accept is over"),
            gettext("The place was held for you for a while; then it goes to the next in line."),
            "waiting",
        )
    if answered is Answered.OVER:
        return Words(gettext("This event will not take place"), gettext("There is nothing left for you to do."), "off")
    return Words(gettext("No place is held for you"), gettext("There is nothing to accept or to decline."), "neutral")


def take_words(take: Take) -> Words:
    """Why a place cannot be taken."""
    if take is Take.NONE_FREE:
        return Words(
            gettext("Somebody was faster"),
            gettext("The place is taken. You keep your number in line, and we write again when another comes free."),
            "waiting",
        )
    if take is Take.NOT_NOW:
        return Words(
            gettext("There is no place to take now"),
            gettext("Places are taken in this way only in the last days, when people no longer move up by themselves."),
            "waiting",
        )
    return Words(gettext("You are not in line"), gettext("Only people who wait can take a place."), "neutral")
