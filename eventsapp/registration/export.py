"""The attendee list as rows of a spreadsheet. Columns and the words of "Status" are a contract: English, always."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eventsapp import clock
from eventsapp.registration.queries import Attendee

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = (
    "Name",
    "E-mail",
    "Organisation",
    "Status",
    "Position",
    "Registered at",
    "Attends",
    "Role",
    "Language",
    "Contact name",
    "Contact e-mail",
)


def rows(attendees: Iterable[Attendee], timezone: str) -> Iterator[tuple[object, ...]]:
    """One row per person in the order given. "Registered at" is local time in `timezone`, to the minute."""
    for attendee in attendees:
        person = attendee.registration
        yield (
            person.name,
            person.email,
            person.organisation,
            person.state,
            attendee.position,
            f"{clock.wall_of(person.registered_at, timezone):%Y-%m-%d %H:%M}",
            person.attends,
            person.role,
            person.language,
            person.contact_name,
            person.contact_email,
        )
