"""Delegations for tests: made through the services, and looked at as they stand in the database now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bs4 import BeautifulSoup

from eventsapp.database import db, transaction
from eventsapp.delegations import service
from eventsapp.delegations.filling import Filled, Named, fill
from eventsapp.delegations.links import token_of
from eventsapp.delegations.models import Delegation, DelegationName
from eventsapp.delegations.rules import Details
from eventsapp.delegations.service import Made
from eventsapp.events.models import Event
from eventsapp.registration import integrity
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import get_event, make_user

_numbers = count(1)
UNTIL = datetime(2027, 10, 7, 9)
"""A week before the Reflection Day, on the clocks of Brussels."""


def details(**values: Any) -> Details:
    number = next(_numbers)
    usual: dict[str, Any] = {
        "organisation": f"Police zone {number}",
        "contact_name": "Chris Contact",
        "contact_email": f"contact{number}@example.org",
        "places": 3,
        "returns_wall": UNTIL,
    }
    return Details(**usual | values)


def make_delegation(event: Event, *, why: str = "", **values: Any) -> int:
    """Places that are held for somebody; `values` are fields of Details. Gives the id."""
    made = service.create(event.id, details(**values), by=make_user(), why=why)
    assert isinstance(made, Made), made
    return made.delegation_id


def named(delegation_id: int, *people: str) -> list[int]:
    """Enter people, as "Name" or "Name <address>"; gives the ids of their names."""
    answer = fill(delegation_id, [_read(each) for each in people])
    assert answer == Filled(len(people), 0), answer
    return [each.id for each in names(delegation_id)][-len(people) :]


def _read(text: str) -> Named:
    name, _, address = text.partition(" <")
    return Named(name, address.rstrip(">"))


def names(delegation_id: int) -> list[DelegationName]:
    """All that were ever entered, as they stand now."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.query(DelegationName).filter_by(delegation_id=delegation_id).order_by(DelegationName.id))


def standing(delegation_id: int) -> list[str]:
    """The names that stand, as their contact sees them."""
    return [each.name for each in names(delegation_id) if each.ended is None]


def get_delegation(delegation_id: int) -> Delegation:
    db.session.rollback()
    return db.session.get_one(Delegation, delegation_id, populate_existing=True)


def person(delegation_id: int, name: str) -> Registration:
    """The registration that a name means."""
    entry = next(each for each in reversed(names(delegation_id)) if each.name == name)
    assert entry.registration_id is not None
    return db.session.get_one(Registration, entry.registration_id, populate_existing=True)


def places_of(event: Event) -> tuple[int, int, int]:
    """In the room: confirmed, held, waiting. And all is well."""
    assert list(integrity.problems()) == []
    now = get_event(event.id)
    return now.room_confirmed, now.room_held, now.room_waiting


def page_of(delegation_id: int) -> str:
    """The address of the contact's page."""
    found = get_delegation(delegation_id)
    return f"/delegations/{token_of(found.key, found.link_version)}"


def enter(client: Browser, path: str, *people: tuple[str, str]) -> Any:
    """Type names and addresses into the rows of the contact's page and send it."""
    page = BeautifulSoup(client.get(path).text, "html.parser")
    fields = {str(each["name"]): str(each["value"]) for each in page.select("main form input[type=hidden]")}
    for number, (name, email) in enumerate(people):
        fields |= {f"name_{number}": name, f"email_{number}": email}
    return client.post(path, data=fields)


def keep_delegation(event_id: int, **values: Any) -> None:
    """A row as it stands after its places flowed back, for tests that need one of a certain id."""
    at = datetime(2027, 10, 7, 7, tzinfo=UTC)
    usual: dict[str, Any] = {
        "organisation": "Institute",
        "contact_email": "contact@example.org",
        "places": 0,
        "filled": 0,
        "returns_wall": UNTIL,
        "returns_at": at,
        "returned_at": at,
        "contact_until": at + timedelta(days=200),
        "created_at": at - timedelta(days=100),
    }
    with transaction() as session:
        session.add(Delegation(event_id=event_id, **usual | values))
