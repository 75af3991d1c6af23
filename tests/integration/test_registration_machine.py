"""Whatever people and organisers do, in whatever order: places, queue, letters and people's calendars agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from eventsapp import clock
from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.events.rules import PROMOTIONS
from eventsapp.mail.models import Letter
from eventsapp.registration import (
    addresses,
    editing,
    freed,
    handling,
    integrity,
    merging,
    offers,
    queries,
    service,
    short_notice,
    standing,
    switching,
)
from eventsapp.registration.colleagues import Colleague, PartyForm, register_party
from eventsapp.registration.entering import Form
from eventsapp.registration.entering_by_hand import How, Person, Wish, enter_person
from eventsapp.registration.models import Registration
from eventsapp.registration.offers import Answered
from eventsapp.registration.short_notice import Take
from tests.builders import event_details, get_event, make_event, make_user
from tests.mailboxes import Calendars
from tests.scale import Scale
from tests.settings import config_for

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
MAILBOXES = ("a@example.org", "B@example.org", "desk@example.org")
PLACES = st.none() | st.integers(1, 3)
PICKED = st.integers(0, 7)
ATTENDS = st.sampled_from(("room", "online"))
PROMOTION_ENDS = datetime(2027, 10, 12, 9)
AFTER_IT = datetime(2027, 10, 12, 7, 30, tzinfo=UTC)


class RegistrationMachine(RuleBasedStateMachine):
    """One hybrid event, three mailboxes. A rule whose act is refused is a step like any other."""

    copy: ClassVar[dict[str, Callable[[Path], AbstractContextManager[str]]]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        url = self.stack.enter_context(self.copy["database"](folder))
        self.traveller = time_machine.travel(NOW, tick=False)
        self.time = self.traveller.start()
        self.app = create_app(config_for(url, folder))
        self.context = self.app.app_context()
        self.context.push()
        self.forms = 0
        self.sequences: dict[int, int] = {}

    def teardown(self) -> None:
        db.session.remove()
        db.engine.dispose()
        self.context.pop()
        self.traveller.stop()
        self.stack.close()
        super().teardown()

    @initialize(
        capacity=PLACES,
        online=PLACES,
        waitlist=st.booleans(),
        approval=st.booleans(),
        promotion=st.sampled_from(PROMOTIONS),
    )
    def publish(self, capacity: int | None, online: int | None, waitlist: bool, approval: bool, promotion: str) -> None:
        event = make_event(
            mode="hybrid",
            capacity=capacity,
            online_capacity=online,
            waitlist=waitlist,
            approval=approval,
            promotion=promotion,
            promotion_ends_at=PROMOTION_ENDS,
        )
        self.event_id, self.slug, self.by = event.id, event.slug, make_user()

    # Participants.

    @rule(mailbox=st.sampled_from(MAILBOXES), attends=st.sampled_from(("room", "online")))
    def register(self, mailbox: str, attends: str) -> None:
        """For whoever is there already this is the letter that says so; for whoever gave up, the way back."""
        with self.a_second():
            service.register(self.slug, self.form(mailbox, attends), submission=f"form-{self.forms}")

    @rule(mailbox=st.sampled_from(MAILBOXES))
    def send_a_form_twice(self, mailbox: str) -> None:
        with self.a_second():
            form = self.form(mailbox, "room")
            first = service.register(self.slug, form, submission=f"form-{self.forms}")
            again = service.register(self.slug, form, submission=f"form-{self.forms}")
            assert again == first

    @rule(number=PICKED, attends=st.sampled_from(("room", "online")))
    def register_another_person(self, number: int, attends: str) -> None:
        with self.someone(number) as row:
            if row is not None:
                service.register_another(row.id, self.form("", attends), submission=f"form-{self.forms}")

    @rule(mailbox=st.sampled_from(MAILBOXES))
    def register_for_either(self, mailbox: str) -> None:
        with self.a_second():
            form = replace(self.form(mailbox, "room"), online_fine=True)
            service.register(self.slug, form, submission=f"form-{self.forms}")

    @rule(mailboxes=st.lists(st.sampled_from((*MAILBOXES, "")), max_size=3), attends=ATTENDS, either=st.booleans(),
          together=st.booleans())  # fmt: skip
    def register_colleagues(self, mailboxes: list[str], attends: str, either: bool, together: bool) -> None:
        """The first has an address."""
        with self.a_second():
            people = [self.form(mailbox, attends) for mailbox in ("desk@example.org", *mailboxes)]
            party = PartyForm(
                tuple(Colleague(each.name, each.email) for each in people),
                attends=attends,
                online_fine=either,
                together=together,
            )
            said = register_party(self.slug, party, submission=f"party-{self.forms}")
            assert register_party(self.slug, party, submission=f"party-{self.forms}") == said

    @rule(number=PICKED, attends=ATTENDS, either=st.booleans())
    def switch(self, number: int, attends: str, either: bool) -> None:
        """For who has a place a switch, a wish for one, or its end; for who waits another line."""
        with self.someone(number) as row:
            if row is not None:
                said = switching.switch(row.id, attends, online_fine=either)
                if isinstance(said, switching.Switched):
                    assert switching.switch(row.id, attends, online_fine=either) is switching.Switched.UNCHANGED

    @rule(number=PICKED)
    def give_up(self, number: int) -> None:
        with self.someone(number) as row:
            if row is not None:
                service.give_up(row.id)

    @rule(number=PICKED, mailbox=st.sampled_from((*MAILBOXES, "new@example.org")))
    def change_address(self, number: int, mailbox: str) -> None:
        with self.someone(number) as row:
            if row is not None and addresses.ask_new_address(row.id, mailbox):
                addresses.prove_address(row.id, queries.get_registration(row.id).new_email_version)

    @rule(number=PICKED, accepted=st.booleans())
    def answer_an_offer(self, number: int, accepted: bool) -> None:
        with self.someone(number, "offered") as row:
            if row is not None:
                in_time = row.offer_until is not None and clock.now() < row.offer_until
                answer = (offers.accept if accepted else offers.decline)(row.id)
                assert not in_time or answer in (Answered.ACCEPTED, Answered.DECLINED, Answered.OVER)

    @rule(worker=st.booleans())
    def let_an_offer_pass(self, worker: bool) -> None:
        """The next deadline comes, with the worker there or late."""
        deadlines = [row.offer_until for row in self.rows() if row.offer_until is not None]
        if deadlines:
            self.time.move_to(max(min(deadlines), clock.now()))
        if worker:
            offers.expire_due()

    @rule(number=PICKED, ready=st.booleans())
    def say_whether_at_short_notice(self, number: int, ready: bool) -> None:
        with self.someone(number, "waitlisted") as row:
            if row is not None:
                short_notice.set_ready(row.id, ready)

    @rule(number=PICKED)
    def take_a_place_at_short_notice(self, number: int) -> None:
        with self.someone(number, "waitlisted") as row:
            short_notice.tell_due()
            if row is not None:
                waits, ready = row.state == "waitlisted", row.short_notice
                is_open = freed.is_open(get_event(self.event_id), clock.now())
                taken = short_notice.take(row.id) is Take.TAKEN
                assert not (waits and taken) or (ready and is_open)

    # Organisers.

    @rule(number=PICKED, hours=st.integers(-1, 100))
    def hold_a_place_longer(self, number: int, hours: int) -> None:
        with self.someone(number, "offered") as row:
            if row is not None:
                offers.extend(row.id, clock.now() + timedelta(hours=hours), by=self.by)

    @rule(number=PICKED)
    def confirm_an_offered_place(self, number: int) -> None:
        with self.someone(number, "offered") as row:
            if row is not None:
                offers.confirm(row.id, by=self.by)

    @rule(number=PICKED, accepted=st.booleans())
    def decide(self, number: int, accepted: bool) -> None:
        with self.someone(number) as row:
            if row is not None:
                (handling.approve if accepted else handling.decline)(row.id, by=self.by)

    @rule(
        mailbox=st.sampled_from((*MAILBOXES, "")),
        contact=st.sampled_from(("", "", "desk@example.org")),
        attends=st.sampled_from(("room", "online")),
        wish=st.sampled_from(Wish),
        takes_place=st.booleans(),
    )
    def enter_a_person(self, mailbox: str, contact: str, attends: str, wish: Wish, takes_place: bool) -> None:
        """Told, so that the calendars show it."""
        with self.a_second():
            self.forms += 1
            person = Person(
                f"Person {self.forms}",
                mailbox,
                attends=attends,
                online_fine=self.forms % 3 == 0,
                contact_email=contact,
                takes_place=takes_place,
                role="participant" if takes_place else "speaker",
            )
            why = "a reason" if self.forms % 2 else ""
            enter_person(self.event_id, person, by=self.by, how=How(wish, why), another=True)

    @rule(number=PICKED, mailbox=st.sampled_from((*MAILBOXES, "")), contact=st.sampled_from(("", "desk@example.org")))
    def edit_a_person(self, number: int, mailbox: str, contact: str) -> None:
        with self.someone(number) as row:
            if row is not None:
                details = replace(editing.details_of(row), email=mailbox, contact_email=contact)
                editing.edit_person(row.id, details, by=self.by)

    @rule(number=PICKED, other=PICKED)
    def merge_two(self, number: int, other: int) -> None:
        with self.someone(number) as row:
            rows = self.rows()
            if row is not None:
                merging.merge(row.id, rows[other % len(rows)].id, by=self.by)

    @rule(number=PICKED)
    def send_again(self, number: int) -> None:
        with self.someone(number) as row:
            if row is not None:
                standing.send_again(row.id, by=self.by)

    @rule(number=PICKED, act=st.sampled_from((handling.withdraw, handling.move_up, handling.put_back)))
    def handle(self, number: int, act: Any) -> None:
        with self.someone(number) as row:
            if row is not None:
                act(row.id, by=self.by, why="a reason")

    @rule(number=PICKED, attends=ATTENDS, why=st.sampled_from(("", "a reason")))
    def switch_by_hand(self, number: int, attends: str, why: str) -> None:
        with self.someone(number) as row:
            if row is not None:
                handling.switch(row.id, attends, by=self.by, why=why)

    @rule(capacity=PLACES, online=PLACES)
    def change_places(self, capacity: int | None, online: int | None) -> None:
        with self.a_second():
            mode = get_event(self.event_id).mode
            events.change_capacity(
                self.event_id,
                capacity=None if mode == "online" else capacity,
                online_capacity=None if mode == "in_person" else online,
                by=self.by,
            )

    @rule(hours=st.integers(-1, 1), mode=st.sampled_from(("in_person", "online", "hybrid")), places=PLACES)
    def change_event(self, hours: int, mode: str, places: int | None) -> None:
        with self.a_second():
            event = get_event(self.event_id)
            shift = timedelta(hours=hours)
            changes: dict[str, Any] = {"starts_at": event.starts_wall + shift, "ends_at": event.ends_wall + shift}
            changes |= {"mode": mode, "capacity": places, "online_capacity": places}
            changes |= {"in_person": {"online_capacity": None}, "online": {"capacity": None}}.get(mode, {})
            events.edit_event(self.event_id, event_details(event, **changes), by=self.by, tell=True)

    @rule(promotion=st.sampled_from(PROMOTIONS))
    def change_how_people_move_up(self, promotion: str) -> None:
        with self.a_second():
            details = event_details(get_event(self.event_id), promotion=promotion)
            events.edit_event(self.event_id, details, by=self.by, tell=True)

    @precondition(lambda self: clock.now() < AFTER_IT)
    @rule(often=st.integers(0, 3))
    def moving_up_ends(self, often: int) -> None:
        """Rarely, or most of the other acts would never be seen."""
        if often == 0:
            self.time.move_to(AFTER_IT)

    @rule(often=st.integers(0, 5))
    def call_off(self, often: int) -> None:
        if often == 0:
            with self.a_second():
                events.call_off_event(self.event_id, by=self.by)

    # What always holds.

    @invariant()
    def nothing_is_broken(self) -> None:
        assert list(integrity.problems()) == []

    @invariant()
    def sequences_never_fall(self) -> None:
        for row in self.rows():
            assert row.calendar_counter >= self.sequences.get(row.id, 0)
            self.sequences[row.id] = row.calendar_counter

    @invariant()
    def calendars_show_who_has_a_place(self) -> None:
        calendars = Calendars(db.session.scalars(select(Letter).order_by(Letter.id)))
        event = get_event(self.event_id)
        takes_place = event.status == "published"
        for mailbox in {*(address.lower() for address in MAILBOXES), "new@example.org"}:
            ways = {row.attends for row in self.rows() if row.mailbox_key == mailbox and row.state == "confirmed"}
            entry = calendars.holds(mailbox, self.event_id)
            assert (entry is not None) == (bool(ways) and takes_place), (mailbox, ways, entry)
            if entry is not None:
                assert entry.starts_at == event.starts_at.isoformat()
                assert entry.attends in ways

    # Helpers.

    def rows(self) -> list[Registration]:
        db.session.rollback()
        return list(db.session.scalars(select(Registration).order_by(Registration.id)))

    def form(self, mailbox: str, attends: str) -> Form:
        self.forms += 1
        ready = self.forms % 2 == 0
        return Form(name=f"Person {self.forms}", email=mailbox, attends=attends, short_notice=ready)

    @contextmanager
    def a_second(self) -> Iterator[None]:
        """Each act takes one; within an act time stands still, as it may for a computer."""
        yield
        self.time.shift(timedelta(seconds=1))

    @contextmanager
    def someone(self, number: int, state: str = "") -> Iterator[Registration | None]:
        """Somebody in this state, if there is anybody; else, or without one, anybody."""
        with self.a_second():
            rows = self.rows()
            rows = [row for row in rows if row.state == state] or rows
            yield rows[number % len(rows)] if rows else None


@pytest.mark.timeout(1800)
def test_registrations_hold_whatever_happens(
    request: pytest.FixtureRequest, database_copy: Callable[[Path], AbstractContextManager[str]], scale: Scale
) -> None:
    RegistrationMachine.copy = {"database": database_copy}
    few = "postgresql" in request.node.name
    run_state_machine_as_test(
        RegistrationMachine,
        settings=settings(
            max_examples=scale.pick(4 if few else 25, 100),
            stateful_step_count=scale.pick(20, 30),
            deadline=None,
            derandomize=not scale.is_full,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
