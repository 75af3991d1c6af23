"""What can be asked, what may still change once people answered, how long answers are kept.
Pure: the time is an argument."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from eventsapp.web.rules import N_, Problem, Texts, choice_problems, cleaned, slugged, texts_problems

LABEL_LENGTH = 300
HELP_LENGTH = 600
PURPOSE_LENGTH = 300
OPTION_LENGTH = 200
CONSENT_LENGTH = 600
SHORT_LENGTH = 300
LONG_LENGTH = 2000
MOST_OPTIONS = 60
MOST_QUESTIONS = 40
LOWEST, HIGHEST = 0, 1_000_000
"""Of a number whose question names no bounds."""
FURTHEST = 1_000_000_000
LONGEST_KEPT = 3650
SENSITIVE_KEPT = 14
"""Days after the event."""


class Kind(StrEnum):
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    YES_NO = "yes_no"
    NUMBER = "number"
    COUNTRY = "country"
    DATE = "date"


CHOICES = frozenset({Kind.ONE_OF, Kind.SEVERAL_OF})
KINDS = tuple(kind.value for kind in Kind)
ATTENDS = ("", "room", "online")
TOPICS = ("", "diet", "access", "interpretation")
SENSITIVE_TOPICS = frozenset({"diet", "access"})
PURPOSES = ("photos", "participant_list", "news")
"""What people may agree to, each by itself."""


@dataclass(frozen=True)
class Option:
    """Answers hold keys, so that a label may change; one that was chosen is retired, never removed."""

    key: str
    label: Texts
    retired: bool = False


@dataclass(frozen=True)
class QuestionDetails:
    """What an organiser says of a question. `label`, `help` and `purpose` are by language."""

    kind: str
    label: Texts
    help: Texts = field(default_factory=dict)
    purpose: Texts = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    required: bool = False
    attends: str = ""
    topic: str = ""
    sensitive: bool = False
    keep_days: int | None = None

    def tidy(self) -> QuestionDetails:
        """Texts cleaned, and what follows by itself: what is sensitive is optional and kept as long as all of that is;
        only choices have options, only numbers bounds."""
        sensitive = self.sensitive or self.topic in SENSITIVE_TOPICS
        numeric = self.kind == Kind.NUMBER
        options = [replace(each, label=cleaned(each.label, line=True)) for each in self.options]
        return replace(
            self,
            label=cleaned(self.label, line=True),
            help=cleaned(self.help, line=False),
            purpose=cleaned(self.purpose, line=True),
            options=tuple(options) if self.kind in CHOICES else (),
            minimum=self.minimum if numeric else None,
            maximum=self.maximum if numeric else None,
            required=self.required and not sensitive,
            sensitive=sensitive,
            keep_days=None if sensitive else self.keep_days,
        )

    @property
    def bounds(self) -> tuple[int, int]:
        """Of a number. One bound alone moves the other along, should it lie beyond."""
        low = min(LOWEST, self.maximum or LOWEST) if self.minimum is None else self.minimum
        high = max(HIGHEST, low) if self.maximum is None else self.maximum
        return low, high

    def open_options(self) -> list[Option]:
        return [each for each in self.options if not each.retired]


def problems(details: QuestionDetails, language: str) -> list[Problem]:
    """Everything wrong with tidy details; texts must be there in the event's own language."""
    return list(_problems(details, language))


def _problems(details: QuestionDetails, language: str) -> Iterator[Problem]:
    yield from choice_problems("kind", details.kind, KINDS)
    yield from choice_problems("attends", details.attends, ATTENDS)
    yield from choice_problems("topic", details.topic, TOPICS)
    yield from texts_problems("label", details.label, LABEL_LENGTH, language=language, required=True)
    yield from texts_problems("help", details.help, HELP_LENGTH, language=language)
    yield from texts_problems("purpose", details.purpose, PURPOSE_LENGTH, language=language, required=True)
    for name in ("minimum", "maximum"):
        value = getattr(details, name)
        if value is not None and abs(value) > FURTHEST:
            yield Problem(name, N_("is beyond what can be counted"))
    if details.minimum is not None and details.maximum is not None and details.minimum > details.maximum:
        yield Problem("maximum", N_("is below the lowest number"))
    if details.keep_days is not None and not 0 <= details.keep_days <= LONGEST_KEPT:
        yield Problem("keep_days", N_("must be a number of days from 0 to %(most)s"), {"most": LONGEST_KEPT})
    if details.kind in CHOICES:
        yield from _option_problems(details, language)


