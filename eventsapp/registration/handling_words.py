"""What organisers read of registrations: states, moves and refused acts in words, in the language in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext, ngettext

from eventsapp.registration.handling import Unable
from eventsapp.registration.queries import HistoryLine, pools_of
from eventsapp.registration.rules import Actor, State
from eventsapp.registration.words import kind_words

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.places import Pool

_STATES = {
    State.CONFIRMED: (lazy_gettext("Confirmed"), "good"),
    State.PENDING: (lazy_gettext("Awaiting approval"), "info"),
    State.WAITLISTED: (lazy_gettext("Waiting"), "waiting"),
    State.OFFERED: (lazy_gettext("Place offered"), "waiting"),
    State.DECLINED: (lazy_gettext("Not accepted"), "off"),
    State.CANCELLED: (lazy_gettext("Cancelled"), "neutral"),
}
_ARRIVED = {
    State.PENDING: lazy_gettext("Asked for a place"),
    State.CONFIRMED: lazy_gettext("Registered and got a place"),
    State.WAITLISTED: lazy_gettext("Registered and joined the waitlist"),
}
_RETURNED = {
    State.PENDING: lazy_gettext("Came back and asked for a place"),
    State.CONFIRMED: lazy_gettext("Came back and got a place"),
    State.WAITLISTED: lazy_gettext("Came back and joined the waitlist"),
}
_MOVED = {
    (State.PENDING, State.CONFIRMED): lazy_gettext("Approved, with a place"),
    (State.PENDING, State.WAITLISTED): lazy_gettext("Approved, and waits for a place"),
    (State.PENDING, State.DECLINED): lazy_gettext("Not accepted"),
    (State.WAITLISTED, State.CONFIRMED): lazy_gettext("Moved up when a place came free"),
    (State.WAITLISTED, State.OFFERED): lazy_gettext("Was offered a place that came free"),
    (State.OFFERED, State.CONFIRMED): lazy_gettext("Accepted the place"),
    (State.OFFERED, State.WAITLISTED): lazy_gettext("Let the offer pass, and waits again"),
    (State.CONFIRMED, State.WAITLISTED): lazy_gettext("Went back to the waitlist"),
}
_MODE_CHANGED = {
    "room": lazy_gettext("Takes part in the room, since the event is in person now"),
    "online": lazy_gettext("Takes part online, since the event is online now"),
}
_SWITCHED = {"room": lazy_gettext("Switched to the room"), "online": lazy_gettext("Switched to online")}
_CAME_FREE = {
    "room": lazy_gettext("Switched to the room, when a place came free"),
    "online": lazy_gettext("Switched to online, when a place came free"),
}
_WISHES = {
    "room": lazy_gettext("Waits for a place in the room, and keeps the one online"),
    "online": lazy_gettext("Waits for a place online, and keeps the one in the room"),
}
_ASKS = {
    "room": lazy_gettext("Wants a place in the room"),
    "online": lazy_gettext("Wants a place online"),
    "either": lazy_gettext("Wants a place in the room; online is fine as well"),
}
_LEFT = {
    Actor.PARTICIPANT: lazy_gettext("Gave up"),
    Actor.ORGANISER: lazy_gettext("Withdrawn"),
    Actor.QUEUE: lazy_gettext("Let the second offer pass, and is out"),
    Actor.CONTACT: lazy_gettext("Name taken back by the contact of the delegation"),
}
_UNABLE = {
    Unable.NOT_THERE: lazy_gettext("This registration is not there any more."),
    Unable.NOT_IN_THIS_STATE: lazy_gettext("Nothing was changed: this registration has moved on meanwhile, see below."),
    Unable.NO_REASON: lazy_gettext("Give a reason."),
    Unable.EVENT_OVER: lazy_gettext("Nothing was changed: the event is over or was called off."),
    Unable.NO_PLACE: lazy_gettext("Nothing was changed: all places are taken, and this event has no waitlist."),
    Unable.NOBODY_WAITS: lazy_gettext(
        "Nothing was changed: nobody else waits, so the place would come straight back to this person."
    ),
    Unable.NEEDS_NO_PLACE: lazy_gettext("Nothing was changed: this person needs no place, so there is no waiting."),
    Unable.DELEGATED: lazy_gettext("Nothing was changed: the place is held for a delegation, as it is."),
    Unable.DRAFT: lazy_gettext("Publish the event first: letters lead to its page."),
    Unable.NO_ADDRESS: lazy_gettext("Nobody was written to: there is no address."),
    Unable.DEADLINE: lazy_gettext(
        "Choose a later moment than the one that was promised; it must lie in the future, and not after the start."
    ),
    Unable.TOO_OFTEN: lazy_gettext("This letter was sent again several times within the hour. Please wait a little."),
}

_DONE = {
    "approve": lazy_gettext("Approved, with a place. A letter goes out."),
    "approve to wait": lazy_gettext("Approved. All places are taken, so this person waits. A letter goes out."),
    "decline": lazy_gettext("Not accepted. A letter goes out."),
    "withdraw": lazy_gettext("The registration is withdrawn. A letter goes out."),
    "move_up": lazy_gettext("Moved up: this person has a place now. A letter goes out."),
    "confirm_offer": lazy_gettext("Confirmed: this person has a place now. A letter goes out."),
    "switch": lazy_gettext("Switched: this person takes part in the other way now. A letter goes out."),
    "put_back": lazy_gettext("Back at the end of the waitlist. A letter goes out."),
}


@dataclass(frozen=True)
class PlacesFigure:
    """One kind of place: the sentence, and the numbers that the bar repeats. `capacity` None: unlimited."""

    text: str
    taken: int
    capacity: int | None


def state_words(state: str) -> tuple[str, str]:
    """A state as lists name it, and the tone of its label."""
    text, tone = _STATES[State(state)]
    return str(text), tone


def move_words(line: HistoryLine) -> tuple[str, str]:
    """What happened, and who did it."""
    move = line.move
    to = State(move.to_state)
    if to is State.CANCELLED:
        what = _LEFT[Actor(move.actor)]
    elif move.from_state == to:
        what = _switch_words(line)
    elif move.from_state is None:
        what = _ARRIVED[to]
    elif move.from_state == State.CANCELLED:
        what = _RETURNED[to]
    elif move.by_hand and to is State.CONFIRMED:
        what = lazy_gettext("Moved up by hand")
    else:
        what = _MOVED[State(move.from_state), to]
    return str(what), _who(Actor(move.actor), line.by)


def _switch_words(line: HistoryLine) -> Any:
    """Of a move that leads to the same state: another kind of place, or the wish for one."""
    move = line.move
    switched = line.attended is not None and line.attended != move.attends
    if move.actor == Actor.ORGANISER:
        return (_SWITCHED if move.why or not move.by_hand else _MODE_CHANGED)[move.attends]
    if move.to_state != State.CONFIRMED:
        return _ASKS["either" if move.online_fine else move.attends]
    if switched:
        return (_CAME_FREE if move.actor == Actor.QUEUE else _SWITCHED)[move.attends]
    return _WISHES[move.wish] if move.wish else lazy_gettext("No longer waits for the other kind of place")


def done_words(act: str, state: State) -> str:
    """What an act (a name of `handling_forms.ACTS`) has done; `state` is the one it led to."""
    waits = act == "approve" and state is State.WAITLISTED
    return str(_DONE["approve to wait" if waits else act])


def unable_words(unable: Unable) -> str:
    return str(_UNABLE[unable])


def places_figures(event: Event) -> list[PlacesFigure]:
    """A line for each kind of place: "62 of 80 places taken, 3 people wait"."""
    pools = pools_of(event)
    return [
        PlacesFigure(_figure_words(pool, kind_words(attends) if len(pools) > 1 else ""), pool.taken, pool.capacity)
        for attends, pool in pools.items()
    ]


def _figure_words(pool: Pool, kind: str) -> str:
    if pool.capacity is None:
        text = ngettext("%(num)d place taken, unlimited", "%(num)d places taken, unlimited", pool.taken)
    else:
        text = gettext("%(taken)d of %(capacity)d places taken", taken=pool.taken, capacity=pool.capacity)
    if pool.held:
        held = ngettext("%(num)d of them held for a delegation", "%(num)d of them held for delegations", pool.held)
        text = gettext("%(places)s, %(held)s", places=text, held=held)
    if pool.waiting:
        waiting = ngettext("%(num)d person waits", "%(num)d people wait", pool.waiting)
        text = gettext("%(places)s, %(waiting)s", places=text, waiting=waiting)
    return str(gettext("%(kind)s: %(places)s", kind=kind, places=text) if kind else text)


def _who(actor: Actor, name: str) -> str:
    if actor is Actor.ORGANISER:
        return name or str(gettext("an organiser"))
    if actor is Actor.CONTACT:
        return str(gettext("the contact of the delegation"))
    return str(gettext("the participant") if actor is Actor.PARTICIPANT else gettext("the waitlist, by itself"))
