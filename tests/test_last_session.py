"""The main promise, of agenda sessions: whatever races, a place is given once, nobody is passed, nobody is in two."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.database import db
from eventsapp.registration import integrity
from eventsapp.signups.models import SessionSignup
from tests import session_rush
from tests.builders import register
from tests.rush_report import collect
from tests.scale import Scale
from tests.signups import event_with, session, session_id

PLACES = 5
PEOPLE = 30


@pytest.mark.timeout(900)
def test_last_place_in_a_session(app: Flask, database_url: str, tmp_path: Path, scale: Scale) -> None:
    """Two sessions overlap, the third does not. The event itself has no place for some, who only wish."""
    sessions = [
        session("one", 1, capacity=PLACES),
        session("two", 1.5, capacity=PLACES),
        session("three", 3, capacity=1),
    ]
    event = event_with(*sessions, capacity=PEOPLE - 5)
    people = [register(event).id for _ in range(PEOPLE)]
    number = scale.pick(2, 8)
    context = multiprocessing.get_context("spawn")
    start, reports = context.Barrier(number), context.Queue()
    shots = scale.pick(160, 2400) // number
    keys = [each.key for each in sessions]
    processes = [
        context.Process(
            target=session_rush.fire,
            args=(n, database_url, tmp_path / "rush", people, keys, shots, start, reports),
        )
        for n in range(number)
    ]
    for process in processes:
        process.start()
    total = collect(reports, number)
    for process in processes:
        process.join(60)

    assert total.errors == []
    assert [process.exitcode for process in processes] == [0] * number
    assert list(integrity.problems()) == []
    taken = select(func.count()).where(SessionSignup.state == "taken")
    for key, places in (("one", PLACES), ("two", PLACES), ("three", 1)):
        found = db.session.scalar(taken.where(SessionSignup.session_id == session_id(event, key)))
        assert found is not None
        assert found <= places
    assert total.outcomes["taken"] > PLACES
    assert total.outcomes["waiting"] > 0
    assert total.outcomes["overlaps"] > 0
    assert total.outcomes["gave up"] > 0
