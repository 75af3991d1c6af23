"""Where people stand, how many places are left, why no form can be sent: in words, in the language in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import flask_babel

from eventsapp import clock
from eventsapp.events import words as event_words
from eventsapp.events.models import Event
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.places import Pool
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import pools_of
from eventsapp.registration.rules import NEW_A_DAY, Refusal, State, promotion_end

gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


@dataclass(frozen=True)
class Words:
    """A heading, what it means, and the tone of the panel it stands in (templates/macros/ui.html)."""

    heading: str
    text: str
    tone: str = "info"
    then: str = ""
    """What happens next, as a paragraph of its own."""


STATUS = {
    Refusal.NOT_YET_OPEN: 403,
    Refusal.BY_INVITATION: 403,
    Refusal.NOT_INVITED: 403,
    Refusal.CLOSED: 409,
    Refusal.FULL: 409,
    Refusal.CANCELLED: 410,
    Refusal.PAST: 410,
    Refusal.TOO_MANY: 429,
}
"""With which HTTP status a page says why no form can be sent (DESIGN §4)."""


def state_heading(state: str, position: int | None) -> str:
    """Where somebody stands, as short as on a list: "You have a place", "No place yet: number 2 in line"."""
    if state == State.WAITLISTED and position is not None:
        return gettext("No place yet: number %(position)d in line", position=position)
    return {
        State.CONFIRMED: lambda: gettext("You have a place"),
        State.WAITLISTED: lambda: gettext("No place yet"),
        State.PENDING: lambda: gettext("Awaiting approval"),
        State.OFFERED: lambda: gettext("A place is held for you"),
        State.DECLINED: lambda: gettext("Not accepted"),
        State.CANCELLED: lambda: gettext("You are no longer registered"),
    }[State(state)]()


def state_words(registration: Registration, position: int | None) -> Words:
    """Where a person stands and what happens next. The event must be loaded."""
    state = State(registration.state)
    tone = {
        State.CONFIRMED: "good",
        State.PENDING: "waiting",
        State.WAITLISTED: "waiting",
        State.OFFERED: "waiting",
        State.DECLINED: "off",
        State.CANCELLED: "neutral",
    }[state]
    event = registration.event
    waits = state is State.WAITLISTED or registration.wish is not None
    then = queue_rule(event, clock.now()) if waits else ""
    return Words(state_heading(state, position), _meaning(registration, position), tone, then)


def queue_rule(event: Event | EventSnapshot, now: datetime) -> str:
    """How people move up, and until when; after that, how a place that comes free is filled."""
    end = promotion_end(event.starts_at, event.promotion_ends_at)
    if now >= event.starts_at:
        return gettext("The event has begun: nobody moves up any more.")
    if now >= end:
        return gettext(
            "People no longer move up by themselves. When a place comes free, we write to everybody in line who can "
            "come at short notice, and the first to take it gets it. The organisers may also fill places by hand."
        )
    return f"{_promotion_rule(event.promotion)} {_after_promotion(event, end)}"


def _promotion_rule(promotion: str) -> str:
    if promotion == "offer":
        return gettext(
            "When a place comes free, it is offered to the first in line, and we write to that person, who has until "
            "noon on a weekday, at least 48 hours, to accept it. If they decline it or do not answer, it is offered to "
            "the next; who does not answer goes to the end of the line, the second time off the list."
        )
    return gettext("When a place comes free, it goes to the first in line at once, and we write to that person.")


def _after_promotion(event: Event | EventSnapshot, end: datetime) -> str:
    return gettext(
        "People move up by themselves until %(end)s. A place that comes free after that goes to the first to take it "
        "of those who can come at short notice.",
        end=event_words.moment(end, event.timezone),
    )


def places_words(pool: Pool, *, waitlist: bool) -> str:
    """How many places of a kind are left; never untrue, also while free places are on their way to people who wait."""
    if pool.waiting == 0 and pool.free is None:
        return gettext("The number of places is not limited")
    if pool.waiting == 0 and pool.free:
        return ngettext("%(num)d place left", "%(num)d places left", pool.free)
    first = gettext("No places left") if pool.full else gettext("Free places go first to the people who wait")
    if not waitlist:
        return first
    join = gettext("you can join the waitlist")
    if pool.waiting:
        waiting = ngettext("%(num)d person waits", "%(num)d people wait", pool.waiting)
        return gettext("%(first)s – %(join)s: %(waiting)s", first=first, join=join, waiting=waiting)
    return gettext("%(first)s – %(join)s", first=first, join=join)


def kind_words(attends: str) -> str:
    """How somebody takes part."""
    return gettext("In the room") if attends == "room" else gettext("Online")


def lines_words(lines: Mapping[str, int]) -> str:
    """Where somebody stands in each line, by kind of place: "In the room: number 2 in line"."""
    return ", ".join(line_words(kind, number) for kind, number in lines.items())


def line_words(attends: str, position: int) -> str:
    return gettext("%(kind)s: number %(position)d in line", kind=kind_words(attends), position=position)


@dataclass(frozen=True)
class PlacesLine:
    """One kind of place of an event: in words, and as the numbers that a bar draws."""

    text: str
    """Names the kind where the event has several."""
    taken: int
    capacity: int | None
    waits: bool
    """A newcomer would wait."""


def places_lines(event: Event) -> list[PlacesLine]:
    """A line for each kind of place, as the event's row says."""
    pools = pools_of(event)
    return [
        PlacesLine(
            _places_line(attends, places_words(pool, waitlist=event.waitlist), named=len(pools) > 1),
            pool.taken,
            pool.capacity,
            pool.full or pool.waiting > 0,
        )
        for attends, pool in pools.items()
    ]


