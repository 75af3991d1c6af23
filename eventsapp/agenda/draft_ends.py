"""How a draft ends: published, or discarded."""

from __future__ import annotations

from eventsapp import clock
from eventsapp.agenda import draft_rows
from eventsapp.agenda.differences import between, to_json
from eventsapp.agenda.draft import Published
from eventsapp.agenda.service import check, make_public, note
from eventsapp.database import transaction
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from eventsapp.events.service import lock_event


def discard_draft(event_id: int, *, by: int | None, expected_version: int | None = None) -> Edited | Conflict | Refusal:
    """Throw the draft away: organisers see what is published again. `changes` are the keys it differed in; what they
    said stays in the audit log."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if event.status == "cancelled":
            return Refusal.CANCELLED
        if expected_version not in (None, event.agenda_version):
            return Conflict(event.agenda_version)
        if draft_rows.find_draft(session, event) is None:
            return Edited(event.id, event.agenda_version)
        before = draft_rows.seen(session, event)
        draft_rows.drop(session, event)
        event.agenda_version += 1
        undone = between(before, draft_rows.seen(session, event))
        note("agenda.draft_discarded", event, by, differences=to_json(undone))
        return Edited(event.id, event.agenda_version, tuple(each.key for each in undone if each.key))


def publish_draft(
    event_id: int, *, by: int | None, tell: bool, expected_version: int
) -> Published | Conflict | Refusal | Invalid:
    """Make the draft what everybody sees, as the next edition. `tell`: everybody who is registered or waits gets one
    letter with the changes in words, unless the event is over. `expected_version` is `DraftView.version` as it was
    looked through: a draft that changed since, or is gone, is a Conflict. An event that is not published publishes its
    draft with itself."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if event.status != "published":
            return Refusal.CANCELLED if event.status == "cancelled" else Refusal.NOT_PUBLISHED
        if expected_version != event.agenda_version or draft_rows.find_draft(session, event) is None:
            return Conflict(event.agenda_version)
        wanted = draft_rows.seen(session, event)
        if found := check(wanted, timezone=event.timezone, language=event.language):
            return Invalid(tuple(found))
        edition = make_public(session, event, by=by, tell=tell and clock.now() < event.ends_at)
        return Published(event.agenda_number, edition is not None and edition.told)
