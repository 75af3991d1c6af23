"""The columns of the attendee list beyond those that are always there: our own, and what rooms above offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext, lazy_gettext

from eventsapp import clock
from eventsapp.registration import extensions
from eventsapp.registration.people_words import ROLE_WORDS, source_words
from eventsapp.registration.queries import kinds_of_place, places_in_line, queues_of
from eventsapp.registration.words import kind_words, lines_words

if TYPE_CHECKING:
    from sqlalchemy import Select

    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration

WAITS = "waits"
"""The column of hybrid events."""
STANDARD = ("registered", "attends", WAITS, "role", "language", "contact")
"""What a download holds beside the contract's five as long as nobody has chosen columns."""


@dataclass(frozen=True)
class Column:
    key: str
    """In addresses."""
    label: str
    """In the language in force."""
    headers: tuple[str, ...]
    """Of the columns it takes in a download. Ours are a contract: English, always."""
    sensitive: bool
    cells: Callable[[Sequence[Registration]], Mapping[int, tuple[object, ...]]]
    """For a download, by registration id: a value for each header. In a constant number of statements."""
    texts: Callable[[Sequence[Registration]], Mapping[int, str]]
    """For the page, by registration id."""
    choices: tuple[tuple[str, str], ...] = ()
    """What to filter by: value and words."""
    matching: Callable[[str], Select[int]] | None = None
    from_above: bool = False
    """Of a room above: people's answers and consents."""


@dataclass(frozen=True)
class _Own:
    """A column that a row of ours fills by itself; `zone` is the event's."""

    key: str
    label: object
    headers: tuple[str, ...]
    values: Callable[[Registration, str], tuple[object, ...]]
    text: Callable[[Registration, str], object]
    sensitive: bool = False


def columns_of(event: Event, *, sensitive: bool) -> dict[str, Column]:
    """By key, in the order in which they are offered; `sensitive`: with those for editors and owners alone."""
    own = (_ours(each, event.timezone) for each in _OWN if sensitive or not each.sensitive)
    lines = (_waits(event.id),) if len(kinds_of_place(event.mode)) > 1 else ()
    extra = (_theirs(each) for each in extensions.columns(event, sensitive=sensitive))
    return {each.key: each for each in (*own, *lines, *extra)}


def _waits(event_id: int) -> Column:
    """What somebody waits for, be it with a place of the other kind or without any."""

    def cells(people: Sequence[Registration]) -> Mapping[int, tuple[object, ...]]:
        return {each.id: (", ".join(queues_of(each)) or None,) for each in people}

    def texts(people: Sequence[Registration]) -> Mapping[int, str]:
        lines = places_in_line(event_id) if any(queues_of(each) for each in people) else {}
        return {each.id: lines_words(lines[each.id]) for each in people if each.id in lines}

    return Column(WAITS, gettext("Waits for"), ("Waits for",), sensitive=False, cells=cells, texts=texts)


def _ours(own: _Own, zone: str) -> Column:
    return Column(
        key=own.key,
        label=str(own.label),
        headers=own.headers,
        sensitive=own.sensitive,
        cells=lambda people: {each.id: own.values(each, zone) for each in people},
        texts=lambda people: {each.id: str(own.text(each, zone)) for each in people},
    )


def _theirs(extra: extensions.ExtraColumn) -> Column:
    return Column(
        key=extra.key,
        label=extra.header,
        headers=(extra.header,),
        sensitive=extra.sensitive,
        cells=lambda people: {key: (text,) for key, text in extra.values([each.id for each in people]).items()},
        texts=lambda people: extra.values([each.id for each in people]),
        choices=extra.choices,
        matching=extra.matching,
        from_above=True,
    )


def _moment(at: datetime | None, zone: str) -> str:
    """Local time, to the minute."""
    return f"{clock.wall_of(at, zone):%Y-%m-%d %H:%M}" if at is not None else ""


def _registered(person: Registration, zone: str) -> str:
    return _moment(person.registered_at, zone)


def _confirmed(person: Registration, zone: str) -> str:
    return _moment(person.confirmed_at, zone)


def _contact(person: Registration, _zone: str) -> str:
    return ", ".join(filter(None, (person.contact_name, person.contact_email)))


_OWN = (
    _Own(
        "registered",
        lazy_gettext("Registered"),
        ("Registered at",),
        lambda person, zone: (_registered(person, zone),),
        _registered,
    ),
    _Own(
        "confirmed",
        lazy_gettext("Got a place"),
        ("Confirmed at",),
        lambda person, zone: (_confirmed(person, zone),),
        _confirmed,
    ),
    _Own(
        "attends",
        lazy_gettext("Attends"),
        ("Attends",),
        lambda person, _: (person.attends,),
        lambda person, _: kind_words(person.attends),
    ),
    _Own(
        "role",
        lazy_gettext("Role"),
        ("Role",),
        lambda person, _: (person.role,),
        lambda person, _: ROLE_WORDS.get(person.role, person.role),
    ),
    _Own(
        "language",
        lazy_gettext("Language"),
        ("Language",),
        lambda person, _: (person.language,),
        lambda person, _: person.language,
    ),
    _Own(
        "source",
        lazy_gettext("Source"),
        ("Source",),
        lambda person, _: (person.source,),
        lambda person, _: source_words(person.source),
    ),
    _Own(
        "contact",
        lazy_gettext("Contact"),
        ("Contact name", "Contact e-mail"),
        lambda person, _: (person.contact_name, person.contact_email),
        _contact,
    ),
    _Own(
        "note",
        lazy_gettext("Note"),
        ("Note",),
        lambda person, _: ("yes" if person.private_note else None,),
        lambda person, _: lazy_gettext("Yes") if person.private_note else "",
        sensitive=True,
    ),
)