def _places_line(attends: str, places: str, *, named: bool) -> str:
    return gettext("%(kind)s: %(places)s", kind=kind_words(attends), places=places) if named else places


def refusal_words(refusal: Refusal, event: Event) -> Words:
    """Why no form can be sent, and what one can do."""
    heading, text, tone = _REFUSALS[refusal](event)
    return Words(heading, text, tone)


def travels(event: Event | EventSnapshot, attends: str) -> bool:
    """Whether somebody who takes part so goes there."""
    return event.mode != "online" and attends == "room"


def _meaning(registration: Registration, position: int | None) -> str:
    """What a state means and what to do, a sentence or a few; travel is no matter for who takes part online."""
    state, goes = State(registration.state), travels(registration.event, registration.attends)
    yet = gettext("Please do not book travel yet.") if goes else ""
    if state is State.WAITLISTED:
        first = gettext("You are next in line.") if position == 1 else ""
        return " ".join(filter(None, (first, yet)))
    if state is State.PENDING:
        wait = gettext("The organisers decide on each request and write to you then. You do not have a place yet.")
        return " ".join(filter(None, (wait, yet)))
    if state is State.DECLINED:
        refused = gettext("The organisers could not accept your request.")
        return " ".join(filter(None, (refused, gettext("Please do not book travel.") if goes else "")))
    return {
        State.CONFIRMED: gettext(
            "Your place is certain. If you cannot come, please give it up, so that somebody else can."
        ),
        State.OFFERED: _offer_words(registration),
        State.CANCELLED: gettext("There is nothing left for you to do."),
    }[state]


def _offer_words(registration: Registration) -> str:
    """Until when, and what then; also in the minutes between the deadline and the next in line."""
    until, event = registration.offer_until, registration.event
    if until is None:
        return ""
    moment = event_words.moment(until, event.timezone)
    if clock.now() >= until:
        return gettext("You could accept it until %(moment)s. It now goes to the next in line.", moment=moment)
    return gettext(
        "It is yours as soon as you accept it, until %(moment)s. If you do not, the next in line gets it.",
        moment=moment,
    )


def _not_yet_open(event: Event) -> tuple[str, str, str]:
    opens = event_words.moment(event.opens_at, event.timezone) if event.opens_at else ""
    text = gettext("It opens on %(moment)s. The form will be on this page then.", moment=opens)
    return gettext("Registration is not open yet"), text, "waiting"


def _by_invitation(_event: Event) -> tuple[str, str, str]:
    text = gettext("Were you invited? Then register with the link in your invitation. There is no other form.")
    return gettext("By invitation only"), text, "info"


def _not_invited(_event: Event) -> tuple[str, str, str]:
    text = gettext(
        "This address is not on the list of invited people. Register with the address that you were invited with, "
        "or write to the organisers."
    )
    return gettext("By invitation only"), text, "info"


def _closed(event: Event) -> tuple[str, str, str]:
    closed = event_words.moment(event.closes_at or event.starts_at, event.timezone)
    text = gettext("It closed on %(moment)s. People who are registered already keep their places.", moment=closed)
    return gettext("Registration is closed"), text, "neutral"


def _full(event: Event) -> tuple[str, str, str]:
    if not all(pool.full or pool.waiting for pool in pools_of(event).values()):
        text = gettext("All places of the kind you chose are taken. Go back and choose the other one.")
        return gettext("No places left"), text, "off"
    text = gettext(
        "All places are taken, and this event has no waitlist. If somebody gives up a place, the form is back."
    )
    return gettext("No places left"), text, "off"


def _cancelled(_event: Event) -> tuple[str, str, str]:
    text = gettext("It was called off. Everybody who is registered gets a letter about it.")
    return gettext("This event will not take place"), text, "off"


def _past(event: Event) -> tuple[str, str, str]:
    when = event_words.when_of(event)
    return gettext("This event is over"), gettext("It took place on %(date)s.", date=when.date), "neutral"


def _too_many(_event: Event) -> tuple[str, str, str]:
    text = ngettext(
        "There has been %(num)d new registration with this e-mail address within a day; more are not taken. "
        "Please try again tomorrow.",
        "There have been %(num)d new registrations with this e-mail address within a day; more are not taken. "
        "Please try again tomorrow.",
        NEW_A_DAY,
    )
    return gettext("Too many registrations with this address"), text, "off"


_REFUSALS: dict[Refusal, Callable[[Event], tuple[str, str, str]]] = {
    Refusal.NOT_YET_OPEN: _not_yet_open,
    Refusal.BY_INVITATION: _by_invitation,
    Refusal.NOT_INVITED: _not_invited,
    Refusal.CLOSED: _closed,
    Refusal.FULL: _full,
    Refusal.CANCELLED: _cancelled,
    Refusal.PAST: _past,
    Refusal.TOO_MANY: _too_many,
}
