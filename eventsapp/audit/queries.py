"""Reads the audit log."""

from __future__ import annotations

from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db


def find_latest(subject: str) -> AuditEntry | None:
    """The newest entry about a subject such as "event:12"."""
    newest = select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalars(newest).one_or_none()
