"""Organisations that people of a series come from: one name, the spellings that mean it, and what it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.database import Model, UtcDateTime


class Organisation(Model):
    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("series_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), default="")
    """ISO 3166-1 alpha-2; empty: not said."""
    type: Mapped[str] = mapped_column(String(20), default="")
    partner: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrganisationAlias(Model):
    """A spelling that means an organisation, its own name among them."""

    __tablename__ = "organisation_alias"
    __table_args__ = (UniqueConstraint("series_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    written: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(400))
    """What all ways of writing it have in common (`rules.spelling_key`)."""
