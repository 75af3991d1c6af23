"""What the kitchen needs to know, and nothing that says who: numbers by choice, and free texts in the order of the
alphabet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.questions import queries
from eventsapp.questions.models import Question
from eventsapp.questions.reading import keys_in
from eventsapp.questions.words import answer_words
from eventsapp.web.text import Picked, folded, pick


@dataclass(frozen=True)
class Counted:
    """One question about food: how many chose what, or what they wrote and how often."""

    label: Picked
    lines: list[tuple[str, int]]
    answered: int
    is_choice: bool


@dataclass(frozen=True)
class Sheet:
    people: int
    """Who has a place in the room."""
    questions: list[Counted]


def sheet_of(event: Event) -> Sheet:
    asked = [each for each in queries.questions_of(event.id, retired=True) if each.topic == "diet"]
    given = queries.in_the_room(event.id, [each.id for each in asked]) if asked else []
    counted = [_counted(each, [value for owner, value in given if owner == each.id], event) for each in asked]
    return Sheet(queries.count_in_the_room(event.id), [each for each in counted if each.lines])


def _counted(question: Question, values: list[object], event: Event) -> Counted:
    label = pick(question.label, language(), event.language)
    if question.options:
        numbers = Counter(key for value in values for key in keys_in(value))
        lines = [
            (str(pick(each["label"], language(), event.language)), numbers[each["key"]])
            for each in question.options
            if numbers[each["key"]] or not each.get("retired")
        ]
        return Counted(label, lines if question.retired_at is None or values else [], len(values), is_choice=True)
    texts = Counter(answer_words(question, value, event.language) for value in values)
    return Counted(label, sorted(texts.items(), key=lambda each: folded(each[0])), len(values), is_choice=False)
