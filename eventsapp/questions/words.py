"""Questions and answers in words, in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import flask_babel

from eventsapp import clock
from eventsapp.events.models import Event
from eventsapp.events.words import language
from eventsapp.questions import countries
from eventsapp.questions.models import Question
from eventsapp.questions.rules import Kind, due_at
from eventsapp.registration.rules import contact_until
from eventsapp.web.dates import short_date
from eventsapp.web.text import pick

gettext: Callable[..., str] = flask_babel.gettext


def kind_words() -> dict[str, str]:
    return {
        Kind.SHORT_TEXT: gettext("Short text"),
        Kind.LONG_TEXT: gettext("Long text"),
        Kind.ONE_OF: gettext("One of several choices"),
        Kind.SEVERAL_OF: gettext("Any of several choices"),
        Kind.YES_NO: gettext("Yes or no"),
        Kind.NUMBER: gettext("Whole number"),
        Kind.COUNTRY: gettext("Country"),
        Kind.DATE: gettext("Date"),
    }


def attends_words() -> dict[str, str]:
    return {"": gettext("Everybody"), "room": gettext("People in the room"), "online": gettext("People online")}


def purpose_words() -> dict[str, str]:
    """What a consent is for, as short as a column's head."""
    return {
        "photos": gettext("Photos"),
        "participant_list": gettext("List of participants"),
        "news": gettext("Later news"),
    }


def yes_no(value: bool) -> str:
    return gettext("Yes") if value else gettext("No")


def answer_words(question: Question, value: Any, fallback: str) -> str:
    """An answer as people read it; `fallback` is the event's language."""
    if isinstance(value, bool):
        return yes_no(value)
    if question.kind in (Kind.ONE_OF, Kind.SEVERAL_OF):
        labels = {each["key"]: pick(each["label"], language(), fallback) for each in question.options}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(key, str(key)) for key in chosen)
    if question.kind == Kind.COUNTRY:
        return countries.name_of(str(value), language())
    if question.kind == Kind.DATE:
        return short_date(clock.date.fromisoformat(str(value)))
    return str(value)


def exported(question: Question, value: Any, fallback: str) -> str:
    """The same for a spreadsheet: dates as programs sort them."""
    return str(value) if question.kind == Kind.DATE else answer_words(question, value, fallback)


def kept_until(question: Question, event: Event) -> str:
    """The last day on which an answer is kept; empty: as long as the other data of the person."""
    due = due_at(event.ends_at, sensitive=question.sensitive, keep_days=question.keep_days)
    return day(due, event) if due is not None else ""


def contact_kept_until(event: Event) -> str:
    return day(contact_until(event.ends_at, had_place=True), event)


def day(moment: datetime, event: Event) -> str:
    return short_date(clock.wall_of(moment, event.timezone).date())
