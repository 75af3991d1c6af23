"""What was done with several people, and why some were left out, in the language in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext, ngettext

from eventsapp.registration.handling import Unable
from eventsapp.registration.handling_many import Outcome
from eventsapp.registration.rules import State

WITHDRAW, CONFIRM = "withdraw", "confirm"

_LEFT_OUT = {
    State.CONFIRMED: lazy_gettext("has a place already"),
    State.OFFERED: lazy_gettext("has been offered a place, and may still accept it"),
    State.WAITLISTED: lazy_gettext("waits already"),
    State.PENDING: lazy_gettext("awaits approval"),
    State.DECLINED: lazy_gettext("was not accepted"),
    State.CANCELLED: lazy_gettext("is not registered any more"),
}


@dataclass(frozen=True)
class Group:
    """People of whom the same is to be said."""

    heading: str
    people: Sequence[tuple[int, str, str]]
    """Registration, name, and what more there is to say."""
    tone: str


def result_groups(act: str, outcomes: Sequence[Outcome]) -> list[Group]:
    """What was done for whom, and who was left out and why; groups without people are left out."""
    done = [each for each in outcomes if isinstance(each.answer, State)]
    waits = [each for each in done if each.answer is State.WAITLISTED]
    there = [each for each in done if each.answer is not State.WAITLISTED]
    out = [each for each in outcomes if isinstance(each.answer, Unable)]
    groups = [
        Group(_done_heading(act, len(there)), [(each.registration_id, each.name, "") for each in there], "good"),
        Group(_waits_heading(len(waits)), [(each.registration_id, each.name, "") for each in waits], "waiting"),
        Group(_out_heading(len(out)), [(each.registration_id, each.name, _why(each)) for each in out], "neutral"),
    ]
    return [group for group in groups if group.people]


def left_out_words(state: str) -> str:
    """Why nothing is done with somebody in this state."""
    return str(_LEFT_OUT[State(state)])


def _why(outcome: Outcome) -> str:
    if outcome.answer is Unable.NO_PLACE:
        return str(gettext("all places are taken, and this event has no waitlist"))
    return left_out_words(outcome.state)


def _done_heading(act: str, number: int) -> str:
    if act == WITHDRAW:
        return str(ngettext("%(num)d registration is withdrawn", "%(num)d registrations are withdrawn", number))
    return str(ngettext("%(num)d person has a place now", "%(num)d people have a place now", number))


def _waits_heading(number: int) -> str:
    text = ngettext(
        "%(num)d request is approved and waits for a place",
        "%(num)d requests are approved and wait for a place",
        number,
    )
    return str(text)


def _out_heading(number: int) -> str:
    text = ngettext("Nothing was done for %(num)d person", "Nothing was done for %(num)d people", number)
    return str(text)
