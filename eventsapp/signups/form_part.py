"""The sessions of an event to choose from: a part of the registration form, and all of the form on one's own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import combinations, groupby
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, HiddenField

from eventsapp.agenda.models import AgendaSession
from eventsapp.events.models import Event
from eventsapp.registration.queries import kinds_of_place
from eventsapp.signups.queries import Counts, Mine, pool_of
from eventsapp.signups.rules import Standing, overlap, places_for
from eventsapp.signups.words import hours_of, places_lines, standing_words, title_of
from eventsapp.web import dates
from eventsapp.web.text import Picked

KEY = "sessions"
HAD = f"{KEY}-had"
"""The field with what was ticked when the form was shown."""


@dataclass(frozen=True)
class Choice:
    """One session as pages show it."""

    name: str
    """Of its field."""
    key: str
    title: Picked
    hours: str
    room: str
    words: str
    """How many places are left; or, of one's own, how one stands."""
    tone: str = ""
    only: str = ""
    """The one way of taking part in which people sign up for it, where the event has two."""


@dataclass(frozen=True)
class Slot:
    """What starts together."""

    heading: str
    choices: tuple[Choice, ...]


class SessionsPart:
    """Of one showing of a form. `mine` and `attends`: on the page of a person, who has signed up for these already."""

    template = "signups/form_part.html"

    def __init__(
        self,
        event: Event,
        sessions: Sequence[AgendaSession],
        counts: Counts,
        *,
        mine: Sequence[Mine] | None = None,
        attends: str = "",
    ) -> None:
        self.event, self.counts, self.own = event, counts, mine is not None
        self.mine = {each.session.key: each for each in mine or ()}
        self.kinds = (attends,) if attends else kinds_of_place(event.mode)
        self.sessions = [each for each in sessions if any(places_for(each, kind) is not None for kind in self.kinds)]

    @property
    def slots(self) -> list[Slot]:
        several = self.event.starts_wall.date() != self.event.ends_wall.date()
        grouped = groupby(self.sessions, key=lambda each: each.starts_wall)
        return [Slot(_heading(start, several_days=several), tuple(map(self._choice, each))) for start, each in grouped]

    @property
    def divided(self) -> bool:
        """Whether it depends on how one takes part."""
        return any(self._only(each) for each in self.sessions)

    def fields(self) -> Mapping[str, Any]:
        """A tick for each. On one's own page also what was ticked before, so that nothing is given back unseen."""
        ticks: dict[str, Any] = {
            _name(each): BooleanField(title_of(each, self.event.language), default=each.key in self.mine)
            for each in self.sessions
        }
        return ticks | {HAD: HiddenField(default=" ".join(self.mine))} if self.own else ticks

    def check(self, form: Any, attends: str) -> None:
        """Who registers chooses one of those that overlap. On one's own page the verb decides, which knows the rest."""
        if self.own:
            return
        ticked = [each for each in self._for(attends) if form[_name(each)].data]
        for one, other in combinations(ticked, 2):
            if overlap(one, other):
                field = form[_name(other)]
                words = overlap_words(title_of(one, self.event.language), title_of(other, self.event.language))
                field.errors = [*field.errors, words]

    def value(self, form: Any, attends: str) -> Any:
        """Keys of what is ticked; on one's own page what is to be taken and what to be left."""
        ticked = [each.key for each in self._for(attends) if form[_name(each)].data]
        if not self.own:
            return ticked
        had = set((form[HAD].data or "").split())
        offered = {each.key for each in self.sessions}
        return {"take": [each for each in ticked if each not in had], "leave": sorted((had & offered) - set(ticked))}

    def title_of(self, key: str) -> str:
        found = next((each for each in self.sessions if each.key == key), None)
        return title_of(found, self.event.language) if found is not None else key

    def renew(self, other: SessionsPart) -> None:
        """What stands beside the ticks, as it is now: somebody may have been quicker."""
        self.counts, self.mine = other.counts, other.mine

    def _for(self, attends: str) -> list[AgendaSession]:
        return [each for each in self.sessions if not attends or places_for(each, attends) is not None]

    def _choice(self, session: AgendaSession) -> Choice:
        mine = self.mine.get(session.key)
        pools = {kind: pool_of(session, kind, self.counts) for kind in self.kinds}
        words = places_lines(pools) if mine is None else standing_words(mine.standing, mine.position)
        return _choice(session, self.event, words, mine, self._only(session))

    def _only(self, session: AgendaSession) -> str:
        there = [kind for kind in self.kinds if places_for(session, kind) is not None]
        return there[0] if len(there) < len(self.kinds) else ""


def shown(mine: Sequence[Mine], event: Event) -> dict[str, Any]:
    """A person's sessions as pages list them, and which of the held ones overlap since the agenda changed."""
    held = [each.session for each in mine if each.standing is not Standing.WAITING]
    several = event.starts_wall.date() != event.ends_wall.date()
    return {
        "sessions": [
            (
                _day(each.session, several_days=several),
                _choice(each.session, event, standing_words(each.standing, each.position), each),
            )
            for each in mine
        ],
        "overlaps": [
            (title_of(one, event.language), title_of(other, event.language))
            for one, other in combinations(held, 2)
            if overlap(one, other)
        ],
    }


def overlap_words(one: str, other: str) -> str:
    return str(gettext("“%(one)s” and “%(other)s” are at the same time: choose one of them.", one=one, other=other))


def _choice(session: AgendaSession, event: Event, words: str, mine: Mine | None, only: str = "") -> Choice:
    tone = "" if mine is None else "good" if mine.standing is Standing.TAKEN else "waiting"
    title = title_of(session, event.language)
    return Choice(_name(session), session.key, title, hours_of(session), session.room, words, tone, only)


def _name(session: AgendaSession) -> str:
    return f"{KEY}-{session.key}"


def _heading(starts: Any, *, several_days: bool) -> str:
    """ "14:00", with the day where there are several."""
    day = dates.short_day(starts.replace(tzinfo=UTC), "UTC")
    return f"{day}, {starts:%H:%M}" if several_days else f"{starts:%H:%M}"


def _day(session: AgendaSession, *, several_days: bool) -> str:
    return dates.short_day(session.starts_wall.replace(tzinfo=UTC), "UTC") if several_days else ""
