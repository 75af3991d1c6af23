"""Hashing passwords with argon2id: 19 MiB, one lane, passes from the settings."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from eventsapp.people.rules import plain
from eventsapp.settings import settings

MEMORY_KIB = 19456


def make_hash(password: str) -> str:
    return _hasher(settings().password_rounds).hash(plain(password))


def fits(password: str, password_hash: str | None) -> bool:
    """Whether it is the right one. Without a hash (no account, none set) the same work is done: False."""
    rounds = settings().password_rounds
    dummy = _dummy(rounds)
    try:
        _hasher(rounds).verify(password_hash or dummy, plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other settings than today's."""
    return _hasher(settings().password_rounds).check_needs_rehash(password_hash)


@lru_cache(maxsize=4)
def _hasher(rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=MEMORY_KIB, parallelism=1)


@lru_cache(maxsize=4)
def _dummy(rounds: int) -> str:
    return _hasher(rounds).hash("of nobody")
