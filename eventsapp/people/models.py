"""Accounts of organisers. Participants have none: their link is their key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.database import Model, UtcDateTime


class User(Model):
    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("email_key = lower(email_key)", name="email_key_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Within five minutes; None: never yet."""
    last_visit_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the visit before this one ended: what came since is new to this account."""
    totp_secret: Mapped[str | None] = mapped_column(String(400))
    """Of the second factor, encrypted with a key made from the secret key; None: there is none."""
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it is asked for; None while it is being set up."""
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the last code taken: a code works once."""


class LoginSession(Model):
    """One login of one browser. The cookie holds the token, this row its SHA-256: deleting the row logs out."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address_prefix: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")
    """What the browser calls itself, for the list of logins."""
    factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the second factor was shown; an account that has one is not in before."""

    user: Mapped[User] = relationship(lazy="joined")


class OneTimeLink(Model):
    """A link that logs in once: the first login, a forgotten password. Only its SHA-256 is kept; the link of a letter
    is made anew when the letter is rendered (`queries.reset_token`)."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """Stands in for the second factor once. Only an HMAC of it is kept, by a key made from the secret key."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginAttempt(Model):
    """Failures in a row for a key (an account as typed, with or without the client's address prefix)."""

    __tablename__ = "login_attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
