"""One of several real processes that do at two events, at once, all that people can do about places. Run by
test_last_place through multiprocessing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import select

from eventsapp.app import create_app
from eventsapp.database import db, transaction
from eventsapp.delegations import filling
from eventsapp.delegations.filling import Filled, Named
from eventsapp.delegations.models import DelegationName
from eventsapp.registration import offers, service, switching
from eventsapp.registration.colleagues import Colleague, Party, PartyForm, register_party
from eventsapp.registration.entering import Form
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import lock_event
from eventsapp.registration.rules import State
from eventsapp.signups import service as signups
from eventsapp.signups.service import Chosen
from tests.rush_report import Report
from tests.settings import config_for

ADDRESSES = 40
"""Per process; the first few are shared by all, so that the same person comes twice at once."""
SHARED = 8
KINDS = ("room", "online")


@dataclass(frozen=True)
class Target:
    """An event, its sessions that people sign up for, and the delegation that holds places of it."""

    event_id: int
    slug: str
    sessions: tuple[str, ...]
    delegation_id: int


def fire(
    number: int, url: str, folder: Path, targets: Sequence[Target], shots: int, start: Barrier, reports: Any
) -> None:
    """One act after the other, `shots` times, mixed by a seed of its own."""
    hand = Hand(number, random.Random(number), targets)  # noqa: S311 (a reproducible mix, no secret)
    app = create_app(config_for(url, folder))
    with app.app_context():
        start.wait(60)
        for shot in range(shots):
            try:
                hand.shoot(shot)
            except Exception as error:  # noqa: BLE001 (any fault of any kind is what the test looks for)
                db.session.rollback()
                hand.report.errors.append(f"{type(error).__name__}: {error}")
        db.session.remove()
        db.engine.dispose()
    reports.put(hand.report)


@dataclass
class Hand:
    """Whoever acts in one process. Each act says in a word what came of it."""

    number: int
    chance: random.Random
    targets: Sequence[Target]
    report: Report = field(default_factory=Report)
    entered: dict[int, list[int]] = field(default_factory=dict)
    """Registrations that this process made or met, by event; those of shared addresses are others' as well."""
    submission: str = ""

    def shoot(self, shot: int) -> None:
        self.submission = f"form-{self.number}-{shot}"
        target = self.chance.choice(self.targets)
        known = self.entered.setdefault(target.event_id, [])
        if not known:
            self.register(target)
            return
        (act,) = self.chance.choices(list(ACTS), list(ACTS.values()))
        outcome = act(self, target)
        self.report.count(f"{act.__name__}: {outcome}")

    def register(self, target: Target) -> str:
        kind = self.kind()
        form = Form(
            *self.person(),
            attends=kind,
            online_fine=kind == "room" and self.chance.random() < 0.3,
            parts={"sessions": self.chance.sample(target.sessions, self.chance.randint(0, 1))},
        )
        first = service.register(target.slug, form, submission=self.submission)
        if self.chance.random() < 0.3:
            again = service.register(target.slug, form, submission=self.submission)
            # Known: somebody gave it up and registered it anew between the two, so the receipt opens nothing more.
            if isinstance(first, service.Registered) and again not in (first, service.Known()):
                self.report.errors.append(f"the same form gave {first}, then {again}")
        if isinstance(first, service.Registered):
            self.entered[target.event_id].append(first.registration_id)
        return _word(first)

    def register_colleagues(self, target: Target) -> str:
        kind = self.kind()
        people = [self.person() for _ in range(self.chance.randint(2, 4))]
        form = PartyForm(
            tuple(Colleague(*each) for each in people),
            attends=kind,
            online_fine=kind == "room" and self.chance.random() < 0.3,
            together=self.chance.random() < 0.3,
        )
        first = register_party(target.slug, form, submission=self.submission)
        if isinstance(first, Party):
            if register_party(target.slug, form, submission=self.submission) != first:
                self.report.errors.append("the same form of colleagues gave something else")
            mine = select(Registration.id).where(Registration.party == first.key)
            self.entered[target.event_id] += db.session.scalars(mine)
        return _word(first)

    def give_up(self, target: Target) -> str:
        return "gone" if service.give_up(self.someone(target)) else "nothing to give up"

    def switch(self, target: Target) -> str:
        return _word(switching.switch(self.someone(target), self.kind(), online_fine=self.chance.random() < 0.3))

    def choose_sessions(self, target: Target) -> str:
        take = self.chance.sample(target.sessions, self.chance.randint(0, 2))
        leave = [key for key in target.sessions if key not in take and self.chance.random() < 0.3]
        answer = signups.choose(self.someone(target), take=take, leave=leave)
        if not isinstance(answer, Chosen):
            return answer.bars[0][0].value
        return next(iter(answer.now.values())).value if answer.now else "nothing new"

    def answer_an_offer(self, target: Target) -> str:
        who = self.offered(target)
        if who is None:
            return "none"
        return _word((offers.accept if self.chance.random() < 0.6 else offers.decline)(who))

    def let_an_offer_pass(self, target: Target) -> str:
        """Its time is over at once; the workers of all processes come at the same moment."""
        with transaction() as session:
            lock = lock_event(session, target.event_id)
            who = self.offered(target)
            if lock is not None and who is not None:
                session.get_one(Registration, who).offer_until = lock.now - timedelta(seconds=1)
        return "lapsed" if offers.expire_due() else "none"

    def fill_a_delegation(self, target: Target) -> str:
        name, address = self.person()
        people = [Named(name, address if self.chance.random() < 0.6 else "")]
        said = filling.fill(target.delegation_id, people)
        return "named" if said == Filled(1, 0) else _word(said)

    def change_a_delegation(self, target: Target) -> str:
        """Take a name back, or put another in its place; rarely, return a place for good."""
        if self.chance.random() < 0.05:
            return _word(filling.return_places(target.delegation_id, 1) or "returned")
        names = select(DelegationName.id).where(
            DelegationName.delegation_id == target.delegation_id, DelegationName.ended.is_(None)
        )
        found = db.session.scalars(names).all()
        if not found:
            return "none"
        name_id = self.chance.choice(found)
        if self.chance.random() < 0.5:
            return _word(filling.take_back(target.delegation_id, name_id) or "taken back")
        other = Named(*self.person())
        return _word(filling.replace_person(target.delegation_id, name_id, other) or "replaced")

    def kind(self) -> str:
        return self.chance.choice(KINDS)

    def person(self) -> tuple[str, str]:
        who = self.chance.randrange(ADDRESSES)
        mailbox = f"shared{who}" if who < SHARED else f"p{self.number}-{who}"
        return f"Person {mailbox}", f"{mailbox}@example.org"

    def someone(self, target: Target) -> int:
        return self.chance.choice(self.entered[target.event_id])

    def offered(self, target: Target) -> int | None:
        """Anybody's offer, so that several hands answer the same one."""
        held = select(Registration.id).where(
            Registration.event_id == target.event_id, Registration.state == State.OFFERED
        )
        found = db.session.scalars(held.order_by(Registration.id)).all()
        return self.chance.choice(found) if found else None


ACTS: dict[Callable[[Hand, Target], str], float] = {
    Hand.register: 30,
    Hand.register_colleagues: 6,
    Hand.give_up: 20,
    Hand.switch: 12,
    Hand.choose_sessions: 16,
    Hand.answer_an_offer: 8,
    Hand.let_an_offer_pass: 4,
    Hand.fill_a_delegation: 5,
    Hand.change_a_delegation: 3,
}
"""How often each comes."""


def _word(answer: Any) -> str:
    value = getattr(answer, "value", None)
    return answer if isinstance(answer, str) else value if isinstance(value, str) else type(answer).__name__
