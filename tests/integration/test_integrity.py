"""check-integrity finds what it is for: each fault is planted by hand and must be named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.mail.models import Letter
from eventsapp.registration import integrity
from eventsapp.registration.models import Registration, RegistrationMove
from tests.builders import make_event, register

Fault = Callable[[Session], Any]


def _counter(session: Session) -> None:
    session.execute(update(Event).values(room_confirmed=1))


def _state(session: Session) -> None:
    session.execute(update(Registration).where(Registration.state == "waitlisted").values(state="cancelled"))


def _lost_letter(session: Session) -> None:
    session.execute(delete(Letter).where(Letter.kind == "waiting"))


def _idle_place(session: Session) -> None:
    session.execute(update(Event).values(capacity=5))


def _oversold(session: Session) -> None:
    session.execute(update(RegistrationMove).values(capacity=1))


def _passed(session: Session) -> None:
    waits = update(RegistrationMove).where(RegistrationMove.to_state == "waitlisted")
    session.execute(waits.values(to_state="confirmed", queue_no=9, capacity=9))
    first = update(RegistrationMove).where(RegistrationMove.queue_no == 1)
    session.execute(first.values(to_state="waitlisted"))


def _forbidden(session: Session) -> None:
    session.execute(update(RegistrationMove).where(RegistrationMove.queue_no == 1).values(actor="queue"))


def _chain(session: Session) -> None:
    session.execute(update(RegistrationMove).where(RegistrationMove.queue_no == 1).values(from_state="pending"))


def _held(session: Session) -> None:
    until = datetime(2027, 6, 4, 10, tzinfo=UTC)
    session.execute(update(Registration).where(Registration.state == "waitlisted").values(offer_until=until))


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (_held, "is waitlisted, a place is held until"),
        (_counter, "the counter room_confirmed says 1, the rows say 2"),
        (_state, "its history ends in waitlisted"),
        (_lost_letter, "to waitlisted has no letter"),
        (_idle_place, "1 could move up (room) and did not"),
        (_oversold, "a place was given while 1 of 1 were taken"),
        (_passed, "number 2 in the queue passed number 1"),
        (_forbidden, "queue cannot move from None to confirmed"),
        (_chain, "starts from pending, but the one before ended in None"),
    ],
)
def test_a_planted_fault_is_named(app: Flask, plant: Fault, words: str) -> None:
    event = make_event(capacity=2)
    for _ in range(3):
        register(event)
    assert list(integrity.problems()) == []
    with transaction() as session:
        plant(session)
    assert words in "\n".join(integrity.problems())


def test_the_command_says_so_and_fails(app: Flask) -> None:
    register(make_event())
    runner = app.test_cli_runner()
    well = runner.invoke(args=["check-integrity"])
    assert (well.exit_code, well.stderr) == (0, "")
    with transaction() as session:
        session.execute(delete(Letter))
    ill = runner.invoke(args=["check-integrity"])
    assert ill.exit_code == 1
    assert "has no letter" in ill.stdout
    assert ill.stderr == "Error: 1 thing does not hold\n"