def _option_problems(details: QuestionDetails, language: str) -> Iterator[Problem]:
    if len(details.open_options()) < 2 and not (details.kind == Kind.SEVERAL_OF and details.open_options()):
        yield Problem("options", N_("must have at least two choices"))
    if len(details.options) > MOST_OPTIONS:
        yield Problem("options", N_("has too many choices: at most %(most)s"), {"most": MOST_OPTIONS})
    keys = [each.key for each in details.options]
    if len(set(keys)) < len(keys):
        yield Problem("options", N_("has two choices with the same key"))
    for number, option in enumerate(details.options):
        for each in texts_problems("options", option.label, OPTION_LENGTH, language=language, required=True):
            yield replace(each, item=number)


def change_problems(before: QuestionDetails, after: QuestionDetails, chosen: Collection[str]) -> list[Problem]:
    """What people's answers forbid; `chosen` are the keys of options that were. Only asked when there are answers."""
    found: list[Problem] = []
    if after.kind != before.kind:
        found.append(Problem("kind", N_("cannot change any more: people have answered")))
    if after.sensitive != before.sensitive or after.topic != before.topic:
        found.append(Problem("sensitive", N_("cannot change any more: people have answered under what it says")))
    if _days(after) > _days(before):
        found.append(Problem("keep_days", N_("cannot grow any more: people were told that answers go earlier")))
    if set(chosen) - {each.key for each in after.options}:
        found.append(Problem("options", N_("has lost a choice that people made; it can only be closed")))
    return found


def _days(details: QuestionDetails) -> float:
    if details.sensitive:
        return SENSITIVE_KEPT
    return float("inf") if details.keep_days is None else details.keep_days


def with_labels(
    before: Sequence[Option], labels: Mapping[str, str], added: Iterable[str], *, language: str, chosen: Collection[str]
) -> tuple[Option, ...]:
    """Options as an editor leaves them: `labels` by key in `language`, an empty one takes the option away (retires it
    when it was chosen); `added` come last, and get keys of their own. An option that is not named stays."""
    kept: list[Option] = []
    for option in before:
        text = labels.get(option.key)
        if text is None:
            kept.append(option)
        elif text:
            kept.append(replace(option, label={**option.label, language: text}, retired=False))
        elif option.key in chosen:
            kept.append(replace(option, retired=True))
    taken = {option.key for option in before}
    for text in added:
        key = free_key(text, taken)
        taken.add(key)
        kept.append(Option(key, {language: text}))
    return tuple(kept)


def free_key(label: str, taken: Collection[str]) -> str:
    """A key for a new option, made of its label, that no other has or had."""
    base = slugged(label, "option")[:40].strip("-")
    number = 1
    while (key := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return key


def applies(attends_asked: str, attends: str) -> bool:
    """Whether a question is asked of somebody who takes part so; empty: who has not chosen yet."""
    return not attends_asked or attends_asked == attends


def due_at(ends_at: datetime, *, sensitive: bool, keep_days: int | None) -> datetime | None:
    """From when on answers are gone; None: with the person's contact data."""
    days = SENSITIVE_KEPT if sensitive else keep_days
    return None if days is None else ends_at + timedelta(days=days)


def is_due(ends_at: datetime, sensitive: bool, keep_days: int | None, now: datetime) -> bool:
    """Whether answers are to be gone by now."""
    due = due_at(ends_at, sensitive=sensitive, keep_days=keep_days)
    return due is not None and due <= now
