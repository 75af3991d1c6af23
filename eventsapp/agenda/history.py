"""Reads what organisers did to an agenda, from the audit log."""

from __future__ import annotations

from eventsapp.agenda.differences import from_json
from eventsapp.agenda.draft import SessionChange
from eventsapp.audit import queries as audit
from eventsapp.people.queries import name_of

ACTIONS = ("agenda.draft_changed", "agenda.draft_discarded", "agenda.changed")
"""Those that change what organisers see. Publishing does not."""
FARTHEST = 200
"""Entries that are looked through: nobody has a form open for longer."""


def changes_of(event_id: int, key: str, *, since: int) -> tuple[SessionChange, ...]:
    """What happened to one session after this version of the agenda, the latest first."""
    found: list[SessionChange] = []
    told: set[int] = set()
    for entry in audit.list_newest(f"event:{event_id}", ACTIONS, limit=FARTHEST):
        version = entry.details.get("version", 0)
        if version <= since:
            break
        if version in told:
            # An event that was put off took draft and published agenda along, with an entry for each.
            continue
        told.add(version)
        who = name_of(entry.user_id) if entry.user_id is not None else ""
        differences = from_json(entry.details.get("differences", ()))
        found += [SessionChange(who, entry.at, each) for each in differences if each.key == key]
    return tuple(found)
