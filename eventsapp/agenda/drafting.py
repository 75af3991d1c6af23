"""The verbs of organisers: they work on a draft, which the public never sees, until it is published.

Each locks the event's row first and is one transaction. The first change copies the published agenda into a draft; a
draft that says what is published already is gone again. What a verb cannot do is a value: `Refusal.CANCELLED`, what is
wrong with a session (`Invalid`), or that somebody else was quicker (`DraftConflict` about one session, `Conflict` about
the whole). `Edited.version` is that of the draft now, `Edited.changes` are the keys of the sessions that changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from eventsapp.agenda import draft_rows, rules
from eventsapp.agenda.differences import between, to_json
from eventsapp.agenda.draft import DraftConflict
from eventsapp.agenda.history import changes_of
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.service import SessionNotFound, check, note
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from eventsapp.events.service import lock_event
from eventsapp.web.rules import N_, Problem

__all__ = ["SessionNotFound"]

MOST_MINUTES = 12 * 60
"""That a day is shifted by at once."""


def replace_draft(
    event_id: int, sessions: Sequence[SessionDetails], *, by: int | None, expected_version: int | None = None
) -> Edited | Conflict | Refusal | Invalid:
    """Make the draft these sessions and no others, as from a paste. `expected_version` is `DraftView.version`.

    A session without a key that has the title of one that is there is taken for it and keeps its key, its titles in
    other languages, and its places, room and speakers where none are given. `Problem.item` is the place in `sessions`.
    """
    with transaction() as session:
        event = lock_event(session, event_id)
        if expected_version not in (None, event.agenda_version):
            return Conflict(event.agenda_version)
        there = draft_rows.seen(session, event)
        return put(session, event, rules.recognised(sessions, there, event.language), by, "replaced")


def add_to_draft(
    event_id: int, sessions: Sequence[SessionDetails], *, by: int | None
) -> Edited | Conflict | Refusal | Invalid:
    """These as well; keys that are missing are made from titles. `Problem.item` is the place in `sessions`."""
    with transaction() as session:
        event = lock_event(session, event_id)
        there = draft_rows.seen(session, event)
        return _from(put(session, event, [*there, *sessions], by, "added"), len(there))


def change_in_draft(
    event_id: int, key: str, details: SessionDetails, *, by: int | None, expected_version: int | None
) -> Edited | DraftConflict | Refusal | Invalid:
    """Make the session of this key as `details` say; the key stays, whatever they say. `expected_version` is that of
    the session when it was shown; None overwrites whatever is there. Raises SessionNotFound, but not for a session that
    somebody took off meanwhile: that is a conflict."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if conflict := _quicker(session, event, key, expected_version):
            return conflict
        there = draft_rows.seen(session, event)
        item = _place_of(key, there)
        there[item] = replace(details, key=key)
        return _only(put(session, event, there, by, "changed"), item)


def move_in_draft(
    event_id: int,
    key: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    room: str | None,
    by: int | None,
    expected_version: int | None,
) -> Edited | DraftConflict | Refusal | Invalid:
    """What a drag does: to another time, another length, another day, another room (None: it stays where it is).
    Times are wall times. Raises and answers as `change_in_draft`."""
    with transaction() as session:
        event = lock_event(session, event_id)
        if conflict := _quicker(session, event, key, expected_version):
            return conflict
        there = draft_rows.seen(session, event)
        item = _place_of(key, there)
        was = there[item]
        there[item] = replace(was, starts_at=starts_at, ends_at=ends_at, room=was.room if room is None else room)
        return _only(put(session, event, there, by, "moved"), item)


def duplicate_in_draft(event_id: int, key: str, *, by: int | None) -> Edited | Refusal | Invalid:
    """The same once more, beside it at the same time; `changes` has the key of the new one. Raises SessionNotFound."""
    with transaction() as session:
        event = lock_event(session, event_id)
        there = draft_rows.seen(session, event)
        item = _place_of(key, there)
        there.insert(item + 1, replace(there[item], key=""))
        return _only(put(session, event, there, by, "duplicated"), item + 1)


