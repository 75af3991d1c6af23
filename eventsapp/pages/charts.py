"""The charts of an event's page for organisers: what there is to show, as macros/charts.html takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eventsapp.events.models import Event
from eventsapp.registration.statistics import (
    Day,
    Organisations,
    by_day,
    by_kind,
    by_organisation,
)
from eventsapp.registration.words import kind_words


@dataclass(frozen=True)
class KindBar:
    """One kind of place by its name."""

    name: str
    confirmed: int
    waiting: int
    total: int


@dataclass(frozen=True)
class Charts:
    """What has nothing to show is empty or None."""

    days: Sequence[Day]
    """At least two, or none: one day is told by the numbers above."""
    capacity: int | None
    """All places; None while one kind of them is unlimited."""
    organisations: Organisations | None
    kinds: Sequence[KindBar]
    """Of events that have both."""

    def __bool__(self) -> bool:
        return bool(self.days or self.organisations or self.kinds)


def charts_of(event: Event) -> Charts:
    """In three statements at most."""
    days, organisations = by_day(event), by_organisation(event.id)
    kinds = by_kind(event.id) if event.mode == "hybrid" else []
    return Charts(
        days=days if len(days) > 1 else [],
        capacity=_capacity(event),
        organisations=organisations if organisations.shown else None,
        kinds=[KindBar(kind_words(each.attends), each.confirmed, each.waiting, each.total) for each in kinds]
        if any(each.total for each in kinds)
        else [],
    )


def _capacity(event: Event) -> int | None:
    limits = {"in_person": [event.capacity], "online": [event.online_capacity]}
    found = limits.get(event.mode, [event.capacity, event.online_capacity])
    return sum(each or 0 for each in found) if None not in found else None
