"""The main promise: whatever races, a place is given once, nobody is passed, and everyone is told once."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.database import db
from eventsapp.registration import integrity, queries
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import HOLDS_PLACE
from eventsapp.signups.models import SessionSignup
from tests import rush
from tests.builders import get_event
from tests.delegating import get_delegation, make_delegation
from tests.rush import KINDS, Target
from tests.rush_report import collect
from tests.scale import Scale
from tests.signups import event_with, session, session_id

PROCESSES = 8
HELD = 4
SESSIONS = {"one": 2, "two": 2, "three": 1}
"""The first two overlap."""
SEEN = (
    "register: Registered",
    "register: Known",
    "register_colleagues: Party",
    "give_up: gone",
    "switch: switched",
    "switch: waits",
    "choose_sessions: taken",
    "choose_sessions: waiting",
    "answer_an_offer: accepted",
    "answer_an_offer: declined",
    "let_an_offer_pass: lapsed",
    "fill_a_delegation: named",
    "change_a_delegation: taken back",
)
"""What must have come of full numbers, or the mix tests less than it seems to."""


def target(slug: str, promotion: str, places: int) -> Target:
    starts = {"one": 1.0, "two": 1.5, "three": 3.0}
    sessions = [session(key, starts[key], capacity=capacity) for key, capacity in SESSIONS.items()]
    hybrid = {"mode": "hybrid", "online_url": "https://meet.example.org/day"}
    event = event_with(
        *sessions, slug=slug, promotion=promotion, capacity=places, online_capacity=places // 2, **hybrid
    )
    delegation = make_delegation(event, places=HELD)
    return Target(event.id, slug, tuple(SESSIONS), delegation)


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("app")
def test_last_place_eight_processes(app: Flask, database_url: str, tmp_path: Path, scale: Scale) -> None:
    """Registering, switching, sessions, offers, delegations and colleagues, all at once at two events."""
    places = scale.pick(12, 40)
    targets = [target("last-place", "confirm", places), target("last-offer", "offer", places)]
    context = multiprocessing.get_context("spawn")
    start, reports = context.Barrier(PROCESSES), context.Queue()
    shots = scale.pick(320, 4800) // PROCESSES
    processes = [
        context.Process(target=rush.fire, args=(n, database_url, tmp_path / "rush", targets, shots, start, reports))
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    total = collect(reports, PROCESSES)
    for process in processes:
        process.join(60)

    assert total.errors == []
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert list(integrity.problems()) == []
    for each in targets:
        assert_no_place_is_given_twice(each)
    assert {each.partition(":")[0] for each in total.outcomes} == {act.__name__ for act in rush.ACTS}
    assert total.outcomes["register: Registered"] > places
    if scale.is_full:
        assert [each for each in SEEN if each not in total.outcomes] == [], total.outcomes


def assert_no_place_is_given_twice(target: Target) -> None:
    """Counted from the rows, without the counters that decided."""
    event = get_event(target.event_id)
    counts = queries.counts(event.id)
    assert counts["confirmed"] == event.room_confirmed + event.online_confirmed
    assert counts["offered"] == event.room_offered + event.online_offered
    delegation = get_delegation(target.delegation_id)
    assert event.room_held == max(0, delegation.places - delegation.filled)
    for kind in KINDS:
        pool = queries.pools_of(get_event(target.event_id))[kind]
        assert pool.capacity is not None
        assert placed(event.id, kind) + pool.held <= pool.capacity
    for key, capacity in SESSIONS.items():
        taken = select(func.count()).where(
            SessionSignup.session_id == session_id(event, key), SessionSignup.state == "taken"
        )
        assert (db.session.scalar(taken) or 0) <= capacity


def placed(event_id: int, kind: str) -> int:
    holds = select(func.count()).where(
        Registration.event_id == event_id,
        Registration.attends == kind,
        Registration.state.in_(HOLDS_PLACE),
        Registration.takes_place,
    )
    return db.session.scalar(holds) or 0
