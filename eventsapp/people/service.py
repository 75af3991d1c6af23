"""Logging in, one-time links, passwords, accounts. Everything refused here is a value with a name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.clock import now
from eventsapp.database import locked, transaction
from eventsapp.people import notifications, passwords
from eventsapp.people.attempts import Wait, count_reset, count_try, forget_old_tries, forget_tries
from eventsapp.people.logins import Client, LoggedIn, begin, end_all, log_out, note_use
from eventsapp.people.models import LoginSession, OneTimeLink, User
from eventsapp.people.queries import digest, find_user, password_hash_of, reset_token
from eventsapp.people.rules import IDLE, LINK_LIVES, LONGEST
from eventsapp.web.text import email_key


@dataclass(frozen=True)
class Wrong:
    """Address or password, or code; which of them is not told."""


def log_in(email: str, password: str, place: str, browser: str = "") -> LoggedIn | Wrong | Wait:
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
        return begin(session, session.get_one(User, user_id), Client(place, browser))


def log_in_by_link(token: str, place: str, browser: str = "") -> LoggedIn | None:
    """Use up a one-time link; None when it is unknown, used, or too old. Of two at once, one gets in. It stands for
    the password alone: an account's second factor is asked for all the same."""
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
        return begin(session, user, Client(place, browser))


def is_right(user_id: int, password: str) -> bool:
    """Whether this is the account's password, for asking it once more before a change."""
    return passwords.fits(password, password_hash_of(user_id))


def set_password(user_id: int, password: str, place: str, browser: str = "", language: str = "en") -> LoggedIn:
    """Give the account a password, end all of its logins and unused links, and start a new login in their stead, for
    somebody who is in. Where there was a password before, a letter tells the account's owner."""
    hashed = passwords.make_hash(password)
    with transaction() as session:
        user = session.execute(locked(select(User).where(User.id == user_id))).scalar_one()
        had_one, user.password_hash = user.password_hash is not None, hashed
        end_all(session, user_id)
        _drop_unused_links(session, user_id)
        record("user.password_set", f"user:{user_id}", by=user_id)
        if had_one:
            notifications.tell_change(user, "password", language)
        return begin(session, user, Client(place, browser), factor_shown=True)


def ask_reset(email: str, language: str) -> None:
    """Write to an address how to choose a new password, if it has an account, and had not enough such letters lately.
    Nothing tells the one asking which of these it was; an unknown address is counted the same."""
    at = now()
    with transaction() as session:
        allowed = count_reset(session, email, at)
        user = find_user(email)
        if user is None or user.disabled_at is not None or not allowed:
            return
        key = uuid4()
        _add_link(session, user.id, reset_token(key))
        notifications.tell_reset(user, key, at + LINK_LIVES, language)


def rename(user_id: int, name: str) -> None:
    """How colleagues see the account. The same name once more changes nothing."""
    with transaction() as session:
        user = session.execute(locked(select(User).where(User.id == user_id))).scalar_one()
        before, user.name = user.name, name
        if before != name:
            record("user.renamed", f"user:{user_id}", by=user_id, before=before, after=name)


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
            end_all(session, user.id)
            _drop_unused_links(session, user.id)
        return user.id


def make_link(user_id: int) -> str:
    """The token of a link that logs in once within 24 hours. Earlier unused links of the account stop working."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        _drop_unused_links(session, user_id)
        _add_link(session, user_id, token)
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


def _add_link(session: Session, user_id: int, token: str, lives: timedelta = LINK_LIVES) -> None:
    at = now()
    session.add(OneTimeLink(token_hash=digest(token), user_id=user_id, created_at=at, expires_at=at + lives))


def _drop_unused_links(session: Session, user_id: int) -> None:
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None)))


__all__ = [
    "Client",
    "LoggedIn",
    "Wrong",
    "ask_reset",
    "give_account",
    "is_right",
    "log_in",
    "log_in_by_link",
    "log_out",
    "make_link",
    "note_use",
    "rename",
    "set_password",
    "tidy",
]
