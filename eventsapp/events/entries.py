"""An event as calendars see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from flask_babel import gettext

from eventsapp.calendar.entry import CalendarEntry, event_uid
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.web import dates
from eventsapp.web.languages import in_language
from eventsapp.web.text import pick


def uid_of(event: EventSnapshot) -> str:
    """The event's UID for life, at the host that the site had when the event was made."""
    return event_uid(event.key, event.uid_host)


def entry_of(
    event: EventSnapshot,
    *,
    language: str,
    url: str,
    attends: Literal["room", "online"] | str = "room",  # noqa: PYI051
    sequence: int | None = None,
    join_link: bool = False,
) -> CalendarEntry:
    """The event's one entry. `sequence`: the event's counter, unless a registration's is added to it.

    The address of the online room is told with `join_link` only: calendar files get shared (CALENDAR.md §1.12).
    """
    return CalendarEntry(
        uid=uid_of(event),
        sequence=event.calendar_sequence if sequence is None else sequence,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        summary=pick(event.title, language, event.language),
        last_modified=event.calendar_changed_at,
        description=_description(event, language, url, join_link=join_link),
        location=location_of(event, language, attends, join_link=join_link),
        url=url,
        status="CANCELLED" if event.status == "cancelled" else "CONFIRMED",
        categories=(event.kind,) if event.kind else (),
        all_day=_takes_days(event),
    )


def _takes_days(event: EventSnapshot) -> bool:
    """Shown as whole days, which block nobody's nights (CALENDAR.md §1.9); the agenda's sessions have their hours."""
    return event.ends_wall - event.starts_wall >= timedelta(days=1)


def location_of(event: EventSnapshot, language: str, attends: str = "room", *, join_link: bool = False) -> str:
    """Venue and address on one line; for those who take part online the word for it, or the link when asked for."""
    if event.mode == "in_person" or (event.mode == "hybrid" and attends == "room"):
        return event.place
    if join_link and event.online_url:
        return event.online_url
    with in_language(language):
        return str(gettext("Online"))


def _description(event: EventSnapshot, language: str, url: str, *, join_link: bool) -> str:
    """Plain text. The page's address is repeated here: Exchange shows no URL property (CALENDAR.md §6)."""
    parts: list[str] = [pick(event.summary, language, event.language)]
    if _takes_days(event):
        with in_language(language):
            parts.insert(0, _hours(event))
    if join_link and event.online_url and event.mode != "in_person":
        with in_language(language):
            parts.append(gettext("Join online: %(url)s", url=event.online_url))
    return "\n\n".join(part for part in (*parts, url) if part)


def _hours(event: EventSnapshot) -> str:
    """When it begins and ends, which an entry of whole days does not say."""
    moments = (event.starts_at, event.ends_at)
    zone = event.timezone
    ends = (f"{dates.day(moment, zone)}, {dates.clock_time(moment, zone)}" for moment in moments)
    return f"{' – '.join(ends)} ({dates.zone_label(zone, event.starts_at)})"
