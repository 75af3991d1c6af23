"""App servers and letter workers as an operator runs them, several on one database; tests kill them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from time import monotonic, sleep

from benchmarks.client import Client
from eventsapp.mail.mailbox import listening

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 120.0
LEASE_SECONDS = 2
"""After so long another worker sends the letters of a dead one."""
SECRET = "x" * 32
"""That of tests.settings, so that links made by the test open at each of them."""


def until(reached: Callable[[], bool], what: str) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not reached():
        assert monotonic() < deadline, f"{what}: not reached in time"
        sleep(0.02)


class Machines:
    """Programs by name ("web 0", "worker 0"), each in a process group of its own, as on a machine of its own."""

    def __init__(self, url: str, folder: Path, mail_port: int, *, webs: int, workers: int) -> None:
        self.folder, self.ports = folder, _free_ports(webs)
        ours = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSAPP_")}
        self._environment = ours | {
            "EVENTSAPP_INSTANCE": str(folder / "instance"),
            "EVENTSAPP_DATABASE_URL": url,
            "EVENTSAPP_SECRET_KEY": SECRET,
            "EVENTSAPP_BASE_URL": "http://localhost",
            "EVENTSAPP_MAIL_SERVER": "127.0.0.1",
            "EVENTSAPP_MAIL_PORT": str(mail_port),
            "EVENTSAPP_MAIL_USE_TLS": "off",
            "EVENTSAPP_MAIL_LEASE_SECONDS": str(LEASE_SECONDS),
            "EVENTSAPP_RATE_LIMITS": "off",
            "WEB_CONCURRENCY": "1",
        }
        gunicorn = ["gunicorn", "--config", "deploy/gunicorn.conf.py"]
        self._commands: dict[str, Sequence[str]] = {
            f"web {number}": [*gunicorn, "--bind", f"127.0.0.1:{port}", "wsgi:app"]
            for number, port in enumerate(self.ports)
        }
        self._commands |= {f"worker {number}": ["flask", "--app", "wsgi", "worker"] for number in range(workers)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", *self._commands[name]],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_all(self) -> None:
        """Until each app server answers."""
        for name in self._commands:
            self.start(name)
        for port in self.ports:
            until(lambda port=port: _answers(port), f"an app server at port {port}: {self.said()}")  # type: ignore[misc]

    def kill(self, name: str) -> None:
        """The machine loses its power, and comes back."""
        process = self._running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.start(name)

    def kill_hand(self, name: str) -> None:
        """One process of an app server, which starts another by itself."""
        pid = self._running[name].pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children[:1]:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def end(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def said(self) -> str:
        """What they logged, for a test that failed."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


@contextmanager
def running(url: str, folder: Path, mail_port: int, *, webs: int, workers: int) -> Iterator[Machines]:
    """All of them, ready; none is left when the block ends."""
    machines = Machines(url, folder, mail_port, webs=webs, workers=workers)
    try:
        machines.start_all()
        yield machines
    finally:
        machines.end()


def _answers(port: int) -> bool:
    client = Client(port)
    try:
        return client.get("/readyz").status == 200
    except (OSError, HTTPException):
        return False
    finally:
        client.close()


def _free_ports(number: int) -> list[int]:
    """Free now: each app server opens its own, and again after it was killed."""
    sockets = [listening() for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