def remove_from_draft(
    event_id: int, key: str, *, by: int | None, expected_version: int | None = None
) -> Edited | DraftConflict | Refusal | Invalid:
    """Take it off. Raises SessionNotFound."""
    with transaction() as session:
        event = lock_event(session, event_id)
        there = draft_rows.seen(session, event)
        item = _place_of(key, there)
        if conflict := _quicker(session, event, key, expected_version):
            return conflict
        del there[item]
        return put(session, event, there, by, "removed")


def shift_after(event_id: int, key: str, minutes: int, *, by: int | None) -> Edited | Refusal | Invalid:
    """Move everything that starts on the same day at this session's end or later by so many minutes; fewer than 0:
    earlier. What runs beside the session stays, and so do other days. Nothing is pushed to another day: then nothing
    moves, and the problem (`minutes`) names the session. Raises SessionNotFound."""
    with transaction() as session:
        event = lock_event(session, event_id)
        there = draft_rows.seen(session, event)
        this = there[_place_of(key, there)]
        if not 0 < abs(minutes) <= MOST_MINUTES:
            return _minutes(N_("must be from 1 to %(most)s, with a minus to go earlier"), most=MOST_MINUTES)
        later = rules.after(this, there)
        if not later:
            return _minutes(N_("have nothing to move: no session of this day comes after it"))
        shift = timedelta(minutes=minutes)
        for item in later:
            moved = rules.shifted(there[item], shift)
            if moved is None:
                return _minutes(
                    N_("would push “%(title)s” to another day"), title=rules.title_in(there[item], event.language)
                )
            there[item] = moved
        answer = put(session, event, there, by, "shifted")
        if isinstance(answer, Invalid):
            return Invalid(tuple(Problem("minutes", each.message, each.params) for each in answer.problems))
        return answer


def _place_of(key: str, sessions: Sequence[SessionDetails]) -> int:
    for item, details in enumerate(sessions):
        if details.key == key:
            return item
    raise SessionNotFound(key)


def put(
    session: Session, event: Event, wanted: Sequence[SessionDetails], by: int | None, verb: str
) -> Edited | Refusal | Invalid:
    """What every change comes to, within its open transaction: the draft is these sessions now. `verb` names it in the
    audit log."""
    if event.status == "cancelled":
        return Refusal.CANCELLED
    if found := check(wanted, timezone=event.timezone, language=event.language):
        return Invalid(tuple(found))
    keyed = rules.keyed(wanted, event.language)
    differences = between(draft_rows.seen(session, event), keyed)
    if differences:
        event.agenda_version += 1
        draft_rows.write(session, event, keyed, by)
        note("agenda.draft_changed", event, by, verb=verb, differences=to_json(differences))
    return Edited(event.id, event.agenda_version, tuple(each.key for each in differences if each.key))


def _quicker(session: Session, event: Event, key: str, expected_version: int | None) -> DraftConflict | None:
    """Whether somebody changed, or took off, the session since this version of it was shown."""
    if expected_version is None:
        return None
    version = draft_rows.versions(session, event).get(key)
    if version == expected_version:
        return None
    changes = changes_of(event.id, key, since=expected_version)
    if version is None and not changes:
        return None
    now = next((each for each in draft_rows.seen(session, event) if each.key == key), None)
    return DraftConflict(key, event.agenda_version if version is None else version, now, changes)


def _only(answer: Edited | Refusal | Invalid, item: int) -> Edited | Refusal | Invalid:
    """Problems of the one session that a form showed, without its place in the list."""
    if not isinstance(answer, Invalid):
        return answer
    mine = [each for each in answer.problems if each.item in (item, None)] or answer.problems
    return Invalid(tuple(replace(each, item=None) for each in mine))


def _from(answer: Edited | Refusal | Invalid, first: int) -> Edited | Refusal | Invalid:
    """Problems counted from the first session that was given."""
    if not isinstance(answer, Invalid):
        return answer
    places = [None if each.item is None or each.item < first else each.item - first for each in answer.problems]
    return Invalid(tuple(replace(each, item=item) for each, item in zip(answer.problems, places, strict=True)))


def _minutes(message: str, **params: object) -> Invalid:
    return Invalid((Problem("minutes", message, params),))
