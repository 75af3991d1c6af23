"""Reads the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db


def find_latest(subject: str) -> AuditEntry | None:
    """The newest entry about a subject such as "event:12"."""
    newest = select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalars(newest).one_or_none()


def list_newest(subject: str, actions: Sequence[str], *, limit: int) -> Sequence[AuditEntry]:
    """Entries about a subject that tell of one of these actions, the newest first."""
    newest = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.action.in_(actions))
    return db.session.scalars(newest.order_by(AuditEntry.id.desc()).limit(limit)).all()
