"""Changing who is in a team, and as what. The last owner stays, whatever races.

Of a series its own owners count; people who own every series may manage it too, but are often those who run the site
and do not look into it. Of every series together those who own every one count. The command line is exempt.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.database import locked, transaction
from eventsapp.people.models import User
from eventsapp.series.models import Series, TeamMembership
from eventsapp.series.team_rules import Unable
from eventsapp.web.access import Role


def change_role(series_id: int | None, user_id: int, role: Role, *, by: int) -> Role | Unable:
    """Give a member another role, which holds from the next request on; the role before. None is every series."""
    with transaction() as session:
        row = _member_under_lock(session, series_id, user_id)
        if row is None:
            return Unable.NOT_THERE
        before = Role[row.role]
        if before is Role.owner and role is not Role.owner and _is_last_owner(session, series_id, user_id):
            return Unable.LAST_OWNER
        if before is not role:
            row.role = role.name
            _note("team.role_set", series_id, user_id, by, before=before.name, after=role.name)
        return before


def remove_member(series_id: int | None, user_id: int, *, by: int) -> Role | Unable:
    """Take a member's role away; the role there was. The account stays, with what it may do elsewhere."""
    with transaction() as session:
        row = _member_under_lock(session, series_id, user_id)
        if row is None:
            return Unable.NOT_THERE
        before = Role[row.role]
        if before is Role.owner and _is_last_owner(session, series_id, user_id):
            return Unable.LAST_OWNER
        session.delete(row)
        _note("team.member_removed", series_id, user_id, by, before=before.name, after=None)
        return before


def lock_team(session: Session, series_id: int | None) -> None:
    """Until commit nobody else changes this team: the series' row, or the rows of all whose role holds everywhere."""
    if series_id is not None:
        session.execute(locked(select(Series.id).where(Series.id == series_id)))
        return
    everywhere = select(TeamMembership).where(TeamMembership.series_id.is_(None)).order_by(TeamMembership.id)
    session.execute(locked(everywhere)).all()


def _member_under_lock(session: Session, series_id: int | None, user_id: int) -> TeamMembership | None:
    lock_team(session, series_id)
    statement = select(TeamMembership).where(
        TeamMembership.user_id == user_id, TeamMembership.series_id.is_not_distinct_from(series_id)
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def _is_last_owner(session: Session, series_id: int | None, user_id: int) -> bool:
    """Owners whose account is closed do not count."""
    others = (
        select(func.count())
        .select_from(TeamMembership)
        .join(User)
        .where(
            TeamMembership.series_id.is_not_distinct_from(series_id),
            TeamMembership.role == Role.owner.name,
            TeamMembership.user_id != user_id,
            User.disabled_at.is_(None),
        )
    )
    return session.scalar(others) == 0


def _note(action: str, series_id: int | None, user_id: int, by: int, *, before: str, after: str | None) -> None:
    record(action, f"user:{user_id}", by=by, series_id=series_id, before=before, after=after)
