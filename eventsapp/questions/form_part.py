"""The questions and consents of an event as a part of a form (registration/extensions.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.questions import countries
from eventsapp.questions.answering import Said
from eventsapp.questions.models import Answer, ConsentText, Question
from eventsapp.questions.queries import Agreed, Answered, details_of
from eventsapp.questions.reading import Value, keys_in, read, typed_of
from eventsapp.questions.rules import Kind, applies
from eventsapp.questions.words import contact_kept_until, kept_until
from eventsapp.web.forms import CleanString, CleanText
from eventsapp.web.rules import Problem
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


@dataclass(frozen=True)
class Offered:
    """One consent as the form shows it."""

    text: ConsentText
    words: Picked
    given: bool

    @property
    def shown(self) -> str:
        """Which text it was: nobody agrees to one that came in its place meanwhile."""
        return f"{self.text.purpose}-{self.text.version}"

    @property
    def name(self) -> str:
        return f"{KEY}-agree-{self.shown}"


@dataclass
class QuestionsPart:
    """Of one showing of the form. `own`: how the person takes part who changes their answers; the questions for others
    are left out then."""

    event: Event
    asked: Sequence[Asked]
    offered: Sequence[Offered]
    template: str = "questions/form_part.html"
    _read: dict[str, Value | None] = field(default_factory=dict)

    @property
    def plain(self) -> list[Asked]:
        return [each for each in self.asked if not each.question.sensitive]

    @property
    def sensitive(self) -> list[Asked]:
        return [each for each in self.asked if each.question.sensitive]

    @property
    def kept(self) -> str:
        return contact_kept_until(self.event)

    @property
    def divided(self) -> bool:
        """Whether the questions depend on how one takes part."""
        return self.event.mode == "hybrid" and any(each.question.attends for each in self.asked)

    def fields(self) -> Mapping[str, Any]:
        fields: dict[str, Any] = {}
        for each in self.asked:
            fields[each.name] = _field(each, self.event.language)
            if each.question.sensitive:
                fields[each.keep_name] = BooleanField(_may_keep(each), default=each.answer is not None)
        return fields | {each.name: BooleanField(each.words, default=each.given) for each in self.offered}

    def check(self, form: Any, attends: str) -> None:
        for each in self.asked if not attends else self._for(attends):
            found = self._answer(each, form[each.name], attends)
            if isinstance(found, Problem):
                _refuse(form[each.name], each.label, gettext(found.message, **found.params))
                continue
            self._read[each.question.key.hex] = found
            if each.question.sensitive and found is not None and not form[each.keep_name].data:
                words = gettext(
                    "tick that we may keep your answer, or take the answer out. Without that we cannot take it."
                )
                _refuse(form[each.keep_name], each.label, words)

    def value(self, form: Any, attends: str) -> Said:
        asked = {each.question.key.hex for each in self._for(attends)}
        return {
            "answers": {key: value for key, value in self._read.items() if key in asked},
            "agreed": {each.shown: bool(form[each.name].data) for each in self.offered},
        }

    def _for(self, attends: str) -> list[Asked]:
        return [each for each in self.asked if applies(each.question.attends, attends)]

    def _answer(self, each: Asked, typed: Any, attends: str) -> Value | Problem | None:
        """Nothing is missing of a question that may not be for this person."""
        details = details_of(each.question)
        details = replace(details, required=details.required and applies(details.attends, attends))
        kept = keys_in(each.answer.value) if each.answer is not None and each.question.options else ()
        return read(details, typed.data or "", countries=countries.CODES, kept=kept)


def part_of(event: Event, questions: Sequence[Answered], consents: Sequence[Agreed]) -> QuestionsPart | None:
    """None when the event asks for nothing."""
    asked = asked_of(questions, event)
    offered = [
        Offered(each.text, pick(each.text.text, language(), event.language), each.given is not None)
        for each in consents
    ]
    return QuestionsPart(event, asked, offered) if asked or offered else None


def asked_of(questions: Sequence[Answered], event: Event) -> list[Asked]:
    return [_asked(each, event) for each in questions]


def _asked(each: Answered, event: Event) -> Asked:
    question, here = each.question, (language(), event.language)
    return Asked(
        question,
        each.answer,
        label=pick(question.label, *here),
        help=pick(question.help, *here),
        purpose=pick(question.purpose, *here),
        kept=kept_until(question, event),
    )


def _field(each: Asked, fallback: str) -> Any:
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


def _may_keep(each: Asked) -> Any:
    return lazy_gettext("You may keep this answer until %(day)s", day=each.kept)


def _refuse(field_: Any, label: str, words: str) -> None:
    """Names the question: the words stand in the summary above the form, too."""
    field_.errors = [*field_.errors, gettext("“%(label)s”: %(words)s", label=label, words=words)]
