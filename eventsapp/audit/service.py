"""Write the audit log, inside the transaction of what it tells."""

from __future__ import annotations

from typing import Any

from eventsapp import clock
from eventsapp.audit.models import AuditEntry
from eventsapp.database import transaction


def record(
    action: str, subject: str, *, by: int | None, actor: str = "organiser", series_id: int | None = None, **details: Any
) -> None:
    """Note that `by` (an account's id; None: see `actor`) did `action` to `subject`, with before and after values."""
    with transaction() as session:
        session.add(
            AuditEntry(
                at=clock.now(),
                user_id=by,
                actor=actor,
                action=action,
                subject=subject,
                series_id=series_id,
                details=details,
            )
        )
