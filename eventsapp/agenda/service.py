"""Writes published agendas: from files, at publication, when the event moves. Organisers work on a draft (`drafting`).

The event's row is locked first; every verb is the one diff by key. What everybody sees is never half of a change.

A session's own `calendar_sequence` rises when its time, room or being there changes after the event was published;
the event's stays (CALENDAR.md §1.2). What is taken off a published agenda stays as a cancelled row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.agenda import draft_rows, rules
from eventsapp.agenda.changes import keep, move, printed, remove_others, rows_of, values_of
from eventsapp.agenda.differences import Difference, between, to_json
from eventsapp.agenda.models import AgendaEdition
from eventsapp.agenda.queries import details_of, published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit import service as audit
from eventsapp.database import transaction
from eventsapp.events import signals
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal, wall_problems
from eventsapp.events.service import lock_event, wall_clock_problems
from eventsapp.web.rules import Problem


class SessionNotFound(LookupError):
    """The agenda has no such key now."""


def check(sessions: Sequence[SessionDetails], *, timezone: str, language: str) -> list[Problem]:
    """Everything wrong, wall times included; `item` says which session. An unknown zone is the event's problem."""
    found = rules.problems(sessions, language)
    if not clock.is_zone(timezone):
        return found
    for item, session in enumerate(sessions):
        for name in ("starts_at", "ends_at"):
            wall = getattr(session, name)
            if not list(wall_problems(name, wall)):
                faults = wall_clock_problems(name, wall, timezone)
                found += [Problem(each.field, each.message, each.params, item) for each in faults]
    return found


def set_agenda(
    event_id: int,
    sessions: Sequence[SessionDetails],
    *,
    by: int | None,
    expected_version: int | None = None,
    keep_draft: bool = False,
) -> Edited | Conflict | Refusal | Invalid:
    """Make the agenda these sessions and no others, for everybody and at once, as event files do. `changes` are the
    keys added, changed or removed.

    Keys that are missing are made from titles. `expected_version` is the event's `details_version` that the form was
    shown with. On a published event each change makes a new edition, and nobody is written to. A draft that organisers
    work on meanwhile is replaced by it too, and what it said is in the audit log; with `keep_draft`, or when
    nothing changes, it stays.
    """
    with transaction() as session:
        event = lock_event(session, event_id)
        if expected_version not in (None, event.details_version):
            return Conflict(event.details_version)
        if event.status == "cancelled":
            return Refusal.CANCELLED
        if found := check(sessions, timezone=event.timezone, language=event.language):
            return Invalid(tuple(found))
        wanted = rules.keyed(sessions, event.language)
        before = draft_rows.published(session, event)
        changed = _write(session, event, wanted)
        if changed:
            lost = () if keep_draft else draft_rows.drop(session, event)
            _finish(session, event, by, changed, before, lost=lost)
        return Edited(event.id, event.details_version, tuple(changed))


def make_public(session: Session, event: Event, *, by: int | None, tell: bool) -> AgendaEdition | None:
    """Publish what organisers see, within their open transaction: rows, edition, letters. The draft goes; what it said
    is public now."""
    wanted, versions = draft_rows.seen(session, event), draft_rows.versions(session, event)
    before = draft_rows.published(session, event)
    draft_rows.drop(session, event)
    _write(session, event, wanted, versions)
    event.agenda_version += 1
    event.version += 1
    event.details_version += 1
    return _publish(session, event, by, before, tell=tell)


