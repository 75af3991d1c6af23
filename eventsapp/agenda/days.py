"""The days of an event, as pages that put sessions on them offer them."""

from __future__ import annotations

from datetime import date, timedelta

from eventsapp.events.models import Event

MOST_DAYS = 31


def event_days(event: Event) -> list[date]:
    """From the first to the last on the clocks of its zone; of a very long event the first month."""
    first, last = event.starts_wall.date(), event.ends_wall.date()
    return [first + timedelta(days=number) for number in range(min((last - first).days + 1, MOST_DAYS))]
