"""The main promise while machines die: app servers and letter workers are killed with SIGKILL, the database restarts,
and whoever was told that they have a place has one, once."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.mail.models import Letter
from eventsapp.registration import integrity
from eventsapp.registration.links import OWN
from eventsapp.registration.models import Registration
from eventsapp.web import tokens
from tests import visitors
from tests.builders import make_event, register
from tests.databases import KINDS, migrate
from tests.machines import Machines, running, until
from tests.postgresql import PostgresServer
from tests.rush_report import Report, collect
from tests.scale import Scale
from tests.settings import config_for
from tests.smtp_peer import SmtpPeer
from tests.visitors import GONE, LINE, PLACE

PROCESSES = 8
PLACES = 20
GIVE_UP = 8
WEBS = 2


@dataclass(frozen=True)
class Shared:
    """A database that several machines share; PostgreSQL in a server that may be restarted."""

    url: str
    server: PostgresServer | None = None

    def restart(self) -> None:
        if self.server is not None:
            self.server.shut_down()
            self.server.start_again()


@pytest.fixture(params=KINDS)
def shared(request: pytest.FixtureRequest, tmp_path: Path, scale: Scale) -> Iterator[Shared]:
    """EVENTSAPP_TEST_POSTGRESQL: 16 or 18, as everywhere."""
    if request.param == "sqlite":
        yield Shared(request.getfixturevalue("sqlite_database_url"))
        return
    server = PostgresServer(os.environ.get("EVENTSAPP_TEST_POSTGRESQL", "16"), on_disk=scale.is_full)
    try:
        name = server.new_database()
        migrate(server.url(name), tmp_path / "instance")
        yield Shared(server.url(name), server)
    finally:
        server.stop()


@pytest.mark.timeout(900)
def test_last_place_while_machines_die(shared: Shared, tmp_path: Path, scale: Scale) -> None:
    app = create_app(config_for(shared.url, tmp_path / "instance"))
    people, kills = scale.pick(4, 40), scale.pick(3, 20)
    with app.app_context(), SmtpPeer() as peer:
        event = make_event("last-place", capacity=PLACES)
        first = [register(event, f"early{number}@example.org") for number in range(PROCESSES * GIVE_UP // 4)]
        leaving = {str(each.email): f"/registrations/{_token(each)}/cancel" for each in first}
        slug, event_id = event.slug, event.id
        db.session.remove()
        db.engine.dispose()
        with running(shared.url, tmp_path, peer.port, webs=WEBS, workers=1) as machines:
            total = _rush(machines, shared, slug, leaving, people, kills)
            until(_all_sent, "every letter is sent")
        assert total.errors == [], machines.said()
        assert list(integrity.problems()) == []
        _assert_told_the_truth(total, event_id)
        written = set(db.session.scalars(select(Letter.message_id)))
        assert written == {each.message_id for each in peer.taken}
        assert total.outcomes["no answer"] > 0
        db.session.remove()
        db.engine.dispose()


def _rush(machines: Machines, shared: Shared, slug: str, leaving: dict[str, str], people: int, kills: int) -> Report:
    """Kills at moments that a seed chose, counted in people registered; in the middle the database restarts."""
    context = multiprocessing.get_context("spawn")
    start, reports, done = context.Barrier(PROCESSES), context.Queue(), context.Value("i", 0)
    shares = [dict(list(leaving.items())[number::PROCESSES]) for number in range(PROCESSES)]
    processes = [
        context.Process(target=visitors.visit, args=(n, machines.ports, slug, shares[n], people, start, done, reports))
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    chance = random.Random(kills)  # noqa: S311 (a reproducible mix, no secret)
    everybody = PROCESSES * people
    moments = sorted(chance.sample(range(1, everybody - PROCESSES), kills))
    for turn, moment in enumerate(moments):
        _until_done(done, moment)
        if turn == kills // 2:
            shared.restart()
        _kill(machines, turn, chance)
    total = collect(reports, PROCESSES)
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    return total


def _kill(machines: Machines, turn: int, chance: random.Random) -> None:
    """In turn: a process of an app server, a letter worker, a whole app server."""
    web = f"web {chance.randrange(WEBS)}"
    if turn % 3 == 0:
        machines.kill_hand(web)
    else:
        machines.kill("worker 0" if turn % 3 == 1 else web)


def _until_done(done: Any, number: int) -> None:
    until(lambda: done.value >= number, f"{number} people are registered")


def _all_sent() -> bool:
    unsent = db.session.scalar(select(Letter.id).where(Letter.state != "sent").limit(1))
    db.session.rollback()
    return unsent is None


def _token(registration: Registration) -> str:
    return tokens.make(OWN, registration.key, registration.link_version)


def _assert_told_the_truth(total: Report, event_id: int) -> None:
    """Nobody registered twice; what the page said holds, or they moved up since; a letter says so as well."""
    rows = db.session.scalars(select(Registration).where(Registration.event_id == event_id)).all()
    states = {str(row.email): row.state for row in rows}
    assert len(rows) == len(states)
    assert states.keys() == total.told.keys()
    allowed = {PLACE: {"confirmed"}, LINE: {"confirmed", "waitlisted"}, GONE: {"cancelled"}}
    assert [each for each, told in total.told.items() if states[each] not in allowed[told]] == []
    confirmed = {address for address, state in states.items() if state == "confirmed"}
    assert len(confirmed) == min(PLACES, sum(state != "cancelled" for state in states.values()))
    gave_up = {address for address, state in states.items() if state == "cancelled"}
    placed = select(Letter.recipient).where(Letter.kind.in_(("place", "moved_up")))
    assert sorted(map(str, db.session.scalars(placed))) == sorted(confirmed | gave_up)
