"""Reads what the site already has of an event file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from eventsapp.agenda.queries import details_of as session_details_of
from eventsapp.agenda.queries import draft_view, published_sessions
from eventsapp.agenda.rules import SessionDetails, keyed, ordered
from eventsapp.events.models import Event
from eventsapp.events.queries import details_of, find_by_slug
from eventsapp.events.rules import EventDetails
from eventsapp.exchange.file import EventFile, Fault
from eventsapp.exchange.lines import Path, line_of
from eventsapp.exchange.writing import write
from eventsapp.questions.filing import as_filed
from eventsapp.questions.queries import texts_of
from eventsapp.series import queries as series_queries
from eventsapp.series import rules as series_rules
from eventsapp.series.rules import SeriesDetails


def export(slug: str) -> str | None:
    """The event, its series, venue and agenda as an event file in canonical form; None when there is no such event.

    Items taken off a published agenda are not in it, nor are registrations. An event that is not public yet comes with
    the agenda that its organisers see; a draft of changes to a public one does not leave the house."""
    event = find_by_slug(slug)
    if event is None:
        return None
    notice = series_queries.find_current_notice(event.series_id)
    return write(
        details_of(event),
        event.status,
        series_queries.details_of(event.series),
        series_queries.notice_details_of(notice) if notice else None,
        _agenda(event),
        as_filed(event.id),
        {each.purpose: each.text for each in texts_of(event.id)},
    )


def _agenda(event: Event) -> tuple[SessionDetails, ...]:
    if event.status == "draft":
        return tuple(draft_view(event.id).details)
    return tuple(session_details_of(session) for session in published_sessions(event.id))


def faults_here(file: EventFile) -> list[Fault]:
    """What this site refuses in a file that is right by itself: another series, a way back to draft or to life."""
    event = find_by_slug(file.event.slug)
    found = [
        _fault(file, ("series", problem.field), f"series.{problem.field}", str(problem))
        for problem in series_rules.problems(series_as_in(file))
    ]
    if event is None:
        return found
    if event.series.slug != file.series_slug:
        message = f"this event belongs to the series {event.series.slug!r} and stays there"
        found.append(_fault(file, ("event", "series"), "series", message))
    if event.status == "published" and file.status == "draft":
        found.append(_fault(file, ("event", "status"), "status", "is published and cannot be a draft again"))
    if event.status == "cancelled" and not _is_as_in(file, event):
        found.append(_fault(file, ("event", "status"), "status", "was called off and takes no change"))
    return found


def series_as_in(file: EventFile) -> SeriesDetails:
    """The series as it will be: what is there, changed by what the file gives; texts are added per language."""
    series = series_queries.find_series(file.series_slug)
    given: dict[str, Any] = dict(file.series)
    if series is None:
        title = file.series_slug.replace("-", " ").capitalize()
        plain = {"language": file.event.language, "title": {given.get("language", file.event.language): title}}
        return SeriesDetails(**{"slug": file.series_slug} | plain | given)
    known = series_queries.details_of(series)
    for name in ("title", "summary", "funder_statement"):
        if name in given:
            given[name] = dict(getattr(known, name)) | given[name]
    return replace(known, **given)


def _is_as_in(file: EventFile, event: Event) -> bool:
    there = details_of(event)
    sessions = [session_details_of(session) for session in published_sessions(event.id)]
    wanted = ordered(keyed(file.sessions, file.event.language))
    return file.status in (None, event.status) and _with_notes(file.event, there) == there and wanted == sessions


def _with_notes(wanted: EventDetails, there: EventDetails) -> EventDetails:
    """Directions that a file leaves out stay as they are (`venues.service.keep_venue`)."""
    if wanted.venue is None or there.venue is None:
        return wanted
    notes = {name: getattr(wanted.venue, name) or getattr(there.venue, name) for name in ("directions", "access_notes")}
    return replace(wanted, venue=replace(wanted.venue, **notes))


def _fault(file: EventFile, path: Path, field: str, message: str) -> Fault:
    return Fault(line_of(file.lines, path), field, message)
