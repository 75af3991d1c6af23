"""How questions join the registration: what create_app hands to `registration.extensions.join`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.questions import answering, countries, forgetting, queries
from eventsapp.questions.form_fields import KEY
from eventsapp.questions.form_part import QuestionsPart, asked_of, part_of
from eventsapp.questions.models import Question
from eventsapp.questions.queries import Agreed, Answered
from eventsapp.questions.rules import PURPOSES, Kind
from eventsapp.questions.words import answer_words, exported, kept_until, purpose_words, yes_no
from eventsapp.registration.extensions import Extension, ExtraColumn, PagePart
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import Locked
from eventsapp.registration.rules import LIVE
from eventsapp.web.text import pick


class Questions(Extension):
    key = KEY

    def form_part(self, event: Event) -> QuestionsPart | None:
        asked = [Answered(each, None) for each in queries.questions_of(event.id)]
        return part_of(event, asked, [Agreed(each, None) for each in queries.texts_of(event.id)])

    def party_part(self, event: Event) -> Callable[[], QuestionsPart] | None:
        """The questions that must be answered; none of these is sensitive."""
        asked = [Answered(each, None) for each in queries.questions_of(event.id) if each.required]
        return (lambda: QuestionsPart(event, asked_of(asked, event), ())) if asked else None

    def entered(self, lock: Locked, registration: Registration, value: Any) -> None:
        answering.keep(lock, registration, value)

    def merged(self, lock: Locked, kept: Registration, gone: Registration) -> None:
        answering.take_over(lock, kept, gone)

    def own_page(self, registration: Registration, token: str) -> PagePart | None:
        values = said_by(registration, sensitive=True)
        if not values["answers"] and not values["consents"] and not values["askable"]:
            return None
        return PagePart("questions/own_page.html", values | {"live": registration.state in LIVE})

    def person_page(self, event: Event, registration: Registration, *, sensitive: bool) -> PagePart | None:
        values = said_by(registration, sensitive=sensitive)
        if not values["answers"] and not values["consents"] and not values["hidden"]:
            return None
        return PagePart("questions/person_page.html", values)

    def columns(self, event: Event) -> Sequence[ExtraColumn]:
        asked = [_column(each, event) for each in queries.questions_of(event.id, retired=True)]
        purposes = {each.purpose for each in queries.texts_of(event.id)}
        return [*asked, *(_consent_column(each, event.id) for each in PURPOSES if each in purposes)]

    def forget(self, session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
        forgetting.forget(session, registration_ids, wholly=wholly)


def said_by(registration: Registration, *, sensitive: bool) -> dict[str, Any]:
    """What pages show of a person: answers and consents in words, and how many sensitive answers they leave out."""
    event = registration.event
    found = queries.answers_of(registration)
    given = [each for each in found if each.answer is not None]
    shown = [each for each in given if sensitive or not each.question.sensitive]
    consents = queries.consents_of(registration)
    return {
        "answers": [_shown(each, event) for each in shown],
        "hidden": len(given) - len(shown),
        "consents": [
            {
                "purpose": each.text.purpose,
                "heading": purpose_words()[each.text.purpose],
                "words": pick(each.text.text, language(), event.language),
                "given": each.given is not None,
            }
            for each in consents
        ],
        "askable": any(each.question.retired_at is None for each in found) or bool(consents),
    }


def _shown(each: Answered, event: Event) -> dict[str, Any]:
    question = each.question
    assert each.answer is not None
    return {
        "key": question.key.hex,
        "label": pick(question.label, language(), event.language),
        "words": answer_words(question, each.answer.value, event.language),
        "sensitive": question.sensitive,
        "retired": question.retired_at is not None,
        "kept": kept_until(question, event),
    }


def _column(question: Question, event: Event) -> ExtraColumn:
    fallback, question_id = event.language, question.id

    def values(registration_ids: Sequence[int]) -> Mapping[int, str]:
        found = queries.values_of(question_id, registration_ids)
        return {person: exported(question, value, fallback) for person, value in found.items()}

    choices = _choices(question, fallback)
    return ExtraColumn(
        key=f"question-{question.key.hex}",
        header=_header(question, fallback),
        sensitive=question.sensitive,
        values=values,
        choices=choices,
        matching=(lambda choice: queries.answering(question_id, choice)) if choices else None,
    )


def _header(question: Question, fallback: str) -> str:
    label = pick(question.label, language(), fallback)
    return gettext("%(label)s (asked no more)", label=label) if question.retired_at else label


def _choices(question: Question, fallback: str) -> tuple[tuple[str, str], ...]:
    match question.kind:
        case Kind.ONE_OF | Kind.SEVERAL_OF:
            return tuple((each["key"], pick(each["label"], language(), fallback)) for each in question.options)
        case Kind.YES_NO:
            return (("true", yes_no(True)), ("false", yes_no(False)))
        case Kind.COUNTRY:
            return countries.choices(language())
    return ()


def _consent_column(purpose: str, event_id: int) -> ExtraColumn:
    def values(registration_ids: Sequence[int]) -> Mapping[int, str]:
        return dict.fromkeys(queries.agreeing_among(event_id, purpose, registration_ids), yes_no(True))

    return ExtraColumn(
        key=f"consent-{purpose}",
        header=purpose_words()[purpose],
        sensitive=False,
        values=values,
        choices=(("yes", yes_no(True)),),
        matching=lambda _choice: queries.agreeing(event_id, purpose),
    )
