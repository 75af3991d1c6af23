"""Writing letters into the outbox, and what became of them.

A letter is written in the transaction that makes its fact true, so neither is ever there without the other.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.clock import now
from eventsapp.database import WriteOutsideTransaction, db, transaction
from eventsapp.mail.models import UNSENT, Letter, LetterState
from eventsapp.settings import settings


@dataclass(frozen=True)
class Backlog:
    """How the outbox stands. `queued` counts letters in a worker's hands too; `oldest_due_at` is since when the
    longest-waiting letter could have gone out (None: nothing is due)."""

    queued: int
    failed: int
    oldest_due_at: datetime | None


def recipient_key(address: str) -> str:
    """The address as limits and look-ups compare it: lower case, no blanks around."""
    return address.strip().lower()


def write(
    *,
    kind: str,
    recipient: str,
    facts: Mapping[str, Any],
    dedupe_key: str,
    person: str | None = None,
    topic: str = "",
    language: str = "en",
    priority: int = 0,
) -> int:
    """Put a letter into the outbox and return its id; it goes out once the open transaction has committed.

    Raises WriteOutsideTransaction without an open `transaction()`. A `dedupe_key` written before makes no second
    letter: the first one's id is returned. Letters with one `person` (such as "registration:7") go out in the order
    written; among others, those with a higher `priority` go first. `facts` must be JSON.
    """
    session = db.session()
    if not session.info.get("writing"):
        raise WriteOutsideTransaction("a letter is written inside the transaction that makes its fact true")
    written_at = now()
    row = {
        "dedupe_key": dedupe_key,
        "message_id": f"<{uuid.uuid4()}@{settings().host}>",
        "kind": kind,
        "language": language,
        "recipient": recipient.strip(),
        "recipient_key": recipient_key(recipient),
        "person": person,
        "topic": topic,
        "facts": dict(facts),
        "state": LetterState.QUEUED.value,
        "priority": priority,
        "created_at": written_at,
        "next_try_at": written_at,
        "attempts": 0,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Letter).values(row).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Letter.id)
    written = session.execute(statement).scalar_one_or_none()
    if written is not None:
        return written
    return session.execute(select(Letter.id).where(Letter.dedupe_key == dedupe_key)).scalar_one()


def recent(recipient: str, kinds: Sequence[str], since: datetime) -> int:
    """How many letters of these kinds were written to an address since a moment, whatever became of them."""
    statement = select(func.count()).where(
        Letter.recipient_key == recipient_key(recipient), Letter.kind.in_(kinds), Letter.created_at >= since
    )
    return db.session.execute(statement).scalar_one()


def repeats(person: str, prefix: str, since: datetime | None = None) -> int:
    """How many letters to a person have a `dedupe_key` that begins so, whatever became of them."""
    statement = select(func.count()).where(Letter.person == person, Letter.dedupe_key.startswith(prefix))
    if since is not None:
        statement = statement.where(Letter.created_at >= since)
    return db.session.execute(statement).scalar_one()


def people_written_to(topic: str, kind: str, since: datetime) -> set[str]:
    """Whom a letter of this kind about something was written to since a moment, as their `person`."""
    statement = select(Letter.person).where(Letter.topic == topic, Letter.kind == kind, Letter.created_at > since)
    return {person for person in db.session.scalars(statement) if person is not None}


def recent_about(topic: str, kinds: Sequence[str], since: datetime) -> int:
    """How many letters of these kinds were written about something since a moment, to whomever."""
    statement = select(func.count()).where(Letter.topic == topic, Letter.kind.in_(kinds), Letter.created_at >= since)
    return db.session.execute(statement).scalar_one()


def withdraw(person: str) -> int:
    """Take back a person's unsent letters; returns how many. One that is on the wire at this moment still arrives."""
    with transaction() as session:
        statement = (
            update(Letter)
            .where(Letter.person == person, Letter.state.in_(UNSENT))
            .values(state=LetterState.WITHDRAWN.value)
        )
        return cast("CursorResult[Any]", session.execute(statement)).rowcount


def forget(person: str) -> int:
    """Erase who a person's letters were to and what they said, and withdraw the unsent ones; returns how many."""
    with transaction() as session:
        statement = (
            update(Letter)
            .where(Letter.person == person)
            .values(
                recipient=None,
                recipient_key=None,
                facts={},
                subject=None,
                content=None,
                last_error=None,
                state=case((Letter.state.in_(UNSENT), LetterState.WITHDRAWN.value), else_=Letter.state),
            )
        )
        return cast("CursorResult[Any]", session.execute(statement)).rowcount


def letters_of(*, person: str | None = None, topic: str | None = None, limit: int = 500) -> Sequence[Letter]:
    """A person's or a topic's letters, newest first. Without either it refuses (ValueError)."""
    if person is None and topic is None:
        raise ValueError("letters of whom, or about what?")
    statement = select(Letter).order_by(Letter.id.desc()).limit(limit)
    if person is not None:
        statement = statement.where(Letter.person == person)
    if topic is not None:
        statement = statement.where(Letter.topic == topic)
    return db.session.execute(statement).scalars().all()


def failed_by_topic(topics: Sequence[str]) -> dict[str, int]:
    """How many letters about each of these were given up on; topics without any are left out."""
    counts = (
        select(Letter.topic, func.count())
        .where(Letter.topic.in_(topics), Letter.state == LetterState.FAILED.value)
        .group_by(Letter.topic)
    )
    return dict(db.session.execute(counts).all())


def failed_about(topic: str, limit: int = 50) -> Sequence[Letter]:
    """The newest letters about something that were given up on."""
    statement = select(Letter).where(Letter.topic == topic, Letter.state == LetterState.FAILED.value)
    return db.session.execute(statement.order_by(Letter.id.desc()).limit(limit)).scalars().all()


def oldest_due_at() -> datetime | None:
    """Since when the longest-waiting letter could have gone out; None: nothing is due."""
    due = select(func.min(Letter.next_try_at)).where(Letter.state.in_(UNSENT), Letter.next_try_at <= now())
    return db.session.execute(due).scalar_one()


def backlog() -> Backlog:
    """Counts and age of what has not gone out, for health checks and metrics."""
    counts = select(Letter.state, func.count()).where(Letter.state.in_((*UNSENT, "failed"))).group_by(Letter.state)
    by_state = {row[0]: row[1] for row in db.session.execute(counts)}
    return Backlog(
        queued=sum(by_state.get(state, 0) for state in UNSENT),
        failed=by_state.get(LetterState.FAILED.value, 0),
        oldest_due_at=oldest_due_at(),
    )
