"""Reading the attendee list by a view. Every function runs a constant number of statements, however many rows there
are, and page 100 costs what page 1 does.

Which people, and in which order, is decided over short rows (a number and the texts that are looked at), folded as all
our searches are: "perez" finds "Pérez", and "Élodie" stands between "Edgar" and "Emma", whatever the database
collates. Only the rows of the page are read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, select

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.organisations.models import OrganisationAlias
from eventsapp.registration.columns import Column
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import counts, places_in_line
from eventsapp.registration.rules import State
from eventsapp.registration.view import View
from eventsapp.web.text import folded

PAGE_SIZE = 50
MOST_ORGANISATIONS = 300
PORTION = 1000
Keep = Callable[[Row[Any]], bool]

_LOOKED_AT = (
    Registration.id,
    Registration.name,
    Registration.email,
    Registration.organisation,
    Registration.organisation_id,
    Registration.state,
    Registration.registered_at,
)
"""To search and to sort by."""
_TOLD = (
    *_LOOKED_AT,
    Registration.confirmed_at,
    Registration.attends,
    Registration.wish,
    Registration.online_fine,
    Registration.role,
    Registration.language,
    Registration.source,
    Registration.contact_name,
    Registration.contact_email,
    Registration.private_note,
)
"""In a download, by whatever column."""

_STATUS_ORDER = (
    State.CONFIRMED,
    State.OFFERED,
    State.WAITLISTED,
    State.PENDING,
    State.DECLINED,
    State.CANCELLED,
)


@dataclass(frozen=True)
class Attendee:
    """One line of the attendee list."""

    registration: Registration
    position: int | None
    """Place in the queue, from 1, while waitlisted."""


@dataclass(frozen=True)
class AttendeePage:
    rows: Sequence[Attendee]
    total: int
    """People that the view shows, over all pages."""
    page: int
    pages: int
    counts: Mapping[str, int]
    """By state, of the whole event."""


def attendees(
    event: Event, view: View, columns: Mapping[str, Column], *, page: int = 1, size: int = PAGE_SIZE
) -> AttendeePage:
    """One page of the list. A page beyond the last gives the last."""
    by_state = counts(event.id)
    # Somebody with a place may wait for the other kind, but the list numbers those who have none.
    positions = _positions(event.id) if by_state[State.WAITLISTED] or not _is_plain(view) else {}
    shown: Sequence[int]
    if _is_plain(view):
        # In order of arrival the database finds a page by itself.
        total = sum(by_state[each] for each in view.status or by_state)
        pages, page = _turned(page, total, size)
        narrowed = select(Registration.id).where(Registration.event_id == event.id, *_conditions(view, columns))
        in_order = narrowed.order_by(Registration.queue_no, Registration.id)
        shown = db.session.scalars(in_order.offset((page - 1) * size).limit(size)).all()
    else:
        ids = _matching(event, view, columns, positions)
        total = len(ids)
        pages, page = _turned(page, total, size)
        shown = ids[(page - 1) * size : page * size]
    found = {each.id: each for each in db.session.scalars(select(Registration).where(Registration.id.in_(shown)))}
    rows = [_attendee(found[each], positions) for each in shown if each in found]
    return AttendeePage(rows, total, page, pages, by_state)


def _is_plain(view: View) -> bool:
    """Nothing but states is asked for, in order of arrival."""
    return not (view.q or view.organisation or view.attends or view.answers or view.sort)


def _turned(page: int, total: int, size: int) -> tuple[int, int]:
    """How many pages there are, and which of them is shown."""
    pages = max(1, -(-total // size))
    return pages, min(max(1, page), pages)


def everyone(
    event: Event, view: View, columns: Mapping[str, Column], *, among: Sequence[int] | None = None
) -> tuple[int, Iterator[list[Attendee]]]:
    """All that the view shows, in its order; with `among`, those of them. How many they are, and a portion at a time:
    a list of any length takes no more memory than one of a thousand. The rows hold what columns tell of a person, and
    no more: with all that is kept of each, reading them would take three times as long."""
    positions = _positions(event.id)
    wanted = set(among) if among is not None else None
    ids = [each for each in _matching(event, view, columns, positions) if wanted is None or each in wanted]
    return len(ids), _in_portions(ids, positions)


def _in_portions(ids: Sequence[int], positions: Mapping[int, int]) -> Iterator[list[Attendee]]:
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        rows = db.session.execute(select(*_TOLD).where(Registration.id.in_(portion)))
        found = {row.id: cast("Registration", row) for row in rows}
        yield [_attendee(found[each], positions) for each in portion if each in found]


def matching(event: Event, view: View, columns: Mapping[str, Column]) -> list[int]:
    """The ids of all that the view shows, in its order."""
    return _matching(event, view, columns, _positions(event.id))


def people_of(event_id: int, ids: Sequence[int]) -> list[Registration]:
    """Those of these registrations that are of the event, in order of arrival."""
    rows = select(Registration).where(Registration.event_id == event_id, Registration.id.in_(ids))
    return list(db.session.scalars(rows.order_by(Registration.queue_no, Registration.id)))


def organisations_of(event_id: int) -> list[str]:
    """How people of the event write where they come from, each spelling once, to choose from."""
    written = (
        select(Registration.organisation)
        .where(Registration.event_id == event_id, Registration.organisation != "")
        .distinct()
        .limit(MOST_ORGANISATIONS)
    )
    return sorted(db.session.scalars(written), key=folded)


def _attendee(person: Registration, positions: Mapping[int, int]) -> Attendee:
    return Attendee(person, positions.get(person.id) if person.state == State.WAITLISTED else None)


def _matching(event: Event, view: View, columns: Mapping[str, Column], positions: Mapping[int, int]) -> list[int]:
    tests = _tests(event, view)
    rows = select(*(_LOOKED_AT if tests or view.sort else (Registration.id,)))
    rows = rows.where(Registration.event_id == event.id, *_conditions(view, columns))
    found: list[Row[Any]] = list(db.session.execute(rows.order_by(Registration.queue_no, Registration.id)))
    for keep in tests:
        found = [row for row in found if keep(row)]
    return [row.id for row in _ordered(found, view, positions)]


def _conditions(view: View, columns: Mapping[str, Column]) -> list[ColumnElement[bool]]:
    """What the database can decide by itself."""
    wanted: list[ColumnElement[bool]] = []
    if view.status:
        wanted.append(Registration.state.in_(view.status))
    if view.attends:
        wanted.append(Registration.attends == view.attends)
    for key, choice in view.answers:
        matching = columns[key].matching if key in columns else None
        if matching is not None:
            wanted.append(Registration.id.in_(matching(choice)))
    return wanted


def _tests(event: Event, view: View) -> list[Keep]:
    tests: list[Keep] = []
    words = folded(view.q).split()
    if words:
        tests.append(lambda row: _has_all(words, row))
    if view.organisation:
        tests.append(_of_organisation(event.series_id, folded(view.organisation)))
    return tests


def _has_all(words: Sequence[str], row: Row[Any]) -> bool:
    text = folded(f"{row.name} {row.email or ''} {row.organisation}")
    return all(word in text for word in words)


def _of_organisation(series_id: int, wanted: str) -> Keep:
    """As typed, or any spelling of the organisation that the registration is linked to."""
    aliases = select(OrganisationAlias.organisation_id, OrganisationAlias.key)
    found = db.session.execute(aliases.where(OrganisationAlias.series_id == series_id)).all()
    linked = {organisation_id for organisation_id, key in found if wanted in key}
    return lambda row: wanted in folded(row.organisation) or row.organisation_id in linked


def _ordered(rows: Sequence[Row[Any]], view: View, positions: Mapping[int, int]) -> Sequence[Row[Any]]:
    """Stable: who is equal stays in order of arrival. Who has no name, no organisation or no position comes last,
    whichever way round."""
    by, descending = view.order
    if not by:
        return rows
    keys = {row.id: _key(by, row, positions) for row in rows}
    there = [row for row in rows if keys[row.id] is not None]
    there.sort(key=lambda row: keys[row.id], reverse=descending)
    return [*there, *(row for row in rows if keys[row.id] is None)]


def _key(by: str, row: Row[Any], positions: Mapping[int, int]) -> Any:
    """What to sort by; None: the row has none of it."""
    if by == "status":
        return _STATUS_ORDER.index(State(row.state))
    if by == "position":
        return positions.get(row.id)
    if by == "registered":
        return row.registered_at
    return folded(getattr(row, by)) or None


def _positions(event_id: int) -> dict[int, int]:
    """The place in the queue of everyone who waits; of those who would take a place online as well, that for the
    room."""
    return {each: next(iter(lines.values())) for each, lines in places_in_line(event_id).items()}
