"""Questions and consents in an event file: [[question]] and [[consent]], read and written."""

from __future__ import annotations

from typing import Any, TypeGuard

from eventsapp.exchange.table import Faults, Table
from eventsapp.questions import rules
from eventsapp.questions.filing import Keyed
from eventsapp.questions.rules import Option, QuestionDetails, free_key
from eventsapp.web.rules import Texts, texts_problems

_PLAIN_OPTION = 'must be a list of choices: ["…", "…"], or [{key = "…", label = "…"}, …]'


def read_questions(values: object, faults: Faults, language: str) -> tuple[Keyed, ...] | None:
    if values is None:
        return None
    if not _is_list(values):
        faults.note(("question",), "each is written as a table of its own: [[question]]")
        return ()
    return tuple(_question(each, place, faults, language) for place, each in enumerate(values))


def _question(values: dict[str, Any], place: int, faults: Faults, language: str) -> Keyed:
    path = ("question", place)
    table = Table(values, path, faults, language)
    table.required("label", "purpose")
    key = table.text("key")
    details = QuestionDetails(
        kind=table.text("kind", rules.Kind.SHORT_TEXT),
        label=table.texts("label"),
        help=table.texts("help"),
        purpose=table.texts("purpose"),
        options=_options(table),
        minimum=table.number("minimum"),
        maximum=table.number("maximum"),
        required=table.switch("required", default=False),
        attends=table.text("attends"),
        topic=table.text("topic"),
        sensitive=table.switch("sensitive", default=False),
        keep_days=table.number("keep_days"),
    ).tidy()
    table.finish()
    for problem in rules.problems(details, language):
        faults.note((*path, problem.field), str(problem))
    return Keyed(key, details)


def _options(table: Table) -> tuple[Option, ...]:
    """A plain text gets a key made from it; a table names its own."""
    values = table.raw("options")
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(each, str | dict) for each in values):
        table.wrong("options", _PLAIN_OPTION)
        return ()
    options: list[Option] = []
    for each in values:
        taken = {option.key for option in options}
        if isinstance(each, str):
            options.append(Option(free_key(each, taken), {table.language: each}))
            continue
        inner = Table(each, (*table.path, "options"), table.faults, table.language)
        label = inner.texts("label")
        key = inner.text("key") or free_key(next(iter(label.values()), ""), taken)
        options.append(Option(key, label, inner.switch("retired", default=False)))
        inner.finish()
    return tuple(options)


def read_consents(values: object, faults: Faults, language: str) -> dict[str, Texts] | None:
    if values is None:
        return None
    if not _is_list(values):
        faults.note(("consent",), "each is written as a table of its own: [[consent]]")
        return {}
    said: dict[str, Texts] = {}
    for place, each in enumerate(values):
        table = Table(each, ("consent", place), faults, language)
        table.required("purpose", "text")
        purpose, text = table.text("purpose"), table.texts("text")
        if purpose not in rules.PURPOSES:
            table.wrong("purpose", f"must be one of: {', '.join(rules.PURPOSES)}")
        if purpose in said:
            table.wrong("purpose", "stands there already")
        for problem in texts_problems("text", text, rules.CONSENT_LENGTH, language=language, required=True):
            table.faults.note((*table.path, "text"), str(problem))
        table.finish()
        said[purpose] = text
    return said


def question_values(filed: Keyed) -> dict[str, Any]:
    """Every key of [[question]] in its order; texts are by language still."""
    details = filed.details
    plain = ("minimum", "maximum", "required", "attends", "topic", "sensitive", "keep_days")
    return {
        "key": filed.key,
        "kind": details.kind,
        **{name: getattr(details, name) for name in ("label", "help", "purpose")},
        "options": [_option_values(each) for each in details.options],
        **{name: getattr(details, name) for name in plain},
    }


def _option_values(option: Option) -> dict[str, Any]:
    return {"key": option.key, "label": option.label} | ({"retired": True} if option.retired else {})


def _is_list(values: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(values, list) and all(isinstance(each, dict) for each in values)
