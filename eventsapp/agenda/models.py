"""The agenda as the public sees it, one row per timed item, and every published agenda kept with its number."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, Translated, UtcDateTime, WallTime
from eventsapp.events.shown import follow


class AgendaSession(Model):
    """A published item. A removed one stays, cancelled, until the event is over: calendars must hear of it."""

    __tablename__ = "agenda_session"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("ends_at >= starts_at", name="ends_not_before_start"),
        CheckConstraint("capacity >= 0 AND online_capacity >= 0", name="capacity_not_negative"),
        CheckConstraint(
            "kind IN ('arrival', 'talk', 'plenary', 'break', 'working_group', 'visit', 'ceremony', 'other')",
            name="kind_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    """Stable name within the event, the same in drafts, files and exports."""
    uid_key: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """Of the calendar UID."""
    starts_wall: Mapped[datetime] = mapped_column(WallTime)
    ends_wall: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    position: Mapped[int] = mapped_column(default=0)
    """Order among sessions that start together."""
    title: Mapped[Translated] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(20), default="other")
    room: Mapped[str] = mapped_column(String(120), default="")
    speakers: Mapped[list[str]] = mapped_column(Json, default=list)
    capacity: Mapped[int | None]
    """Places in the room that people sign up for; None: nobody signs up for it."""
    online_capacity: Mapped[int | None]
    """The same for those who take part online."""
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    """The event's `agenda_version` at the last change of this session, in a draft or without one."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AgendaEdition(Model):
    """An agenda as it was published, readable for good."""

    __tablename__ = "agenda_edition"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    told: Mapped[bool] = mapped_column(default=False)
    """Whether the people registered got a letter about it; False: a small correction, or nobody was registered."""
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What differed from the edition before, as values that pages and letters put in words."""


class AgendaDraft(Model):
    """The agenda as organisers work on it; there is none while nothing differs from what is published. Its sessions
    stand in rows of their own, under the same keys."""

    __tablename__ = "agenda_draft"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    based_on: Mapped[int] = mapped_column(default=0)
    """The number of the published agenda it began as."""
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))


class DraftSession(Model):
    """One item of a draft. Instants are derived when it is published."""

    __tablename__ = "draft_session"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("ends_wall >= starts_wall", name="ends_not_before_start"),
        CheckConstraint("capacity >= 0 AND online_capacity >= 0", name="capacity_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("agenda_draft.event_id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    starts_wall: Mapped[datetime] = mapped_column(WallTime)
    ends_wall: Mapped[datetime] = mapped_column(WallTime)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Translated] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(20), default="other")
    room: Mapped[str] = mapped_column(String(120), default="")
    speakers: Mapped[list[str]] = mapped_column(Json, default=list)
    capacity: Mapped[int | None]
    """Places in the room that people sign up for; None: nobody signs up for it."""
    online_capacity: Mapped[int | None]
    """The same for those who take part online."""
    version: Mapped[int]
    """As that of a published one: two organisers at two sessions are not in each other's way."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))


class Speaker(Model):
    """Somebody known to a series by name. Sessions name their speakers; what is known of them is said beside."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("series_id", "name_key"), Index(None, "organisation_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400))
    """The name, folded (`web.text.folded`)."""
    affiliation: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    about: Mapped[Translated] = mapped_column(Json, default=dict)
    link: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


follow(Speaker)
