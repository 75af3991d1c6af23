"""A list of people on its way into an event: what was read from the file, what it means, how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, UtcDateTime


class PeopleImport(Model):
    """Nothing of it is registered before it starts, and its rows are erased when it is done or given up."""

    __tablename__ = "people_import"
    __table_args__ = (CheckConstraint("state IN ('read', 'running', 'done', 'given_up')", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    filename: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[list[str]]] = mapped_column(Json)
    """As read, the heading first."""
    columns: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Which column of the file means what."""
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Source, state, whether to write, rows left out."""
    state: Mapped[str] = mapped_column(String(10), default="read")
    done: Mapped[int] = mapped_column(default=0)
    """Rows dealt with so far; with `state` it is what a worker goes on from."""
    total: Mapped[int] = mapped_column(default=0)
    results: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """How many were registered, waited, were known already."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
