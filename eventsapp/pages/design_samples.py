"""What the page of components shows: an agenda with all that may stand in one, organisations with long names."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from eventsapp.agenda.speakers_rules import Known
from eventsapp.registration.statistics import Organisation

_ABOUT = {"en": "Trains teams that meet people **before** there is a complaint."}
SPEAKERS = [Known("Ann Peeters", "Unia", "https://example.org/ann", _ABOUT), Known("Bob Maes")]


def agenda() -> list[dict[str, Any]]:
    """As templates/macros/agenda.html takes it."""
    working = [
        _session("13:30", "15:00", "Working group: trust in the neighbourhood", kind="working_group", room="Room 1"),
        _session("13:30", "15:30", "Working group: first contact", kind="working_group", room="Room 2, second floor"),
        _session("13:30", "15:00", "Working group: data", kind="working_group", room="Room 3", cancelled=True),
    ]
    return [
        {
            "heading": "Thursday 14 October 2027",
            "slots": [
                [_session("09:00", "09:30", "Walk-in participants", kind="arrival")],
                [_session("09:30", "10:45", "Opening", kind="plenary", speakers=SPEAKERS)],
                [_session("10:45", "11:15", "Coffee", kind="break")],
                [_session("11:15", "12:30", "One session, called off", cancelled=True)],
                working,
            ],
        },
        {"heading": "Friday 15 October 2027", "slots": [[_session("10:00", "", "A walk with no end", kind="visit")]]},
    ]


def organisations() -> list[Organisation]:
    return [
        Organisation("Police zone Antwerp", 31),
        Organisation("Unia", 12),
        Organisation("A federation of associations for neighbourhoods and districts, northern section", 5),
        Organisation("<b>Markup</b> is shown, not obeyed", 1),
    ]


def _session(start: str, end: str, title: str, **values: Any) -> dict[str, Any]:
    described = values.get("kind") == "plenary"
    empty: dict[str, Any] = {"kind": "other", "room": "", "speakers": [], "cancelled": False}
    return {
        "start": start,
        "end": end,
        "starts_iso": f"2027-10-14T{start}+02:00",
        "title": title,
        "description_html": Markup("<p>A word on what it is about.</p>") if described else None,
        **empty,
        **values,
    }
