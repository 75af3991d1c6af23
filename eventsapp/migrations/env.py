"""Runs migrations on an engine of its own: one transaction, one process at a time, foreign keys checked at the end."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from eventsapp.database import db, harden

_LOCK = 7_236_001
"""Any number, the same for every process that migrates this database."""


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
engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
harden(engine, migrating=True)
try:
    with engine.begin() as migration_connection:
        _run(migration_connection)
finally:
    engine.dispose()
