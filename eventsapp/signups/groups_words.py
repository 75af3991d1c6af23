"""Working groups in words, in the language in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import flask_babel

from eventsapp.agenda.models import AgendaSession
from eventsapp.events.words import language
from eventsapp.signups.groups_queries import Choice
from eventsapp.signups.groups_rules import Got, got
from eventsapp.web import dates
from eventsapp.web.text import Picked, pick

gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def title_of(group: AgendaSession, fallback: str) -> Picked:
    """`fallback` is the event's language."""
    return pick(group.title, language(), fallback)


def when_of(choice: Choice) -> str:
    """ "Thursday 14 October 2027, 10:00": all of its groups start then, and may end at different times."""
    day, time = dates.day(choice.starts_at, choice.timezone), dates.clock_time(choice.starts_at, choice.timezone)
    return gettext("%(day)s, %(time)s", day=day, time=time)


def time_of(group: AgendaSession, choice: Choice) -> str:
    return dates.time_range(group.starts_at, group.ends_at, choice.timezone)


def wish_words(number: int) -> str:
    """Counted from 1."""
    first = (
        gettext("1st wish"),
        gettext("2nd wish"),
        gettext("3rd wish"),
        gettext("4th wish"),
        gettext("5th wish"),
        gettext("6th wish"),
        gettext("7th wish"),
        gettext("8th wish"),
    )
    return first[number - 1] if number <= len(first) else gettext("Wish number %(number)d", number=number)


def got_words(ranks: tuple[str, ...], key: str | None) -> str:
    """What a group is to the person who has it."""
    if key is None:
        return ""
    found = got(ranks, key)
    if isinstance(found, int):
        return wish_words(found)
    return {Got.NOT_NAMED: gettext("not named"), Got.NO_WISH: gettext("no wish")}[found]


def places_words(choice: Choice, group: AgendaSession, taken: Counter[tuple[str, str]]) -> str:
    """ "12 of 15 places", for the room and online where there are both."""
    kinds = {"in_person": ("room",), "online": ("online",)}.get(choice.mode, ("room", "online"))
    open_ = [kind for kind in kinds if group in choice.open_to(kind)]
    return "; ".join(_places(kind, taken[group.key, kind], choice.places(group, kind), open_) for kind in open_)


def _places(kind: str, people: int, most: int | None, kinds: Sequence[str]) -> str:
    number = (
        ngettext("%(num)d person", "%(num)d people", people)
        if most is None
        else gettext("%(people)d of %(places)d places", people=people, places=most)
    )
    if len(kinds) == 1:
        return number
    return (
        gettext("in the room %(number)s", number=number)
        if kind == "room"
        else gettext("online %(number)s", number=number)
    )
