"""What an event asks beyond a name and an address, what people answered, and what they agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, Translated, UtcDateTime


class Question(Model):
    """One that was answered is never deleted: it is retired, and its answers stay."""

    __tablename__ = "question"
    __table_args__ = (
        Index(None, "event_id", "position"),
        CheckConstraint(
            "kind IN ('short_text', 'long_text', 'one_of', 'several_of', 'yes_no', 'number', 'country', 'date')",
            name="kind_known",
        ),
        CheckConstraint("attends IN ('', 'room', 'online')", name="attends_known"),
        CheckConstraint("keep_days >= 0", name="keep_days_not_negative"),
        CheckConstraint("minimum <= maximum", name="bounds_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """In addresses and in the names of form fields."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(12))
    label: Mapped[Translated] = mapped_column(Json)
    help: Mapped[Translated] = mapped_column(Json, default=dict)
    purpose: Mapped[Translated] = mapped_column(Json, default=dict)
    """Why it is asked; shown beside it."""
    options: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Of a choice: {"key": "…", "label": {"en": "…"}, "retired": false}. Answers hold keys, so a label may change."""
    minimum: Mapped[int | None]
    """The bounds of a number; None: those of rules.py."""
    maximum: Mapped[int | None]
    required: Mapped[bool] = mapped_column(default=False)
    attends: Mapped[str] = mapped_column(String(10), default="")
    """Asked of people in the room or online only; empty: of all."""
    topic: Mapped[str] = mapped_column(String(20), default="")
    """diet, access, interpretation: the ready-made ones; empty: the organiser's own."""
    sensitive: Mapped[bool] = mapped_column(default=False)
    """Optional, with consent of its own, hidden from viewer and desk, gone 14 days after the event."""
    keep_days: Mapped[int | None]
    """How many days after the event the answers go; None: with the person's contact data."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Answer(Model):
    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    value: Mapped[Any] = mapped_column(Json)
    """Text, number, true or false, a country's code, an ISO date, an option's key or a list of keys."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """To keeping this sensitive answer; None for others."""


class ConsentText(Model):
    """One version of what people may agree to, each for one purpose. Never changed: a new text is a new version."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("event_id", "purpose", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))
    """photos, participant_list, news."""
    version: Mapped[int]
    text: Mapped[Translated] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Model):
    """Given for one version of one text. Taken back, it stays as a row that says so."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("registration_id", "consent_text_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id", ondelete="CASCADE"), index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
