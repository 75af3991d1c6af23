"""Forgets what people answered: with their contact data, or when the time of a question has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.questions.models import Answer, Consent, Question
from eventsapp.questions.rules import is_due
from eventsapp.registration.moves import Locked, lock_event


def forget(session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
    """With the contact data go all answers. Consents tell what may be done with the name; they go with it."""
    session.execute(delete(Answer).where(Answer.registration_id.in_(registration_ids)))
    if wholly:
        session.execute(delete(Consent).where(Consent.registration_id.in_(registration_ids)))


def forget_due() -> int:
    """The worker's job: answers whose time has come, of one event a transaction. Returns how many went."""
    gone = 0
    for event_id in _events_with_due():
        with transaction() as session:
            lock = lock_event(session, event_id)
            if lock is not None:
                gone += _forget_of(lock)
    return gone


def _events_with_due() -> list[int]:
    now = clock.now()
    with transaction() as session:
        rows = select(Event.id, Event.ends_at, Question.sensitive, Question.keep_days)
        rows = rows.join(Question, Question.event_id == Event.id).where(
            Event.ends_at <= now, _has_answers(), Question.sensitive | Question.keep_days.is_not(None)
        )
        return sorted({each[0] for each in session.execute(rows) if is_due(*each[1:], now)})


def _forget_of(lock: Locked) -> int:
    rows = select(Question).where(Question.event_id == lock.event.id)
    due = [
        each.id
        for each in lock.session.scalars(rows)
        if is_due(lock.event.ends_at, each.sensitive, each.keep_days, lock.now)
    ]
    gone = lock.session.execute(delete(Answer).where(Answer.question_id.in_(due)).returning(Answer.id)).all()
    return len(gone)


def _has_answers() -> Any:
    return select(Answer.id).where(Answer.question_id == Question.id).exists()
