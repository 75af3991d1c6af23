"""Reads questions, answers and consents. Every function runs a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from eventsapp.database import db
from eventsapp.questions.models import Answer, Consent, ConsentText, Question
from eventsapp.questions.reading import keys_in
from eventsapp.questions.rules import Option, QuestionDetails
from eventsapp.registration.models import Registration

_NAMED = 10_000


@dataclass(frozen=True)
class Answered:
    """A question with what one person answered, if they did."""

    question: Question
    answer: Answer | None


@dataclass(frozen=True)
class Agreed:
    """A text with what one person said to it: `given` is a consent that stands."""

    text: ConsentText
    given: Consent | None


def details_of(question: Question) -> QuestionDetails:
    return QuestionDetails(
        kind=question.kind,
        label=question.label,
        help=question.help,
        purpose=question.purpose,
        options=tuple(Option(each["key"], each["label"], each.get("retired", False)) for each in question.options),
        minimum=question.minimum,
        maximum=question.maximum,
        required=question.required,
        attends=question.attends,
        topic=question.topic,
        sensitive=question.sensitive,
        keep_days=question.keep_days,
    )


def questions_of(event_id: int, *, retired: bool = False) -> Sequence[Question]:
    """In the order in which they are asked; with `retired` also those that are asked no more."""
    wanted = select(Question).where(Question.event_id == event_id)
    if not retired:
        wanted = wanted.where(Question.retired_at.is_(None))
    return db.session.scalars(wanted.order_by(Question.position, Question.id)).all()


def find_question(event_id: int, key: str) -> Question | None:
    """By its key as addresses have it."""
    wanted = read_key(key)
    if wanted is None:
        return None
    return db.session.scalar(select(Question).where(Question.event_id == event_id, Question.key == wanted))


def read_key(text: str) -> UUID | None:
    """A question's key from an address or the name of a field: 32 hexadecimal digits."""
    try:
        return UUID(hex=text) if len(text) == 32 else None
    except ValueError:
        return None


def texts_of(event_id: int) -> Sequence[ConsentText]:
    """What people are asked to agree to now: the newest version for each purpose that is not withdrawn."""
    wanted = select(ConsentText).where(ConsentText.event_id == event_id, ConsentText.retired_at.is_(None))
    return db.session.scalars(wanted.order_by(ConsentText.id)).all()


def count_answers(event_id: int) -> dict[int, int]:
    """How many people answered, by question id."""
    grouped = (
        select(Answer.question_id, func.count())
        .join(Question, Question.id == Answer.question_id)
        .where(Question.event_id == event_id)
        .group_by(Answer.question_id)
    )
    return dict(db.session.execute(grouped).all())


def count_consents(event_id: int) -> dict[str, int]:
    """How many people agree, by purpose, whatever version they read."""
    grouped = (
        select(ConsentText.purpose, func.count())
        .join(Consent, Consent.consent_text_id == ConsentText.id)
        .where(ConsentText.event_id == event_id, Consent.withdrawn_at.is_(None))
        .group_by(ConsentText.purpose)
    )
    return dict(db.session.execute(grouped).all())


def chosen_options(question_id: int) -> set[str]:
    """The keys of options that somebody chose."""
    values = db.session.scalars(select(Answer.value).where(Answer.question_id == question_id))
    return {key for value in values for key in keys_in(value)}


def answers_of(registration: Registration) -> list[Answered]:
    """Every question of the person's event, asked no more or not, with this person's answer."""
    rows = (
        select(Question, Answer)
        .outerjoin(Answer, and_(Answer.question_id == Question.id, Answer.registration_id == registration.id))
        .where(Question.event_id == registration.event_id)
        .order_by(Question.position, Question.id)
    )
    return [Answered(question, answer) for question, answer in db.session.execute(rows)]


def consents_of(registration: Registration) -> list[Agreed]:
    """One for each purpose: the text that the person agrees to now, or else the one that is asked now."""
    rows = (
        select(ConsentText, Consent)
        .outerjoin(
            Consent,
            and_(
                Consent.consent_text_id == ConsentText.id,
                Consent.registration_id == registration.id,
                Consent.withdrawn_at.is_(None),
            ),
        )
        .where(ConsentText.event_id == registration.event_id)
        .order_by(ConsentText.id)
    )
    found = [Agreed(text, given) for text, given in db.session.execute(rows)]
    asked = {each.text.purpose: each for each in found if each.text.retired_at is None}
    return list((asked | {each.text.purpose: each for each in found if _stands(each)}).values())


def _stands(agreed: Agreed) -> bool:
    return agreed.given is not None


def values_of(question_id: int, registration_ids: Sequence[int]) -> dict[int, object]:
    """Answers to one question by registration id."""
    rows = select(Answer.registration_id, Answer.value).where(
        Answer.question_id == question_id, _among(Answer.registration_id, registration_ids)
    )
    return dict(db.session.execute(rows).all())


def _among(column: InstrumentedAttribute[int], registration_ids: Sequence[int]) -> ColumnElement[bool]:
    """Of these people; of all where they are more than a statement may name, for the caller to pick from."""
    return column.in_(registration_ids) if len(registration_ids) <= _NAMED else true()


def agreeing(event_id: int, purpose: str) -> Select[int]:
    """The ids of registrations whose consent for a purpose stands."""
    return (
        select(Consent.registration_id)
        .join(ConsentText, ConsentText.id == Consent.consent_text_id)
        .where(ConsentText.event_id == event_id, ConsentText.purpose == purpose, Consent.withdrawn_at.is_(None))
    )


def agreeing_among(event_id: int, purpose: str, registration_ids: Sequence[int]) -> Sequence[int]:
    wanted = agreeing(event_id, purpose).where(_among(Consent.registration_id, registration_ids))
    return db.session.scalars(wanted).all()


def answering(question_id: int, choice: str) -> Select[int]:
    """The ids of registrations that chose an option, a country, or "true" or "false"."""
    written = cast(Answer.value, String)
    wanted = written == choice if choice in ("true", "false") else written.contains(f'"{choice}"', autoescape=True)
    return select(Answer.registration_id).where(Answer.question_id == question_id, wanted)


def in_the_room(event_id: int, question_ids: Sequence[int]) -> list[tuple[int, object]]:
    """Question id and value of each answer by somebody who has a place in the room; nothing says who."""
    rows = (
        select(Answer.question_id, Answer.value)
        .join(Registration, Registration.id == Answer.registration_id)
        .where(Answer.question_id.in_(question_ids), *_present(event_id))
    )
    return [(question_id, value) for question_id, value in db.session.execute(rows)]


def count_in_the_room(event_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(Registration).where(*_present(event_id))) or 0


def _present(event_id: int) -> list[ColumnElement[bool]]:
    return [
        Registration.event_id == event_id,
        Registration.state == "confirmed",
        Registration.attends == "room",
    ]
