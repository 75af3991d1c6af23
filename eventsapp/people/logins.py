"""Beginning and ending logins: one row per browser, and the cookie's token known to that browser alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.clock import now
from eventsapp.database import locked, transaction
from eventsapp.people.models import LoginSession, User
from eventsapp.people.queries import digest
from eventsapp.people.rules import VISIT_ENDS

_BROWSER_LENGTH = 200


@dataclass(frozen=True)
class LoggedIn:
    """`token` belongs into the cookie and is kept nowhere else. `asks_factor`: it opens nothing before the code."""

    token: str
    has_password: bool
    asks_factor: bool = False


@dataclass(frozen=True)
class Client:
    """Whose request it is, roughly: the network it comes from, and what the browser calls itself."""

    place: str
    browser: str = ""


def begin(session: Session, user: User, client: Client, *, factor_shown: bool = False) -> LoggedIn:
    """A login of an account that proved who it is, by all but the second factor if it has one and did not show it."""
    token, at = secrets.token_urlsafe(32), now()
    waits = user.totp_confirmed_at is not None and not factor_shown
    if not waits:
        note_visit(user, at)
    session.add(
        LoginSession(
            token_hash=digest(token),
            user_id=user.id,
            created_at=at,
            last_seen_at=at,
            address_prefix=client.place[:45],
            browser=client.browser.replace("\0", "")[:_BROWSER_LENGTH],
            factor_at=at if user.totp_confirmed_at is not None and factor_shown else None,
        )
    )
    return LoggedIn(token, user.password_hash is not None, asks_factor=waits)


def renew(row: LoginSession, *, factor_at: datetime | None) -> str:
    """Give a login another token at a change of what proved it; the earlier one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    row.token_hash, row.factor_at = digest(token), factor_at
    return token


def end_all(session: Session, user_id: int, *, but: int | None = None) -> int:
    """End the account's logins, all but one; returns how many."""
    ended = delete(LoginSession).where(LoginSession.user_id == user_id)
    if but is not None:
        ended = ended.where(LoginSession.id != but)
    return len(session.execute(ended.returning(LoginSession.id)).all())


def end_login(user_id: int, login_id: int) -> bool:
    """End one login of one's own. False: there is no such login (any more)."""
    with transaction() as session:
        own = (LoginSession.id == login_id, LoginSession.user_id == user_id)
        ended = session.execute(delete(LoginSession).where(*own).returning(LoginSession.browser)).one_or_none()
        if ended is not None:
            record("login.ended", f"user:{user_id}", by=user_id, browser=ended.browser)
        return ended is not None


def end_others(user_id: int, token: str) -> int:
    """End all logins of the account but the one of this token; returns how many."""
    with transaction() as session:
        here = session.scalar(select(LoginSession.id).where(LoginSession.token_hash == digest(token)))
        number = end_all(session, user_id, but=here)
        if number:
            record("login.others_ended", f"user:{user_id}", by=user_id, number=number)
        return number


def log_out(token: str) -> None:
    """End one login; the others of the account stay."""
    with transaction() as session:
        session.execute(delete(LoginSession).where(LoginSession.token_hash == digest(token)))


def note_use(login_id: int, user_id: int) -> datetime | None:
    """Remember that a login is in use, so that it does not end as idle; tells when the last visit ended."""
    at = now()
    with transaction() as session:
        session.execute(update(LoginSession).where(LoginSession.id == login_id).values(last_seen_at=at))
        user = session.get(User, user_id)
        return note_visit(user, at) if user is not None else None


def note_visit(user: User, at: datetime) -> datetime | None:
    """A visit lasts as long as its pages follow each other, in one login or several. What this returns is the end of
    the visit before; None when this is the first."""
    if user.last_seen_at is not None and at - user.last_seen_at > VISIT_ENDS:
        user.last_visit_ended_at = user.last_seen_at
    user.last_seen_at = at
    return user.last_visit_ended_at


def locked_login(session: Session, token: str) -> LoginSession | None:
    """The row behind a token, its account's row locked first: whoever changes factors takes that."""
    user_id = session.scalar(select(LoginSession.user_id).where(LoginSession.token_hash == digest(token)))
    if user_id is None:
        return None
    session.execute(locked(select(User).where(User.id == user_id)))
    mine = select(LoginSession).where(LoginSession.token_hash == digest(token))
    return session.scalar(mine.execution_options(populate_existing=True))
