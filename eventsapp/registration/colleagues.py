"""One form registers several people of one organisation, each with a registration of their own (DESIGN §3.3).

Whose address is known already is written to, as always, and registered by nobody else: the page does not tell where
they stand. Who has no address of their own comes under that of the first, as another person of that mailbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from eventsapp.database import db, transaction
from eventsapp.events.rules import LARGEST_PARTY
from eventsapp.places import Answer, answer
from eventsapp.registration import extensions
from eventsapp.registration.entering import (
    Form,
    enter,
    fitting,
    new_row,
    no_place,
    remember,
    returning,
    rows_of_address,
    tell_known,
    too_many,
    who_returns,
)
from eventsapp.registration.inviting import not_invited, opens
from eventsapp.registration.models import FormSubmission, Registration
from eventsapp.registration.moves import PARTICIPANT, Locked, Telling, lock_event
from eventsapp.registration.queries import find_event_id, window_of
from eventsapp.registration.rules import LIVE, Refusal, State, refusal
from eventsapp.web.tokens import Claim

_PARTIES = UUID("0d9d7b34-56a6-4a63-9d5e-5d9a6e0f3f0b")


@dataclass(frozen=True)
class Colleague:
    """One of the people that a form names."""

    name: str
    email: str = ""
    """Empty: the first one's."""
    parts: Mapping[str, Any] = field(default_factory=dict)
    """As `Form.parts`."""


@dataclass(frozen=True)
class PartyForm:
    """What the form for several people gives, cleaned and checked by the door. The first has an address."""

    people: tuple[Colleague, ...]
    organisation: str = ""
    attends: str = "room"
    online_fine: bool = False
    language: str = "en"
    together: bool = False
    """Only if there are places for all of them."""

    def of(self, colleague: Colleague) -> Form:
        return Form(
            name=colleague.name,
            email=colleague.email or self.people[0].email,
            organisation=self.organisation,
            attends=self.attends,
            language=self.language,
            online_fine=self.online_fine,
            parts=colleague.parts,
        )


@dataclass(frozen=True)
class Party:
    """Done. `key` opens the page that says where each of them stands."""

    key: UUID


@dataclass(frozen=True)
class TooFew:
    """Nobody was registered: there are places for so many of them."""

    places: int


@dataclass(frozen=True)
class NotInvited:
    """Nobody was registered: these, counted from 0, are not invited with the address typed."""

    who: tuple[int, ...]


@dataclass(frozen=True)
class Member:
    """One of a party, for the page after the form; who was known is there with the address typed alone."""

    registration: Registration
    known: bool
    current: bool
    """The links that this person had then still open: what was typed then is theirs."""


def register_party(
    slug: str, form: PartyForm, *, submission: str, invitation: Claim | None = None
) -> Party | TooFew | NotInvited | Refusal | None:
    """Register all of them in one transaction, or nobody. The same `submission` key again gives the same answer and
    does nothing else. None: no such event.

    Without a waitlist there must be places for all: nobody is registered who could not even wait.
    """
    event_id = find_event_id(slug)
    if event_id is None:
        return None
    with transaction() as session:
        lock = lock_event(session, event_id)
        if lock is None:
            return None
        party = Party(uuid5(_PARTIES, submission))
        if session.get(FormSubmission, _key(party.key, 0)) is not None:
            return party
        by_link = opens(lock.event, invitation)
        refused = refusal(window_of(lock.event), lock.now, by_link=by_link)
        if refused:
            return refused
        forms = [fitting(lock, form.of(each)) for each in form.people]
        strangers = [number for number, each in enumerate(forms) if not_invited(lock, each.email, invitation)]
        if strangers:
            return NotInvited(tuple(strangers))
        return _register(lock, party, forms, together=form.together)


