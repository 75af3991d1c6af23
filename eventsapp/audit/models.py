"""Who did what, when. Rows are only added; forgetting a person blanks the values in `details`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, UtcDateTime


class AuditEntry(Model):
    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "series_id", "id"), Index(None, "subject", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(20))
    """organiser, participant, command, worker: who acted when no account did."""
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    """What it was done to: "event:12", "registration:7"."""
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"))
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
