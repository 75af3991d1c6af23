"""Writes questions and consents in another language than the event's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eventsapp.database import transaction
from eventsapp.events.rules import Invalid
from eventsapp.events.service import lock_event
from eventsapp.questions import rules
from eventsapp.questions.consenting import set_consents
from eventsapp.questions.queries import details_of, questions_of, texts_of
from eventsapp.questions.rules import QuestionDetails
from eventsapp.questions.service import Saved, change_question
from eventsapp.web.rules import Problem, Texts


def set_labels(
    event_id: int,
    language: str,
    texts: Mapping[str, Mapping[str, str]],
    consents: Mapping[str, str],
    *,
    by: int | None,
) -> Saved | Invalid:
    """Texts in another language than the event's: of questions by key ("label", "help", "purpose", "option-<key>"), of
    consents by purpose. An empty one takes its translation away."""
    with transaction() as session:
        event = lock_event(session, event_id)
        found: list[Problem] = []
        wanted: dict[str, QuestionDetails] = {}
        for row in questions_of(event_id):
            key = row.key.hex
            wanted[key] = _translated(details_of(row), language, texts.get(key, {})).tidy()
            wrong = rules.problems(wanted[key], event.language)
            found += [Problem(f"{key}-{each.field}", each.message, each.params, each.item) for each in wrong]
        if found:
            return Invalid(tuple(found))
        answers = [change_question(event_id, key, details, by=by) for key, details in wanted.items()]
        agreed = {each.purpose: _put(each.text, language, consents, each.purpose) for each in texts_of(event_id)}
        answers.append(set_consents(event_id, agreed, by=by))
        return Saved(tuple(key for each in answers if isinstance(each, Saved) for key in each.keys))


def _translated(details: QuestionDetails, language: str, texts: Mapping[str, str]) -> QuestionDetails:
    options = [replace(each, label=_put(each.label, language, texts, f"option-{each.key}")) for each in details.options]
    names = ("label", "help", "purpose")
    named: dict[str, Any] = {name: _put(getattr(details, name), language, texts, name) for name in names}
    return replace(details, **named, options=tuple(options))


def _put(before: Texts, language: str, texts: Mapping[str, str], name: str) -> Texts:
    return {**before, language: texts[name]} if name in texts else before
