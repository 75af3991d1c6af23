"""Makes what tests start from, through the services, with plain defaults: only what a test is about is named in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from eventsapp import clock
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.queries import details_of, find_event
from eventsapp.events.rules import Created, EventDetails
from eventsapp.people.models import User
from eventsapp.registration import queries as registrations
from eventsapp.registration import service as registration
from eventsapp.registration.entering import Form
from eventsapp.registration.models import Registration
from eventsapp.series.models import PrivacyNotice, Series
from eventsapp.series.team import add_organiser
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.access import Role

_numbers = count(1)
START = datetime(2027, 10, 14, 9)
END = datetime(2027, 10, 14, 17)
"""Wall times of the Reflection Day, in summer time."""
VENUE = VenueDetails(name="Manos Premier", address="Chaussée de Charleroi 100, 1060 Brussels")


def make_series(slug: str = "cop", **values: Any) -> int:
    """A series with one privacy notice; the one of this slug if it is there already."""
    with transaction() as session:
        known = session.query(Series).filter_by(slug=slug).one_or_none()
        if known is not None:
            return known.id
        defaults: dict[str, Any] = {"title": {"en": "Community Policing without Borders"}, "created_at": clock.now()}
        series = Series(slug=slug, **defaults | values)
        session.add(series)
        session.flush()
        session.add(
            PrivacyNotice(
                series_id=series.id,
                version=1,
                published_at=clock.now(),
                controller="The project team",
                contact="privacy@example.org",
                lawful_basis={"en": "Your consent."},
                recipients={"en": "The project team."},
                retention={"en": "Six months after the event."},
            )
        )
        return series.id


def make_event(slug: str = "", *, series: str = "cop", publish: bool = True, **values: Any) -> Event:
    """A published event with a room of 80; `values` are fields of EventDetails."""
    details: dict[str, Any] = {
        "slug": slug or f"event-{next(_numbers)}",
        "title": {"en": "Reflection Day"},
        "kind": "reflection day",
        "timezone": "Europe/Brussels",
        "starts_at": START,
        "ends_at": END,
        "capacity": 80,
        "venue": VENUE,
    }
    if values.get("mode") == "online":
        details |= {"capacity": None, "venue": None}
    made = events.create_event(make_series(series), EventDetails(**details | values), by=None)
    assert isinstance(made, Created), made
    if publish:
        events.publish_event(made.event_id, by=None)
    return get_event(made.event_id)


def event_details(event: Event, **changes: Any) -> EventDetails:
    """What an edit form would send for an event with these changes."""
    loaded = find_event(event.id)
    assert loaded is not None
    return replace(details_of(loaded), **changes)


def make_user(email: str = "") -> int:
    """An account that may do everything in every series; gives its id."""
    address = email or f"organiser{next(_numbers)}@example.org"
    add_organiser(address, Role.owner, slug=None, password=None)
    return db.session.query(User).filter_by(email=address).one().id


def get_event(event_id: int) -> Event:
    """The event as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Event, event_id, populate_existing=True)


def register(event: Event, email: str = "", *, name: str = "", submission: str = "", **values: Any) -> Registration:
    """Somebody who got in, or waits, or asks for approval."""
    number = next(_numbers)
    form = Form(name=name or f"Person {number}", email=email or f"person{number}@example.org", **values)
    result = registration.register(event.slug, form, submission=submission or f"form-{number}")
    assert isinstance(result, registration.Registered), result
    return registrations.get_registration(result.registration_id)


def reload(row: Registration) -> Registration:
    """A registration as it is in the database now."""
    row_id = row.id
    db.session.rollback()
    db.session.expire_all()
    return registrations.get_registration(row_id)
