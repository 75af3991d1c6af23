"""`make run`: one parent in the foreground starts the local mailbox, the web server and the worker, and ends them all.

The parent makes no engine and no thread; its children are programs of their own. The kernel ends them should the
parent be killed (PR_SET_PDEATHSIG, Linux).
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from urllib.parse import urlsplit

from eventsapp.mail.mailbox import HOST, listening

ROOT = Path(__file__).resolve().parent.parent
FIRST_PORT = 8000
PORTS_TRIED = 100
PATIENCE_SECONDS = 30.0
GOODBYE_SECONDS = 15.0
ORGANISER = "organiser@example.org"
PR_SET_PDEATHSIG = 1
ADDRESS_FILE = "address"
"""In the instance folder: where it was served last. config.py reads it too."""

_libc = ctypes.CDLL(None, use_errno=True)


class Ended(BaseException):
    """Ctrl-C, SIGTERM or the terminal went away."""


class Failed(Exception):
    """A step or a child failed; the message is for the terminal."""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _last_line(errors: str) -> str:
    """What a command says when it fails, after whatever it logged."""
    lines = errors.strip().splitlines() or [""]
    return lines[-1].removeprefix("eventsapp: ").removeprefix("Error: ")


def _tied_to(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask to be ended with the parent, unless that is gone already."""

    def tie() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return tie


@dataclass
class Household:
    """The children, in the order they were started, and the environment they share."""

    environment: dict[str, str]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], sock: socket.socket | None = None) -> None:
        """Start a program in a session of its own, so that Ctrl-C reaches the parent alone, which ends it in order."""
        # The parent has one thread, so running Python between fork and exec is safe.
        self.children[name] = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            pass_fds=() if sock is None else (sock.fileno(),),
            start_new_session=True,
            preexec_fn=_tied_to(os.getpid()),  # noqa: PLW1509
        )
        if sock is not None:
            sock.close()

    def run(self, *command: str) -> str:
        """A flask command to its end; its output. Raises Failed with its error when it fails."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            preexec_fn=_tied_to(os.getpid()),
        )
        if done.returncode != 0:
            raise Failed(_last_line(done.stderr) or f"flask {' '.join(command)} ended with status {done.returncode}")
        return done.stdout.strip()

    def ended(self) -> str | None:
        """The name of a child that has ended, if any."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def watch(self) -> None:
        """Wait until a child ends, which none should: raises Failed."""
        while (name := self.ended()) is None:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        raise Failed(f"the {name} ended with status {self.children[name].returncode}, so everything ends")

    def end(self) -> None:
        """End all, the last started first: politely, and after a while by force."""
        for child in reversed(self.children.values()):
            with suppress(ProcessLookupError):
                child.terminate()
        deadline = monotonic() + GOODBYE_SECONDS
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(deadline - monotonic(), 0.1))
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def free_socket(first: int) -> socket.socket:
    """A listening socket at the first port from `first` on that is not taken. Raises Failed after a hundred."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with suppress(OSError):
            return listening(port)
    raise Failed(f"no free port from {first} on")


def _web_socket(environment: dict[str, str]) -> socket.socket:
    """Where the web server listens: the base URL's own port when one is set for this machine, else a free one, and
    the base URL follows it."""
    given = environment.get("EVENTSAPP_BASE_URL", "").strip()
    if not given:
        sock = _same_again(environment) or free_socket(FIRST_PORT)
        environment["EVENTSAPP_BASE_URL"] = f"http://{HOST}:{sock.getsockname()[1]}"
        return sock
    try:
        parts = urlsplit(given)
        port = parts.port if parts.hostname in ("localhost", HOST) else None
        return listening(port) if port else free_socket(FIRST_PORT)
    except ValueError:
        raise Failed(f"EVENTSAPP_BASE_URL: {given!r} is not an address such as {HOST}:{FIRST_PORT}") from None
    except OSError as error:
        raise Failed(f"EVENTSAPP_BASE_URL: {given} cannot be listened at: {error.strerror}") from None


def _instance(environment: dict[str, str]) -> Path:
    return ROOT / (environment.get("EVENTSAPP_INSTANCE", "").strip() or "instance")


def _same_again(environment: dict[str, str]) -> socket.socket | None:
    """The port of the last time, if it is free: links in letters of then still open."""
    with suppress(OSError, ValueError, UnicodeDecodeError):
        last = (_instance(environment) / ADDRESS_FILE).read_text(encoding="utf-8").strip()
        return listening(urlsplit(last).port or FIRST_PORT)
    return None


def _start_mailbox(house: Household) -> None:
    sock = listening()
    port, descriptor = sock.getsockname()[1], sock.fileno()
    instance = str(_instance(house.environment))
    house.environment["EVENTSAPP_MAILBOX_PORT"] = str(port)
    house.start("mailbox", ["eventsapp.mail.mailbox", "--fd", str(descriptor), "--instance", instance], sock)


def _start_web(house: Household, sock: socket.socket) -> None:
    command = ["gunicorn", "--bind", f"fd://{sock.fileno()}", "--worker-class", "gthread", "--workers", "2"]
    command += ["--threads", "4", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"]
    house.start("web server", [*command, "wsgi:app"], sock)


def _until_it_answers(house: Household, port: int) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while house.ended() is None and monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise Failed(f"the {house.ended() or 'web server'} did not start")


@contextmanager
def _household() -> Iterator[Household]:
    """All that runs; whatever happens, nothing of it is left behind."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Ended

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        signal.signal(number, end)
    house = Household({**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        yield house
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        house.end()


def _run(house: Household) -> None:
    sock = _web_socket(house.environment)
    port = sock.getsockname()[1]
    own_mailbox = not house.environment.get("EVENTSAPP_MAIL_SERVER", "").strip()
    house.run("db", "upgrade")
    house.run("demo")
    login = house.run("organiser", "add", ORGANISER)
    if own_mailbox:
        _start_mailbox(house)
    _start_web(house, sock)
    house.start("worker", ["flask", "--app", "wsgi", "worker"])
    _until_it_answers(house, port)
    address = house.environment["EVENTSAPP_BASE_URL"].rstrip("/")
    with suppress(OSError):
        (_instance(house.environment) / ADDRESS_FILE).write_text(f"{address}\n", encoding="utf-8")
    _say(f"eventsapp is at  {address}/")
    _say(login)
    if own_mailbox:
        _say(f"mail is shown at {address}/mailbox")
    _say("Ctrl-C ends everything")
    house.watch()


def main() -> int:
    """Run until Ctrl-C, SIGTERM or SIGHUP (status 0), or until a step or a child fails (status 1, said why)."""
    # The database and the letters of the mailbox hold names and personal links: nobody else on this machine reads them.
    os.umask(0o077)
    try:
        with _household() as house:
            _run(house)
    except Ended:
        return 0
    except Failed as error:
        sys.stderr.write(f"eventsapp: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
