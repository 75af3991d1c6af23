"""The second factor: setting it up, showing it at login, recovery codes, turning it off.

Codes are those of RFC 6238. One is taken for its half minute, the one before and the one after, and each half minute
once; tries are counted like passwords. The secret and the recovery codes are kept as `sealing` says.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventsapp.audit.service import record
from eventsapp.clock import now
from eventsapp.database import locked, transaction
from eventsapp.people import notifications, passwords
from eventsapp.people.attempts import Wait, count_try, forget_tries
from eventsapp.people.logins import LoggedIn, end_all, locked_login, note_visit, renew
from eventsapp.people.models import LoginSession, RecoveryCode, User
from eventsapp.people.queries import Login, find_login, find_user, find_waiting, password_hash_of
from eventsapp.people.rules import RECOVERY_CODES, Step, made_code, plain_code, time_step
from eventsapp.people.sealing import code_hashes, is_of_earlier_key, seal, unseal
from eventsapp.people.service import Wrong

ISSUER = "eventsapp"


@dataclass(frozen=True)
class Codes:
    """Recovery codes as they are shown, this one time. `token`: the login goes on under it."""

    codes: Sequence[str]
    token: str


@dataclass(frozen=True)
class NotSo:
    """The factor is not in the state this is for: another window was quicker."""


Answer = Codes | Wrong | Wait | NotSo


def show_code(token: str, code: str, place: str, language: str = "en") -> LoggedIn | Wrong | Wait | None:
    """The second step of a login: a code of the app, or a recovery code. None: no login waits (any more)."""
    waiting = find_waiting(token)
    if waiting is None:
        return None
    wait = count_try(waiting.email, place, Step.CODE)
    if wait is not None:
        return wait
    at = now()
    with transaction() as session:
        row = locked_login(session, token)
        if row is None or row.factor_at is not None:
            return None
        accepted = _accept(session, row.user, code)
        if accepted is None:
            return Wrong()
        if accepted == "recovery":
            _note(row.user_id, "login.recovery_code_used", language)
        forget_tries(session, waiting.email, place, Step.CODE)
        note_visit(row.user, at)
        return LoggedIn(renew(row, factor_at=at), row.user.password_hash is not None)


def begin_setup(token: str, password: str, place: str) -> Wrong | Wait | NotSo | None:
    """Make a new secret, not asked for yet; None: it is there to be shown. An account with a password types it."""
    login = find_login(token)
    refused = _password_refused(login, password, place) if login is not None else NotSo()
    if login is None or refused is not None:
        return refused
    with transaction() as session:
        user = _lock(session, login.user_id)
        if user.totp_confirmed_at is not None:
            return NotSo()
        user.totp_secret, user.totp_last_step = seal(pyotp.random_base32()), 0
    return None


def confirm(token: str, code: str, place: str, language: str = "en") -> Answer:
    """The app shows the right code, so from now on it is asked for. Other logins of the account end."""
    login = find_login(token)
    refused = count_try(login.email, place, Step.CODE) if login is not None else NotSo()
    if refused is not None:
        return refused
    with transaction() as session:
        row = locked_login(session, token)
        if row is None or row.user.totp_confirmed_at is not None or row.user.totp_secret is None:
            return NotSo()
        if not _fits(row.user, plain_code(code)):
            return Wrong()
        row.user.totp_confirmed_at = now()
        return _finish(session, row, "user.factor_on", place, language)


def renew_codes(token: str, password: str, code: str, place: str, language: str = "en") -> Answer:
    """Ten new recovery codes; the earlier ones stop working."""
    return _prove(token, password, code, place, "user.recovery_codes_made", language)


def turn_off(token: str, password: str, code: str, place: str, language: str = "en") -> Answer:
    """The password alone opens the account from now on. The answer has no codes."""
    return _prove(token, password, code, place, "user.factor_off", language)


def reset(email: str) -> bool:
    """For whoever runs the site: take the second factor off an account whose phone and codes are lost, and end its
    logins. False: there was none."""
    with transaction() as session:
        found = find_user(email)
        user = _lock(session, found.id) if found is not None else None
        if user is None or user.totp_secret is None:
            return False
        _take_off(session, user)
        end_all(session, user.id)
        record("user.factor_reset", f"user:{user.id}", by=None, actor="command")
        notifications.tell_change(user, "factor_reset", "en")
        return True


def provisioning_uri(secret: str, email: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret, name=email, issuer=ISSUER).provisioning_uri()


def _prove(
    token: str, password: str, code: str, place: str, action: str, language: str
) -> Codes | Wrong | Wait | NotSo:
    """What changes a factor takes the password, where there is one, and a code."""
    login = find_login(token)
    if login is None:
        return NotSo()
    refused = _password_refused(login, password, place) or count_try(login.email, place, Step.CODE)
    if refused is not None:
        return refused
    with transaction() as session:
        row = locked_login(session, token)
        if row is None or row.user.totp_confirmed_at is None:
            return NotSo()
        if _accept(session, row.user, code) is None:
            return Wrong()
        return _finish(session, row, action, place, language)


def _finish(session: Session, row: LoginSession, action: str, place: str, language: str) -> Codes:
    """The change itself, with its letter and its note; the login at hand goes on under a new token."""
    codes: Sequence[str] = ()
    if action == "user.factor_off":
        _take_off(session, row.user)
    else:
        codes = _make_codes(session, row.user_id)
    if action != "user.recovery_codes_made":
        end_all(session, row.user_id, but=row.id)
    forget_tries(session, row.user.email, place, Step.CODE)
    _note(row.user_id, action, language)
    return Codes(codes, renew(row, factor_at=now() if codes else None))


def _note(user_id: int, action: str, language: str) -> None:
    """In the log, and to the owner of the account by letter."""
    with transaction() as session:
        record(action, f"user:{user_id}", by=user_id)
        notifications.tell_change(session.get_one(User, user_id), action.partition(".")[2], language)


def _password_refused(login: Login, password: str, place: str) -> Wrong | Wait | None:
    """Outside of any transaction, because hashing takes long."""
    known = password_hash_of(login.user_id)
    if known is None:
        return None
    wait = count_try(login.email, place)
    if wait is not None:
        return wait
    if not passwords.fits(password, known):
        return Wrong()
    with transaction() as session:
        forget_tries(session, login.email, place)
    return None


def _accept(session: Session, user: User, typed: str) -> str | None:
    """Use up a code: "app", "recovery", or None when it is neither or was used. The account's row is locked."""
    code = plain_code(typed)
    if user.totp_confirmed_at is None:
        return None
    if _fits(user, code):
        return "app"
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash.in_(code_hashes(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
    )
    return "recovery" if session.execute(used).first() is not None else None


def _fits(user: User, code: str) -> bool:
    """Whether the app shows this code now, and no code of this half minute or a later one was taken before."""
    secret = unseal(user.totp_secret) if user.totp_secret is not None else None
    if secret is None:
        return False
    app, present = pyotp.TOTP(secret), time_step(now())
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(app.generate_otp(step), code) and step > user.totp_last_step:
            user.totp_last_step = step
            if is_of_earlier_key(user.totp_secret or ""):
                user.totp_secret = seal(secret)
            return True
    return False


def _make_codes(session: Session, user_id: int) -> Sequence[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [made_code(secrets.choice) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=code_hashes(plain_code(code))[0]) for code in codes)
    return codes


def _take_off(session: Session, user: User) -> None:
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = None, None, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _lock(session: Session, user_id: int) -> User:
    return session.execute(locked(select(User).where(User.id == user_id))).scalar_one()
