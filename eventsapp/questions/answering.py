"""What people answer and agree to: kept with their registration, changed and taken back by themselves.

What a form said is a value (`Said`), so that it can travel with the registration and be compared. The audit log tells
which questions changed, never the answers: so there is nothing in it to forget.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.questions.models import Answer, Consent, ConsentText, Question
from eventsapp.questions.queries import read_key
from eventsapp.questions.reading import Value
from eventsapp.questions.rules import is_due
from eventsapp.registration.moves import Locked
from eventsapp.registration.service import locked_registration

if TYPE_CHECKING:
    from eventsapp.registration.models import Registration


class Said(TypedDict):
    """What a form said, as JSON."""

    answers: dict[str, Value | None]
    """By the key of each question that was asked; None: no answer. One that is sensitive comes with its consent."""
    agreed: dict[str, bool]
    """By purpose and version of each text that was shown, such as "photos-2"."""


def keep(lock: Locked, registration: Registration, said: Said | None) -> None:
    """Of somebody who just came in: nothing of what they said before they gave up is left."""
    if registration.link_version > 1:
        lock.session.execute(delete(Answer).where(Answer.registration_id == registration.id))
        _withdraw_all(lock, registration)
    if said:
        _put(lock, registration, said)


def change_answers(registration_id: int, said: Said) -> bool:
    """Make this person's answers and consents these; what the form did not ask stays. False: nothing changed."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None or registration.contact_forgotten_at is not None:
            return False
        changed = _put(lock, registration, said)
        if changed:
            _note(lock, registration, "answers changed", changed)
        return bool(changed)


def take_back(registration_id: int, key: str) -> bool:
    """Delete one answer, at any time and in whatever state. False: there is none."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        wanted = read_key(key)
        if lock is None or registration is None or wanted is None:
            return False
        question = select(Question.id).where(Question.event_id == lock.event.id, Question.key == wanted)
        of_person = Answer.registration_id == registration.id
        gone = session.execute(delete(Answer).where(of_person, Answer.question_id.in_(question)).returning(Answer.id))
        if gone.first() is None:
            return False
        _note(lock, registration, "answer taken back", [wanted.hex])
        return True


def withdraw(registration_id: int, purpose: str) -> bool:
    """Take a consent back, whatever version it was given for. False: there is none."""
    with transaction() as session:
        lock, registration = locked_registration(session, registration_id)
        if lock is None or registration is None:
            return False
        standing = [each for each, text in _standing(session, registration) if text.purpose == purpose]
        for each in standing:
            each.withdrawn_at = lock.now
        if standing:
            _note(lock, registration, "consent taken back", [purpose])
        return bool(standing)


def take_over(lock: Locked, kept: Registration, gone: Registration) -> None:
    """The answers that one registration of a person gave and the other, which stays, did not. Consents stay behind."""
    answered = select(Answer.question_id).where(Answer.registration_id == kept.id).scalar_subquery()
    more = update(Answer).where(Answer.registration_id == gone.id, Answer.question_id.not_in(answered))
    lock.session.execute(more.values(registration_id=kept.id), execution_options={"synchronize_session": False})


def _put(lock: Locked, registration: Registration, said: Said) -> list[str]:
    """Which questions and purposes changed. What is asked no more since the form was shown is left out."""
    return [*_put_answers(lock, registration, said["answers"]), *_put_consents(lock, registration, said["agreed"])]


def _put_answers(lock: Locked, registration: Registration, answers: dict[str, Value | None]) -> list[str]:
    if not answers:
        return []
    session = lock.session
    asked = {each.key.hex: each for each in session.scalars(select(Question).where(Question.event_id == lock.event.id))}
    given = select(Answer).where(Answer.registration_id == registration.id)
    before = {each.question_id: each for each in session.scalars(given)}
    changed = []
    for key, value in answers.items():
        question = asked.get(key)
        if question is None or is_due(lock.event.ends_at, question.sensitive, question.keep_days, lock.now):
            continue
        row = before.get(question.id)
        if row is None and value is not None:
            row = Answer(registration_id=registration.id, question_id=question.id, value=value, given_at=lock.now)
            row.consented_at = lock.now if question.sensitive else None
            session.add(row)
        elif row is not None and value is None:
            session.delete(row)
        elif row is not None and row.value != value:
            row.value, row.given_at = value, lock.now
        else:
            continue
        changed.append(key)
    session.flush()
    return changed


def _put_consents(lock: Locked, registration: Registration, agreed: dict[str, bool]) -> list[str]:
    if not agreed:
        return []
    session = lock.session
    texts = session.scalars(select(ConsentText).where(ConsentText.event_id == lock.event.id))
    shown = {f"{each.purpose}-{each.version}": each for each in texts}
    rows = session.scalars(select(Consent).where(Consent.registration_id == registration.id))
    before = {each.consent_text_id: each for each in rows}
    changed = []
    for name, yes in agreed.items():
        text = shown.get(name)
        row = before.get(text.id) if text is not None else None
        stands = row is not None and row.withdrawn_at is None
        if text is None or stands == yes:
            continue
        if row is None:
            session.add(Consent(registration_id=registration.id, consent_text_id=text.id, given_at=lock.now))
        elif yes:
            row.given_at, row.withdrawn_at = lock.now, None
        else:
            row.withdrawn_at = lock.now
        changed.append(text.purpose)
    session.flush()
    return changed


def _withdraw_all(lock: Locked, registration: Registration) -> None:
    for consent, _ in _standing(lock.session, registration):
        consent.withdrawn_at = lock.now
    lock.session.flush()


def _standing(session: Session, registration: Registration) -> list[tuple[Consent, ConsentText]]:
    rows = (
        select(Consent, ConsentText)
        .join(ConsentText, ConsentText.id == Consent.consent_text_id)
        .where(Consent.registration_id == registration.id, Consent.withdrawn_at.is_(None))
    )
    return [(consent, text) for consent, text in session.execute(rows)]


def _note(lock: Locked, registration: Registration, action: str, changed: Sequence[str]) -> None:
    subject = f"registration:{registration.id}"
    record(action, subject, by=None, actor="participant", series_id=lock.series.id, changes=list(changed))
