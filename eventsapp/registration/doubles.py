"""Possible doubles: people of one event with the same name or the same address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import LIVE, State
from eventsapp.web.text import folded

STANDING = (*LIVE, State.DECLINED)
"""Whoever is in, waits, asks, or was not accepted counts; whoever gave up may come back."""


@dataclass
class People:
    """Everybody of an event by name and by address, read once for many questions."""

    by_name: dict[str, list[int]] = field(default_factory=dict)
    by_address: dict[str, list[int]] = field(default_factory=dict)

    def add(self, registration_id: int, name: str, email_key: str | None) -> None:
        if key := name_key(name):
            self.by_name.setdefault(key, []).append(registration_id)
        if email_key:
            self.by_address.setdefault(email_key, []).append(registration_id)

    def like(self, name: str, email: str) -> tuple[int, ...]:
        """Who may be the same person, in the order of their registrations."""
        found = {*self.by_name.get(name_key(name), ()), *self.by_address.get(email.lower(), ())}
        return tuple(sorted(found))


def name_key(name: str) -> str:
    """A name without its capitals, accents and hyphens, its parts in one order: "De Smet, Bram" is "Bram De Smet"."""
    return " ".join(sorted(folded(name).replace("-", " ").replace(",", " ").split()))


def people_of(event_id: int) -> People:
    """One statement, however many there are."""
    rows = select(Registration.id, Registration.name, Registration.email_key).where(
        Registration.event_id == event_id, Registration.state.in_(STANDING)
    )
    people = People()
    for registration_id, name, email_key in db.session.execute(rows):
        people.add(registration_id, name, email_key)
    return people


def doubles_of(registration: Registration) -> Sequence[Registration]:
    """Who of the same event may be this person, too. Nobody once it gave up."""
    if registration.state not in STANDING:
        return ()
    found = people_of(registration.event_id).like(registration.name, registration.email or "")
    return registrations(each for each in found if each != registration.id)


def registrations(ids: Iterable[int]) -> Sequence[Registration]:
    wanted = tuple(ids)
    if not wanted:
        return ()
    return db.session.scalars(select(Registration).where(Registration.id.in_(wanted)).order_by(Registration.id)).all()
