"""Places that a partner organisation fills by itself, and the names that it enters for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Model, UtcDateTime, WallTime


class Delegation(Model):
    """A number of places of one kind, under a link. What is not filled is held (`room_held`) until `returns_at`."""

    __tablename__ = "delegation"
    __table_args__ = (
        Index(None, "event_id"),
        Index(None, "returned_at", "returns_at"),
        CheckConstraint("attends IN ('room', 'online')", name="attends_known"),
        CheckConstraint("places >= 0 AND filled >= 0", name="places_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """What its link is made of."""
    link_version: Mapped[int] = mapped_column(default=1)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organisation: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"), index=True)
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10), default="en")
    attends: Mapped[str] = mapped_column(String(10), default="room")
    places: Mapped[int]
    filled: Mapped[int] = mapped_column(default=0)
    """How many of its people have a place of it: those whose `delegation_id` it is. After a return or a withdrawal
    `places` is as many."""
    returns_wall: Mapped[datetime] = mapped_column(WallTime)
    returns_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When places that are not filled flow back to the queue; never after the start."""
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """They did, or an organiser withdrew them: nothing is held any more."""
    contact_until: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the contact is forgotten."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))


class DelegationName(Model):
    """A person as the contact entered them: all that its page shows, whatever becomes of the registration."""

    __tablename__ = "delegation_name"
    __table_args__ = (
        Index(None, "delegation_id", "id"),
        CheckConstraint("ended IN ('returned', 'left')", name="ended_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegation.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    known: Mapped[bool] = mapped_column(default=False)
    """The person was registered already, which the contact is not to learn, nor may end: see filling.py."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[str | None] = mapped_column(String(10))
    """returned: the contact took the name back. left: the person, or an organiser, ended it. None: it stands."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
