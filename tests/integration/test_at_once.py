"""What happens when the same thing is sent twice at the same moment: real threads on real databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.database import db
from eventsapp.people import service as people
from eventsapp.people.models import LoginAttempt, LoginSession
from eventsapp.registration import addresses, handling, integrity, service
from eventsapp.registration.entering import Form
from eventsapp.registration.models import Registration
from eventsapp.registration.service import Registered
from tests.builders import make_event, make_user, register, reload
from tests.letters import letters

T = TypeVar("T")

TIMES = 4


def at_once(app: Flask, act: Callable[[int], T]) -> list[T]:
    """What four threads that start together are answered."""
    start = Barrier(TIMES, timeout=30)

    def run(number: int) -> T:
        with app.app_context():
            start.wait()
            try:
                return act(number)
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(run, range(TIMES)))


def rows(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_form_at_once_gets_the_same_place(app: Flask) -> None:
    make_event("day")
    ann = Form(name="Ann", email="ann@example.org")
    answers = at_once(app, lambda _: service.register("day", ann, submission="the same"))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Registered)
    assert (rows(Registration), len(letters())) == (1, 1)


def test_the_same_address_at_once_makes_one_registration(app: Flask) -> None:
    make_event("day")
    ann = Form(name="Ann", email="ann@example.org")
    answers = at_once(app, lambda number: service.register("day", ann, submission=f"form-{number}"))
    assert sum(isinstance(answer, Registered) for answer in answers) == 1
    assert rows(Registration) == 1
    assert sorted(each.kind for each in letters()) == ["already_registered"] * 3 + ["place"]


def test_the_same_colleague_at_once_is_one_person(app: Flask) -> None:
    ann_id, bob = register(make_event("day")).id, Form(name="Bob", email="")
    answers = at_once(app, lambda _: service.register_another(ann_id, bob, submission="the same"))
    assert len(set(answers)) == 1
    assert rows(Registration) == 2


def test_an_address_is_proved_once(app: Flask) -> None:
    ann = register(make_event("day"))
    addresses.ask_new_address(ann.id, "new@example.org")
    ann_id, version, link_version = reload(ann).id, ann.new_email_version, ann.link_version
    answers = at_once(app, lambda _: addresses.prove_address(ann_id, version))
    assert sorted(answers) == [False, False, False, True]
    after = reload(ann)
    assert (after.email, after.link_version) == ("new@example.org", link_version + 1)
    kinds = [each.kind for each in letters()]
    assert (kinds.count("address_changed"), kinds.count("new_address")) == (1, 1)


def test_a_link_that_logs_in_once_does_so_once(app: Flask) -> None:
    token = people.make_link(make_user())
    answers = at_once(app, lambda _: people.log_in_by_link(token, "127.0.0.0"))
    assert sum(answer is not None for answer in answers) == 1
    assert rows(LoginSession) == 1


def test_a_place_given_up_twice_moves_one_person_up(app: Flask) -> None:
    event = make_event("day", capacity=1)
    ann, first, second = register(event), register(event), register(event)
    ann_id = ann.id
    assert sorted(at_once(app, lambda _: service.give_up(ann_id))) == [False, False, False, True]
    assert [reload(each).state for each in (ann, first, second)] == ["cancelled", "confirmed", "waitlisted"]
    assert list(integrity.problems()) == []


def test_two_organisers_decide_once(app: Flask) -> None:
    ann_id, by = register(make_event("day", approval=True)).id, make_user()
    acts: list[Callable[[], object]] = [
        lambda: handling.approve(ann_id, by=by),
        lambda: handling.decline(ann_id, by=by, why="no"),
    ]
    at_once(app, lambda number: acts[number % 2]())
    kinds = [each.kind for each in letters()]
    assert kinds.count("place") + kinds.count("not_accepted") == 1
    assert list(integrity.problems()) == []


@pytest.mark.parametrize("known", [True, False])
def test_failures_at_once_are_all_counted(app: Flask, known: bool) -> None:
    if known:
        people.give_account("anna@example.org", "correct horse battery")
    at_once(app, lambda _: people.log_in("anna@example.org", "wrong", "127.0.0.0"))
    db.session.rollback()
    assert list(db.session.scalars(select(LoginAttempt.failures))) == [TIMES, TIMES]