def members_of(event_id: int, party: UUID) -> list[Member]:
    """Whom a form named, in its order; nobody once the form is forgotten (`rules.FORM_KEPT`)."""
    keys = [_key(party, number) for number in range(LARGEST_PARTY)]
    rows = db.session.execute(
        select(FormSubmission, Registration)
        .join(Registration, Registration.id == FormSubmission.registration_id)
        .where(FormSubmission.key.in_(keys), FormSubmission.event_id == event_id)
    )
    found = {
        sent.key: Member(person, sent.outcome == "known", sent.link_version == person.link_version)
        for sent, person in rows
    }
    return [found[key] for key in keys if key in found]


def together_with(person: Registration) -> Sequence[Registration]:
    """Whom the same form registered, in the order of their numbers."""
    if person.party is None:
        return ()
    others = select(Registration).where(
        Registration.event_id == person.event_id, Registration.party == person.party, Registration.id != person.id
    )
    return db.session.scalars(others.order_by(Registration.queue_no)).all()


@dataclass(frozen=True)
class _Plan:
    """What becomes of one of them, as found before anything is written."""

    form: Form
    standing: Sequence[Registration]
    """People of a known address, who are written to instead."""
    back: Registration | None
    """Who gave up and returns."""

    @property
    def known(self) -> bool:
        return self.back is None and bool(self.standing)


def _register(lock: Locked, party: Party, forms: list[Form], *, together: bool) -> Party | TooFew | Refusal:
    plans = [_plan(lock, form) for form in forms]
    # Whether an address is known must not show in who is refused.
    counted = [each.form for each in plans if lock.event.confidential or not each.known]
    refused = _refused(lock, counted)
    if refused:
        return refused
    places = _places_for(lock, forms[0])
    if not lock.event.approval and (together or not lock.event.waitlist) and places < len(counted):
        return TooFew(int(places))
    told: set[str] = set()
    for number, plan in enumerate(plans):
        key = _key(party.key, number)
        if plan.known:
            _write_to_known(lock, plan, key, told)
        else:
            _enter(lock, plan, party, key, first=forms[0])
    return party


def _plan(lock: Locked, form: Form) -> _Plan:
    people = rows_of_address(lock, form.email.lower())
    standing = [row for row in people if row.state in LIVE or row.state == State.DECLINED]
    return _Plan(form, standing, who_returns(people, form))


def _enter(lock: Locked, plan: _Plan, party: Party, key: str, *, first: Form) -> None:
    form = plan.form
    people = rows_of_address(lock, form.email.lower())
    number = people[-1].person_no + 1 if people else 1
    row = returning(lock, plan.back, form) if plan.back else new_row(lock, form, person_no=number)
    row.party = party.key
    by_colleague = form.email.lower() != first.email.lower()
    enter(lock, row, PARTICIPANT, Telling(registered_by=first.name if by_colleague else ""))
    extensions.entered(lock, row, form.parts)
    remember(lock, key, row, "new")


def _write_to_known(lock: Locked, plan: _Plan, key: str, told: set[str]) -> None:
    """One letter for an address, however many came with it."""
    address = plan.form.email.lower()
    if address not in told:
        tell_known(lock, list(plan.standing), submission=key)
    told.add(address)
    remember(lock, key, plan.standing[0], "known")


def _refused(lock: Locked, forms: Sequence[Form]) -> Refusal | None:
    addresses = [each.email.lower() for each in forms]
    for address in dict.fromkeys(addresses):
        refused = too_many(lock, address, adding=addresses.count(address))
        if refused:
            return refused
    return no_place(lock, forms[0]) if forms else None


def _places_for(lock: Locked, form: Form) -> float:
    """How many newcomers with these wishes would have a place at once."""
    kinds = (form.attends, "online") if form.online_fine else (form.attends,)
    pools = [lock.pool(kind) for kind in kinds]
    free = [pool.free for pool in pools if answer(pool, waitlist=False) is Answer.PLACE]
    return sum(float("inf") if each is None else each for each in free)


def _key(party: UUID, number: int) -> str:
    return f"{party.hex}-{number}"
