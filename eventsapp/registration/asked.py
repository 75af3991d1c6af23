"""What an organiser's address asks of the attendee list: which event, which view of it, whom of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from eventsapp.registration import list_queries, saved
from eventsapp.registration.columns import Column, columns_of
from eventsapp.registration.view import ANSWER, View, read_ids, read_view
from eventsapp.web.access import Role, scope

if TYPE_CHECKING:
    from eventsapp.events.models import Event

LIST = "/organise/events/<slug>/attendees"
TICKED, PAGE, ALL = "ticked", "page", "all"
"""Whom an act is about: the ticked, all of the page, all that the filter shows."""
_LAST_PAGE = 1_000_000


@dataclass(frozen=True)
class Asked:
    event: Event
    columns: Mapping[str, Column]
    """Those that this person may see."""
    view: View
    page: int

    @property
    def may_change(self) -> bool:
        return scope(Role.editor).allows(self.event.series_id)


@dataclass(frozen=True)
class Kept:
    """One of the team's filters, as this person may open it."""

    id: int
    name: str
    view: View


def asked(event: Event, said: MultiDict[str, str]) -> Asked:
    columns = columns_of(event, sensitive=scope(Role.editor).allows(event.series_id))
    page = said.get("page", 1, type=int)
    return Asked(event, columns, _view(columns, said), min(max(1, page), _LAST_PAGE))


def asked_by_query(event: Event, query: str) -> Asked:
    """As `asked`, of a query string that a form or the database holds."""
    return asked(event, _said(query))


def picked(this: Asked, said: MultiDict[str, str]) -> list[int]:
    """The people an act is about, in the list's order. Numbers that were ticked may be of anybody: look them up within
    the event."""
    pick = said.get("pick", TICKED)
    if pick not in (PAGE, ALL):
        return read_ids(said.getlist("who"))
    ids = list_queries.matching(this.event, this.view, this.columns)
    start = (this.page - 1) * list_queries.PAGE_SIZE
    return ids if pick == ALL else ids[start : start + list_queries.PAGE_SIZE]


def kept_filters(this: Asked) -> Sequence[Kept]:
    """Of the team. One by an answer that this person may not see is not offered: without that it would show others than
    its name says. Who may change filters sees all."""
    found = []
    for each in saved.filters_of(this.event.id):
        said = _said(each.query)
        view = _view(this.columns, said)
        whole = len(view.answers) == sum(name.startswith(ANSWER) for name in said)
        if whole or this.may_change:
            found.append(Kept(each.id, each.name, view))
    return found


def _view(columns: Mapping[str, Column], said: MultiDict[str, str]) -> View:
    choices = {key: [value for value, _ in column.choices] for key, column in columns.items() if column.choices}
    return read_view(said, columns=list(columns), answers=choices)


def _said(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query, keep_blank_values=True, max_num_fields=1000))
