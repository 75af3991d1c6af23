"""The letter with which people learn their working group. Its facts are frozen like those of every letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventsapp.agenda.models import AgendaSession
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.events.words import language
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import Rendered
from eventsapp.registration import notifications
from eventsapp.registration.models import Registration
from eventsapp.signups.models import GroupRun
from eventsapp.web import dates
from eventsapp.web.text import pick

KIND = "group_place"


def write(
    event: EventSnapshot,
    registration: Registration,
    group: AgendaSession,
    before: AgendaSession | None,
    run: GroupRun,
) -> None:
    """`before`: the group that they were told until now, if any."""
    facts: dict[str, Any] = {
        "group": {
            "title": dict(group.title),
            "room": group.room if registration.attends == "room" else "",
            "speakers": list(group.speakers),
            "starts_at": group.starts_at.isoformat(),
            "ends_at": group.ends_at.isoformat(),
        },
        "group_before": dict(before.title) if before is not None else None,
    }
    notifications.write(KIND, event, registration, f"group:{run.id}:{run.number}:{registration.id}", **facts)


def render(letter: LetterFacts) -> Rendered:
    event = EventSnapshot.from_facts(letter.facts["event"])
    before = letter.facts["group_before"]
    return notifications.render(
        letter,
        group=_group_words(letter.facts["group"], event),
        group_before=pick(before, language(), event.language) if before else None,
    )


def _group_words(group: dict[str, Any], event: EventSnapshot) -> dict[str, str]:
    starts_at, ends_at = (datetime.fromisoformat(group[name]) for name in ("starts_at", "ends_at"))
    return {
        "title": pick(group["title"], language(), event.language),
        "room": group["room"],
        "speakers": ", ".join(group["speakers"]),
        "day": dates.day(starts_at, event.timezone),
        "time": dates.time_range(starts_at, ends_at, event.timezone),
    }


RENDERERS = {KIND: render}
