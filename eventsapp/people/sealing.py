"""Secrets of second factors as the database keeps them: useless to whoever reads it without the secret key.

Keys are made of the secret key and its fallbacks, each for one purpose, so rotating the secret key loses nothing while
the earlier one stands in EVENTSAPP_SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eventsapp.settings import settings

_SEALING = b"eventsapp.second-factor"
_HASHING = b"eventsapp.recovery-code"


def seal(secret: str) -> str:
    return MultiFernet(_boxes()).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str | None:
    """The secret; None when it was sealed with a key that is known no more."""
    try:
        return MultiFernet(_boxes()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def is_of_earlier_key(sealed: str) -> bool:
    """Whether today's key does not open it, so that it is better sealed anew."""
    try:
        _boxes()[0].decrypt(sealed.encode())
    except InvalidToken:
        return True
    return False


def code_hashes(code: str) -> list[str]:
    """What a recovery code may be kept as: by today's key first, then by earlier ones."""
    return [hmac.new(_derived(key, _HASHING), code.encode(), hashlib.sha256).hexdigest() for key in _keys()]


def _keys() -> tuple[str, ...]:
    config = settings()
    return (config.secret_key, *config.secret_key_fallbacks)


def _boxes() -> list[Fernet]:
    return [Fernet(base64.urlsafe_b64encode(_derived(key, _SEALING))) for key in _keys()]


def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
