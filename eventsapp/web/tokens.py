"""Links that are made, not stored: an HMAC over a key, a purpose and a version (DESIGN §3.7).

One purpose's token opens nothing else; raising the version at the row revokes every earlier one; tokens of earlier
secret keys still open while those stand in EVENTSAPP_SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadSignature, Signer

from eventsapp.settings import settings


@dataclass(frozen=True)
class Claim:
    """What a genuine token says. Whoever reads it still compares the version with the row's."""

    key: UUID
    version: int


def make(purpose: str, key: UUID, version: int) -> str:
    """A URL-safe token of 67 characters or a few more."""
    return _signer(purpose).sign(_plain(Claim(key, version))).decode()


def read(purpose: str, token: str) -> Claim | None:
    """The claim of a genuine token of this purpose, else None; never raises, whatever the token is."""
    try:
        key, version = _signer(purpose).unsign(token.encode("ascii")).decode("ascii").split(".")
        raw = base64.urlsafe_b64decode(key + "==")
        claim = Claim(UUID(bytes=raw), int(version))
    except (BadSignature, ValueError):
        return None
    return claim if _plain(claim) == f"{key}.{version}" else None


def _plain(claim: Claim) -> str:
    return base64.urlsafe_b64encode(claim.key.bytes).rstrip(b"=").decode() + f".{claim.version}"


def _signer(purpose: str) -> Signer:
    config = settings()
    keys = [key.encode() for key in (*reversed(config.secret_key_fallbacks), config.secret_key)]
    return Signer(keys, salt=f"eventsapp.{purpose}", key_derivation="hmac", digest_method=hashlib.sha256)
