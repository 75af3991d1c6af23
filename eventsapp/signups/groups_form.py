"""The wishes for working groups as a part of a form (registration/extensions.py): a list for each wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wtforms import SelectField

from eventsapp.agenda.models import AgendaSession
from eventsapp.events.models import Event
from eventsapp.signups.groups_queries import Choice
from eventsapp.signups.groups_rules import MOST_WISHES
from eventsapp.signups.groups_words import gettext, time_of, title_of, when_of, wish_words
from eventsapp.web.text import Picked

KEY = "groups"
_AT_ONCE = 3
"""So many wishes are asked for in sight; who has more unfolds the rest."""


@dataclass(frozen=True)
class Asked:
    """One choice as the form shows it."""

    choice: Choice
    groups: Sequence[AgendaSession]
    """Those that the person can wish for."""
    titles: Mapping[str, Picked]
    when: str
    ranks: Sequence[str]
    """What they wished for so far."""

    @property
    def names(self) -> list[str]:
        """Of the fields, the first wish first."""
        return [f"{KEY}-{self.choice.stamp}-{number + 1}" for number in range(min(len(self.groups), MOST_WISHES))]

    @property
    def at_once(self) -> list[str]:
        return self.names[:_AT_ONCE]

    @property
    def more(self) -> list[str]:
        return self.names[_AT_ONCE:]

    @property
    def lines(self) -> list[tuple[Picked, str, str, bool]]:
        """Title, time, room, and whether it is for the room alone where others take part online."""
        hybrid = self.choice.mode == "hybrid"
        online = self.choice.open_to("online")
        return [
            (
                self.titles[group.key],
                time_of(group, self.choice),
                group.room,
                hybrid and bool(online) and group not in online,
            )
            for group in self.groups
        ]

    @property
    def room_only(self) -> bool:
        """People who take part online have no choice here."""
        return self.choice.mode == "hybrid" and not self.choice.open_to("online")


@dataclass
class GroupsPart:
    """Of one showing of the form."""

    asked: Sequence[Asked]
    template: str = "signups/groups_form.html"
    _read: dict[str, list[str]] = field(default_factory=dict)

    def fields(self) -> Mapping[str, Any]:
        return {name: _field(each, place) for each in self.asked for place, name in enumerate(each.names)}

    def check(self, form: Any, attends: str) -> None:
        for each in self.asked:
            open_ = {group.key for group in each.choice.open_to(attends or "room")}
            self._read[each.choice.stamp] = [] if not open_ else self._wishes(each, form, open_)

    def value(self, form: Any, attends: str) -> dict[str, list[str]]:
        return self._read

    def _wishes(self, each: Asked, form: Any, open_: set[str]) -> list[str]:
        """The groups that were chosen. A wish left out in between is none."""
        found: list[str] = []
        for place, name in enumerate(each.names):
            key = form[name].data or ""
            if not key:
                continue
            wrong = _wrong(each, key, found, open_)
            if wrong:
                _refuse(form[name], each, place, wrong)
            found.append(key)
        return found


def part_of(
    event: Event, choices: Sequence[Choice], ranks: Mapping[Any, Sequence[str]], attends: str = ""
) -> GroupsPart | None:
    """None when there is nothing to choose. `attends`: how the person takes part, where that is known."""
    asked = [_asked(event, choice, ranks.get(choice.starts_at, ()), attends) for choice in choices]
    asked = [each for each in asked if each.groups]
    return GroupsPart(asked) if asked else None


def _asked(event: Event, choice: Choice, ranks: Sequence[str], attends: str) -> Asked:
    groups = choice.open_to(attends) if attends else list(choice.groups)
    titles = {group.key: title_of(group, event.language) for group in groups}
    return Asked(choice, groups, titles, when_of(choice), [key for key in ranks if key in titles])


def _field(each: Asked, place: int) -> SelectField:
    words = gettext("Choose a group") if place == 0 else gettext("No further wish")
    return SelectField(
        wish_words(place + 1),
        choices={"": words} | {key: str(title) for key, title in each.titles.items()},
        validate_choice=False,
        default=each.ranks[place] if place < len(each.ranks) else "",
    )


def _wrong(each: Asked, key: str, before: Sequence[str], open_: set[str]) -> str:
    if key not in each.titles:
        return gettext("this group is not on the agenda any more. Choose another one.")
    if key in before:
        return gettext(
            "“%(group)s” is your %(wish)s already. Choose another group, or none.",
            group=each.titles[key],
            wish=wish_words(before.index(key) + 1),
        )
    if key not in open_:
        return gettext("“%(group)s” takes place in the room only. Choose another group.", group=each.titles[key])
    return ""


def _refuse(field_: Any, each: Asked, place: int, words: str) -> None:
    """Names the choice and the wish: the words stand in the summary above the form, too."""
    said = gettext("%(when)s, %(wish)s: %(words)s", when=each.when, wish=wish_words(place + 1), words=words)
    field_.errors = [*field_.errors, said]
