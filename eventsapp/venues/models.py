"""Where events take place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, Translated, UtcDateTime
from eventsapp.web.text import folded


class Venue(Model):
    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("series_id", "name", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(400), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Name and address, folded (`web.text.folded`); kept by itself."""
    directions: Mapped[Translated] = mapped_column(Json, default=dict)
    access_notes: Mapped[Translated] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """No longer suggested for new events."""


@sqlalchemy_event.listens_for(Venue, "before_insert")
@sqlalchemy_event.listens_for(Venue, "before_update")
def _keep_findable(_mapper: Any, _connection: Any, venue: Venue) -> None:
    venue.search_text = folded(f"{venue.name} {venue.address or ''}")
