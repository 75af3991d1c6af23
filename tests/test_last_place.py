"""The main promise: whatever races, a place is given once, nobody is passed, and everyone is told once."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from flask import Flask

from eventsapp.registration import integrity, queries
from tests import rush
from tests.builders import get_event, make_event
from tests.scale import Scale

PROCESSES = 8
PLACES = 100


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("app")
def test_last_place_eight_processes(app: Flask, database_url: str, tmp_path: Path, scale: Scale) -> None:
    event = make_event("last-place", capacity=PLACES)
    event_id = event.id
    context = multiprocessing.get_context("spawn")
    start, reports = context.Barrier(PROCESSES), context.Queue()
    shots = scale.pick(300, 2400) // PROCESSES
    processes = [
        context.Process(target=rush.fire, args=(n, database_url, tmp_path / "rush", event.slug, shots, start, reports))
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    total = rush.collect(reports, PROCESSES)
    for process in processes:
        process.join(60)

    assert total.errors == []
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert list(integrity.problems()) == []
    after = get_event(event_id)
    counts = queries.counts(event_id)
    assert (after.room_confirmed, after.room_waiting) == (counts["confirmed"], counts["waitlisted"])
    assert counts["confirmed"] == min(PLACES, counts["confirmed"] + counts["waitlisted"])
    assert total.outcomes["Registered"] > PLACES
    assert total.outcomes["gave up"] > 0
    assert total.outcomes["Known"] > 0
