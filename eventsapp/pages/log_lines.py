"""Entries of the audit log as lines: names looked up for all of them together, so that a page costs the same however
many it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext

from eventsapp.agenda.difference_words import difference_lines
from eventsapp.agenda.differences import from_json
from eventsapp.audit.words import LONGEST, Value, action_words, values_of
from eventsapp.delegations.naming import NamedDelegation, delegations_named
from eventsapp.events.naming import Named, events_named, series_named, venues_named
from eventsapp.people.queries import names_of
from eventsapp.registration.handling_words import state_words
from eventsapp.registration.naming import NamedPerson, people_named
from eventsapp.registration.rules import State
from eventsapp.series.team_words import role_name
from eventsapp.web.access import Role

if TYPE_CHECKING:
    from eventsapp.audit.models import AuditEntry

CSV_HEADER = ("When (UTC)", "Who", "What", "About", "Series", "Values", "Action", "Subject")


@dataclass(frozen=True)
class Line:
    """One entry. `about` is what it was done to, with `href` where that has a page."""

    id: int
    at: str
    who: str
    what: str
    about: str
    href: str
    series: str
    values: Sequence[Value]


@dataclass(frozen=True)
class _Names:
    people: Mapping[int, str]
    events: Mapping[int, Named]
    registrations: Mapping[int, NamedPerson]
    series: Mapping[int, str]
    venues: Mapping[int, str]
    delegations: Mapping[int, NamedDelegation]


def lines(entries: Sequence[AuditEntry], language: str, *, name_series: bool) -> list[Line]:
    names = _names(entries, language)
    return [_line(entry, names, name_series=name_series, longest=LONGEST) for entry in entries]


def csv_rows(entries: Sequence[AuditEntry], language: str, *, name_series: bool) -> Iterator[Sequence[object]]:
    names = _names(entries, language)
    for entry in entries:
        line = _line(entry, names, name_series=name_series, longest=None)
        told = "\n".join(_plain(value) for value in line.values)
        yield line.at, line.who, line.what, line.about, line.series, told, entry.action, entry.subject


def _plain(value: Value) -> str:
    label = f"{value.label}: " if value.label else ""
    return f"{label}{value.before} → {value.after}" if value.before is not None else f"{label}{value.after}"


def _names(entries: Sequence[AuditEntry], language: str) -> _Names:
    """Seven statements, however many entries."""
    subjects = [entry.subject.partition(":") for entry in entries]
    registrations = people_named(_ids(subjects, "registration"))
    delegations = delegations_named(_ids(subjects, "delegation"))
    of_events: list[NamedPerson | NamedDelegation] = [*registrations.values(), *delegations.values()]
    event_ids = {*_ids(subjects, "event"), *(each.event_id for each in of_events)}
    series_ids = {*_ids(subjects, "series"), *(entry.series_id for entry in entries if entry.series_id is not None)}
    user_ids = {*_ids(subjects, "user"), *(entry.user_id for entry in entries if entry.user_id is not None)}
    return _Names(
        people=names_of(user_ids),
        events=events_named(event_ids, language),
        registrations=registrations,
        series=series_named(series_ids, language),
        venues=venues_named(_ids(subjects, "venue")),
        delegations=delegations,
    )


def _ids(subjects: Iterable[tuple[str, str, str]], kind: str) -> list[int]:
    return [int(number) for each, _, number in subjects if each == kind and number.isdigit()]


def _line(entry: AuditEntry, names: _Names, *, name_series: bool, longest: int | None) -> Line:
    about, href = _about(entry.subject, names)
    values = [_in_words(entry.action, value) for value in _values(entry, names)]
    return Line(
        id=entry.id,
        at=f"{entry.at:%Y-%m-%d %H:%M}",
        who=_who(entry, names),
        what=action_words(entry.action),
        about=about,
        href=href,
        series=names.series.get(entry.series_id, "") if name_series and entry.series_id is not None else "",
        values=[_cut(value, longest) for value in values] if longest is not None else values,
    )


def _who(entry: AuditEntry, names: _Names) -> str:
    if entry.user_id is not None:
        return names.people.get(entry.user_id, "")
    actors = {
        "participant": gettext("The person"),
        "command": gettext("The command line"),
        "contact": gettext("The contact of a delegation"),
        "worker": gettext("By itself"),
        "organiser": gettext("An account that is gone"),
    }
    return str(actors.get(entry.actor, entry.actor))


def _about(subject: str, names: _Names) -> tuple[str, str]:
    kind, _, rest = subject.partition(":")
    number = int(rest) if rest.isdigit() else 0
    if kind == "event" and number in names.events:
        event = names.events[number]
        return event.title, url_for("event_organiser.show", slug=event.slug)
    if kind == "registration" and number in names.registrations:
        return _about_person(names.registrations[number], names)
    if kind == "delegation" and number in names.delegations:
        return _about_delegation(names.delegations[number], names)
    named = {"series": names.series, "user": names.people, "venue": names.venues}.get(kind, {})
    return named.get(number, ""), ""


def _about_person(person: NamedPerson, names: _Names) -> tuple[str, str]:
    """The person with the event; both lead to the person's page."""
    event = names.events.get(person.event_id)
    name = person.name or str(gettext("(forgotten)"))
    if event is None:
        return name, ""
    return f"{name} – {event.title}", url_for("attendees.person", slug=event.slug, registration_id=person.id)


def _about_delegation(delegation: NamedDelegation, names: _Names) -> tuple[str, str]:
    event = names.events.get(delegation.event_id)
    if event is None:
        return delegation.organisation, ""
    return f"{delegation.organisation} – {event.title}", url_for("delegations.list", slug=event.slug)


def _values(entry: AuditEntry, names: _Names) -> list[Value]:
    """Of an agenda, the sessions that changed are told as its own pages tell them."""
    details = dict(entry.details)
    told: list[Value] = []
    for name, label in (("differences", ""), ("replaced_draft", gettext("Instead of a draft"))):
        try:
            told += [Value(label, None, line) for line in _sessions(entry, details.get(name) or (), names)]
        except (KeyError, TypeError, ValueError):
            # An earlier version wrote it otherwise: it is shown as it stands.
            continue
        if details.pop(name, None):
            details.pop("keys", None)
    return values_of(details) + told


def _sessions(entry: AuditEntry, kept: Sequence[Mapping[str, Any]], names: _Names) -> list[str]:
    event = names.events.get(next(iter(_ids([entry.subject.partition(":")], "event")), 0))
    return difference_lines(from_json(kept), fallback=event.title.language if event is not None else "en")


def _in_words(action: str, value: Value) -> Value:
    """Roles and states by their names."""
    words = _role if action.startswith("team.") else _state if not value.label else None
    if words is None:
        return value
    return Value(value.label, words(value.before) if value.before is not None else None, words(value.after))


def _role(text: str) -> str:
    return role_name(Role[text]) if text in Role.__members__ else text


def _state(text: str) -> str:
    return state_words(text)[0] if text in set(State) else text


def _cut(value: Value, longest: int) -> Value:
    before = _shortened(value.before, longest) if value.before is not None else None
    return Value(value.label, before, _shortened(value.after, longest))


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
