"""One question as the form shows it, and the field that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from eventsapp.events.words import language
from eventsapp.questions import countries
from eventsapp.questions.models import Answer, Question
from eventsapp.questions.reading import keys_in, typed_of
from eventsapp.questions.rules import Kind
from eventsapp.web.forms import CleanString, CleanText
from eventsapp.web.text import Picked, pick

KEY = "questions"
_FEW = 8
"""So many choices stand open to be read; more go into a list that unfolds."""


@dataclass(frozen=True)
class Asked:
    """One question as the form shows it."""

    question: Question
    answer: Answer | None
    label: Picked
    help: Picked
    purpose: Picked
    kept: str
    """The last day; empty: with the other data."""

    @property
    def name(self) -> str:
        return f"{KEY}-{self.question.key.hex}"

    @property
    def keep_name(self) -> str:
        """Of the tick that lets a sensitive answer be kept."""
        return f"{self.name}-keep"


def field_of(each: Asked, fallback: str) -> Any:
    question, label = each.question, each.label
    before = typed_of(each.answer.value) if each.answer is not None else None
    match question.kind:
        case Kind.LONG_TEXT:
            return CleanText(label, default=before)
        case Kind.DATE:
            return CleanString(label, widget=TextInput("date"), default=before)
        case Kind.COUNTRY:
            named = {"": gettext("Choose a country")} | dict(countries.choices(language()))
            return SelectField(label, choices=named, validate_choice=False, default=before or "")
        case Kind.YES_NO:
            return _one_of(each, {"yes": gettext("Yes"), "no": gettext("No")}, before)
        case Kind.ONE_OF:
            return _one_of(each, _choices(each, fallback), before)
        case Kind.SEVERAL_OF:
            return SelectMultipleField(
                label,
                choices=_choices(each, fallback),
                validate_choice=False,
                widget=ListWidget(prefix_label=False),
                option_widget=CheckboxInput(),
                default=before,
            )
    return CleanString(label, default=before)


def _one_of(each: Asked, choices: dict[str, str], before: Any) -> Any:
    """Radio buttons, or a list. An answer that need not be given can be taken out again."""
    if len(choices) > _FEW:
        choices = {"": gettext("Choose")} | choices
        return SelectField(each.label, choices=choices, validate_choice=False, default=before or "")
    if not each.question.required:
        choices = choices | {"": gettext("No answer")}
    return RadioField(each.label, choices=choices, validate_choice=False, default="" if before is None else before)


def _choices(each: Asked, fallback: str) -> dict[str, str]:
    kept = keys_in(each.answer.value) if each.answer is not None else []
    return {
        option["key"]: pick(option["label"], language(), fallback)
        for option in each.question.options
        if not option.get("retired") or option["key"] in kept
    }


def may_keep(each: Asked) -> Any:
    """What the tick says that lets a sensitive answer be kept."""
    return lazy_gettext("You may keep this answer until %(day)s", day=each.kept)
