"""The questions and consents of an event as a part of a form (registration/extensions.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField

from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.questions import countries
from eventsapp.questions.answering import Said
from eventsapp.questions.form_fields import KEY, Asked, field_of, may_keep
from eventsapp.questions.models import ConsentText
from eventsapp.questions.queries import Agreed, Answered, details_of
from eventsapp.questions.reading import Value, keys_in, read
from eventsapp.questions.rules import applies
from eventsapp.questions.words import contact_kept_until, kept_until
from eventsapp.web.rules import Problem
from eventsapp.web.text import Picked, pick


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
            fields[each.name] = field_of(each, self.event.language)
            if each.question.sensitive:
                fields[each.keep_name] = BooleanField(may_keep(each), default=each.answer is not None)
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


def _refuse(field_: Any, label: str, words: str) -> None:
    """Names the question: the words stand in the summary above the form, too."""
    field_.errors = [*field_.errors, gettext("“%(label)s”: %(words)s", label=label, words=words)]
