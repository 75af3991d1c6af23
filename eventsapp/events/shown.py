"""What tells whether the public sees an event as it did before: pages and calendars that are kept ask this each time.

An event's own `version` is raised by every visible change of it, places left included. What it shows of its series, of
venues, speakers and organisations is counted in the series' `shown_version`, which keeps itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import object_session

from eventsapp.database import Model, glance
from eventsapp.events.models import Event
from eventsapp.organisations.models import Organisation
from eventsapp.series.models import Series
from eventsapp.venues.models import Venue


class Standing(NamedTuple):
    """Two that are equal are shown alike at the same moment in the same language."""

    event_id: int
    language: str
    """The event's own."""
    version: int
    status: str
    series_id: int
    shown_version: int
    room_confirmed: int
    room_offered: int
    room_waiting: int
    room_held: int
    online_confirmed: int
    online_offered: int
    online_waiting: int
    online_held: int


_STANDING = (
    select(
        Event.id,
        Event.language,
        Event.version,
        Event.status,
        Event.series_id,
        Series.shown_version,
        # `version` counts these too. Of all that could be shown wrongly they matter most, and they cost nothing here.
        Event.room_confirmed,
        Event.room_offered,
        Event.room_waiting,
        Event.room_held,
        Event.online_confirmed,
        Event.online_offered,
        Event.online_waiting,
        Event.online_held,
    )
    .join(Series, Series.id == Event.series_id)
    .where(Event.slug == bindparam("slug"), Event.status != "draft")
)


def find_standing(slug: str) -> Standing | None:
    """Of an event the public may know, as it is at this moment. One short statement."""
    row = glance(_STANDING, slug=slug)
    return Standing._make(row) if row is not None else None


def follow(model: type[Model]) -> None:
    """Count every change of these rows, which have a `series_id`, as one of what their series shows."""
    for name in ("after_insert", "after_update", "after_delete"):
        sqlalchemy_event.listen(model, name, _count)


def _count(_mapper: Any, connection: Connection, row: Any) -> None:
    raised = {Series.shown_version: Series.shown_version + 1}
    connection.execute(update(Series.__table__).where(Series.id == row.series_id).values(raised))  # type: ignore[arg-type]


@sqlalchemy_event.listens_for(Series, "before_update")
def _count_own(_mapper: Any, _connection: Connection, series: Series) -> None:
    session = object_session(series)
    if session is not None and session.is_modified(series):
        series.shown_version = Series.shown_version + 1


follow(Venue)
follow(Organisation)
