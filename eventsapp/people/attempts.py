"""Counting failed logins, so that guessing gets slower and slower while the owner of an account still gets in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from eventsapp.clock import now
from eventsapp.database import locked, transaction
from eventsapp.people.models import LoginAttempt, LoginSession, User
from eventsapp.people.queries import digest
from eventsapp.people.rules import ANY_PLACE, CODES_ANY_PLACE, FAILURES_FORGOTTEN, ONE_PLACE, RESETS, Patience, Step
from eventsapp.web.text import email_key

_ANYWHERE = {Step.PASSWORD: ANY_PLACE, Step.CODE: CODES_ANY_PLACE}


@dataclass(frozen=True)
class Wait:
    """Too many failures; the next try counts after this many seconds."""

    seconds: int


def count_try(email: str, place: str, step: Step = Step.PASSWORD) -> Wait | None:
    """Note a try as failed until it proves right; or say how long to wait, noting nothing. Passwords and codes are
    counted apart: a right password must not make a clean slate for codes."""
    here, anywhere = _keys(email, place, step)
    with transaction() as session:
        rows = session.execute(locked(select(LoginAttempt).where(LoginAttempt.key.in_((here, anywhere))))).scalars()
        tries = {row.key: row for row in rows}
        # Not before the lock: against a try that was quicker, this one would seem to come too early.
        at = now()
        waits = [_wait(tries.get(here), ONE_PLACE, at)]
        if not _is_known_place(session, email, place):
            waits.append(_wait(tries.get(anywhere), _ANYWHERE[step], at))
        if max(waits) > 0:
            return Wait(max(waits))
        for key in sorted((here, anywhere)):
            _count(session, key, tries.get(key), at)
    return None


def count_reset(session: Session, email: str, at: datetime) -> bool:
    """Whether one more letter about a forgotten password may go to an address. Known or not, the same is done."""
    key = digest(f"reset\n{email_key(email)}")
    row = session.execute(locked(select(LoginAttempt).where(LoginAttempt.key == key))).scalar_one_or_none()
    if _wait(row, RESETS, at) > 0:
        return False
    _count(session, key, row, at)
    return True


def forget_tries(session: Session, email: str, place: str, step: Step = Step.PASSWORD) -> None:
    """The login succeeded: the next failure is the first again."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.key.in_(_keys(email, place, step))))


def forget_old_tries(session: Session, at: datetime) -> int:
    """Delete counts that no longer slow anybody down; returns how many."""
    old = LoginAttempt.last_failed_at < at - FAILURES_FORGOTTEN
    return len(session.execute(delete(LoginAttempt).where(old).returning(LoginAttempt.key)).all())


def _keys(email: str, place: str, step: Step) -> tuple[str, str]:
    account = email_key(email) if step is Step.PASSWORD else f"{step.value}\n{email_key(email)}"
    return digest(f"{account}\n{place}"), digest(account)


def _wait(row: LoginAttempt | None, patience: Patience, at: datetime) -> int:
    if row is None or at - row.last_failed_at > FAILURES_FORGOTTEN:
        return 0
    left = patience.wait_until(row.failures, row.last_failed_at) - at
    return max(0, -(-left // timedelta(seconds=1)))


def _is_known_place(session: Session, email: str, place: str) -> bool:
    """Where somebody is logged in with the account, strangers' failures elsewhere must not keep them out."""
    statement = (
        select(LoginSession.id)
        .join(User)
        .where(
            User.email_key == email_key(email),
            LoginSession.address_prefix == place,
            # One that still waits for the code may be the stranger's own.
            User.totp_confirmed_at.is_(None) | LoginSession.factor_at.is_not(None),
        )
    )
    return session.execute(statement.limit(1)).first() is not None


def _count(session: Session, key: str, row: LoginAttempt | None, at: datetime) -> None:
    fresh = row is None or at - row.last_failed_at > FAILURES_FORGOTTEN
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    failures: Any = 1 if fresh and row is not None else LoginAttempt.failures + 1
    statement = insert(LoginAttempt).values(key=key, failures=1, last_failed_at=at)
    session.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"failures": failures, "last_failed_at": at})
    )
