"""A database of its own for each test: a real SQLite file, a real PostgreSQL, migrated.

Migrations run once per session; each test gets a copy of the result.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import flask_migrate
import pytest

from eventsapp.app import create_app
from eventsapp.database import db
from tests.postgresql import PostgresServer
from tests.settings import config_for

if TYPE_CHECKING:  # a plugin of its own, which pytest wants to load first
    from tests.scale import Scale

KINDS = ("sqlite", "postgresql")


def migrate(database_url: str, instance: Path) -> None:
    """Bring an empty database to the newest revision, and leave no connection behind."""
    with create_app(config_for(database_url, instance)).app_context():
        try:
            flask_migrate.upgrade()
        finally:
            db.engine.dispose()


def sqlite_url(folder: Path, name: str = "test.sqlite") -> str:
    return f"sqlite:///{folder / name}"


@pytest.fixture(scope="session")
def postgres_server(scale: Scale) -> Iterator[PostgresServer]:
    """One per test process, with its data on disk when the numbers are full. EVENTSAPP_TEST_POSTGRESQL: 16 or 18."""
    server = PostgresServer(os.environ.get("EVENTSAPP_TEST_POSTGRESQL", "16"), on_disk=scale.is_full)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with nothing left in its write-ahead log, so that copying the one file is enough."""
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.sqlite"
    migrate(f"sqlite:///{template}", folder)
    with closing(sqlite3.connect(template)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise RuntimeError("a connection to the migrated file is still open")
    return template


@pytest.fixture(scope="session")
def postgresql_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = postgres_server.new_database()
    migrate(postgres_server.url(name), tmp_path_factory.mktemp("postgresql"))
    return name


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "test.sqlite")
    return sqlite_url(tmp_path)


@pytest.fixture
def postgresql_database_url(postgres_server: PostgresServer, postgresql_template: str) -> Iterator[str]:
    name = postgres_server.new_database(postgresql_template)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database; the test runs once with each kind."""
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url


@pytest.fixture(params=KINDS)
def database_copy(request: pytest.FixtureRequest) -> Callable[[Path], AbstractContextManager[str]]:
    """Opens one migrated database after the other, for a test that needs many; each is gone when its block ends. The
    folder is where a file may lie."""

    @contextmanager
    def sqlite(folder: Path) -> Iterator[str]:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "test.sqlite")
        yield sqlite_url(folder)

    @contextmanager
    def postgresql(_folder: Path) -> Iterator[str]:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name = server.new_database(request.getfixturevalue("postgresql_template"))
        yield server.url(name)
        server.drop_database(name)

    return sqlite if request.param == "sqlite" else postgresql


@pytest.fixture(params=KINDS)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes empty databases, not migrated, and gives their URL; the test runs once with each kind."""
    with ExitStack() as stack:
        made = 0

        def make() -> str:
            nonlocal made
            made += 1
            if request.param == "sqlite":
                return sqlite_url(tmp_path, f"empty_{made}.sqlite")
            server: PostgresServer = request.getfixturevalue("postgres_server")
            name = server.new_database()
            stack.callback(server.drop_database, name)
            return server.url(name)

        yield make
