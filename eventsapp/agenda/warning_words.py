"""What is worth a second look on an agenda, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext

from eventsapp.agenda.difference_words import short_day
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.warnings import AgendaWarning, warnings_of
from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.web.text import pick


def warning_lines(sessions: Iterable[SessionDetails], event: Event) -> list[str]:
    """All there is to say of an agenda of this event."""
    sessions = list(sessions)
    days = {each.starts_at.date() for each in sessions} | {event.starts_wall.date(), event.ends_wall.date()}
    found = warnings_of(sessions, event.starts_wall, event.ends_wall)
    return [warning_words(each, fallback=event.language, several_days=len(days) > 1) for each in found]


def warning_words(warning: AgendaWarning, *, fallback: str, several_days: bool) -> str:
    """One sentence, in the language in force; titles that it lacks in `fallback`, the event's own."""
    listed = "; ".join(_session(each, fallback, several_days=several_days) for each in warning.sessions)
    if warning.what == "same_room":
        return str(gettext("%(room)s is taken twice at once: %(sessions)s", room=warning.name, sessions=listed))
    if warning.what == "same_speaker":
        return str(gettext("%(name)s is in two sessions at once: %(sessions)s", name=warning.name, sessions=listed))
    if warning.what == "outside" or warning.since is None or warning.until is None:
        return str(gettext("Outside the time of the event: %(sessions)s", sessions=listed))
    since, until = (_moment(each, several_days=several_days) for each in (warning.since, warning.until))
    return str(gettext("More than three hours without a break: from %(since)s to %(until)s", since=since, until=until))


def _session(session: SessionDetails, fallback: str, *, several_days: bool) -> str:
    title = pick(session.title, language(), fallback)
    return f"{title} ({_moment(session.starts_at, several_days=several_days)}–{session.ends_at:%H:%M})"


def _moment(wall: datetime, *, several_days: bool) -> str:
    return f"{short_day(wall)}, {wall:%H:%M}" if several_days else f"{wall:%H:%M}"
