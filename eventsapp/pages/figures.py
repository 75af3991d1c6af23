"""What health checks and metrics read from the database."""

from __future__ import annotations

from functools import lru_cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select

from eventsapp.database import db
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import State


def schema_is_current() -> bool:
    """Whether the database answers with exactly the revision this code was written for."""
    context = MigrationContext.configure(db.session.connection())
    return set(context.get_current_heads()) == _heads(f"{current_app.root_path}/migrations")


def registrations_by_state() -> dict[str, int]:
    """How many registrations there are in each state, those with none included."""
    statement = select(Registration.state, func.count()).group_by(Registration.state)
    found = dict(db.session.execute(statement).all())
    return {state.value: found.get(state.value, 0) for state in State}


@lru_cache(maxsize=1)
def _heads(folder: str) -> set[str]:
    return set(ScriptDirectory(folder).get_heads())
