"""What the calendars of the people written to show: the calendar parts of all letters, applied one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from eventsapp.mail.models import Letter


@dataclass
class Entry:
    """One event in the calendar of one mailbox."""

    sequence: int
    there: bool
    starts_at: str
    attends: str


class Calendars:
    """RFC 5546 §2.1.5 with nothing left to chance: what flips or changes an entry must have a higher SEQUENCE.

    Letters made within the same second have the same DTSTAMP, and those of two people of a mailbox may overtake each
    other; so a later letter of the same SEQUENCE counts only when it says the same.
    """

    def __init__(self, letters: Iterable[Letter]) -> None:
        self.entries: dict[tuple[str, int], Entry] = {}
        self.ignored: list[tuple[str, dict[str, Any]]] = []
        for letter in letters:
            part = letter.facts.get("calendar")
            if part is not None and letter.recipient_key is not None:
                self._apply(letter.recipient_key, letter.facts, part)

    def _apply(self, mailbox: str, facts: dict[str, Any], part: dict[str, Any]) -> None:
        event = facts["event"]
        told = Entry(
            sequence=part["sequence"],
            there=part["method"] != "CANCEL",
            starts_at=event["starts_at"],
            attends=part["attends"],
        )
        key = (mailbox, event["event_id"])
        known = self.entries.get(key)
        if known is None or told.sequence > known.sequence:
            self.entries[key] = told
        elif told != known:
            self.ignored.append((mailbox, part))

    def holds(self, mailbox: str, event_id: int) -> Entry | None:
        """The entry that the mailbox shows now, if any."""
        entry = self.entries.get((mailbox, event_id))
        return entry if entry is not None and entry.there else None
