"""The attendee list as rows of a spreadsheet. The first columns and the words of "Status" are a contract: English,
always."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventsapp.registration.columns import Column
    from eventsapp.registration.list_queries import Attendee

ALWAYS = ("Name", "E-mail", "Organisation", "Status", "Position")


def header(columns: Sequence[Column]) -> tuple[str, ...]:
    return (*ALWAYS, *(name for column in columns for name in column.headers))


def rows(portions: Iterable[Sequence[Attendee]], columns: Sequence[Column]) -> Iterator[tuple[object, ...]]:
    """One row per person in the order given."""
    for portion in portions:
        yield from _rows(portion, columns)


def _rows(attendees: Sequence[Attendee], columns: Sequence[Column]) -> Iterator[tuple[object, ...]]:
    people = [each.registration for each in attendees]
    further = [(column.cells(people), (None,) * len(column.headers)) for column in columns]
    for attendee in attendees:
        person = attendee.registration
        values = [value for cells, none in further for value in cells.get(person.id, none)]
        yield (person.name, person.email, person.organisation, person.state, attendee.position, *values)
