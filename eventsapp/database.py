"""The database: one handle, column types, and `transaction()`, the only way to write.

Reads run in a plain transaction; writes take SQLite's write lock first (BEGIN IMMEDIATE), because a read transaction
there cannot be upgraded once another process wrote. On PostgreSQL the event row is the lock (see `locked`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from select import select as select_ready
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, Executable, MetaData, Row, Select, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_TIMEOUT_SECONDS = 30.0
"""SQLite: how long a writer waits for another to finish."""
CONNECT_TIMEOUT_SECONDS = 5
POOL_TIMEOUT_SECONDS = 10
TRIED_AFTER_SECONDS = 5.0
POSTGRESQL_OPTIONS = "-c lock_timeout=5000 -c timezone=UTC"
"""Whoever waits longer for a lock is told to come again (web/errors.py)."""
_GLANCING = "eventsapp.glancing"

_log = logging.getLogger(__name__)

Statement = TypeVar("Statement", bound=Select[Any])


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


class WriteOutsideTransaction(RuntimeError):
    """Code tried to write without `transaction()`: a bug, found by the tests."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC moments in and out. SQLite drops zones, so it is given UTC without one; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallTime(TypeDecorator[datetime]):
    """What a clock on the wall shows: no zone. An aware value is refused."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"a wall time has no zone: {value!r}")
        return value


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Translated = dict[str, str]
"""Text by language: {"en": "…", "fr": "…"}."""


@contextmanager
def transaction() -> Iterator[Session]:
    """One verb, one transaction: commits at the end, rolls back on any exception.

    Inside an open one it joins: only the outermost commits. If an inner one failed and the failure was caught, the
    outermost refuses to commit half a verb (RuntimeError). Rows loaded before it are expired: load them inside.
    """
    session = db.session()
    if session.info.get("writing"):
        try:
            yield session
        except BaseException:
            session.info["broken"] = True
            raise
        return
    session.rollback()
    session.info["writing"] = True
    session.info["broken"] = False
    try:
        session.connection(execution_options={"write": True})
        yield session
        if session.info["broken"]:
            raise RuntimeError("a part of this transaction failed; nothing of it is kept")
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def locked(statement: Statement) -> Statement:
    """The statement, locking its rows until commit: FOR NO KEY UPDATE on PostgreSQL, which lets child rows be
    inserted meanwhile. SQLite has the whole file locked already. Lock the event row before anything else."""
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def glance(statement: Executable, **values: Any) -> Row[Any] | None:
    """The first row of a short read by itself, as committed at this moment. It is not part of the session's
    transaction: on PostgreSQL it costs one trip to the database and back, where a transaction costs three."""
    engine: Engine = current_app.extensions[_GLANCING]
    with engine.connect() as connection:
        return connection.execute(statement, values).first()


def open_database(app: Flask, url: str) -> None:
    """Bind `db` to the app. Connections are made at first use, so after a fork."""
    # Errors are logged, and parameters hold names and addresses.
    options: dict[str, Any] = {"hide_parameters": True}
    postgresql = url.startswith("postgresql")
    if postgresql:
        options["connect_args"] = {"options": POSTGRESQL_OPTIONS, "connect_timeout": CONNECT_TIMEOUT_SECONDS}
        options |= {"pool_size": 10, "max_overflow": 10, "pool_timeout": POOL_TIMEOUT_SECONDS}
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    app.teardown_appcontext(_part_from_the_database)
    with app.app_context():
        harden(db.engine)
        if postgresql:
            leave_the_dead(db.engine)
        glancing = db.engine.execution_options(isolation_level="AUTOCOMMIT") if postgresql else db.engine
        app.extensions[_GLANCING] = glancing


def _part_from_the_database(_error: BaseException | None) -> None:
    """Close the session once the answer is made. Should the server have gone since, there is nothing left to roll back,
    and an answer that is true already does not become a fault page for it."""
    try:
        db.session.remove()
    except DBAPIError as error:
        _log.warning("the database went away behind an answer: %s", error.orig)
        db.session.registry.clear()


def leave_the_dead(engine: Engine) -> None:
    """Before a connection is used again, see whether the server hung up meanwhile (it was started anew): then it, and
    all of its age, are given up and a new one is made, so that nobody gets a fault page for it.

    A server that hangs up can be heard without asking it anything. One that is not there any more, as after a power
    cut, cannot: connections that rested for a while are tried by asking.
    """

    @event.listens_for(engine, "checkin")
    def _put_back(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _take_out(connection: Any, record: Any, _proxy: Any) -> None:
        rested = monotonic() - record.info.get("rests_since", monotonic())
        try:
            heard, _, _ = select_ready([connection.fileno()], [], [], 0)
            if heard or rested > TRIED_AFTER_SECONDS:
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def harden(engine: Engine, *, migrating: bool = False) -> None:
    """SQLite as ENGINEERING measured it: WAL, full sync, foreign keys, and BEGIN IMMEDIATE for writes.

    `migrating`: every transaction writes, and foreign keys are off, because Alembic re-makes tables by dropping them,
    which would delete the child rows. Inside a transaction the switch would do nothing, so it is made here.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={int(LOCK_TIMEOUT_SECONDS * 1000)}",
            "journal_mode=WAL",
            f"foreign_keys={'OFF' if migrating else 'ON'}",
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = migrating or connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@event.listens_for(Session, "before_flush")
def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    changed = session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
    if changed and not session.info.get("writing"):
        raise WriteOutsideTransaction("a write outside transaction()")


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("writing"):
        raise WriteOutsideTransaction("a write outside transaction()")
