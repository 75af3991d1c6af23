"""Two registrations of one person become one: the earlier place is kept, the other one ends."""

from __future__ import annotations

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.registration import extensions, mailboxes, notifications
from eventsapp.registration.entering import rows_of_address
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import By, Locked, move, promote
from eventsapp.registration.rules import LIVE, Actor, State
from eventsapp.registration.service import locked_registration
from eventsapp.registration.standing import LETTERS, tell_standing

_RANKS = (State.CONFIRMED, State.OFFERED, State.WAITLISTED, State.PENDING)
_FILLED = ("organisation", "organisation_id", "contact_name", "private_note")


def which_stays(one: Registration, other: Registration) -> tuple[Registration, Registration]:
    """Who is kept and who goes: a place before the waitlist, and then the earlier one."""
    kept, gone = sorted((one, other), key=lambda row: (_RANKS.index(State(row.state)), row.queue_no))
    return kept, gone


def mergeable(one: Registration, other: Registration) -> bool:
    return one.id != other.id and one.event_id == other.event_id and {one.state, other.state} <= LIVE


def merge(registration_id: int, other_id: int, *, by: int) -> int | Unable:
    """Make one of two live registrations of an event; gives the id of the one that stays, with its answers.

    What it does not say (organisation, contact, address, note) it takes from the other, which is cancelled: quietly
    where both share a mailbox, since nothing changes there; another mailbox is told, and loses its calendar entry.
    """
    with transaction() as session:
        lock, one = locked_registration(session, registration_id)
        other = session.get(Registration, other_id, populate_existing=True)
        if lock is None or one is None or other is None or one.event_id != other.event_id:
            return Unable.NOT_THERE
        if lock.event.status == "cancelled" or lock.now >= lock.event.ends_at:
            return Unable.EVENT_OVER
        if not mergeable(one, other):
            return Unable.NOT_IN_THIS_STATE
        kept, gone = which_stays(one, other)
        inherits = kept.writes_to is None and gone.writes_to is not None
        filled = _fill(lock, kept, gone)
        extensions.merged(lock, kept, gone)
        _end(lock, kept, gone, by, inherits=inherits)
        action, series_id = "registrations merged", lock.series.id
        record(action, f"registration:{kept.id}", by=by, series_id=series_id, merged=gone.id, taken_over=filled)
        record(action, f"registration:{gone.id}", by=by, series_id=series_id, into=kept.id)
        return kept.id


def _fill(lock: Locked, kept: Registration, gone: Registration) -> list[str]:
    """Take over what the kept one does not say; gives the names of it."""
    filled = [name for name in _FILLED if not getattr(kept, name) and getattr(gone, name)]
    if kept.organisation:
        filled = [name for name in filled if name != "organisation_id"]
    for name in filled:
        setattr(kept, name, getattr(gone, name))
    if kept.writes_to is None and gone.writes_to is not None:
        filled.append("email")
        kept.contact_email = gone.contact_email
        if gone.email_key:
            kept.person_no = rows_of_address(lock, gone.email_key)[-1].person_no + 1
            kept.email, kept.email_key = gone.email, gone.email_key
        mailboxes.join(lock, kept)
    return filled


def _end(lock: Locked, kept: Registration, gone: Registration, by: int, *, inherits: bool) -> None:
    lock.session.flush()
    elsewhere = gone.mailbox_key is not None and gone.mailbox_key != kept.mailbox_key
    organiser = By(Actor.ORGANISER, by, f"merged with #{kept.id}")
    step = move(lock, gone, State.CANCELLED, organiser, written=elsewhere)
    promote(lock)
    part = mailboxes.cancellation(lock, gone) if gone.has_entry else None
    if elsewhere:
        notifications.write("merged", lock.snapshot, gone, f"move:{step.id}", calendar=part)
    elif (inherits or part is not None) and kept.state in LETTERS:
        tell_standing(lock, kept, f"merged:{step.id}")
