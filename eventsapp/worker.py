"""The worker: sends letters and runs the jobs that features registered. Any number of workers may run at once."""

from __future__ import annotations

import logging
import os
import signal
import socket
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from types import FrameType
from typing import TYPE_CHECKING

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from eventsapp.mail.connection import Server, Unreachable, server_of
from eventsapp.mail.delivery import Renderer, Tally, deliver_round
from eventsapp.mail.mailbox import LocalMailbox
from eventsapp.web.command_line import one_clear_line

if TYPE_CHECKING:
    from config import Config

Job = Callable[[], int]

POLL_SECONDS = 1.0
JOB_SECONDS = 60.0
TURN_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 60.0

_log = logging.getLogger(__name__)


@dataclass
class Worker:
    """One worker's life. `stopping` turns true by SIGTERM or SIGINT: the letter at hand is finished, the others are
    given back."""

    app: Flask
    renderers: Mapping[str, Renderer]
    jobs: Sequence[Job]
    server: Server
    prompt: Sequence[Job] = ()
    """Jobs that somebody waits for: a part of each at every turn, between rounds of letters."""
    owner: str = field(default_factory=lambda: f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}")
    stopping: bool = False

    def run(self) -> None:
        """Until told to stop: letters and prompt jobs every second, jobs every minute. While the mail server or the
        database cannot be reached the pauses grow to a minute; a prompt job that failed rests as long."""
        _log.info("worker %s started", self.owner)
        pause, jobs_due, prompt_due = POLL_SECONDS, monotonic(), monotonic()
        while not self.stopping:
            if monotonic() >= jobs_due:
                self.run_jobs()
                jobs_due = monotonic() + JOB_SECONDS
            done = 0
            if monotonic() >= prompt_due:
                done, failed = self.run_jobs(self.prompt)
                prompt_due = monotonic() + (LONGEST_PAUSE_SECONDS if failed else 0)
            try:
                busy = self.deliver().sent > 0 or done > 0
                pause = 0.0 if busy else POLL_SECONDS
            except (Unreachable, DBAPIError) as error:
                pause = POLL_SECONDS if done else min(max(pause, POLL_SECONDS) * 2, LONGEST_PAUSE_SECONDS)
                _log.error("letters wait: %s", error if isinstance(error, Unreachable) else f"database: {error.orig}")
            self._rest(pause)
        _log.info("worker %s stopped", self.owner)

    def deliver(self) -> Tally:
        """One round of letters. Raises Unreachable."""
        with self.app.app_context():
            return deliver_round(self.renderers, owner=self.owner, server=self.server, stopping=lambda: self.stopping)

    def _rest(self, seconds: float) -> None:
        """Sleep in short turns: a signal handler may set a flag but take no lock, so there is nothing to wait on."""
        until = monotonic() + seconds
        while not self.stopping and (left := until - monotonic()) > 0:
            sleep(min(left, TURN_SECONDS))

    def deliver_all(self) -> Tally:
        """Rounds until nothing that is due is left. Raises Unreachable."""
        total = Tally()
        while not self.stopping:
            tally = self.deliver()
            total.sent += tally.sent
            total.later += tally.later
            total.failed += tally.failed
            if tally == Tally():
                break
        return total

    def run_prompt(self) -> tuple[int, int]:
        """Prompt jobs until they have nothing left to do, or one fails."""
        total = 0
        while not self.stopping:
            done, failed = self.run_jobs(self.prompt)
            total += done
            if failed or not done:
                return total, failed
        return total, 0

    def run_jobs(self, jobs: Sequence[Job] | None = None) -> tuple[int, int]:
        """Each job once: (things done, jobs that failed). A job that raises is logged and does not stop the others."""
        done = failed = 0
        for job in self.jobs if jobs is None else jobs:
            if self.stopping:
                break
            try:
                with self.app.app_context():
                    done += job()
            except Exception:  # noqa: BLE001 -- one job's fault must not hold up the others
                failed += 1
                _log.exception("job %s failed", getattr(job, "__qualname__", job))
        return done, failed


def register(app: Flask, renderers: Mapping[str, Renderer], jobs: Sequence[Job], *, prompt: Sequence[Job] = ()) -> None:
    """Give the app its `worker` command. `renderers` are by kind of letter; a job does what is due and returns how
    much it did, and must bear running in several workers at once. `prompt` ones are asked every second, do a part at
    a time, and only read when there is nothing to do."""

    @app.cli.command("worker")
    @click.option("--once", is_flag=True, help="Send what is due now, run each job once, and end.")
    @one_clear_line
    def command(once: bool) -> None:
        """Send letters and do what is due, until told to stop."""
        with _mail_server(app.config["EVENTSAPP"]) as server:
            worker = Worker(app, renderers, jobs, server, prompt)
            with _ended_by_signals(worker):
                if once:
                    _once(worker)
                else:
                    worker.run()


def _once(worker: Worker) -> None:
    """Jobs first: the letters they write go out in the same run."""
    done, broken = (sum(pair) for pair in zip(worker.run_prompt(), worker.run_jobs(), strict=True))
    try:
        tally = worker.deliver_all()
    except Unreachable as error:
        raise click.ClickException(f"letters wait: {error}") from None
    click.echo(
        f"letters: {tally.sent} sent, {tally.later} to be tried again, {tally.failed} failed; "
        f"jobs: {done} things done, {broken} failed"
    )
    if broken:
        raise click.ClickException(f"{broken} of {len(worker.jobs)} jobs failed; the log says why")


@contextmanager
def _mail_server(config: Config) -> Iterator[Server]:
    """The mail server of the settings, or a mailbox of this worker's own for as long as it lives."""
    with ExitStack() as stack:
        port = config.mailbox_port
        if config.mail_server is None and not port:
            port = stack.enter_context(LocalMailbox(config.instance)).port
        yield server_of(config, port)


@contextmanager
def _ended_by_signals(worker: Worker) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stopping = True

    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
