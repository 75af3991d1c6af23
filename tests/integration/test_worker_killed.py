"""Workers killed with SIGKILL in the middle of SMTP: no letter is lost, and one sent twice is the same letter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from config import Config
from eventsapp.database import db, transaction
from eventsapp.mail import outbox
from eventsapp.mail.models import Letter
from tests.scale import Scale
from tests.smtp_peer import SmtpPeer

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 12
LEASE_SECONDS = 2

Workers = dict[str, "subprocess.Popen[bytes]"]


class KillingPeer(SmtpPeer):
    """Kills the worker it talks to at certain mails: by turns after it has taken the mail, but before it says so,
    and before it has taken it."""

    def __init__(self, workers: Workers, kill_at: set[int]) -> None:
        super().__init__()
        self.workers, self.kill_at = workers, kill_at
        self.kills: list[bool] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if len(self.seen) + 1 not in self.kill_at:
            return await super().handle_DATA(server, session, envelope)
        taken = len(self.kills) % 2 == 0
        if taken:
            await super().handle_DATA(server, session, envelope)
        else:
            self.seen.append(envelope.original_content or b"")
        self.kills.append(taken)
        os.kill(self.workers[str(session.host_name)].pid, signal.SIGKILL)
        return "451 nobody listens any more"


def _start(name: str, config: Config, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.worker_process", config.database_url, str(config.instance)]
    return subprocess.Popen([*command, str(port), str(LEASE_SECONDS), name], cwd=ROOT, stderr=subprocess.DEVNULL)


@contextmanager
def _ended(workers: Workers) -> Iterator[None]:
    try:
        yield
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()


def _until(reached: Callable[[], bool], seconds: float) -> None:
    deadline = monotonic() + seconds
    while not reached():
        assert monotonic() < deadline, "not reached in time"
        sleep(0.02)


def _write_letters(count: int) -> None:
    with transaction():
        for number in range(count):
            outbox.write(
                kind="numbered",
                recipient=f"person{number % PEOPLE}@example.org",
                facts={"number": number},
                dedupe_key=f"numbered:{number}",
                person=f"registration:{number % PEOPLE}",
            )


def _states() -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for row in db.session.query(Letter):
        counts[row.state] += 1
    db.session.rollback()
    return dict(counts)


@pytest.mark.timeout(600)
def test_killed_workers_lose_no_letter(app: Flask, config: Config, scale: Scale) -> None:
    letters, kills = scale.pick(60, 500), scale.pick(3, 20)
    kill_at = {(turn + 1) * letters // (kills + 1) for turn in range(kills)}
    _write_letters(letters)
    written = {row.message_id: int(row.facts["number"]) for row in db.session.query(Letter)}
    db.session.rollback()
    workers: Workers = {}
    with ExitStack() as stack:
        peer = stack.enter_context(KillingPeer(workers, kill_at))
        stack.enter_context(_ended(workers))

        def all_sent_by_those_alive() -> bool:
            for name in ("one", "two"):
                if name not in workers or workers[name].poll() is not None:
                    workers[name] = _start(name, config, peer.port)
            return _states() == {"sent": letters}

        _until(all_sent_by_those_alive, 60 + 10 * kills)
    assert len(peer.kills) == kills
    contents: dict[str, set[bytes]] = defaultdict(set)
    for taken in peer.taken:
        contents[taken.message_id].add(taken.content)
    assert contents.keys() == written.keys()
    assert [len(same) for same in contents.values()] == [1] * letters
    assert len(peer.taken) - letters >= sum(peer.kills)
    _assert_in_order([written[taken.message_id] for taken in peer.taken])


def _assert_in_order(numbers: list[int]) -> None:
    """Each person's letters arrived in the order written, by their first arrival."""
    first = list(dict.fromkeys(numbers))
    for person in range(PEOPLE):
        arrived = [number for number in first if number % PEOPLE == person]
        assert arrived == sorted(arrived)


def test_stopped_worker_gives_its_letters_back(app: Flask, config: Config) -> None:
    """SIGTERM while the server takes a mail: that one is finished, the others are free at once, the status is 0."""
    _write_letters(PEOPLE)
    workers: Workers = {}
    with ExitStack() as stack:
        peer = stack.enter_context(StoppingPeer(workers))
        stack.enter_context(_ended(workers))
        workers["one"] = _start("one", config, peer.port)
        assert workers["one"].wait(30) == 0
    assert len(peer.taken) == 1
    assert _states() == {"sent": 1, "queued": PEOPLE - 1}
    assert db.session.query(Letter).where(Letter.owner.is_not(None)).count() == 0


class StoppingPeer(SmtpPeer):
    """Sends SIGTERM to the worker it talks to, and takes the mail."""

    def __init__(self, workers: Workers) -> None:
        super().__init__()
        self.workers = workers

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.workers[str(session.host_name)].terminate()
        return await super().handle_DATA(server, session, envelope)
