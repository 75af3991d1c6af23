"""The letter that says once more where a person stands, at an organiser's wish."""

from __future__ import annotations

from datetime import timedelta

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.mail import outbox
from eventsapp.people.queries import own_name_of
from eventsapp.registration import mailboxes, notifications
from eventsapp.registration.handling import Unable
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked, position, positions
from eventsapp.registration.rules import REPEATS_AN_HOUR, State
from eventsapp.registration.service import locked_registration

LETTERS = {
    State.PENDING: "received",
    State.CONFIRMED: "place",
    State.WAITLISTED: "waiting",
    State.OFFERED: "offered",
    State.DECLINED: "not_accepted",
}
"""By where the person stands; others have no letter to repeat."""


def send_again(registration_id: int, *, by: int) -> State | Unable:
    """Write where they stand now, with the calendar entry; at most REPEATS_AN_HOUR times an hour for one person."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None:
            return Unable.NOT_THERE
        unable = _unable(lock, registration)
        if unable:
            return unable
        person = f"registration:{registration.id}"
        hour = lock.now - timedelta(hours=1)
        if outbox.repeats(person, "again:", since=hour) >= REPEATS_AN_HOUR:
            return Unable.TOO_OFTEN
        number = outbox.repeats(person, "again:") + 1
        tell_standing(lock, registration, f"again:{registration.id}:{number}")
        record("letter sent again", person, by=by, series_id=lock.series.id, state=registration.state)
        return State(registration.state)


def tell_standing(lock: Locked, registration: Registration, key: str) -> None:
    """The letter of the state that a person is in. It may be the first they get, so it says who entered them and how
    to refuse."""
    state = State(registration.state)
    entered = registration.source != "form"
    notifications.write(
        LETTERS[state],
        lock.snapshot,
        registration,
        key,
        calendar=mailboxes.invitation(lock, registration) if state is State.CONFIRMED else None,
        position=position(lock, registration) if state is State.WAITLISTED else None,
        lines=[list(each) for each in positions(lock, registration).items()],
        first=True,
        entered_by=own_name_of(registration.entered_by) if entered else None,
        to_contact=registration.contact_email is not None,
    )


def _unable(lock: Locked, registration: Registration) -> Unable | None:
    if lock.event.status == "cancelled" or lock.now >= lock.event.ends_at:
        return Unable.EVENT_OVER
    if registration.writes_to is None:
        return Unable.NO_ADDRESS
    return None if registration.state in LETTERS else Unable.NOT_IN_THIS_STATE
