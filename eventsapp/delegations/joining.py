"""How delegations join the registration: what create_app hands to `registration.extensions.join`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventsapp.delegations import integrity, queries
from eventsapp.delegations.holding import let_go
from eventsapp.delegations.models import Delegation, DelegationName
from eventsapp.delegations.receivers import take_the_kind_left
from eventsapp.events.models import Event
from eventsapp.registration.extensions import Extension, ExtraColumn, PagePart
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.moves import Locked
from eventsapp.registration.rules import HOLDS_PLACE, State

KEY = "delegation"


class Delegations(Extension):
    key = KEY

    def moved(self, lock: Locked, registration: Registration, step: RegistrationMove) -> None:
        """Whoever gives up, is withdrawn or takes part in another way leaves the place to the delegation: before people
        move up, so that the queue gets it only once it flowed back."""
        delegation = _filled_by(lock, registration)
        if delegation is not None:
            let_go(lock, delegation, registration)
            _end_names(lock, registration, delegation)
        if step.to_state == State.CANCELLED:
            _end_names(lock, registration, None)

    def kinds_changed(self, lock: Locked) -> None:
        take_the_kind_left(lock)

    def merged(self, lock: Locked, kept: Registration, gone: Registration) -> None:
        """The names of the one that goes mean the one that stays: it was there before, so no contact may end it. Its
        place of a delegation comes back with the move that ends it."""
        for name in _standing_names(lock, gone):
            if any(each.delegation_id == name.delegation_id for each in _standing_names(lock, kept)):
                name.ended, name.ended_at = "left", lock.now
            else:
                name.registration_id, name.known = kept.id, True

    def own_page(self, registration: Registration, token: str) -> PagePart | None:
        named = [delegation for delegation, name in queries.named_by(registration.id) if name.ended is None]
        mine = [each for each in named if each.id == registration.delegation_id]
        return PagePart("delegations/own_page.html", {"organisation": mine[0].organisation}) if mine else None

    def person_page(self, event: Event, registration: Registration, *, sensitive: bool) -> PagePart | None:
        named = queries.named_by(registration.id)
        if not named:
            return None
        return PagePart("delegations/person_page.html", {"named": named, "fills": registration.delegation_id})

    def columns(self, event: Event) -> Sequence[ExtraColumn]:
        found = queries.of_event(event.id)
        if not found:
            return ()
        choices = tuple((str(each.id), each.organisation) for each in found)
        return (
            ExtraColumn(
                key=KEY,
                header=gettext("Delegation"),
                sensitive=False,
                values=queries.organisations_of,
                choices=choices,
                matching=lambda choice: queries.people_of(int(choice) if choice.isdecimal() else 0),
            ),
        )

    def problems(self) -> Iterable[str]:
        return integrity.problems()

    def forget(self, session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
        """Also from the page of the contact."""
        session.execute(delete(DelegationName).where(DelegationName.registration_id.in_(registration_ids)))


def _filled_by(lock: Locked, registration: Registration) -> Delegation | None:
    """The delegation whose place the person had up to this move, and has no more."""
    if registration.delegation_id is None:
        return None
    delegation = lock.session.get_one(Delegation, registration.delegation_id)
    has_it = registration.state in HOLDS_PLACE and registration.attends == delegation.attends
    return None if has_it else delegation


def _end_names(lock: Locked, registration: Registration, delegation: Delegation | None) -> None:
    for name in _standing_names(lock, registration):
        if delegation is None or name.delegation_id == delegation.id:
            name.ended, name.ended_at = "left", lock.now


def _standing_names(lock: Locked, registration: Registration) -> Sequence[DelegationName]:
    rows = select(DelegationName).where(
        DelegationName.registration_id == registration.id, DelegationName.ended.is_(None)
    )
    return lock.session.scalars(rows.order_by(DelegationName.id)).all()
