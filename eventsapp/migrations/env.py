"""Runs migrations on an engine of its own: one transaction, one process at a time, foreign keys checked at the end.

On SQLite, Alembic's batch mode drops and re-makes a table; with foreign keys on, that drop would delete the child
rows. They are switched off before BEGIN (inside a transaction the switch does nothing) and checked after.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool

from eventsapp.database import LOCK_TIMEOUT_SECONDS, db

_LOCK = 7_236_001
"""Any number, the same for every process that migrates this database."""


def _engine() -> Any:
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            for pragma in (
                f"busy_timeout={LOCK_TIMEOUT_SECONDS * 1000}",
                "journal_mode=WAL",
                "foreign_keys=OFF",
                "synchronous=FULL",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        user_module_prefix="eventsapp.database.",
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration would leave {len(broken)} rows without what they point to; undone")


if context.is_offline_mode():
    raise SystemExit("eventsapp: migrations run on a live database only")
engine = _engine()
with engine.begin() as migration_connection:
    _run(migration_connection)
engine.dispose()
