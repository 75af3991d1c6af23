"""A project's set of events, its team, and the privacy notices its participants were shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.database import Json, Model, Translated, UtcDateTime
from eventsapp.people.models import User


class Series(Model):
    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Translated] = mapped_column(Json)
    summary: Mapped[Translated] = mapped_column(Json, default=dict)
    language: Mapped[str] = mapped_column(String(10), default="en")
    accent: Mapped[str] = mapped_column(String(20), default="teal")
    contact_email: Mapped[str | None] = mapped_column(String(254))
    """Where answers to letters go (Reply-To)."""
    funder_statement: Mapped[Translated] = mapped_column(Json, default=dict)
    grant_number: Mapped[str] = mapped_column(String(80), default="")
    embed_hosts: Mapped[list[str]] = mapped_column(Json, default=list)
    """Sites that may show the agendas of the series in a frame; none: nobody may."""
    evidence_until: Mapped[date | None]
    """Name, organisation and attendance are kept until the end of this day for a funder's audit."""
    evidence_reason: Mapped[str] = mapped_column(String(200), default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """A PNG of our own making. In the database, because several machines share no disk."""
    logo_digest: Mapped[str] = mapped_column(String(16), default="")
    """Names the logo in its address; empty: there is none."""
    logo_width: Mapped[int] = mapped_column(default=0)
    logo_height: Mapped[int] = mapped_column(default=0)
    sender_name: Mapped[str] = mapped_column(String(120), default="")
    """Who letters are from; empty: the series' title."""
    defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What a new event of the series begins with, by field of the event file."""
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Its events are over: it left the lists, its pages stay."""
    shown_version: Mapped[int] = mapped_column(default=0)
    """Raised by every change of what pages show of the series, its venues, speakers and organisations; keeps itself
    (`events.shown`)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PartnerLogo(Model):
    """A logo beside the series' own, for printed sheets: the funder's, a partner's. A PNG of our own making."""

    __tablename__ = "partner_logo"

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(120))
    """Whose it is: the picture's text for those who cannot see it."""
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(String(16))
    width: Mapped[int]
    height: Mapped[int]


class PrivacyNotice(Model):
    """One version of what participants are told. Never changed: a new text is a new version."""

    __tablename__ = "privacy_notice"
    __table_args__ = (UniqueConstraint("series_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    version: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    controller: Mapped[str] = mapped_column(String(200))
    contact: Mapped[str] = mapped_column(String(254))
    lawful_basis: Mapped[Translated] = mapped_column(Json)
    recipients: Mapped[Translated] = mapped_column(Json)
    retention: Mapped[Translated] = mapped_column(Json)


class TeamMembership(Model):
    """A role of an account in one series; without a series, in every one."""

    __tablename__ = "team_membership"
    __table_args__ = (
        UniqueConstraint("user_id", "series_id"),
        Index(
            "uq_team_membership_user_id_everywhere",
            "user_id",
            unique=True,
            sqlite_where=text("series_id IS NULL"),
            postgresql_where=text("series_id IS NULL"),
        ),
        CheckConstraint("role IN ('owner', 'editor', 'desk', 'viewer')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(lazy="raise")


class Invitation(Model):
    """A colleague asked to join a team by letter: bound to the address, good once, the link made of key and version."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(None, "series_id", "email_key"),
        CheckConstraint("role IN ('owner', 'editor', 'desk', 'viewer')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    """None: every series."""
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(10))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
