"""Who sends which letter: claims with a lease, each in one short transaction, none open while SMTP talks.

A worker claims letters, holds each again just before it sends, and reports what became of it. A letter whose worker
died is claimed by another once the lease has lapsed; a worker that lost its lease meanwhile is told so by `hold`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from eventsapp.clock import now
from eventsapp.database import db, transaction
from eventsapp.mail.models import UNSENT, Letter, LetterState
from eventsapp.settings import settings


@dataclass(frozen=True)
class Claimed:
    """What a worker needs to know of a letter it claimed; `attempts` were made before."""

    letter_id: int
    kind: str
    language: str
    recipient: str
    facts: Mapping[str, Any]
    message_id: str
    created_at: datetime
    attempts: int
    composed: bool


def claim(owner: str, limit: int) -> list[Claimed]:
    """Take up to `limit` letters that are due, at most one of each person and only a person's earliest unsent one.

    Takes over letters whose lease has lapsed. With nothing due it only reads, so an idle worker takes no lock.
    """
    moment = now()
    db.session.rollback()
    idle = db.session.execute(select(Letter.id).where(_claimable(moment)).limit(1)).first() is None
    db.session.rollback()
    if idle:
        return []
    with transaction() as session:
        chosen = (
            select(Letter.id)
            .where(_claimable(moment))
            .order_by(Letter.priority.desc(), Letter.next_try_at, Letter.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = session.execute(chosen).scalars().all()
        values = {"state": LetterState.SENDING.value, "owner": owner, "lease_until": _lease(moment)}
        session.execute(update(Letter).where(Letter.id.in_(ids)).values(values))
        letters = session.execute(select(Letter, Letter.content.is_not(None)).where(Letter.id.in_(ids))).all()
        found = {letter.id: _claimed(letter, composed) for letter, composed in letters}
    return [found[letter_id] for letter_id in ids]


def _claimed(letter: Letter, composed: bool) -> Claimed:
    return Claimed(
        letter_id=letter.id,
        kind=letter.kind,
        language=letter.language,
        recipient=letter.recipient or "",
        facts=letter.facts,
        message_id=letter.message_id,
        created_at=letter.created_at,
        attempts=letter.attempts,
        composed=composed,
    )


def _claimable(moment: datetime) -> ColumnElement[bool]:
    other = aliased(Letter)
    person_is_served = exists().where(
        other.person == Letter.person,
        or_(
            and_(other.id < Letter.id, other.state.in_(UNSENT)),
            and_(other.id > Letter.id, other.state == LetterState.SENDING.value, other.lease_until >= moment),
        ),
    )
    queued = and_(Letter.state == LetterState.QUEUED.value, Letter.next_try_at <= moment)
    lapsed = and_(Letter.state == LetterState.SENDING.value, Letter.lease_until < moment)
    return and_(Letter.state.in_(UNSENT), or_(queued, lapsed), ~person_is_served)


def _lease(moment: datetime) -> datetime:
    return moment + timedelta(seconds=settings().mail_lease_seconds)


def hold(letter_id: int, owner: str, subject: str | None = None, content: bytes | None = None) -> bytes | None:
    """Renew the lease and return the bytes to send; None when the letter is no longer this owner's to send.

    The first bytes ever given are kept and returned at every later attempt.
    """
    with transaction() as session:
        statement = (
            update(Letter)
            .where(Letter.id == letter_id, Letter.owner == owner, Letter.state == LetterState.SENDING.value)
            .values(
                lease_until=_lease(now()),
                subject=func.coalesce(Letter.subject, subject),
                content=func.coalesce(Letter.content, content),
            )
            .returning(Letter.content)
        )
        return session.execute(statement, execution_options={"synchronize_session": False}).scalar_one_or_none()


def sent(letter_id: int, kept: bytes) -> None:
    """The mail server took the letter: so it is, whoever holds it by now. `kept` replaces its bytes, unless erased."""
    values = {
        "state": LetterState.SENT.value,
        "sent_at": now(),
        "attempts": Letter.attempts + 1,
        "owner": None,
        "lease_until": None,
        "last_error": None,
        "content": case((Letter.recipient.is_not(None), kept), else_=None),
    }
    with transaction() as session:
        statement = update(Letter).where(Letter.id == letter_id, Letter.state != LetterState.SENT.value)
        session.execute(statement.values(values))


def retry(letter_id: int, owner: str, error: str, after: timedelta) -> None:
    """The letter was not taken: it is queued again and due after the delay."""
    _back(letter_id, owner, LetterState.QUEUED, error, now() + after)


def fail(letter_id: int, owner: str, error: str) -> None:
    """The letter will not be tried again; organisers see it with the error."""
    _back(letter_id, owner, LetterState.FAILED, error, None)


def _back(letter_id: int, owner: str, state: LetterState, error: str, due: datetime | None) -> None:
    values: dict[str, Any] = {
        "state": state.value,
        "attempts": Letter.attempts + 1,
        "last_error": error,
        "owner": None,
        "lease_until": None,
    }
    if due is not None:
        values["next_try_at"] = due
    with transaction() as session:
        mine = (Letter.id == letter_id, Letter.owner == owner, Letter.state == LetterState.SENDING.value)
        session.execute(update(Letter).where(*mine).values(values))


def give_back(owner: str, error: str | None = None) -> None:
    """Everything this owner still holds goes back into the queue, due as before and without counting an attempt."""
    values = {"state": LetterState.QUEUED.value, "owner": None, "lease_until": None}
    if error is not None:
        values["last_error"] = error
    with transaction() as session:
        mine = (Letter.owner == owner, Letter.state == LetterState.SENDING.value)
        session.execute(update(Letter).where(*mine).values(values))
