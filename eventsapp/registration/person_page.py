"""What the page of one person shows beside its states: how they came, what may be done, who may be the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventsapp import clock
from eventsapp.events.words import moment
from eventsapp.people.queries import name_of
from eventsapp.registration.colleagues import together_with
from eventsapp.registration.doubles import doubles_of
from eventsapp.registration.handling_words import state_words
from eventsapp.registration.merging import mergeable
from eventsapp.registration.people_words import role_words, source_words
from eventsapp.registration.rules import LIVE
from eventsapp.registration.standing import LETTERS
from eventsapp.web.access import Role, scope

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration


def person_values(event: Event, person: Registration) -> dict[str, Any]:
    """For templates/organise/person.html."""
    may = scope(Role.editor).allows(event.series_id)
    on = event.status != "cancelled" and clock.now() < event.ends_at
    known = person.contact_forgotten_at is None
    return {
        "role": role_words(person.role) if person.role != "participant" or not person.takes_place else "",
        "source": source_words(person.source) if person.source != "form" else "",
        "entered_by": name_of(person.entered_by) if person.entered_by else "",
        "held_until": moment(person.offer_until, event.timezone) if person.offer_until else "",
        "may_edit": may and known and person.state in LIVE,
        "may_note": may and known,
        "may_send": may and on and person.state in LETTERS and person.writes_to is not None,
        "together": together_with(person),
        "doubles": [
            (other, *state_words(other.state), may and on and mergeable(person, other)) for other in doubles_of(person)
        ],
    }
