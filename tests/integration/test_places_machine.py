"""Whatever happens in whatever order, by the pure rules alone nobody is passed and no place stays free while somebody
waits for it; and the services come to exactly the same, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventsapp.app import create_app
from eventsapp.database import db, transaction
from eventsapp.events import service as events
from eventsapp.registration import integrity, offers, service, switching
from eventsapp.registration.entering import Form
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import LAPSES, NEW_A_DAY, State
from tests.builders import get_event, make_event, make_user
from tests.place_model import KINDS, House, Person
from tests.scale import Scale
from tests.settings import config_for

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
PEOPLE = st.integers(0, 6)
PLACES = st.none() | st.integers(1, 3)
ATTENDS = st.sampled_from(KINDS)


class PlacesMachine(RuleBasedStateMachine):
    """The model alone."""

    @initialize(room=PLACES, online=PLACES, offered=st.booleans())
    def publish(self, room: int | None, online: int | None, offered: bool) -> None:
        self.house = House({"room": room, "online": online}, offered)
        self.entered: Counter[int] = Counter()

    @rule(who=PEOPLE, attends=ATTENDS, fine=st.booleans())
    def register(self, who: int, attends: str, fine: bool) -> None:
        person = self.house.people.get(who)
        if person is None or not person.live:
            self.entered[who] += 1
        if self.entered[who] <= NEW_A_DAY:
            self.both("register", who, attends, online_fine=fine and attends == "room")

    @rule(who=PEOPLE)
    def give_up(self, who: int) -> None:
        self.act("give_up", who)

    @rule(who=PEOPLE, attends=ATTENDS, fine=st.booleans())
    def switch(self, who: int, attends: str, fine: bool) -> None:
        self.act("switch", who, attends, online_fine=fine)

    @rule(who=PEOPLE, act=st.sampled_from(("accept", "decline", "lapse")))
    def answer_an_offer(self, who: int, act: str) -> None:
        """Somebody who has one, if there is anybody."""
        held = [each for each, person in sorted(self.house.people.items()) if person.state is State.OFFERED]
        self.act(act, held[who % len(held)] if held else who)

    @rule(room=PLACES, online=PLACES)
    def change_places(self, room: int | None, online: int | None) -> None:
        self.both("change_places", room, online)

    @invariant()
    def no_place_stays_free_while_somebody_waits(self) -> None:
        for kind in KINDS:
            assert self.house.idle(kind) == 0

    @invariant()
    def people_stand_as_they_may(self) -> None:
        for person in self.house.people.values():
            assert person.wish is None or (person.state is State.CONFIRMED and person.wish != person.attends)
            assert person.state is not State.OFFERED or self.house.offers
            assert not person.live or person.lapses < LAPSES

    def act(self, name: str, who: int, *values: Any, **named: Any) -> None:
        if who in self.house.people:
            self.both(name, who, *values, **named)

    def both(self, name: str, *values: Any, **named: Any) -> None:
        getattr(self.house, name)(*values, **named)


class ServicesMachine(PlacesMachine):
    """The services do the same beside it."""

    copy: ClassVar[dict[str, Callable[[Path], AbstractContextManager[str]]]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        url = self.stack.enter_context(self.copy["database"](folder))
        self.stack.enter_context(time_machine.travel(NOW, tick=False))
        self.stack.enter_context(create_app(config_for(url, folder)).app_context())
        self.stack.callback(db.engine.dispose)
        self.stack.callback(db.session.remove)
        self.forms, self.ids = 0, dict[int, int]()

    def teardown(self) -> None:
        self.stack.close()
        super().teardown()

    @initialize(room=PLACES, online=PLACES, offered=st.booleans())
    def publish(self, room: int | None, online: int | None, offered: bool) -> None:
        super().publish(room, online, offered)
        promotion = "offer" if offered else "confirm"
        event = make_event(mode="hybrid", capacity=room, online_capacity=online, promotion=promotion)
        self.event_id, self.slug, self.by = event.id, event.slug, make_user()

    def both(self, name: str, *values: Any, **named: Any) -> None:
        super().both(name, *values, **named)
        getattr(self, f"really_{name}")(*values, **named)

    def really_register(self, who: int, attends: str, *, online_fine: bool) -> None:
        self.forms += 1
        form = Form(f"Person {who}", f"p{who}@example.org", attends=attends, online_fine=online_fine)
        said = service.register(self.slug, form, submission=f"form-{self.forms}")
        if isinstance(said, service.Registered):
            self.ids[who] = said.registration_id

    def really_give_up(self, who: int) -> None:
        service.give_up(self.ids[who])

    def really_switch(self, who: int, attends: str, *, online_fine: bool) -> None:
        switching.switch(self.ids[who], attends, online_fine=online_fine)

    def really_accept(self, who: int) -> None:
        offers.accept(self.ids[who])

    def really_decline(self, who: int) -> None:
        offers.decline(self.ids[who])

    def really_lapse(self, who: int) -> None:
        with transaction() as session:
            row = session.get_one(Registration, self.ids[who], populate_existing=True)
            if row.offer_until is not None:
                row.offer_until = NOW - timedelta(seconds=1)
        offers.expire_due()

    def really_change_places(self, room: int | None, online: int | None) -> None:
        events.change_capacity(self.event_id, capacity=room, online_capacity=online, by=self.by)

    @invariant()
    def both_come_to_the_same(self) -> None:
        db.session.rollback()
        rows = {row.id: row for row in db.session.scalars(select(Registration))}
        for who, person in self.house.people.items():
            assert _stands(rows[self.ids[who]]) == _stands(person), who
        assert len(rows) == len(self.house.people)
        assert get_event(self.event_id).last_queue_no == self.house.last

    @invariant()
    def nothing_is_broken(self) -> None:
        assert list(integrity.problems()) == []


def _stands(row: Registration | Person) -> dict[str, object]:
    return {
        "state": str(row.state),
        "attends": row.attends,
        "wish": row.wish,
        "online_fine": row.online_fine,
        "queue_no": row.queue_no,
        "lapses": row.lapses,
    }


def run(machine: type[PlacesMachine], examples: int, steps: int, *, is_full: bool) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not is_full,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_rules_hold_whatever_happens(scale: Scale) -> None:
    run(PlacesMachine, scale.pick(150, 5000), 40, is_full=scale.is_full)


@pytest.mark.timeout(1800)
def test_services_do_as_the_rules_say(
    database_copy: Callable[[Path], AbstractContextManager[str]], scale: Scale
) -> None:
    ServicesMachine.copy = {"database": database_copy}
    run(ServicesMachine, scale.pick(6, 100), scale.pick(20, 30), is_full=scale.is_full)
