"""The agenda as organisers work on it, as values, and what its verbs answer. Pure.

An organiser's page shows the draft if there is one, else the published agenda, in the same shape. Version numbers are
those of the event's `agenda_version`, which never falls: `DraftView.version` is its present value, a session's
`version` the value at that session's last change, in whichever draft that was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsapp.agenda.differences import Difference
from eventsapp.agenda.rules import SessionDetails
from eventsapp.web.rules import Texts


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """One session. It can be shown wherever a published one can (`view.Shown`)."""

    key: str
    version: int
    """What `drafting.change_in_draft` and its like take as `expected_version`."""
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime
    """Instants, derived from the wall times in the event's zone."""
    title: Texts
    kind: str
    room: str
    speakers: tuple[str, ...]
    capacity: int | None
    online_capacity: int | None
    changed_by: str = ""
    """Who changed it last in this draft, by name; empty: nobody did, or the account is gone."""
    changed_at: datetime | None = None
    """When that was; None: not in this draft."""

    @property
    def cancelled_at(self) -> None:
        """What is taken off a draft is not in it."""
        return

    @property
    def details(self) -> SessionDetails:
        """The value that forms and verbs take."""
        return SessionDetails(
            key=self.key,
            starts_at=self.starts_wall,
            ends_at=self.ends_wall,
            title=self.title,
            kind=self.kind,
            room=self.room,
            speakers=self.speakers,
            capacity=self.capacity,
            online_capacity=self.online_capacity,
        )


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """The agenda that organisers see."""

    version: int
    is_draft: bool
    """False: nothing is unpublished, and the rows are those of the published agenda."""
    rows: tuple[DraftRow, ...]
    """By start; those that start together in their order."""
    based_on: int
    """The number of the published agenda that the draft began as; 0: of none."""
    begun_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    """Who changed the draft last."""

    @property
    def details(self) -> list[SessionDetails]:
        return [row.details for row in self.rows]

    def find(self, key: str) -> DraftRow | None:
        return next((row for row in self.rows if row.key == key), None)


@dataclass(frozen=True)
class SessionChange:
    """One change of a session: who (empty: a command, or the account is gone), when, what."""

    by: str
    at: datetime
    difference: Difference


@dataclass(frozen=True)
class DraftConflict:
    """Somebody else changed this session since the form was shown. Nothing was written."""

    key: str
    version: int
    """What to hand in as `expected_version` to save all the same."""
    now: SessionDetails | None
    """The session as it stands; None: it was taken off."""
    changes: tuple[SessionChange, ...]
    """What happened to it since the form was shown, the latest first."""


@dataclass(frozen=True)
class Published:
    """Done: the agenda is public, under this number. `told`: whether letters were written."""

    number: int
    told: bool = False
