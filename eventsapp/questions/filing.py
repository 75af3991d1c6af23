"""Questions as an event file has them: each with a key of its own, all of them in order, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.events.rules import Invalid
from eventsapp.events.service import lock_event
from eventsapp.questions.models import Question
from eventsapp.questions.queries import chosen_options, details_of, questions_of, read_key
from eventsapp.questions.rules import QuestionDetails
from eventsapp.questions.service import Saved, add_questions, ask_again, change_question, remove_question
from eventsapp.web.rules import Problem, slugged


@dataclass(frozen=True)
class Keyed:
    """A question under the key that a file gives it; empty: it is made from the label."""

    key: str
    details: QuestionDetails


def as_filed(event_id: int) -> list[Keyed]:
    """What an event asks now, for a file."""
    return [Keyed(each.key.hex, details_of(each)) for each in questions_of(event_id)]


def set_questions(event_id: int, wanted: Sequence[Keyed], *, by: int | None) -> Saved | Invalid:
    """Ask these and no others, in this order. Those that are there keep their answers, the others are removed, or
    retired when people answered. A choice that was made and is missing is closed. `item` of a problem says which."""
    try:
        with transaction() as session:
            return Saved(tuple(_set(session, lock_event(session, event_id), wanted, by)))
    except _Undone as undone:
        return undone.answer


class _Undone(Exception):
    def __init__(self, answer: Invalid) -> None:
        super().__init__()
        self.answer = answer


def _set(session: Session, event: Event, wanted: Sequence[Keyed], by: int | None) -> list[str]:
    """The keys of all that changed."""
    there = {each.key: each for each in questions_of(event.id, retired=True)}
    before = [each.key for each in questions_of(event.id)]
    changed: list[str] = []
    asked: list[UUID] = []
    for item, each in enumerate(wanted):
        key = _key_of(session, event, each, there)
        if key in there:
            changed += _changed(event.id, there[key], each.details, item, by)
        else:
            changed += _done(add_questions(event.id, [each.details], by=by, keys=[key]), item).keys
        asked.append(key)
    for key in before:
        if key not in asked:
            remove_question(event.id, key.hex, by=by)
            changed.append(key.hex)
    if asked != before:
        _put_in_order(event.id, asked)
        changed += [] if changed else [each.hex for each in asked]
    return changed


def _changed(event_id: int, row: Question, details: QuestionDetails, item: int, by: int | None) -> tuple[str, ...]:
    named = {each.key for each in details.options}
    chosen = chosen_options(row.id) if row.options else set()
    closed = [replace(each, retired=True) for each in details_of(row).options if each.key in chosen - named]
    again = (row.key.hex,) if ask_again(event_id, row.key.hex, by=by) else ()
    wished = replace(details, options=(*details.options, *closed))
    return (*again, *_done(change_question(event_id, row.key.hex, wished, by=by), item).keys)


def _done(answer: Saved | Invalid, item: int) -> Saved:
    if isinstance(answer, Invalid):
        raise _Undone(Invalid(tuple(Problem(each.field, each.message, each.params, item) for each in answer.problems)))
    return answer


def _key_of(session: Session, event: Event, filed: Keyed, there: dict[UUID, Question]) -> UUID:
    """An exported key is the question's own, unless another event has it; any other is made from key or label."""
    exported = read_key(filed.key)
    name = filed.key or slugged(next(iter(filed.details.label.values()), ""), "question")
    made = uuid5(event.key, name)
    if exported is None or (exported not in there and _is_anothers(session, exported)):
        return made
    return exported


def _is_anothers(session: Session, key: UUID) -> bool:
    return session.scalar(select(Question.id).where(Question.key == key)) is not None


def _put_in_order(event_id: int, asked: Sequence[UUID]) -> None:
    for row in questions_of(event_id):
        row.position = asked.index(row.key) + 1
