"""Asking a colleague into a team by letter: bound to the address, good once, for a week.

The link is made of the invitation's key and version (DESIGN §3.7). Accepting proves that one reads the address, so it
makes the account if there is none; it logs in only who has no password yet and must choose one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp.audit.models import AuditEntry
from eventsapp.audit.service import record
from eventsapp.clock import now
from eventsapp.database import locked, transaction
from eventsapp.mail import outbox
from eventsapp.people import service as people
from eventsapp.people.logins import Client, LoggedIn, begin
from eventsapp.people.models import User
from eventsapp.people.queries import find_user
from eventsapp.series import notifications
from eventsapp.series.invited import not_closed, row_of, still_open
from eventsapp.series.members import lock_team
from eventsapp.series.models import Invitation, Series, TeamMembership
from eventsapp.series.team import set_role
from eventsapp.series.team_rules import DAY, KEPT, LIVES, MOST_OF_TEAM, MOST_TO_ADDRESS, Closed, Refusal
from eventsapp.web.access import Role
from eventsapp.web.text import email_key


@dataclass(frozen=True)
class Sent:
    invitation_id: int
    email: str


@dataclass(frozen=True)
class Accepted:
    """The role is there. `login`: who had no password is in, and chooses one; None: log in with the password."""

    login: LoggedIn | None


def invite(series_id: int | None, email: str, role: Role, *, by: int, language: str) -> Sent | Refusal:
    """Write to a colleague's address (taken as checked). None is every series."""
    with transaction() as session:
        lock_team(session, series_id)
        if _is_member(session, series_id, email):
            return Refusal.MEMBER
        if session.scalar(still_open(series_id).where(Invitation.email_key == email_key(email)).limit(1)) is not None:
            return Refusal.INVITED
        if refused := _enough(series_id, email):
            return refused
        at = now()
        invitation = Invitation(
            series_id=series_id,
            email=email,
            email_key=email_key(email),
            role=role.name,
            invited_by=by,
            link_version=1,
            created_at=at,
            expires_at=at + LIVES,
        )
        session.add(invitation)
        session.flush()
        _note("team.invited", invitation, by, email=email, role=role.name)
        _write(session, invitation, by, language)
        return Sent(invitation.id, email)


def send_again(series_id: int | None, invitation_id: int, *, by: int, language: str) -> Sent | Refusal:
    """Another letter with another link, good for a week from now; the earlier link stops working."""
    with transaction() as session:
        lock_team(session, series_id)
        invitation = _pending(session, series_id, invitation_id)
        if invitation is None:
            return Refusal.NOT_THERE
        if _is_member(session, series_id, invitation.email):
            return Refusal.MEMBER
        if refused := _enough(series_id, invitation.email):
            return refused
        invitation.link_version += 1
        invitation.expires_at = now() + LIVES
        _note("team.invitation_sent_again", invitation, by, email=invitation.email)
        _write(session, invitation, by, language)
        return Sent(invitation.id, invitation.email)


def withdraw(series_id: int | None, invitation_id: int, *, by: int) -> bool:
    """The link stops working. False: there is no such open invitation."""
    with transaction() as session:
        lock_team(session, series_id)
        invitation = _pending(session, series_id, invitation_id)
        if invitation is None:
            return False
        invitation.withdrawn_at = now()
        outbox.withdraw(f"invitation:{invitation.id}")
        _note("team.invitation_withdrawn", invitation, by, email=invitation.email)
        return True


def accept(token: str, client: Client, *, as_user: int | None) -> Accepted | Closed:
    """Join the team, once. `as_user` is who is logged in: it must be the account of the invited address. A role held
    meanwhile is never lowered."""
    with transaction() as session:
        invitation = row_of(token)
        if not isinstance(invitation, Invitation):
            return invitation
        lock_team(session, invitation.series_id)
        known = find_user(invitation.email)
        if as_user is not None and (known is None or known.id != as_user):
            return Closed.OTHER_ACCOUNT
        if known is not None and known.disabled_at is not None:
            return Closed.ACCOUNT_CLOSED
        if not _use_up(session, invitation):
            return Closed.SPENT
        user_id = people.give_account(invitation.email)
        _join(session, invitation, user_id)
        user = session.get_one(User, user_id)
        if as_user is not None or user.password_hash is not None or user.totp_confirmed_at is not None:
            return Accepted(None)
        record("login.by_link", f"user:{user_id}", by=user_id)
        return Accepted(begin(session, user, client))


def tidy() -> int:
    """Forget invitations a month after they ended, and the address in the log of those that nobody accepted; returns
    how many. A job of the worker."""
    with transaction() as session:
        old = delete(Invitation).where(Invitation.expires_at < now() - KEPT)
        gone = session.execute(old.returning(Invitation.id, Invitation.accepted_at)).all()
        unmet = [f"invitation:{row.id}" for row in gone if row.accepted_at is None]
        session.execute(update(AuditEntry).where(AuditEntry.subject.in_(unmet)).values(details={}))
        return len(gone)


def _use_up(session: Session, invitation: Invitation) -> bool:
    """Of two at once, one."""
    at = now()
    used = (
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.link_version == invitation.link_version,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > at,
        )
        .values(accepted_at=at)
        .returning(Invitation.id)
    )
    return session.execute(used).first() is not None


def _join(session: Session, invitation: Invitation, user_id: int) -> None:
    role = Role[invitation.role]
    held = session.scalar(
        select(TeamMembership.role).where(
            TeamMembership.user_id == user_id, TeamMembership.series_id.is_not_distinct_from(invitation.series_id)
        )
    )
    after = max(role, Role[held]) if held is not None else role
    set_role(user_id, invitation.series_id, after)
    record(
        "team.invitation_accepted",
        f"user:{user_id}",
        by=user_id,
        series_id=invitation.series_id,
        before=held,
        after=after.name,
    )


def _pending(session: Session, series_id: int | None, invitation_id: int) -> Invitation | None:
    return session.scalars(locked(not_closed(series_id).where(Invitation.id == invitation_id))).one_or_none()


def _is_member(session: Session, series_id: int | None, email: str) -> bool:
    statement = select(TeamMembership.id).join(User)
    mine = (TeamMembership.series_id.is_not_distinct_from(series_id), User.email_key == email_key(email))
    return session.scalar(statement.where(*mine)) is not None


def _enough(series_id: int | None, email: str) -> Refusal | None:
    """Counted in the outbox, under the team's lock: a team that went wrong must not write to half the world."""
    since, kinds = now() - DAY, [notifications.INVITATION]
    if outbox.recent(email, kinds, since) >= MOST_TO_ADDRESS:
        return Refusal.ENOUGH_LETTERS
    if outbox.recent_about(notifications.topic_of(series_id), kinds, since) >= MOST_OF_TEAM:
        return Refusal.ENOUGH_INVITED
    return None


def _write(session: Session, invitation: Invitation, by: int, language: str) -> None:
    series = session.get(Series, invitation.series_id) if invitation.series_id is not None else None
    notifications.tell_invitation(invitation, series, session.get_one(User, by), language)


def _note(action: str, invitation: Invitation, by: int, **details: str) -> None:
    record(action, f"invitation:{invitation.id}", by=by, series_id=invitation.series_id, **details)
