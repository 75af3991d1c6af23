"""Makes an event anew at another date, with all that was prepared for it and nobody who was registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from eventsapp import clock
from eventsapp.agenda import drafting
from eventsapp.agenda.queries import draft_view
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.events import queries
from eventsapp.events import service as events
from eventsapp.events.rules import Created, Edited, EventDetails, Invalid, Refusal
from eventsapp.questions import service as questions
from eventsapp.questions.consenting import set_consents
from eventsapp.questions.queries import details_of, questions_of, texts_of
from eventsapp.questions.rules import QuestionDetails
from eventsapp.web.rules import Problem

_TIMES = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at", "promotion_ends_at")


@dataclass(frozen=True)
class Wishes:
    """What differs from the original. `title` is in the event's language; another one leaves the other languages'
    titles behind: they would name the original."""

    slug: str
    title: str
    starts_on: date


class _NotCopied(Exception):
    """Takes the whole transaction back."""

    def __init__(self, answer: Refusal | Invalid) -> None:
        self.answer = answer


def copy_event(event_id: int, wishes: Wishes, *, by: int) -> Created | Refusal | Invalid:
    """A draft in the same series, with agenda, questions and texts. Every wall time moves by the same number of days,
    so 09:00 stays 09:00 across a change to summer time; a time that the new day's clocks skip or repeat is a problem
    of `starts_on`. Registration that would have opened before now opens on publication.

    Left behind: people, letters, the list of invited people and its link, and whether it was published or called off.
    """
    try:
        with transaction():
            return _copy(event_id, wishes, by)
    except _NotCopied as refused:
        return refused.answer


def _copy(event_id: int, wishes: Wishes, by: int) -> Created:
    original = queries.find_event(event_id)
    if original is None:
        raise events.EventNotFound(event_id)
    shift = wishes.starts_on - original.starts_wall.date()
    sessions = moved(draft_view(event_id).details, shift)
    details = _details(queries.details_of(original), wishes, shift)
    made = events.create_event(original.series_id, details, by=by)
    if not isinstance(made, Created):
        raise _NotCopied(_about_the_day(made))
    if sessions:
        kept = drafting.replace_draft(made.event_id, sessions, by=by)
        if not isinstance(kept, Edited):
            raise _NotCopied(_about_the_day(kept) if isinstance(kept, Invalid | Refusal) else Refusal.SLUG_TAKEN)
    _ask_the_same(original.id, made.event_id, by)
    record("event.copied", f"event:{made.event_id}", by=by, series_id=original.series_id, original=original.slug)
    return made


def _ask_the_same(original_id: int, copy_id: int, by: int) -> None:
    """The questions and consents that are asked now, without the choices that are closed."""
    asked = [_reopened(details_of(each)) for each in questions_of(original_id)]
    answers = [
        questions.add_questions(copy_id, asked, by=by),
        set_consents(copy_id, {each.purpose: each.text for each in texts_of(original_id)}, by=by),
    ]
    for answer in answers:
        if isinstance(answer, Invalid):
            raise _NotCopied(answer)


def _reopened(question: QuestionDetails) -> QuestionDetails:
    return replace(question, options=tuple(each for each in question.options if not each.retired))


def moved(sessions: Sequence[SessionDetails], shift: timedelta) -> list[SessionDetails]:
    """The same sessions on other days; nobody has signed up for them."""
    return [replace(each, starts_at=each.starts_at + shift, ends_at=each.ends_at + shift) for each in sessions]


def _details(original: EventDetails, wishes: Wishes, shift: timedelta) -> EventDetails:
    times: dict[str, datetime | None] = {
        name: wall + shift if wall is not None else None
        for name, wall in ((name, getattr(original, name)) for name in _TIMES)
    }
    opens = times["registration_opens_at"]
    if opens is not None and opens <= clock.now().astimezone(clock.zone(original.timezone)).replace(tzinfo=None):
        times["registration_opens_at"] = None
    return replace(original, slug=wishes.slug, title=_title(original, wishes), **times)  # type: ignore[arg-type]


def _title(original: EventDetails, wishes: Wishes) -> Mapping[str, str]:
    if wishes.title == original.title.get(original.language):
        return original.title
    return {original.language: wishes.title}


def _about_the_day(answer: Refusal | Invalid) -> Refusal | Invalid:
    """Faults of times are said at the only time that was asked for."""
    if not isinstance(answer, Invalid):
        return answer
    return Invalid(
        tuple(
            Problem("starts_on" if each.field in _TIMES else each.field, each.message, each.params)
            for each in answer.problems
        )
    )
