"""An event file in its one canonical form: fixed order, defaults left out, so that the same event is the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.rules import EventDetails
from eventsapp.exchange.questions import question_values
from eventsapp.questions.filing import Keyed
from eventsapp.series.rules import NoticeDetails, SeriesDetails
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.rules import Texts

_EVENT_TEXTS = ("title", "summary", "description")


def write(
    event: EventDetails,
    status: str,
    series: SeriesDetails,
    notice: NoticeDetails | None,
    sessions: tuple[SessionDetails, ...],
    questions: Sequence[Keyed] = (),
    consents: Mapping[str, Texts] | None = None,
) -> str:
    """The text of the file, ending in a line feed."""
    tables = [
        ("[event]", _event(event, status, series.slug)),
        ("[series]", _series(series, event.language)),
        ("[series.privacy_notice]", _notice(notice, series.language) if notice else {}),
        ("[venue]", _venue(event.venue, event.language) if event.venue else {}),
        *(("[[session]]", _session(session, event)) for session in sessions),
        *(("[[question]]", _question(each, event.language)) for each in questions),
        *(("[[consent]]", _consent(*each, event.language)) for each in (consents or {}).items()),
    ]
    return "\n".join("".join(_lines(header, values)) for header, values in tables if values)


def _lines(header: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield f"{header}\n"
    for name, value in values.items():
        yield f"{name} = {_value(value)}\n"


def _event(event: EventDetails, status: str, series: str) -> dict[str, Any]:
    texts = {name: _texts(getattr(event, name), event.language) for name in _EVENT_TEXTS}
    values = {
        "slug": event.slug,
        "language": event.language,
        "title": texts["title"],
        "kind": event.kind,
        "series": series,
        "summary": texts["summary"],
        "description": texts["description"],
        "timezone": event.timezone,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "mode": event.mode,
        "capacity": event.capacity,
        "online_capacity": event.online_capacity,
        "waitlist": event.waitlist,
        "approval": event.approval,
        "confidential": event.confidential,
        "recorded": event.recorded,
        "visibility": event.visibility,
        "registration_opens_at": event.registration_opens_at,
        "registration_closes_at": event.registration_closes_at,
        "promotion_ends_at": event.promotion_ends_at,
        "promotion": event.promotion,
        "party_max": event.party_max,
        "ranks_groups": event.ranks_groups,
        "status": status,
        "online_url": event.online_url,
    }
    defaults = {"mode": "in_person", "waitlist": True, "visibility": "public", "promotion": "confirm", "party_max": 5}
    return _given(values, defaults)


def _series(series: SeriesDetails, language: str) -> dict[str, Any]:
    values = {
        "title": _texts(series.title, series.language),
        "language": series.language,
        "summary": _texts(series.summary, series.language),
        "accent": series.accent,
        "contact_email": series.contact_email,
        "sender_name": series.sender_name,
        "funder_statement": _texts(series.funder_statement, series.language),
        "grant_number": series.grant_number,
        "evidence_until": series.evidence_until,
        "evidence_reason": series.evidence_reason,
    }
    return _given(values, {"language": language, "accent": "teal"})


def _notice(notice: NoticeDetails, language: str) -> dict[str, Any]:
    values = {field.name: getattr(notice, field.name) for field in fields(notice)}
    return {name: _texts(value, language) if isinstance(value, Mapping) else value for name, value in values.items()}


def _venue(venue: VenueDetails, language: str) -> dict[str, Any]:
    values = {
        "name": venue.name,
        "address": venue.address,
        "directions": _texts(venue.directions, language),
        "access_notes": _texts(venue.access_notes, language),
    }
    return _given(values, {})


def _session(session: SessionDetails, event: EventDetails) -> dict[str, Any]:
    """Times without a date where the event has one day and they are of it."""
    one_day = event.starts_at.date() if event.starts_at.date() == event.ends_at.date() else None
    walls = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    values = {
        "key": session.key,
        **{name: wall.time() if wall.date() == one_day else wall for name, wall in walls.items()},
        "title": _texts(session.title, event.language),
        "kind": session.kind,
        "room": session.room,
        "speakers": list(session.speakers),
        "capacity": session.capacity,
        "online_capacity": session.online_capacity,
    }
    return _given(values, {"kind": "other"})


def _question(filed: Keyed, language: str) -> dict[str, Any]:
    values = question_values(filed)
    values |= {name: _texts(values[name], language) for name in ("label", "help", "purpose")}
    for option in values["options"]:
        option["label"] = _texts(option["label"], language)
    return _given(values, {"kind": "short_text", "minimum": None, "maximum": None, "keep_days": None})


def _consent(purpose: str, text: Texts, language: str) -> dict[str, Any]:
    return {"purpose": purpose, "text": _texts(text, language)}


def _given(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty or as it would be if left out."""
    return {
        name: value
        for name, value in values.items()
        if not (value == defaults[name] if name in defaults else value in (None, "", False, [], {}))
    }


def _texts(texts: Mapping[str, str], language: str) -> str | dict[str, str]:
    """A plain text when it is in the one language that a plain text is read in."""
    return texts[language] if set(texts) == {language} else dict(sorted(texts.items()))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _long(value) if "\n" in value else _quoted(value)
    if isinstance(value, datetime | time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {_inline(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    return str(value)


def _inline(value: Any) -> str:
    """Within a list or a table, where no line may end."""
    return _quoted(value) if isinstance(value, str) else _value(value)


def _quoted(text: str) -> str:
    return '"' + _escaped(text).replace("\n", "\\n").replace('"', '\\"') + '"'


def _long(text: str) -> str:
    """Several lines between three quotes; the line feed after the first three is not part of the text."""
    safe = _escaped(text).replace('"""', '\\"\\"\\"')
    if safe.endswith('"'):
        safe = safe[:-1] + '\\"'
    return f'"""\n{safe}"""'


def _escaped(text: str) -> str:
    """Kept texts have no control characters but line feeds; whatever else slipped in is written by its number."""
    plain = text.replace("\\", "\\\\")
    return "".join(c if (c >= " " and c != "\x7f") or c == "\n" else f"\\u{ord(c):04X}" for c in plain)
