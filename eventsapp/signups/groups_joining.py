"""How working groups join the registration: what create_app hands to `registration.extensions.join`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.events.models import Event
from eventsapp.registration.extensions import Extension, ExtraColumn, PagePart
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.moves import Locked
from eventsapp.registration.rules import LIVE, State
from eventsapp.signups import groups_integrity, groups_keeping
from eventsapp.signups.groups_form import KEY, GroupsPart, part_of
from eventsapp.signups.groups_queries import (
    Choice,
    by_registration,
    choices_of,
    given_to,
    in_any_group,
    in_group,
    ranks_of,
)
from eventsapp.signups.groups_words import gettext, time_of, title_of, when_of

_NONE = "none"


class Groups(Extension):
    key = KEY

    def form_part(self, event: Event) -> GroupsPart | None:
        return part_of(event, choices_of(event), {})

    def entered(self, lock: Locked, registration: Registration, value: Any) -> None:
        groups_keeping.keep(lock, registration, value)

    def moved(self, lock: Locked, registration: Registration, step: RegistrationMove) -> None:
        groups_keeping.follow(lock, registration, step)

    def merged(self, lock: Locked, kept: Registration, gone: Registration) -> None:
        groups_keeping.take_over(lock, kept, gone)

    def own_page(self, registration: Registration, token: str) -> PagePart | None:
        said = said_by(registration)
        if not said or registration.state not in LIVE:
            return None
        changeable = any(each["given"] is None for each in said) and clock.now() < registration.event.ends_at
        return PagePart("signups/groups_own_page.html", {"choices": said, "changeable": changeable})

    def person_page(self, event: Event, registration: Registration, *, sensitive: bool) -> PagePart | None:
        said = said_by(registration)
        return PagePart("signups/groups_person_page.html", {"choices": said}) if said else None

    def columns(self, event: Event) -> Sequence[ExtraColumn]:
        choices = choices_of(event)
        return [_column(event, choices)] if choices else []

    def problems(self) -> Iterable[str]:
        return groups_integrity.problems()

    def forget(self, session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
        groups_keeping.forget(session, registration_ids, wholly=wholly)


def said_by(registration: Registration) -> list[dict[str, Any]]:
    """For each choice what pages show of a person: their wishes, and the group that they were given."""
    event = registration.event
    choices = [choice for choice in choices_of(event) if choice.open_to(registration.attends)]
    if not choices:
        return []
    ranks, given = ranks_of(registration.id), given_to(registration.id)
    return [
        {
            "when": when_of(choice),
            "wishes": _titles(choice, ranks.get(choice.starts_at, ()), event.language),
            "given": _given(choice, given.get(choice.starts_at), registration),
            "published": choice.published,
        }
        for choice in choices
    ]


def _titles(choice: Choice, keys: Sequence[str], fallback: str) -> list[str]:
    return [title_of(choice.group(key), fallback) for key in keys if key in choice.keys]


def _given(choice: Choice, key: str | None, registration: Registration) -> dict[str, Any] | None:
    if key not in choice.keys or registration.state != State.CONFIRMED:
        return None
    group = choice.group(key)
    return {
        "key": key,
        "title": title_of(group, registration.event.language),
        "time": time_of(group, choice),
        "room": group.room if registration.attends == "room" else "",
    }


def _column(event: Event, choices: Sequence[Choice]) -> ExtraColumn:
    event_id, fallback = event.id, event.language

    def values(registration_ids: Sequence[int]) -> Mapping[int, str]:
        found: dict[int, list[str]] = {}
        for person, group in by_registration(event_id, registration_ids):
            found.setdefault(person, []).append(title_of(group, fallback))
        return {person: "; ".join(titles) for person, titles in found.items()}

    def matching(wanted: str) -> Select[int]:
        if wanted != _NONE:
            return in_group(event_id, wanted)
        everybody = select(Registration.id).where(Registration.event_id == event_id)
        return everybody.where(Registration.state == State.CONFIRMED, Registration.id.not_in(in_any_group(event_id)))

    groups = [(group.key, title_of(group, fallback)) for choice in choices for group in choice.groups]
    return ExtraColumn(
        key="working-group",
        header=gettext("Working group"),
        sensitive=False,
        values=values,
        choices=(*groups, (_NONE, gettext("Without a group"))),
        matching=matching,
    )
