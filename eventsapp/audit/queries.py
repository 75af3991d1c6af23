"""Reads the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db

ORGANISER = "organiser"


@dataclass(frozen=True)
class Chosen:
    """Which entries. `series_id` None: of all series, and those of none, such as of accounts. `actor` counts when no
    account is chosen. `subjects`: what it was done to, as a statement that gives subjects."""

    series_id: int | None
    user_id: int | None = None
    actor: str = ""
    action: str = ""
    subjects: Select[str] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.series_id is not None:
            yield AuditEntry.series_id == self.series_id
        if self.user_id is not None:
            yield AuditEntry.user_id == self.user_id
        elif self.actor:
            yield AuditEntry.actor == self.actor
        if self.action:
            yield AuditEntry.action == self.action
        if self.subjects is not None:
            yield AuditEntry.subject.in_(self.subjects)
        if self.since is not None:
            yield AuditEntry.at >= self.since
        if self.until is not None:
            yield AuditEntry.at < self.until


def list_newest(subject: str, actions: Sequence[str], *, limit: int) -> Sequence[AuditEntry]:
    """Entries about a subject that tell of one of these actions, the newest first."""
    newest = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.action.in_(actions))
    return db.session.scalars(newest.order_by(AuditEntry.id.desc()).limit(limit)).all()


def entries(chosen: Chosen, *, before: int | None = None, limit: int) -> Sequence[AuditEntry]:
    """The newest first; `before`: older than the entry of this id. So a page costs the same however old it is."""
    statement = select(AuditEntry).where(*chosen.conditions()).order_by(AuditEntry.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return db.session.scalars(statement).all()


def every_entry(chosen: Chosen, size: int = 1000) -> Iterator[Sequence[AuditEntry]]:
    """All of them, in batches."""
    before: int | None = None
    while batch := entries(chosen, before=before, limit=size):
        yield batch
        before = batch[-1].id


def user_ids(series_id: int | None) -> Sequence[int]:
    """Whose acts the log of a series tells."""
    statement = select(AuditEntry.user_id).where(*Chosen(series_id).conditions(), AuditEntry.user_id.is_not(None))
    return [each for each in db.session.scalars(statement.distinct()) if each is not None]


def actions_there(series_id: int | None) -> Sequence[str]:
    return db.session.scalars(select(AuditEntry.action).where(*Chosen(series_id).conditions()).distinct()).all()
