"""The forms in which organisers write questions, and in which people change their own answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import ValidationError

from eventsapp.questions.models import ConsentText, Question
from eventsapp.questions.queries import details_of
from eventsapp.questions.ready import usual_consents
from eventsapp.questions.rules import (
    CHOICES,
    CONSENT_LENGTH,
    HELP_LENGTH,
    LABEL_LENGTH,
    MOST_OPTIONS,
    OPTION_LENGTH,
    PURPOSE_LENGTH,
    PURPOSES,
    SENSITIVE_TOPICS,
    Kind,
    QuestionDetails,
    with_labels,
)
from eventsapp.questions.words import attends_words, purpose_words
from eventsapp.web.fields import WholeNumberField
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength, Required
from eventsapp.web.rules import Texts
from eventsapp.web.text import clean_line, pick

_PLAIN = ("minimum", "maximum", "required", "attends", "sensitive", "keep_days")


class ButtonForm(BaseForm):
    """Nothing but a button."""


class AnswersForm(BaseForm):
    """A person's own answers; its fields come from the form part."""


class _MostLines:
    """At most so many lines, each of at most so many characters."""

    def __call__(self, form: Any, field: Any) -> None:
        lines = lines_of(field.data)
        if len(lines) > MOST_OPTIONS:
            raise ValidationError(gettext("At most %(most)s choices, please.", most=MOST_OPTIONS))
        if any(len(line) > OPTION_LENGTH for line in lines):
            raise ValidationError(gettext("A choice has at most %(most)s characters.", most=OPTION_LENGTH))


class QuestionForm(BaseForm):
    kind = HiddenField()
    label = CleanString(
        lazy_gettext("Question"), [Required(lazy_gettext("Write the question.")), MaxLength(LABEL_LENGTH)]
    )
    purpose = CleanString(
        lazy_gettext("Why do you ask?"),
        [Required(lazy_gettext("Say why you ask: people read it beside the question.")), MaxLength(PURPOSE_LENGTH)],
    )
    help = CleanText(lazy_gettext("Help"), [MaxLength(HELP_LENGTH)])
    options = CleanText(lazy_gettext("Choices"), [_MostLines()])
    minimum = WholeNumberField(lazy_gettext("Lowest number"))
    maximum = WholeNumberField(lazy_gettext("Highest number"))
    required = BooleanField(lazy_gettext("People must answer"))
    attends = RadioField(lazy_gettext("Who is asked?"), choices=attends_words, default="")
    sensitive = BooleanField(lazy_gettext("The answer is sensitive"))
    keep_days = WholeNumberField(lazy_gettext("Days after the event on which answers are deleted"))

    def details(self, before: QuestionDetails, language: str, chosen: Sequence[str]) -> QuestionDetails:
        """What the form says of a question; fields that it does not have stay as `before`."""
        names = ("label", "purpose", "help")
        texts: dict[str, Any] = {name: {**getattr(before, name), language: self[name].data} for name in names}
        plain: dict[str, Any] = {name: self[name].data for name in _PLAIN if name in self}
        details = replace(before, **texts, **plain)
        if "options" not in self:
            return details
        labels = {each.key: self[f"option-{each.key}"].data for each in before.options if f"option-{each.key}" in self}
        added = lines_of(self.options.data)
        return replace(details, options=with_labels(before.options, labels, added, language=language, chosen=chosen))


def question_form(before: QuestionDetails, language: str, *, hybrid: bool, new: bool) -> Any:
    """With the fields that this kind of question has, and one for each choice."""
    extra = {
        f"option-{each.key}": CleanString(
            gettext("Choice %(number)d", number=number),
            [MaxLength(OPTION_LENGTH)],
            default=each.label.get(language, ""),
        )
        for number, each in enumerate(before.options, 1)
    }
    made = type("QuestionForm", (QuestionForm,), extra)
    form = made(data={"kind": before.kind} if new else _values(before, language))
    _drop(form, before, hybrid)
    return form


def _values(before: QuestionDetails, language: str) -> dict[str, Any]:
    values = {name: pick(getattr(before, name), language) for name in ("label", "purpose", "help")}
    options = {f"option-{each.key}": each.label.get(language, "") for each in before.options}
    return values | options | {name: getattr(before, name) for name in _PLAIN}


def _drop(form: Any, before: QuestionDetails, hybrid: bool) -> None:
    """Take out what this question cannot have. The kind of one that is there is not the form's to say."""
    if before.label:
        del form.kind
    if before.kind not in CHOICES:
        del form.options
    if before.kind != Kind.NUMBER:
        del form.minimum, form.maximum
    if not hybrid:
        del form.attends
    if before.topic in SENSITIVE_TOPICS:
        del form.sensitive, form.required, form.keep_days


def lines_of(text: str) -> list[str]:
    """What stands on each line, empty ones left out."""
    return [line for each in (text or "").splitlines() if (line := clean_line(each))]


class ConsentsForm(BaseForm):
    """A tick and a text for each purpose."""


def consents_form(texts: Sequence[ConsentText], language: str) -> Any:
    there = {each.purpose: each.text for each in texts}
    fields: dict[str, Any] = {}
    for purpose, usual in usual_consents(language).items():
        fields[f"ask-{purpose}"] = BooleanField(purpose_words()[purpose], default=purpose in there)
        words = lazy_gettext("What people agree to")
        text = pick(there.get(purpose, usual), language)
        fields[f"text-{purpose}"] = CleanText(words, [MaxLength(CONSENT_LENGTH)], default=text)
    return type("ConsentsForm", (ConsentsForm,), fields)()


def consents_said(form: Any, texts: Sequence[ConsentText], language: str) -> dict[str, Texts]:
    """The texts of the ticked purposes. Where a text changed, its translations go: they said something else."""
    there = {each.purpose: each.text for each in texts}
    usual = usual_consents(language)
    said: dict[str, Texts] = {}
    for purpose in PURPOSES:
        typed = clean_line(form[f"text-{purpose}"].data)
        if form[f"ask-{purpose}"].data:
            known = (there.get(purpose, {}), usual[purpose])
            said[purpose] = next((each for each in known if each.get(language) == typed), {language: typed})
    return said


class LabelsForm(BaseForm):
    """The texts of the questions in one language."""


def labels_form(questions: Sequence[Question], consents: Sequence[ConsentText], language: str, first: str) -> Any:
    """A field for each text that is there in the event's language (`first`)."""
    fields: dict[str, Any] = {}
    for question in questions:
        details = details_of(question)
        lengths = {"label": LABEL_LENGTH, "help": HELP_LENGTH, "purpose": PURPOSE_LENGTH}
        heads = {"label": gettext("Question"), "help": gettext("Help"), "purpose": gettext("Why do you ask?")}
        for name, most in lengths.items():
            texts = getattr(details, name)
            if texts.get(first):
                kind = CleanText if name == "help" else CleanString
                field = kind(heads[name], [MaxLength(most)], default=texts.get(language, ""))
                fields[f"{question.key.hex}-{name}"] = field
        for number, each in enumerate(details.options, 1):
            head = gettext("Choice %(number)d", number=number)
            field = CleanString(head, [MaxLength(OPTION_LENGTH)], default=each.label.get(language, ""))
            fields[f"{question.key.hex}-option-{each.key}"] = field
    for consent in consents:
        head, text = purpose_words()[consent.purpose], consent.text.get(language, "")
        field = CleanString(head, [MaxLength(CONSENT_LENGTH)], default=text)
        fields[f"consent-{consent.purpose}"] = field
    return type("LabelsForm", (LabelsForm,), fields)()
