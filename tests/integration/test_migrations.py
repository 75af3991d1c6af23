"""Every migration, one after the other, over tables that are filled, on both databases: no row gets lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from eventsapp.app import create_app
from eventsapp.database import db
from tests.settings import config_for

VALUES: dict[str, Any] = {
    "mode": "in_person",
    "status": "draft",
    "visibility": "public",
    "kind": "other",
    "state": "cancelled",
    "role": "viewer",
    "attends": "room",
    "promotion": "confirm",
    "wish": "online",
}
"""For columns whose check names what may stand there."""
OF_TABLE: dict[tuple[str, str], Any] = {
    ("letter", "state"): "sent",
    ("people_import", "state"): "done",
    ("question", "kind"): "number",
    ("session_signup", "state"): "taken",
    ("delegation_name", "ended"): "left",
    ("agenda_session", "key"): "grid",
}


def test_each_step_keeps_every_row(new_database: Callable[[], str], tmp_path: Path) -> None:
    app = create_app(config_for(new_database(), tmp_path))
    with app.app_context():
        for revision in _revisions(app):
            before = _counts()
            flask_migrate.upgrade(revision=revision)
            after = _counts()
            assert {name: after[name] for name in before if name in after} == before, revision
            assert revision == "0001" or _key_of_session() == "grid-1"
            _fill()
        filled = {name: number for name, number in _counts().items() if name != "alembic_version"}
        assert min(filled.values()) >= 1, filled
        db.engine.dispose()


def _key_of_session() -> str:
    """Of the one there was before; its own address became that of a page."""
    with db.engine.connect() as connection:
        return str(connection.execute(sa.text("SELECT key FROM agenda_session WHERE id = 1")).scalar_one())


def test_the_models_need_no_further_migration(app: Flask) -> None:
    flask_migrate.check()


def test_upgrading_twice_changes_nothing(app: Flask) -> None:
    before = _counts()
    flask_migrate.upgrade()
    assert _counts() == before


def _revisions(app: Flask) -> list[str]:
    script = ScriptDirectory(f"{app.root_path}/migrations")
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def _tables() -> list[sa.Table]:
    metadata = sa.MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def _counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in _tables()
        }


def _fill() -> None:
    """One more row in every table; what points elsewhere points to the newest row there, which this made."""
    with db.engine.connect().execution_options(write=True) as connection:
        for table in _tables():
            row = {column.name: _value(connection, table, column) for column in table.columns}
            connection.execute(table.insert().values({name: value for name, value in row.items() if value is not None}))
        connection.commit()


def _value(connection: sa.Connection, table: sa.Table, column: sa.Column[Any]) -> Any:
    for key in column.foreign_keys:
        return connection.execute(sa.select(sa.func.max(key.column))).scalar()
    if column.primary_key and isinstance(column.type, sa.Integer):
        return None
    if (table.name, column.name) in OF_TABLE:
        return OF_TABLE[table.name, column.name]
    if column.name == "ends_at":
        return datetime(2027, 10, 14, 15, tzinfo=UTC if getattr(column.type, "timezone", False) else None)
    if column.name == "email_key":
        return _of_row(table, "email")
    return VALUES.get(column.name, _by_type(table, column))


def _by_type(table: sa.Table, column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return datetime(2027, 10, 14, 7, tzinfo=UTC if kind.timezone else None)
    if isinstance(kind, sa.Date):
        return date(2027, 10, 14)
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.Integer | sa.Numeric):
        return 1
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.LargeBinary):
        return b"bytes"
    if isinstance(kind, sa.Uuid):
        return uuid4()
    return _of_row(table, column.name) if column.name == "email" else uuid4().hex[: getattr(kind, "length", None) or 8]


_emails: dict[str, str] = {}


def _of_row(table: sa.Table, name: str) -> str:
    """The same address for `email` and `email_key` of one row, another for the next."""
    fresh = _emails.pop(table.name, None)
    if fresh is None:
        fresh = _emails[table.name] = f"{uuid4().hex}@example.org"
    return fresh
