"""A team to look at: a member and an invitation with numbers that a table of addresses can name."""

from __future__ import annotations

from datetime import timedelta

from eventsapp.clock import now
from eventsapp.database import transaction
from eventsapp.people.models import User
from eventsapp.series.models import Invitation, TeamMembership
from eventsapp.web.access import Role


def make_colleague(series_id: int, *, id: int, role: Role = Role.viewer) -> None:  # noqa: A002 -- as the column
    """Somebody with a role in the series, and somebody invited to it, both of this number."""
    with transaction() as session:
        email = f"colleague{id}@example.org"
        session.add(User(id=id, email=email, email_key=email, name="Carla Colleague", created_at=now()))
        session.flush()
        session.add(TeamMembership(user_id=id, series_id=series_id, role=role.name, created_at=now()))
        session.add(
            Invitation(
                id=id,
                series_id=series_id,
                email=f"invited{id}@example.org",
                email_key=f"invited{id}@example.org",
                role=Role.editor.name,
                created_at=now(),
                expires_at=now() + timedelta(days=7),
            )
        )
