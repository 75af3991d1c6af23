"""Who belongs to a series' team, with which role; and the account behind a login's cookie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventsapp.audit.service import record
from eventsapp.clock import now
from eventsapp.database import db, locked, transaction
from eventsapp.people import service as people
from eventsapp.people.queries import find_login
from eventsapp.series.models import Series, TeamMembership
from eventsapp.web.access import CurrentUser, Role


@dataclass(frozen=True)
class Member:
    """One row of a team's list. `everywhere`: by a role that holds for every series."""

    user_id: int
    email: str
    name: str
    role: Role
    everywhere: bool
    since: datetime


@dataclass(frozen=True)
class Added:
    """The membership stands. `link_token` is there when no password was given."""

    link_token: str | None


@dataclass(frozen=True)
class UnknownSeries:
    slug: str


def load_user(token: str) -> CurrentUser | None:
    """The account of a login's cookie with all its roles, in two statements; None when the login has ended.

    Notes the login's use every five minutes, in a transaction of its own that forgets all rows loaded before.
    """
    login = find_login(token)
    if login is None:
        return None
    memberships, before = memberships_of(login.user_id), login.last_visit_ended_at
    if login.stale:
        before = people.note_use(login.id, login.user_id)
    return CurrentUser(login.user_id, login.email, login.name, token, memberships, login.has_password, before)


def memberships_of(user_id: int) -> Mapping[int | None, Role]:
    """Role by series id; None is every series."""
    statement = select(TeamMembership.series_id, TeamMembership.role).where(TeamMembership.user_id == user_id)
    return {series_id: Role[role] for series_id, role in db.session.execute(statement)}


def members_of(series_id: int | None) -> Sequence[Member]:
    """Who has a role in just this series, or (None) in every one; by address."""
    statement = (
        select(TeamMembership)
        .where(TeamMembership.series_id.is_not_distinct_from(series_id))
        .options(joinedload(TeamMembership.user))
    )
    rows = db.session.execute(statement).scalars()
    return sorted(map(_member, rows), key=lambda member: member.email.lower())


def team_of(series_id: int) -> Sequence[Member]:
    """Everybody who may see the series, with the role that counts there, by address."""
    statement = (
        select(TeamMembership)
        .where((TeamMembership.series_id == series_id) | TeamMembership.series_id.is_(None))
        .options(joinedload(TeamMembership.user))
    )
    best: dict[int, Member] = {}
    for row in db.session.execute(statement).scalars():
        member = _member(row)
        if row.user_id not in best or best[row.user_id].role < member.role:
            best[row.user_id] = member
    return sorted(best.values(), key=lambda member: member.email.lower())


def add_organiser(email: str, role: Role, *, slug: str | None, password: str | None) -> Added | UnknownSeries:
    """Give an address an account and a role, in one series or (slug None) in every one; repeated, it updates.

    Email and password are taken as checked. Without a password it makes a one-time link.
    """
    with transaction() as session:
        series_id = None
        if slug is not None:
            series_id = session.execute(select(Series.id).where(Series.slug == slug)).scalar_one_or_none()
            if series_id is None:
                return UnknownSeries(slug)
        user_id = people.give_account(email, password)
        before = set_role(user_id, series_id, role)
        record(
            "team.role_set",
            f"user:{user_id}",
            by=None,
            actor="command",
            series_id=series_id,
            before=before.name if before else None,
            after=role.name,
            password=password is not None,
        )
        return Added(people.make_link(user_id) if password is None else None)


def set_role(user_id: int, series_id: int | None, role: Role) -> Role | None:
    """The role there was before. The account's row is locked, so two commands at once do not both insert."""
    with transaction() as session:
        statement = select(TeamMembership).where(
            TeamMembership.user_id == user_id, TeamMembership.series_id.is_not_distinct_from(series_id)
        )
        row = session.execute(locked(statement)).scalar_one_or_none()
        if row is None:
            session.add(TeamMembership(user_id=user_id, series_id=series_id, role=role.name, created_at=now()))
            return None
        before, row.role = Role[row.role], role.name
        return before


def _member(row: TeamMembership) -> Member:
    return Member(
        user_id=row.user_id,
        email=row.user.email,
        name=row.user.name,
        role=Role[row.role],
        everywhere=row.series_id is None,
        since=row.created_at,
    )
