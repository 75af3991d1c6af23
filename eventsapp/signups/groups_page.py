"""What organisers see of working groups: who wishes for what, how it came out, who is where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventsapp.agenda.models import AgendaSession
from eventsapp.agenda.queries import names_of
from eventsapp.events.models import Event
from eventsapp.events.words import moment
from eventsapp.signups.groups_proposing import (
    NoNews,
    NotEnough,
    Overfull,
    Without,
    allocated,
    refusal,
    state_of,
)
from eventsapp.signups.groups_queries import Candidate, Choice, candidates, sizes
from eventsapp.signups.groups_rules import demand, figures
from eventsapp.signups.groups_words import (
    gettext,
    got_words,
    ngettext,
    places_words,
    time_of,
    title_of,
    when_of,
    wish_words,
)
from eventsapp.web.text import Picked, folded

_WISHES_SHOWN = 3


@dataclass(frozen=True)
class GroupLine:
    """One group with its people."""

    key: str
    title: Picked
    time: str
    room: str
    places: str
    wishes: list[int]
    """How many want it first, second, third."""
    people: list[PersonLine]
    kept: bool
    """Somebody is in it whom the file lists: published."""


@dataclass(frozen=True)
class PersonLine:
    id: int
    name: str
    organisation: str
    got: str
    by_hand: bool
    news: bool
    """Not published yet."""


def of_choice(event: Event, choice: Choice) -> dict[str, Any]:
    people = candidates(choice)
    lines = [_line(event, choice, group, people) for group in choice.groups]
    found = figures((each.ranks, each.group) for each in people)
    proposed = [each for each in people if each.proposed]
    return {
        "stamp": choice.stamp,
        "when": when_of(choice),
        "groups": lines,
        "people": len(people),
        "ranked": sum(bool(each.ranks) for each in people),
        "placed": len(people) - found.without,
        "without": [_person(each) for each in people if each.group is None],
        "results": _results(found.wishes, found.not_named, found.no_wish) if found.without < len(people) else [],
        "hybrid": event.mode == "hybrid",
        "published": choice.published,
        "told": _told(event, choice),
        "by_hand": any(each.by_hand for each in people),
        "news": len(proposed),
        "letters": sum(each.changes for each in people),
        "short": refusal_words(event, choice, short) if (short := _short(choice, people)) else "",
        "state": state_of(people),
        "refused": refusal_words(event, choice, refused) if (refused := refusal(choice, people)) else "",
    }


def refusal_words(event: Event, choice: Choice, answer: object) -> str:
    """Why nothing was worked out or published."""
    if isinstance(answer, NotEnough):
        values = {"people": answer.people, "places": answer.places}
        if answer.attends == "online" and event.mode == "hybrid":
            return gettext(
                "Too few places online: %(people)d people, %(places)d places. "
                "Give the groups more places in the agenda.",
                **values,
            )
        return gettext(
            "Too few places: %(people)d people, %(places)d places. Give the groups more places in the agenda.", **values
        )
    if isinstance(answer, Without):
        return ngettext(
            "%(num)d person has no group yet. Work the groups out first.",
            "%(num)d people have no group yet. Work the groups out first.",
            answer.people,
        )
    if isinstance(answer, Overfull):
        return gettext(
            "“%(group)s” takes %(places)d people now, and %(people)d are to be in it. Work the groups out again.",
            group=title_of(choice.group(answer.key), event.language),
            people=answer.people,
            places=answer.places,
        )
    if isinstance(answer, NoNews):
        return gettext("There is nothing that is not published.")
    return gettext("The agenda changed meanwhile. This is how it stands now.")


def _line(event: Event, choice: Choice, group: AgendaSession, people: Sequence[Candidate]) -> GroupLine:
    there = [each for each in people if each.group == group.key]
    wished = demand((each.ranks for each in people), choice.keys)[group.key]
    return GroupLine(
        key=group.key,
        title=title_of(group, event.language),
        time=time_of(group, choice),
        room=group.room,
        places=places_words(choice, group, sizes(there)),
        wishes=wished[:_WISHES_SHOWN],
        people=sorted((_person(each) for each in there), key=lambda each: (folded(each.name), each.id)),
        kept=any(each.published == group.key for each in people),
    )


def _person(each: Candidate) -> PersonLine:
    return PersonLine(
        each.id,
        each.name,
        each.organisation,
        got_words(each.ranks, each.group),
        each.by_hand,
        each.proposed is not None,
    )


def _results(wishes: Sequence[int], not_named: int, no_wish: int) -> list[tuple[str, int]]:
    """What is 0 in between is said; what nobody got at the end is not."""
    found = [(wish_words(number + 1), people) for number, people in enumerate(wishes)]
    if not_named:
        found.append((gettext("a group they did not name"), not_named))
    if no_wish:
        found.append((gettext("had no wish"), no_wish))
    return found


def _told(event: Event, choice: Choice) -> str:
    run = choice.run
    if run is None or run.published_at is None:
        return ""
    at = moment(run.published_at, event.timezone)
    by = names_of({run.published_by}).get(run.published_by, "")
    return gettext("Published: %(at)s, %(name)s", at=at, name=by) if by else gettext("Published: %(at)s", at=at)


def _short(choice: Choice, people: Sequence[Candidate]) -> NotEnough | None:
    """Said before anybody presses the button."""
    for attends in ("room", "online"):
        most = [choice.places(group, attends) for group in choice.open_to(attends)]
        number = sum(each.attends == attends for each in people)
        limited = [each for each in most if each is not None]
        if len(limited) == len(most) and number > sum(limited):
            found = allocated(choice, people, anew=True)
            return found if isinstance(found, NotEnough) else None
    return None
