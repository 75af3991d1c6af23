"""What changed of an agenda, in words: for the page that publishes it, for letters, for the second organiser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext

from eventsapp.agenda.differences import Difference
from eventsapp.agenda.draft import DraftConflict, SessionChange
from eventsapp.agenda.forms import kind_choices
from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.web import dates
from eventsapp.web.text import pick


def difference_lines(differences: Sequence[Difference], *, fallback: str, several_days: bool = False) -> list[str]:
    """One line each, in the language in force; titles that it lacks in `fallback`, the event's own. Days are named
    where the event has several, or the changes are on more than one."""
    days = {each.starts_at.date() for each in differences if each.starts_at is not None}
    named = several_days or len(days) > 1
    return [difference_words(each, fallback=fallback, named=named) for each in differences]


def difference_words(difference: Difference, *, fallback: str, named: bool) -> str:
    """Such as "Plenary: 16:00 → 16:15; moved to Room B"."""
    if difference.what == "reordered":
        return str(gettext("Sessions that start together stand in another order"))
    title = pick(difference.title, language(), fallback)
    if difference.what == "added":
        return str(gettext("New: %(title)s, %(time)s", title=title, time=_whole(difference, named=named)))
    if difference.what == "removed":
        return str(gettext("Taken off: %(title)s, %(time)s", title=title, time=_whole(difference, named=named)))
    changes = "; ".join(change_words(difference, fallback=fallback, named=named))
    return str(gettext("%(title)s: %(changes)s", title=title, changes=changes))


def change_words(difference: Difference, *, fallback: str, named: bool) -> list[str]:
    """What changed of one session, without its title."""
    fields = difference.fields
    said: list[str] = []
    if "starts_at" in fields or "ends_at" in fields:
        said.append(_moved(difference, named=named))
    if "room" in fields:
        said.append(_room(*fields["room"]))
    if "title" in fields:
        said.append(_title(*fields["title"], fallback))
    if "speakers" in fields:
        said.append(_speakers(fields["speakers"][1]))
    if "kind" in fields:
        kinds, kind = kind_choices(), fields["kind"][1]
        said.append(str(gettext("now: %(kind)s", kind=kinds.get(kind, kind))))
    said += _places(fields)
    return said


def _places(fields: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    if "capacity" in fields:
        places = fields["capacity"][1]
        yield str(gettext("no sign-up any more") if places is None else gettext("places: %(number)s", number=places))
    if "online_capacity" in fields:
        places = fields["online_capacity"][1]
        none = gettext("no sign-up online any more")
        yield str(none if places is None else gettext("places online: %(number)s", number=places))


def conflict_lines(conflict: DraftConflict, event: Event) -> list[str]:
    """Who changed the session meanwhile, when, and what, the latest first."""
    several = event.starts_wall.date() != event.ends_wall.date()
    return [_change_line(each, event, named=several) for each in conflict.changes]


def _change_line(change: SessionChange, event: Event, *, named: bool) -> str:
    words = difference_words(change.difference, fallback=event.language, named=named)
    at = f"{dates.short_day(change.at, event.timezone)}, {dates.clock_time(change.at, event.timezone)}"
    who = change.by or gettext("Somebody")
    return str(gettext("%(who)s, %(at)s: %(change)s", who=who, at=at, change=words))


def short_day(wall: datetime) -> str:
    """ "Thu 14 Oct" of a wall time."""
    return dates.short_day(wall.replace(tzinfo=UTC), "UTC")


def _whole(difference: Difference, *, named: bool) -> str:
    if difference.starts_at is None or difference.ends_at is None:
        return ""
    hours = f"{difference.starts_at:%H:%M}–{difference.ends_at:%H:%M}"
    return f"{short_day(difference.starts_at)}, {hours}" if named else hours


def _moved(difference: Difference, *, named: bool) -> str:
    """Old → new: the starts alone when it stays as long, the days when it goes to another or there are several."""
    if difference.starts_at is None or difference.ends_at is None:
        return ""
    starts, ends = (_before(difference, name) for name in ("starts_at", "ends_at"))
    long = ends - starts != difference.ends_at - difference.starts_at
    was, now = _hours(starts, ends, long=long), _hours(difference.starts_at, difference.ends_at, long=long)
    if starts.date() != difference.starts_at.date():
        return f"{short_day(starts)}, {was} → {short_day(difference.starts_at)}, {now}"
    return f"{short_day(starts)}, {was} → {now}" if named else f"{was} → {now}"


def _before(difference: Difference, name: str) -> datetime:
    if name in difference.fields:
        return datetime.fromisoformat(difference.fields[name][0])
    wall: datetime = getattr(difference, name)
    return wall


def _hours(starts: datetime, ends: datetime, *, long: bool) -> str:
    return f"{starts:%H:%M}–{ends:%H:%M}" if long else f"{starts:%H:%M}"


def _room(before: str, after: str) -> str:
    if not after:
        return str(gettext("no longer in %(room)s", room=before))
    if not before:
        return str(gettext("in %(room)s", room=after))
    return str(gettext("moved to %(room)s (before: %(before)s)", room=after, before=before))


def _title(before: dict[str, str], after: dict[str, str], fallback: str) -> str:
    was, now = pick(before, language(), fallback), pick(after, language(), fallback)
    if was == now:
        return str(gettext("title in other languages"))
    return str(gettext("now called “%(title)s”", title=now))


def _speakers(names: Sequence[str]) -> str:
    if not names:
        return str(gettext("no speaker named any more"))
    return str(gettext("with %(names)s", names=", ".join(names)))
