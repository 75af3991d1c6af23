"""Events that ask questions, and people who answer them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from eventsapp.database import db, transaction
from eventsapp.events.models import Event
from eventsapp.questions import consenting, service
from eventsapp.questions.models import Answer, Consent, ConsentText, Question
from eventsapp.questions.ready import ready_made
from eventsapp.questions.rules import Kind, Option, QuestionDetails
from eventsapp.registration.models import Registration

KINDS = {kind: f"{kind.value.replace('_', ' ').capitalize()} please" for kind in Kind}
"""The label of one question of each kind."""
TWO = (Option("tea", {"en": "Tea", "fr": "Thé"}), Option("coffee", {"en": "Coffee"}))


def ask(event: Event, label: str = "Which drink?", kind: Kind = Kind.SHORT_TEXT, **values: Any) -> Question:
    """One more question; choices are tea and coffee."""
    options = TWO if kind in (Kind.ONE_OF, Kind.SEVERAL_OF) else ()
    defaults: dict[str, Any] = {"label": {"en": label}, "purpose": {"en": "To plan."}, "options": options}
    saved = service.add_questions(event.id, [QuestionDetails(kind=kind, **defaults | values)], by=None)
    assert isinstance(saved, service.Saved), saved
    return question(saved.keys[0])


def ask_everything(event: Event) -> dict[Kind, Question]:
    """One question of each kind."""
    return {kind: ask(event, label, kind) for kind, label in KINDS.items()}


def ask_ready(event: Event, topic: str) -> list[Question]:
    saved = service.add_questions(event.id, ready_made(topic, event.language), by=None)
    assert isinstance(saved, service.Saved), saved
    return [question(key) for key in saved.keys]


def ask_consents(event: Event, **texts: str) -> None:
    saved = consenting.set_consents(event.id, {purpose: {"en": text} for purpose, text in texts.items()}, by=None)
    assert isinstance(saved, service.Saved), saved


def rename(asked: Question, number: int) -> None:
    """Give a question the key 00…number, so that its address is known beforehand."""
    with transaction() as session:
        session.get_one(Question, asked.id).key = UUID(int=number)


def question(key: str) -> Question:
    db.session.rollback()
    return next(each for each in db.session.scalars(select(Question)) if each.key.hex == key)


def field(asked: Question) -> str:
    """The name of a question's field on the form."""
    return f"questions-{asked.key.hex}"


def keep(asked: Question) -> str:
    """The name of the tick that lets a sensitive answer be kept."""
    return f"{field(asked)}-keep"


def answers(row: Registration) -> dict[str, Any]:
    """What is kept of a person, by the question's label in English."""
    row_id = row.id
    db.session.rollback()
    found = select(Question, Answer).join(Answer).where(Answer.registration_id == row_id)
    return {asked.label["en"]: answer.value for asked, answer in db.session.execute(found)}


def consents(row: Registration) -> dict[str, bool]:
    """What a person agrees to, by purpose and version."""
    row_id = row.id
    db.session.rollback()
    found = select(ConsentText, Consent).join(Consent).where(Consent.registration_id == row_id)
    return {f"{text.purpose}-{text.version}": each.withdrawn_at is None for text, each in db.session.execute(found)}
