"""Who takes part in which agenda session: places that people sign up for, and working groups that they rank."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, UtcDateTime


class SessionSignup(Model):
    """One person's place, or place in the queue, of one agenda session that has a capacity.

    There are no counters: rows are counted under the event's lock. Only who has a place at the event has one here;
    of whoever waits, is offered or asks for one, the row keeps the `wished` and is tried when they get in.
    """

    __tablename__ = "session_signup"
    __table_args__ = (
        UniqueConstraint("registration_id", "session_id"),
        Index(None, "session_id", "state", "attends", "queue_no"),
        CheckConstraint("state IN ('wished', 'taken', 'waiting')", name="state_known"),
        CheckConstraint("attends IN ('room', 'online')", name="attends_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("agenda_session.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10))
    attends: Mapped[str] = mapped_column(String(10))
    """Which of the session's two capacities it counts against: that of how the person takes part in the event."""
    queue_no: Mapped[int]
    """Drawn from the event's numbers when the person signed up."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignupMove(Model):
    """One line of the history of places in sessions: who came in, waited, moved up, left, and why."""

    __tablename__ = "signup_move"
    __table_args__ = (Index(None, "session_id", "id"), Index(None, "registration_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("agenda_session.id", ondelete="CASCADE"))
    from_state: Mapped[str | None] = mapped_column(String(10))
    to_state: Mapped[str | None] = mapped_column(String(10))
    """None: left."""
    attends: Mapped[str] = mapped_column(String(10))
    queue_no: Mapped[int]
    capacity: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(12))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    by_hand: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class GroupChoice(Model):
    """How a person ranks the working groups that start at one moment, most wished first."""

    __tablename__ = "group_choice"
    __table_args__ = (UniqueConstraint("registration_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Which choice of the event it is: the instant at which its groups start."""
    ranks: Mapped[list[str]] = mapped_column(Json, default=list)
    """Keys of agenda sessions; those that are not named come after all that are."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GroupPlace(Model):
    """Which working group a person is given, as worked out (a proposal) or published."""

    __tablename__ = "group_place"
    __table_args__ = (
        UniqueConstraint("registration_id", "starts_at", "published"),
        Index(None, "session_id", "published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    session_id: Mapped[int] = mapped_column(ForeignKey("agenda_session.id", ondelete="CASCADE"))
    published: Mapped[bool] = mapped_column(default=False)
    by_hand: Mapped[bool] = mapped_column(default=False)
    """An organiser put the person there: working it out again keeps it."""


class GroupRun(Model):
    """The last time that the groups of one choice were worked out, and published."""

    __tablename__ = "group_run"
    __table_args__ = (UniqueConstraint("event_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """How many got their 1st, 2nd, … wish, and whom nothing was asked of."""
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    run_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    number: Mapped[int] = mapped_column(default=0)
    """Of the last publication; 0: none yet."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
