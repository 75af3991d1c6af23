"""Logging in and out, one-time links, passwords. Everything refused here is a value with a name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.clock import now
from eventsapp.database import locked, transaction
from eventsapp.people import passwords
from eventsapp.people.attempts import Wait, count_try, forget_old_tries, forget_tries
from eventsapp.people.models import LoginSession, OneTimeLink, User
from eventsapp.people.queries import digest, find_user, password_hash_of
from eventsapp.people.rules import IDLE, LINK_LIVES, LONGEST, VISIT_ENDS
from eventsapp.web.text import email_key


@dataclass(frozen=True)
class LoggedIn:
    """`token` belongs into the cookie and is kept nowhere else."""

    token: str
    has_password: bool


@dataclass(frozen=True)
class Wrong:
    """Address or password; which of them is not told."""


def log_in(email: str, password: str, place: str) -> LoggedIn | Wrong | Wait:
    """Check a password and start a login. `place` is the client's address prefix.

    The try is counted before the password is looked at, so that many at once gain nothing; hashing happens outside of
    the transaction, because it takes long. An unknown address costs the same work and gives the same answer.
    """
    wait = count_try(email, place)
    if wait is not None:
        return wait
    user = find_user(email)
    known = user.password_hash if user is not None and user.disabled_at is None else None
    user_id = user.id if user is not None else None
    if not passwords.fits(password, known) or user_id is None or known is None:
        return Wrong()
    renewed = passwords.make_hash(password) if passwords.is_outdated(known) else None
    with transaction() as session:
        if renewed is not None:
            same = (User.id == user_id, User.password_hash == known)
            session.execute(update(User).where(*same).values(password_hash=renewed))
        forget_tries(session, email, place)
        return LoggedIn(_start(session, user_id, place), has_password=True)


def log_in_by_link(token: str, place: str) -> LoggedIn | None:
    """Use up a one-time link; None when it is unknown, used, or too old. Of two at once, one gets in."""
    at = now()
    with transaction() as session:
        used = session.execute(
            update(OneTimeLink)
            .where(OneTimeLink.token_hash == digest(token), OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at)
            .values(used_at=at)
            .returning(OneTimeLink.user_id)
        ).scalar_one_or_none()
        user = session.get(User, used) if used is not None else None
        if user is None or user.disabled_at is not None:
            return None
        record("login.by_link", f"user:{user.id}", by=user.id)
        return LoggedIn(_start(session, user.id, place), user.password_hash is not None)


def log_out(token: str) -> None:
    """End one login; the others of the account stay."""
    with transaction() as session:
        session.execute(delete(LoginSession).where(LoginSession.token_hash == digest(token)))


def note_use(login_id: int, user_id: int) -> datetime | None:
    """Remember that a login is in use, so that it does not end as idle; tells when the last visit ended."""
    at = now()
    with transaction() as session:
        session.execute(update(LoginSession).where(LoginSession.id == login_id).values(last_seen_at=at))
        return _note_visit(session, user_id, at)


def is_right(user_id: int, password: str) -> bool:
    """Whether this is the account's password, for asking it once more before a change."""
    return passwords.fits(password, password_hash_of(user_id))


def set_password(user_id: int, password: str, place: str) -> LoggedIn:
    """Give the account a password, end all of its logins and unused links, and start a new login in their stead."""
    hashed = passwords.make_hash(password)
    with transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(password_hash=hashed))
        session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))
        _drop_unused_links(session, user_id)
        record("user.password_set", f"user:{user_id}", by=user_id)
        return LoggedIn(_start(session, user_id, place), has_password=True)


def give_account(email: str, password: str | None = None) -> int:
    """The id of the address's account, made if missing, enabled if disabled; a password given replaces the old one
    and ends all logins. The address is taken as checked."""
    hashed = passwords.make_hash(password) if password is not None else None
    with transaction() as session:
        user = session.execute(locked(select(User).where(User.email_key == email_key(email)))).scalar_one_or_none()
        if user is None:
            user = User(email=email, email_key=email_key(email), created_at=now())
            session.add(user)
        user.disabled_at = None
        if hashed is not None:
            user.password_hash = hashed
        session.flush()
        if hashed is not None:
            session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
            _drop_unused_links(session, user.id)
        return user.id


def make_link(user_id: int) -> str:
    """The token of a link that logs in once within 24 hours. Earlier unused links of the account stop working."""
    token, at = secrets.token_urlsafe(32), now()
    with transaction() as session:
        _drop_unused_links(session, user_id)
        session.add(OneTimeLink(token_hash=digest(token), user_id=user_id, created_at=at, expires_at=at + LINK_LIVES))
    return token


def tidy() -> int:
    """Delete logins that ended by themselves, links long past use, and failures long ago; returns how many rows.
    A job of the worker."""
    at = now()
    over = (LoginSession.last_seen_at < at - IDLE) | (LoginSession.created_at < at - LONGEST)
    with transaction() as session:
        logins = session.execute(delete(LoginSession).where(over).returning(LoginSession.id)).all()
        links = session.execute(
            delete(OneTimeLink).where(OneTimeLink.expires_at < at - LINK_LIVES).returning(OneTimeLink.id)
        ).all()
        return len(logins) + len(links) + forget_old_tries(session, at)


def _note_visit(session: Session, user_id: int, at: datetime) -> datetime | None:
    """A visit lasts as long as its pages follow each other, in one login or several. What this returns is the end of
    the visit before; None when this is the first."""
    user = session.get(User, user_id)
    if user is None:
        return None
    if user.last_seen_at is not None and at - user.last_seen_at > VISIT_ENDS:
        user.last_visit_ended_at = user.last_seen_at
    user.last_seen_at = at
    return user.last_visit_ended_at


def _start(session: Session, user_id: int, place: str) -> str:
    token, at = secrets.token_urlsafe(32), now()
    _note_visit(session, user_id, at)
    session.add(
        LoginSession(
            token_hash=digest(token), user_id=user_id, created_at=at, last_seen_at=at, address_prefix=place[:45]
        )
    )
    return token


def _drop_unused_links(session: Session, user_id: int) -> None:
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None)))
