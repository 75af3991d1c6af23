"""Reading accounts, logins and one-time links."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import select

from eventsapp.clock import now
from eventsapp.database import db
from eventsapp.people.models import LoginSession, OneTimeLink, User
from eventsapp.people.rules import NOTED_EVERY, is_over
from eventsapp.web.text import email_key


@dataclass(frozen=True)
class Login:
    """A login that holds, and whose it is. `stale`: its last use was noted a while ago."""

    id: int
    user_id: int
    email: str
    name: str
    has_password: bool
    stale: bool
    last_visit_ended_at: datetime | None
    """When the visit before the present one ended; None while there was none."""


class Link(Enum):
    """How a one-time link stands."""

    GOOD = "good"
    SPENT = "used or too old"
    UNKNOWN = "unknown"


def digest(secret: str) -> str:
    """What the database keeps of a token or an attempt's key."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def find_user(email: str) -> User | None:
    """The account of an address, in whatever case it is typed."""
    return db.session.execute(select(User).where(User.email_key == email_key(email))).scalar_one_or_none()


def name_of(user_id: int) -> str:
    """The name of an account, or its address where it has none; empty for one that is gone."""
    user = db.session.get(User, user_id)
    return (user.name or user.email) if user is not None else ""


def own_name_of(user_id: int | None) -> str:
    """The name that an account gives itself; empty where there is none. Its address is not for everybody's eyes."""
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.name if user is not None else ""


def password_hash_of(user_id: int) -> str | None:
    return db.session.execute(select(User.password_hash).where(User.id == user_id)).scalar_one_or_none()


def find_login(token: str) -> Login | None:
    """The login of a cookie's token; None when it ended, was revoked, or its account is disabled. One statement."""
    row = db.session.execute(select(LoginSession).where(LoginSession.token_hash == digest(token))).scalar_one_or_none()
    at = now()
    if row is None or row.user.disabled_at is not None or is_over(row.created_at, row.last_seen_at, at):
        return None
    return Login(
        id=row.id,
        user_id=row.user_id,
        email=row.user.email,
        name=row.user.name,
        has_password=row.user.password_hash is not None,
        stale=at - row.last_seen_at > NOTED_EVERY,
        last_visit_ended_at=row.user.last_visit_ended_at,
    )


def link_state(token: str) -> Link:
    row = db.session.execute(select(OneTimeLink).where(OneTimeLink.token_hash == digest(token))).scalar_one_or_none()
    if row is None:
        return Link.UNKNOWN
    return Link.GOOD if _is_good(row, now()) else Link.SPENT


def _is_good(row: OneTimeLink, at: datetime) -> bool:
    return row.used_at is None and row.expires_at > at
