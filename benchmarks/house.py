"""What is measured: gunicorn as in deploy/, PostgreSQL, the worker, and beside them the page that is the limit."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psycopg

from benchmarks.client import Client
from eventsapp.mail.mailbox import listening
from tests.postgresql import PostgresServer
from tests.smtp_peer import SmtpPeer

ROOT = Path(__file__).resolve().parent.parent
VERSION = "18"
DATABASE = "bench"
WORKERS = 2
PATIENCE_SECONDS = 60.0
_BY_A_NEW_CONNECTION = ("select pg_catalog.version", "select current_schema", "show ")
_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)")


@dataclass
class House:
    folder: Path
    database: PostgresServer
    mail: SmtpPeer
    port: int
    limit_port: int
    environment: dict[str, str]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.database.url(DATABASE)

    @property
    def server_side(self) -> list[int]:
        """The processes whose time is a unit's: web, worker, database."""
        return [self.children["web"].pid, self.children["worker"].pid, self.database.pid]

    @property
    def limit_side(self) -> list[int]:
        return [self.children["limit"].pid]

    def flask(self, *command: str, given: str = "") -> str:
        """A command of ours to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"flask {' '.join(command)} failed: {done.stderr}")
        return done.stdout

    def start(self, name: str, command: Sequence[str], more: Mapping[str, str] | None = None) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.children[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment | dict(more or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def rest_worker(self) -> None:
        """Stop the worker where it stands, between two looks, so that letters stay in the outbox."""
        while True:
            self.children["worker"].send_signal(signal.SIGSTOP)
            with psycopg.connect(self.url, autocommit=True) as connection:
                busy = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND state LIKE 'idle in transaction%'"
                ).fetchone()
            if busy == (0,):
                return
            self.children["worker"].send_signal(signal.SIGCONT)
            sleep(0.05)

    def wait_until_sent(self) -> None:
        while self.sql("SELECT 1 FROM letter WHERE state <> 'sent' LIMIT 1"):
            sleep(0.1)

    def wake_worker(self) -> None:
        self.children["worker"].send_signal(signal.SIGCONT)

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def fill(self, statements: Sequence[str]) -> None:
        """In one transaction."""
        with psycopg.connect(self.url) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that the database was sent meanwhile, the empty ones by which a connection is tried among
        them; known once it is over."""
        found: list[str] = []
        start = self._log_statements("all")
        yield found
        sleep(0.2)
        self._log_statements("none")
        with (self.database.folder / "log").open(encoding="utf-8", errors="replace") as log:
            log.seek(start)
            told = (match[1] for match in map(_STATEMENT.search, log) if match)
            found += [each for each in told if not each.startswith(_BY_A_NEW_CONNECTION)]
        del found[-1:]  # our own, by which the log was silenced

    def _log_statements(self, which: str) -> int:
        self.sql(f"ALTER SYSTEM SET log_statement = '{which}'")
        self.sql("SELECT pg_reload_conf()")
        sleep(0.3)
        return (self.database.folder / "log").stat().st_size

    def end(self) -> None:
        for child in self.children.values():
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGCONT)
                child.terminate()
        for child in self.children.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def household() -> Iterator[House]:
    """All of it, with an empty database that is migrated; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="eventsapp-bench-") as folder, SmtpPeer() as mail:
        web, limit = listening(), listening()
        database = PostgresServer(VERSION, on_disk=True)
        try:
            database.create(DATABASE)
            port, limit_port = web.getsockname()[1], limit.getsockname()[1]
            environment = _environment(database.url(DATABASE), Path(folder), mail.port, port)
            house = House(Path(folder), database, mail, port, limit_port, environment)
            web.close()
            limit.close()
            try:
                house.flask("db", "upgrade")
                _start(house)
                yield house
            finally:
                house.end()
        finally:
            database.stop()


def _environment(url: str, folder: Path, mail_port: int, port: int) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSAPP_")}
    return own | {
        "EVENTSAPP_ENVIRONMENT": "production",
        "EVENTSAPP_INSTANCE": str(folder / "instance"),
        "EVENTSAPP_DATABASE_URL": url,
        "EVENTSAPP_SECRET_KEY": "b" * 32,
        "EVENTSAPP_BASE_URL": f"http://127.0.0.1:{port}",
        "EVENTSAPP_MAIL_SERVER": "127.0.0.1",
        "EVENTSAPP_MAIL_PORT": str(mail_port),
        "EVENTSAPP_MAIL_USE_TLS": "off",
        "EVENTSAPP_MAIL_DEFAULT_SENDER": "events@example.org",
        "EVENTSAPP_RATE_LIMITS": "off",
    }


def _start(house: House) -> None:
    gunicorn = ["gunicorn", "--config", "deploy/gunicorn.conf.py", "--workers", str(WORKERS)]
    house.start("web", [*gunicorn, "--bind", f"127.0.0.1:{house.port}", "wsgi:app"])
    house.start("limit", [*gunicorn, "--bind", f"127.0.0.1:{house.limit_port}", "benchmarks.limit:app"])
    house.start("worker", ["flask", "--app", "wsgi", "worker"])
    for name, port, path in (("web", house.port, "/readyz"), ("limit", house.limit_port, "/")):
        _wait_for(house, name, port, path)
    _wait_for_worker(house)


def _wait_for(house: House, name: str, port: int, path: str) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline and house.children[name].poll() is None:
        with suppress(OSError):
            if Client(port).get(path).status == 200:
                return
        sleep(0.1)
    raise RuntimeError(f"{name} did not start: {_log(house, name)}")


def _wait_for_worker(house: House) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        if "started" in _log(house, "worker"):
            sleep(3)  # its first jobs
            return
        sleep(0.1)
    raise RuntimeError(f"the worker did not start: {_log(house, 'worker')}")


def _log(house: House, name: str) -> str:
    return (house.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
