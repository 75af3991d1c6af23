"""Held places when hands meet: real threads on real databases, and then `check-integrity` says all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import time_machine
from flask import Flask

from eventsapp.delegations import due, filling
from eventsapp.delegations.filling import Filled, Named, TooFew
from eventsapp.registration import service as registration
from eventsapp.registration.entering import Form
from tests.builders import get_event, make_event, register, reload
from tests.delegating import make_delegation, named, person, places_of, standing
from tests.integration.test_at_once import TIMES, at_once
from tests.letters import letters

BEFORE = datetime(2027, 6, 1, 12, tzinfo=UTC)
ON_THE_DATE = datetime(2027, 10, 7, 7, 1, tzinfo=UTC)


def test_the_last_held_place_is_filled_once(app: Flask) -> None:
    """Two colleagues have the link; of all who send a name at the same moment one gets the place."""
    with time_machine.travel(BEFORE):
        event = make_event(capacity=2)
        it = make_delegation(event, places=2)
        named(it, "Ann Able")
        answers = at_once(app, lambda number: filling.fill(it, [Named(f"P {number}", f"p{number}@example.org")]))
    assert sorted(map(str, answers)) == sorted(map(str, [Filled(1, 0), *[TooFew(0)] * (TIMES - 1)]))
    assert places_of(event) == (2, 0, 0)
    assert [each.kind for each in letters()].count("place") == 2


def test_the_same_names_at_once_are_entered_once(app: Flask) -> None:
    with time_machine.travel(BEFORE):
        event = make_event()
        it = make_delegation(event, places=3)
        people = [Named("Ann Able", "ann@example.org"), Named("Bob Able")]
        answers = at_once(app, lambda _: filling.fill(it, people))
    assert sum(answer == Filled(2, 0) for answer in answers) == 1
    assert (standing(it), places_of(event)) == (["Ann Able", "Bob Able"], (2, 1, 0))


def test_people_register_while_places_flow_back(app: Flask) -> None:
    """Who waits gets what flows back, in order; who comes at that moment stands behind them. Two workers do it once."""
    with time_machine.travel(BEFORE):
        event = make_event("day", capacity=3)
        it = make_delegation(event, places=2, contact_email="chris@example.org")
        register(event)
        first = register(event)
    with time_machine.travel(ON_THE_DATE):
        acts: list[Callable[[int], object]] = [
            lambda _: due.return_due(),
            lambda number: registration.register(
                "day", Form(name=f"P {number}", email=f"p{number}@example.org"), submission=f"rush-{number}"
            ),
        ]
        answers = at_once(app, lambda number: acts[number % 2](number))
        assert sorted(answer for answer in answers if isinstance(answer, int)) == [0, 1]
        assert places_of(event) == (3, 0, 1)
    assert reload(first).state == "confirmed"
    assert [each.kind for each in letters("chris@example.org")] == ["delegation", "delegation_returned"]
    assert filling.return_places(it, 1) is not None


def test_a_name_is_taken_back_while_its_person_gives_up(app: Flask) -> None:
    with time_machine.travel(BEFORE):
        event = make_event(capacity=1)
        it = make_delegation(event, places=1)
        register(event)
        (name,) = named(it, "Ann Able <ann@example.org>")
        ann = person(it, "Ann Able").id
        acts: list[Callable[[], object]] = [
            lambda: registration.give_up(ann),
            lambda: filling.take_back(it, name),
        ]
        at_once(app, lambda number: acts[number % 2]())
        assert places_of(event) == (0, 1, 1)
        assert get_event(event.id).room_held == 1
