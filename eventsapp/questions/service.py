"""What organisers do with the questions of an event. The event's row is locked first; a question that was answered is
never deleted, and what people answered under does not change behind their backs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.events.models import Event
from eventsapp.events.rules import Invalid
from eventsapp.events.service import lock_event
from eventsapp.questions import rules
from eventsapp.questions.models import Answer, Question
from eventsapp.questions.queries import chosen_options, details_of, find_question, questions_of
from eventsapp.questions.rules import QuestionDetails
from eventsapp.web.rules import N_, Problem


class QuestionNotFound(LookupError):
    """The event has no question of this key."""


@dataclass(frozen=True)
class Saved:
    """The keys of the questions added or changed; empty when all was so already."""

    keys: tuple[str, ...]


def add_questions(
    event_id: int, questions: Sequence[QuestionDetails], *, by: int | None, keys: Sequence[UUID] = ()
) -> Saved | Invalid:
    """Ask these as well, after those that are there. All or none; `item` of a problem says which. They get `keys`, or
    new ones."""
    with transaction() as session:
        event = lock_event(session, event_id)
        tidy = [each.tidy() for each in questions]
        found = [
            _at(item, problem) for item, each in enumerate(tidy) for problem in rules.problems(each, event.language)
        ]
        there = questions_of(event_id)
        if len(there) + len(tidy) > rules.MOST_QUESTIONS:
            found.append(
                Problem("label", N_("is one question too many: at most %(most)s"), {"most": rules.MOST_QUESTIONS})
            )
        if found:
            return Invalid(tuple(found))
        last = session.scalar(select(func.max(Question.position)).where(Question.event_id == event_id)) or 0
        rows = []
        for item, each in enumerate(tidy):
            key = keys[item] if keys else uuid4()
            place = last + 1 + item
            row = Question(key=key, event_id=event_id, position=place, created_at=clock.now(), **_plain(each))
            session.add(row)
            session.flush()
            rows.append(row)
            _note(event, row, "question.added", by, after=_plain(each))
        return Saved(tuple(row.key.hex for row in rows))


def change_question(event_id: int, key: str, details: QuestionDetails, *, by: int | None) -> Saved | Invalid:
    """Make a question read so. Answers stay: with them, only changes are taken that hold for those who gave them.
    Raises QuestionNotFound."""
    with transaction() as session:
        event = lock_event(session, event_id)
        row = _get(event_id, key)
        before, after = details_of(row), details.tidy()
        found = rules.problems(after, event.language)
        if not found and _answered(session, row):
            found = rules.change_problems(before, after, chosen_options(row.id) if row.options else ())
        if found:
            return Invalid(tuple(found))
        old, new = _plain(before), _plain(after)
        changed = [name for name in new if new[name] != old[name]]
        if not changed:
            return Saved(())
        for name, value in _plain(after).items():
            setattr(row, name, value)
        parts = {"before": {name: old[name] for name in changed}, "after": {name: new[name] for name in changed}}
        _note(event, row, "question.changed", by, **parts)
        return Saved((key,))


def move_question(event_id: int, key: str, *, up: bool, by: int | None) -> bool:
    """One place up or down among those that are asked. False: it is the first, or the last, already."""
    with transaction() as session:
        event = lock_event(session, event_id)
        row = _get(event_id, key)
        asked = list(questions_of(event_id))
        here = asked.index(row) if row in asked else -1
        there = here - 1 if up else here + 1
        if here < 0 or not 0 <= there < len(asked):
            return False
        asked[here], asked[there] = asked[there], asked[here]
        for place, each in enumerate(asked, 1):
            each.position = place
        _note(event, row, "question.moved", by, up=up)
        return True


def remove_question(event_id: int, key: str, *, by: int | None) -> bool:
    """Ask it no more. True: nobody had answered, so it is gone; else it is retired, and its answers stay."""
    with transaction() as session:
        event = lock_event(session, event_id)
        row = _get(event_id, key)
        gone = not _answered(session, row)
        if gone:
            _note(event, row, "question.removed", by, before=_plain(details_of(row)))
            session.delete(row)
        elif row.retired_at is None:
            row.retired_at = clock.now()
            _note(event, row, "question.retired", by)
        return gone


def ask_again(event_id: int, key: str, *, by: int | None) -> bool:
    """Ask a retired question again, last of all. False: it is asked already."""
    with transaction() as session:
        event = lock_event(session, event_id)
        row = _get(event_id, key)
        if row.retired_at is None:
            return False
        row.retired_at = None
        row.position = max((each.position for each in questions_of(event_id)), default=0) + 1
        _note(event, row, "question.asked_again", by)
        return True


def _get(event_id: int, key: str) -> Question:
    row = find_question(event_id, key)
    if row is None:
        raise QuestionNotFound(key)
    return row


def _answered(session: Session, row: Question) -> bool:
    return session.scalar(select(Answer.id).where(Answer.question_id == row.id).limit(1)) is not None


def _plain(details: QuestionDetails) -> dict[str, Any]:
    """As the row keeps it, and as JSON."""
    plain = {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(details).items()}
    return plain | {"options": [asdict(each) | {"label": dict(each.label)} for each in details.options]}


def _at(item: int, problem: Problem) -> Problem:
    return Problem(problem.field, problem.message, problem.params, item)


def _note(event: Event, row: Question, action: str, by: int | None, **details: Any) -> None:
    record(action, f"event:{event.id}", by=by, series_id=event.series_id, question=row.key.hex, **details)
