"""From the text of an event file to its value, or to everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import rules as event_rules
from eventsapp.events import service as events
from eventsapp.events.rules import EventDetails
from eventsapp.exchange.file import EventFile, Fault
from eventsapp.exchange.lines import lines_of
from eventsapp.exchange.questions import read_consents, read_questions
from eventsapp.exchange.table import Faults, Table
from eventsapp.series import rules as series_rules
from eventsapp.series.rules import NoticeDetails
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.rules import Problem, slug_problems

_SOME_DAY = datetime(2000, 1, 1)
"""Stands in for a time that could not be read."""
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_TABLES = ("event", "series", "venue", "session", "question", "consent")


def read(source: str) -> EventFile | list[Fault]:
    """The file, checked as far as it can be without the database; or its faults, by line."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        return [_syntax_fault(source, str(error))]
    except ValueError:
        return [Fault(1, "TOML", "has a number with thousands of digits")]
    except RecursionError:
        return [Fault(1, "TOML", "is nested too deeply")]
    faults = Faults(lines_of(source))
    root = Table(tables, (), faults, "en")
    root.required("event")
    root.finish(_TABLES)
    event = Table(tables.get("event"), ("event",), faults, "en")
    if not event.there:
        return faults.in_order()
    file = _file(event, tables, faults)
    return faults.in_order() or file


def _syntax_fault(source: str, message: str) -> Fault:
    where = _WHERE.search(message)
    line = int(where[1]) if where and where[1] else max(1, len(source.splitlines())) if where else 1
    return Fault(line, "TOML", _WHERE.sub("", message))


def _file(event: Table, tables: dict[str, Any], faults: Faults) -> EventFile:
    event.language = event.text("language", "en")
    status = event.text("status") if event.raw("status") is not None else None
    if status is not None and status not in event_rules.STATUSES:
        event.wrong("status", f"must be one of: {', '.join(event_rules.STATUSES)}")
    named = event.text("series")
    details = _event(event, _venue(tables.get("venue"), faults, event.language))
    event.finish()
    _note(faults, events.check(details))
    sessions = _sessions(tables.get("session"), details, faults)
    series = Table(tables.get("series"), ("series",), faults, event.language)
    slug, given, notice = _series(series, named)
    return EventFile(
        event=details,
        status=status,
        series_slug=slug,
        series=given,
        notice=notice,
        sessions=sessions,
        questions=read_questions(tables.get("question"), faults, details.language),
        consents=read_consents(tables.get("consent"), faults, details.language),
        lines=faults.lines,
    )


def _event(table: Table, venue: VenueDetails | None) -> EventDetails:
    table.required("slug", "title", "timezone", "starts_at", "ends_at")
    starts = table.wall("starts_at") or _SOME_DAY
    return EventDetails(
        slug=table.text("slug"),
        language=table.language,
        title=table.texts("title"),
        kind=table.text("kind"),
        summary=table.texts("summary"),
        description=table.texts("description"),
        timezone=table.text("timezone"),
        starts_at=starts,
        ends_at=table.wall("ends_at") or starts + timedelta(hours=1),
        venue=venue,
        mode=table.text("mode", "in_person"),
        online_url=table.text("online_url"),
        capacity=table.number("capacity"),
        online_capacity=table.number("online_capacity"),
        visibility=table.text("visibility", "public"),
        waitlist=table.switch("waitlist", default=True),
        approval=table.switch("approval", default=False),
        confidential=table.switch("confidential", default=False),
        recorded=table.switch("recorded", default=False),
        registration_opens_at=table.wall("registration_opens_at"),
        registration_closes_at=table.wall("registration_closes_at"),
        promotion_ends_at=table.wall("promotion_ends_at"),
        promotion=table.text("promotion", "confirm"),
        party_max=EventDetails.party_max if (most := table.number("party_max")) is None else most,
        ranks_groups=table.switch("ranks_groups", default=False),
    )


def _venue(values: object, faults: Faults, language: str) -> VenueDetails | None:
    if values is None:
        return None
    table = Table(values, ("venue",), faults, language)
    table.required("name")
    venue = VenueDetails(
        name=table.text("name"),
        address=table.text("address"),
        directions=table.texts("directions"),
        access_notes=table.texts("access_notes"),
    )
    table.finish()
    return venue


def _sessions(values: object, event: EventDetails, faults: Faults) -> tuple[SessionDetails, ...]:
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        faults.note(("session",), "each is written as a table of its own: [[session]]")
        return ()
    sessions = tuple(_session(each, place, event, faults) for place, each in enumerate(values))
    _note(faults, agenda.check(sessions, timezone=event.timezone, language=event.language))
    return sessions


def _session(values: dict[str, Any], place: int, event: EventDetails, faults: Faults) -> SessionDetails:
    table = Table(values, ("session", place), faults, event.language)
    table.required("title", "starts_at", "ends_at")
    on, several = event.starts_at.date(), event.starts_at.date() != event.ends_at.date()
    starts = table.wall("starts_at", on=on, several_days=several) or _SOME_DAY
    session = SessionDetails(
        key=table.text("key"),
        starts_at=starts,
        ends_at=table.wall("ends_at", on=on, several_days=several) or starts,
        title=table.texts("title"),
        kind=table.text("kind", "other"),
        room=table.text("room"),
        speakers=table.list_of_texts("speakers"),
        capacity=table.number("capacity"),
        online_capacity=table.number("online_capacity"),
    )
    table.finish()
    return session


def _series(table: Table, named: str) -> tuple[str, dict[str, Any], NoticeDetails | None]:
    """The slug, the fields that are given, the privacy notice."""
    own = table.text("slug")
    if own and named and own != named:
        table.wrong("slug", f"differs from series = {named!r} in [event]")
    slug = named or own or series_rules.SITE_SLUG
    for problem in slug_problems("series", slug):
        table.faults.note(("event", "series") if named else ("series", "slug"), str(problem))
    if "language" in table.values:
        table.language = table.text("language")
    given: dict[str, Any] = {
        name: table.texts(name) for name in ("title", "summary", "funder_statement") if name in table.values
    }
    plain = ("language", "accent", "contact_email", "sender_name", "grant_number", "evidence_reason")
    given |= {name: table.text(name) for name in plain if name in table.values}
    if "evidence_until" in table.values:
        given["evidence_until"] = table.day("evidence_until")
    notice = _notice(table)
    table.finish()
    return slug, given, notice


def _notice(series: Table) -> NoticeDetails | None:
    values = series.raw("privacy_notice")
    if values is None:
        return None
    path = ("series", "privacy_notice")
    table = Table(values, path, series.faults, series.language)
    names = [field.name for field in fields(NoticeDetails)]
    table.required(*names)
    notice = NoticeDetails(
        controller=table.text("controller"),
        contact=table.text("contact"),
        lawful_basis=table.texts("lawful_basis"),
        recipients=table.texts("recipients"),
        retention=table.texts("retention"),
    )
    table.finish()
    for problem in series_rules.notice_problems(notice, series.language):
        series.faults.note((*path, problem.field), str(problem))
    return notice


def _note(faults: Faults, problems: Iterable[Problem]) -> None:
    """Problems of an event or its sessions as faults, but for those that only follow from a time not read."""
    for problem in problems:
        table = ("event",) if problem.item is None else ("session", problem.item)
        path = (*table, *problem.field.split("."))
        if problem.field.startswith("venue."):
            path = tuple(problem.field.split("."))
        unread = {(*table, "starts_at"), (*table, "ends_at"), ("event", "starts_at")} & faults.unread
        if not (unread and problem.field.endswith("_at")):
            faults.note(path, str(problem))
