"""An event file as a value, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.rules import EventDetails
from eventsapp.exchange.lines import Path
from eventsapp.questions.filing import Keyed
from eventsapp.series.rules import NoticeDetails
from eventsapp.web.rules import Texts


@dataclass(frozen=True)
class Fault:
    """One thing wrong; printed as `FILE:LINE: field: what is wrong`."""

    line: int
    field: str
    message: str


@dataclass(frozen=True, kw_only=True)
class EventFile:
    event: EventDetails
    status: str | None
    """None: not said. A new event is a draft then, one that is there stays as it is."""
    series_slug: str
    series: Mapping[str, Any]
    """Fields of SeriesDetails that the table [series] gives, without the slug."""
    notice: NoticeDetails | None
    sessions: tuple[SessionDetails, ...]
    questions: tuple[Keyed, ...] | None = None
    """None: the file says nothing of them, and those that are there stay."""
    consents: Mapping[str, Texts] | None = None
    """By purpose; None as with questions."""
    lines: Mapping[Path, int]
    """Where each key stands, for what only the database can refuse."""
