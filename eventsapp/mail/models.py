"""The outbox: one row per letter, committed together with the fact it tells."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, UtcDateTime


class LetterState(enum.StrEnum):
    """queued → sending → sent, or back to queued, or failed; withdrawn: no longer wanted, never sent."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


UNSENT = (LetterState.QUEUED.value, LetterState.SENDING.value)
_UNSENT_SQL = text("state IN ('queued', 'sending')")


class Letter(Model):
    """A letter to one address. `facts` are frozen when it is written; `content` is what went on the wire, the same
    bytes at every attempt. What names the person (recipient, facts, content, subject, error) can be erased."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'withdrawn')", name="state_known"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index(None, "person", "id"),
        Index(None, "state", "next_try_at", postgresql_where=_UNSENT_SQL, sqlite_where=_UNSENT_SQL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(320), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(16))
    recipient: Mapped[str | None] = mapped_column(String(320))
    recipient_key: Mapped[str | None] = mapped_column(String(320), index=True)
    person: Mapped[str | None] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(80), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(16), default=LetterState.QUEUED.value)
    priority: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[str | None] = mapped_column(String(80))
    last_error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    subject: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
