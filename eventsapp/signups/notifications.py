"""The letter about somebody's places in sessions: what they got, lost, or wait for, all of one occasion in one letter.

A plain sign-up is told by the page alone. The facts are frozen like those of every letter (registration/notifications).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eventsapp.agenda.models import AgendaSession
from eventsapp.events.snapshot import EventSnapshot
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import Rendered
from eventsapp.registration import notifications
from eventsapp.registration.models import Registration
from eventsapp.signups.words import news_heading, news_lines
from eventsapp.web.rules import Texts

KIND = "session_place"


@dataclass(frozen=True)
class News:
    """What happened to somebody's place in one session. Words for `what` are in `signups.words`."""

    what: str
    """taken, waiting, wished, or why it is gone: swapped, overlaps, agenda, kind, hand."""
    title: Texts
    starts_at: str
    ends_at: str
    """Wall times."""
    room: str
    position: int | None = None
    other: Texts | None = None
    """The session because of which it is gone."""


def news_of(
    session: AgendaSession, what: str, *, position: int | None = None, other: AgendaSession | None = None
) -> News:
    return News(
        what,
        dict(session.title),
        session.starts_wall.isoformat(timespec="minutes"),
        session.ends_wall.isoformat(timespec="minutes"),
        session.room,
        position,
        dict(other.title) if other is not None else None,
    )


def write(event: EventSnapshot, registration: Registration, news: Sequence[News], *, number: int) -> None:
    """`number`: the id of the last of the moves that the letter tells of."""
    facts: dict[str, Any] = {"sessions": [asdict(each) for each in news]}
    notifications.write(KIND, event, registration, f"session:{number}", **facts)


def render(letter: LetterFacts) -> Rendered:
    event = EventSnapshot.from_facts(letter.facts["event"])
    news = [News(**each) for each in letter.facts["sessions"]]
    several_days = event.starts_wall.date() != event.ends_wall.date()
    return notifications.render(
        letter,
        session_heading=news_heading(news, event.language),
        session_lines=news_lines(news, event.language, several_days=several_days),
    )


RENDERERS = {KIND: render}
