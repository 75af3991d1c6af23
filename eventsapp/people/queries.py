"""Reading accounts, logins and one-time links."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import func, select

from eventsapp.clock import now
from eventsapp.database import db
from eventsapp.people.models import LoginSession, OneTimeLink, RecoveryCode, User
from eventsapp.people.rules import FACTOR_WAITS, NOTED_EVERY, is_over
from eventsapp.people.sealing import unseal
from eventsapp.web import tokens
from eventsapp.web.text import email_key

_RESET = "forgotten-password"


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


@dataclass(frozen=True)
class Waiting:
    """A login whose password was right and which waits for the second factor."""

    id: int
    user_id: int
    email: str


@dataclass(frozen=True)
class Factor:
    """How an account's second factor stands. `secret` is there while it is being set up, and never after."""

    since: datetime | None
    secret: str | None
    codes_left: int

    @property
    def on(self) -> bool:
        return self.since is not None


@dataclass(frozen=True)
class LoginLine:
    """One login as the account's own page lists it."""

    id: int
    browser: str
    place: str
    began_at: datetime
    last_seen_at: datetime
    waits: bool
    """For the second factor: the password was right."""
    here: bool


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
    """The login of a cookie's token; None when it ended, was revoked, its account is disabled, or the account's second
    factor was not shown. One statement."""
    row, at = _login_of(token), now()
    if row is None or _waits(row):
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


def find_waiting(token: str) -> Waiting | None:
    """The login of this token that waits for the second factor; None when there is none, or it waited too long."""
    row = _login_of(token)
    if row is None or not _waits(row) or now() - row.created_at > FACTOR_WAITS:
        return None
    return Waiting(row.id, row.user_id, row.user.email)


def factor_of(user_id: int) -> Factor:
    user = db.session.get_one(User, user_id)
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    being_set_up = user.totp_secret if user.totp_confirmed_at is None else None
    return Factor(
        since=user.totp_confirmed_at,
        secret=unseal(being_set_up) if being_set_up else None,
        codes_left=db.session.scalars(left).one() if user.totp_confirmed_at is not None else 0,
    )


def logins_of(user_id: int, token: str) -> Sequence[LoginLine]:
    """The account's logins that have not ended, the latest used first; `token` is that of the one that asks."""
    statement = select(LoginSession).where(LoginSession.user_id == user_id)
    rows = db.session.execute(statement.order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())).scalars()
    at, here = now(), digest(token)
    return [
        LoginLine(
            id=row.id,
            browser=row.browser,
            place=row.address_prefix,
            began_at=row.created_at,
            last_seen_at=row.last_seen_at,
            waits=_waits(row),
            here=row.token_hash == here,
        )
        for row in rows
        if not is_over(row.created_at, row.last_seen_at, at)
    ]


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Names, or addresses where there is none, by account; those that are gone are left out. One statement."""
    rows = db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(set(user_ids))))
    return {user_id: name or email for user_id, name, email in rows}


def reset_token(key: UUID) -> str:
    """The token of a letter about a forgotten password. Made, not stored: an outbox that is read opens no account."""
    return tokens.make(_RESET, key, 1)


def is_reset(token: str) -> bool:
    """Whether a one-time link came by a letter about a forgotten password."""
    return tokens.read(_RESET, token) is not None


def link_state(token: str) -> Link:
    row = db.session.execute(select(OneTimeLink).where(OneTimeLink.token_hash == digest(token))).scalar_one_or_none()
    if row is None:
        return Link.UNKNOWN
    return Link.GOOD if _is_good(row, now()) else Link.SPENT


def _login_of(token: str) -> LoginSession | None:
    row = db.session.execute(select(LoginSession).where(LoginSession.token_hash == digest(token))).scalar_one_or_none()
    if row is None or row.user.disabled_at is not None or is_over(row.created_at, row.last_seen_at, now()):
        return None
    return row


def _waits(row: LoginSession) -> bool:
    return row.user.totp_confirmed_at is not None and row.factor_at is None


def _is_good(row: OneTimeLink, at: datetime) -> bool:
    return row.used_at is None and row.expires_at > at
