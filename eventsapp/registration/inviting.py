"""Closed events: who is invited, by address, by domain, or by a secret link that can be revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.registration.moves import Locked, lock_event
from eventsapp.registration.rules import Refusal, is_invited
from eventsapp.web import tokens
from eventsapp.web.forms import read_email
from eventsapp.web.tokens import Claim

PURPOSE = "invitation"
MOST_INVITED = 5000


@dataclass(frozen=True)
class ReadList:
    """A list as it was typed: what it means, without doubles, in the order given; and the lines that mean nothing."""

    entries: tuple[str, ...]
    faults: tuple[tuple[int, str], ...]
    """Line numbers from 1, and what stands there."""


def read_list(text: str) -> ReadList:
    """Addresses and domains, one a line or with commas between: "name@example.org", "Name <name@example.org>",
    "@example.org", "*@example.org", "example.org"."""
    entries: dict[str, None] = {}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        for part in filter(None, (piece.strip() for piece in line.replace(";", ",").split(","))):
            entry = _entry(part)
            if entry is None:
                faults.append((number, part))
            else:
                entries[entry] = None
    return ReadList(tuple(entries), tuple(faults))


def _entry(text: str) -> str | None:
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    name, at, domain = text.rpartition("@")
    whole = name in ("", "*") or not at
    address = read_email(f"x@{domain}" if whole else text)
    if address is None:
        return None
    address = address.lower()
    return address[1:] if whole else address


def opens(event: Event, claim: Claim | None) -> bool:
    """Whether a claim is the event's own, and of the newest link."""
    return claim is not None and event.invitation_version > 0 and claim == Claim(event.key, event.invitation_version)


def not_invited(lock: Locked, address: str, claim: Claim | None) -> Refusal | None:
    """Refusal.NOT_INVITED for an address that a closed event's list does not know, unless the secret link led here."""
    event = lock.event
    if event.visibility != "closed" or opens(event, claim):
        return None
    return None if is_invited(address, event.invited) else Refusal.NOT_INVITED


def link_token(event: Event) -> str | None:
    """Of the secret link to the form; None: there is none now."""
    return tokens.make(PURPOSE, event.key, event.invitation_version) if event.invitation_version > 0 else None


def set_invited(event_id: int, entries: Sequence[str], *, by: int) -> bool:
    """Make the list these entries (of `read_list`); False: it was so already. Who is registered stays registered."""
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is None or list(entries) == lock.event.invited:
            return False
        before, after = set(lock.event.invited), set(entries)
        lock.event.invited, lock.event.invited_count = list(entries), len(entries)
        _changed(lock)
        record(
            "event.invited",
            f"event:{event_id}",
            by=by,
            series_id=lock.series.id,
            added=sorted(after - before),
            removed=sorted(before - after),
        )
        return True


def renew_link(event_id: int, *, by: int) -> None:
    """Make a secret link; an earlier one stops opening the form. Versions are used once, so none comes back."""
    _set_link(event_id, by, revoke=False)


def revoke_link(event_id: int, *, by: int) -> None:
    """No link opens the form any more."""
    _set_link(event_id, by, revoke=True)


def _set_link(event_id: int, by: int, *, revoke: bool) -> None:
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is None:
            return
        newest = abs(lock.event.invitation_version)
        # Negative: revoked, and the number is remembered, so that the next link is a new one.
        lock.event.invitation_version = -newest if revoke else newest + 1
        _changed(lock)
        action = "event.invitation_link_revoked" if revoke else "event.invitation_link_made"
        record(action, f"event:{event_id}", by=by, series_id=lock.series.id)


def _changed(lock: Locked) -> None:
    lock.event.version += 1