def publish_first_edition(event_id: int, *, by: int | None) -> None:
    """At the event's publication: its agenda, the draft of it if there is one, becomes edition 1. Nobody is told, as
    nobody was registered. An empty agenda makes none."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if event.agenda_number:
            return
        if draft_rows.find_draft(session, event) is not None:
            wanted, versions = draft_rows.seen(session, event), draft_rows.versions(session, event)
            draft_rows.drop(session, event)
            _write(session, event, wanted, versions)
            event.agenda_version += 1
        _publish(session, event, by, before=None)


def move_along(event_id: int, shift: timedelta, *, by: int | None) -> Problem | None:
    """Move every session, those of a draft too, by this much on the wall clock and derive the instants anew in the
    event's zone. Gives the problem, and changes nothing, when the clocks of the new day skip or repeat a time."""
    with transaction() as session:
        event = lock_event(session, event_id)
        before, seen = draft_rows.published(session, event), draft_rows.seen(session, event)
        for wall in {each + shift for details in (*before, *seen) for each in (details.starts_at, details.ends_at)}:
            for problem in wall_clock_problems("starts_at", wall, event.timezone):
                return problem
        now = clock.now()
        rows = [row for row in rows_of(session, event) if row.cancelled_at is None]
        moved = [row.key for row in rows if move(row, event, shift, now)]
        if shift and seen:
            event.agenda_version += 1
            for row in rows:
                row.version = event.agenda_version
            if draft_rows.find_draft(session, event) is not None:
                draft_rows.move(session, event, shift)
                changes = to_json(between(seen, draft_rows.seen(session, event)))
                note("agenda.draft_changed", event, by, verb="moved_along", differences=changes)
        if moved:
            _finish(session, event, by, moved, before)
        return None


def call_off(event_id: int, *, by: int | None) -> None:
    """With the event every session is off: each one's SEQUENCE rises; the rows stay as they were planned. A draft will
    never be published: it goes, and what it said is in the audit log."""
    with transaction() as session:
        event = lock_event(session, event_id)
        for row in rows_of(session, event):
            if row.cancelled_at is None:
                row.calendar_sequence += 1
                row.changed_at = clock.now()
        if lost := draft_rows.drop(session, event):
            event.agenda_version += 1
            note("agenda.draft_discarded", event, by, differences=to_json(lost))


def _write(
    session: Session, event: Event, wanted: Sequence[SessionDetails], versions: Mapping[str, int] | None = None
) -> list[str]:
    """Make the published rows these sessions; the keys that changed. They take the versions that they had in a draft,
    or else one that is new."""
    rows = {row.key: row for row in rows_of(session, event)}
    now = clock.now()
    changed = remove_others(session, event, rows, {details.key for details in wanted}, now)
    for details, position in rules.positions(wanted):
        if keep(session, event, rows.get(details.key), values_of(event, details, position), now):
            changed.append(details.key)
    if changed and versions is None:
        event.agenda_version += 1
    session.flush()
    for row in rows_of(session, event):
        if versions is not None:
            row.version = versions.get(row.key, row.version)
        elif row.key in changed:
            row.version = event.agenda_version
    return changed


def _finish(
    session: Session,
    event: Event,
    by: int | None,
    changed: list[str],
    before: Sequence[SessionDetails],
    lost: Sequence[Difference] = (),
) -> None:
    event.version += 1
    event.details_version += 1
    session.flush()
    replaced = {"replaced_draft": to_json(lost)} if lost else {}
    changes = to_json(between(before, draft_rows.published(session, event)))
    note("agenda.changed", event, by, keys=changed, differences=changes, **replaced)
    if event.status == "published":
        _publish(session, event, by, before)


def _publish(
    session: Session, event: Event, by: int | None, before: Sequence[SessionDetails] | None, *, tell: bool = False
) -> AgendaEdition | None:
    """A new edition of what the agenda is now, and word of it; the very first one is not made of nothing. `before` is
    what the public saw; None: the event itself is new to it, and nothing of it has changed."""
    rows = published_sessions(event.id)
    if not rows and event.agenda_number == 0:
        return None
    changes = [] if before is None else to_json(between(before, map(details_of, rows)))
    event.agenda_number += 1
    told = tell and bool(sum(number for _, number in signals.people_to_tell.send(event.id)))
    edition = AgendaEdition(event_id=event.id, number=event.agenda_number, published_at=clock.now(), published_by=by)
    edition.sessions, edition.changes, edition.told = [printed(row) for row in rows], changes, told
    session.add(edition)
    session.flush()
    note("agenda.published", event, by, number=edition.number, told=told, differences=changes)
    signals.agenda_published.send(event.id, number=edition.number, changes=changes, tell=told, by=by)
    return edition


def note(action: str, event: Event, by: int | None, **details: Any) -> None:
    """In the audit log, with the version of the agenda that it made."""
    actor = "command" if by is None else "organiser"
    subject = f"event:{event.id}"
    version = event.agenda_version
    audit.record(action, subject, by=by, actor=actor, series_id=event.series_id, version=version, **details)
