"""An event: its times as entered and as instants, its places with their counters, its place in the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.database import Json, Model, Translated, UtcDateTime, WallTime
from eventsapp.series.models import Series
from eventsapp.venues.models import Venue
from eventsapp.web.text import folded


class Event(Model):
    """The counters are the truth that places are given by; `check-integrity` proves them against the rows."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "series_id", "starts_at"),
        Index(None, "status", "starts_at"),
        CheckConstraint("mode IN ('in_person', 'online', 'hybrid')", name="mode_known"),
        CheckConstraint("status IN ('draft', 'published', 'cancelled')", name="status_known"),
        CheckConstraint("visibility IN ('public', 'unlisted', 'closed')", name="visibility_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity >= 0 AND online_capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("promotion IN ('confirm', 'offer')", name="promotion_known"),
        CheckConstraint("room_held >= 0 AND online_held >= 0", name="held_not_negative"),
        CheckConstraint("party_max BETWEEN 1 AND 20", name="party_max_in_bounds"),
        CheckConstraint(
            "room_confirmed >= 0 AND room_offered >= 0 AND room_waiting >= 0 "
            "AND online_confirmed >= 0 AND online_offered >= 0 AND online_waiting >= 0",
            name="counters_not_negative",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """Of the calendar UID: never changes, never shown otherwise."""
    uid_host: Mapped[str] = mapped_column(String(253))
    """The other half of the UIDs of the event and its sessions: kept, so that they outlive a move of the site."""
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)

    language: Mapped[str] = mapped_column(String(10), default="en")
    title: Mapped[Translated] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(80), default="")
    summary: Mapped[Translated] = mapped_column(Json, default=dict)
    description: Mapped[Translated] = mapped_column(Json, default=dict)
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Title, kind, summary and description in every language, folded (`web.text.folded`); kept by itself."""
    online_url: Mapped[str] = mapped_column(String(1000), default="")

    timezone: Mapped[str] = mapped_column(String(60))
    starts_wall: Mapped[datetime] = mapped_column(WallTime)
    ends_wall: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opens_wall: Mapped[datetime | None] = mapped_column(WallTime)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Registration opens; None: on publication."""
    closes_wall: Mapped[datetime | None] = mapped_column(WallTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Registration closes; None: at the start."""
    promotion_ends_wall: Mapped[datetime | None] = mapped_column(WallTime)
    promotion_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """After it nobody moves up unasked; None: 48 hours before the start."""

    mode: Mapped[str] = mapped_column(String(10), default="in_person")
    visibility: Mapped[str] = mapped_column(String(10), default="public")
    status: Mapped[str] = mapped_column(String(10), default="draft")
    confidential: Mapped[bool] = mapped_column(default=False)
    recorded: Mapped[bool] = mapped_column(default=False)
    approval: Mapped[bool] = mapped_column(default=False)
    waitlist: Mapped[bool] = mapped_column(default=True)
    promotion: Mapped[str] = mapped_column(String(10), default="confirm")
    """How people move up: confirmed at once, or offered a place that they accept or decline."""
    party_max: Mapped[int] = mapped_column(default=5)
    """How many people one form may register together; 1: each registers alone."""
    ranks_groups: Mapped[bool] = mapped_column(default=False)
    """People rank the working groups that start together, and each is given one."""
    invited: Mapped[list[str]] = mapped_column(Json, default=list, deferred=True)
    """Who may register for a closed event: addresses and domains ("@example.org"), in lower case."""
    invited_count: Mapped[int] = mapped_column(default=0)
    invitation_version: Mapped[int] = mapped_column(default=0)
    """Of the secret link to the form of a closed event. Not above 0: there is none; a negative one was revoked."""

    capacity: Mapped[int | None]
    """Places in the room; None is unlimited."""
    online_capacity: Mapped[int | None]
    room_confirmed: Mapped[int] = mapped_column(default=0)
    room_offered: Mapped[int] = mapped_column(default=0)
    room_waiting: Mapped[int] = mapped_column(default=0)
    online_confirmed: Mapped[int] = mapped_column(default=0)
    online_offered: Mapped[int] = mapped_column(default=0)
    online_waiting: Mapped[int] = mapped_column(default=0)
    room_held: Mapped[int] = mapped_column(default=0)
    """Places of delegations that are not filled: nobody else can have them until they flow back."""
    online_held: Mapped[int] = mapped_column(default=0)
    room_told: Mapped[int] = mapped_column(default=0)
    """Free places that those who can come at short notice were written to about."""
    online_told: Mapped[int] = mapped_column(default=0)
    last_queue_no: Mapped[int] = mapped_column(default=0)
    """The newest number drawn in the queue; numbers are never used twice."""

    version: Mapped[int] = mapped_column(default=1)
    """Raised by every visible change, places left included; page caches key on it."""
    details_version: Mapped[int] = mapped_column(default=1)
    """Raised by organisers' changes alone: a registration meanwhile does not make their form a conflict."""
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    """Raised by each published change of time, place or status. Never falls."""
    calendar_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """DTSTAMP and LAST-MODIFIED of the event's entry in feeds."""
    calendar_floor: Mapped[int] = mapped_column(default=0)
    """Calendar counters of registrations new to a mailbox start here: above all that mailboxes were told whose people
    have another address by now, or are forgotten. Never falls."""
    agenda_number: Mapped[int] = mapped_column(default=0)
    """Of the newest published agenda; 0: none yet."""
    agenda_version: Mapped[int] = mapped_column(default=0)
    """Raised by every change of the agenda, be it of the draft or of what is published. Never falls."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    series: Mapped[Series] = relationship(lazy="raise")
    venue: Mapped[Venue | None] = relationship(lazy="raise")


@sqlalchemy_event.listens_for(Event, "before_insert")
@sqlalchemy_event.listens_for(Event, "before_update")
def _keep_findable(_mapper: Any, _connection: Any, event: Event) -> None:
    texts = [*event.title.values(), event.kind or ""]
    texts += [*(event.summary or {}).values(), *(event.description or {}).values()]
    event.search_text = folded(" ".join(texts))
