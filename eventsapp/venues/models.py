"""Where events take place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Json, Model, Translated, UtcDateTime


class Venue(Model):
    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("series_id", "name", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(400), default="")
    directions: Mapped[Translated] = mapped_column(Json, default=dict)
    access_notes: Mapped[Translated] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
