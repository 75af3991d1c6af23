"""What passwords may be, how long logins last, how long to wait after failures: numbers and pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

PASSWORD_MIN = 12
PASSWORD_MAX = 1000
NAME_MAX = 200
IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
NOTED_EVERY = timedelta(minutes=5)
VISIT_ENDS = timedelta(minutes=30)
"""After so long without a page, the next one begins a new visit."""
LINK_LIVES = timedelta(hours=24)
FAILURES_FORGOTTEN = timedelta(hours=24)
FACTOR_WAITS = timedelta(minutes=10)
"""How long after the password the code may come."""
STEP_SECONDS = 30
"""How long a code of the second factor is shown; the one before and the one after are taken too."""
RECOVERY_CODES = 10
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 of them, without those that look like another."""
_CODE_LENGTH = 16

# The most common of those that are long enough, in the form that `plain` gives.
_COMMON_LINES = """
password1234 password12345 password123456 passwordpassword password1password mypassword123 passw0rd1234
p@ssword1234 p@ssw0rd1234 1234password administrator administrator1 admin1234567 adminadminadmin welcome12345
welcome123456 changeme1234 changeme12345 changemechangeme letmein12345 letmeinletmein iloveyou1234 iloveyouiloveyou
qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyqwerty qwerty123456 qwerty1234567 azertyuiop12 azertyazerty
1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc zaq12wsxcde3 qazwsxedcrfv asdfghjkl123 abcdefghijkl abcd12345678 abc123abc123
123456789012 1234567890123 123456789123 1234567890ab 12345678910a 123123123123 123412341234 098765432109
987654321098 112233445566 secretsecret trustno1trustno1 correcthorsebatterystaple motdepasse12 motdepasse123
wachtwoord12 wachtwoord123 passwort1234 contrasena12 summer2026!! sunshine1234 football1234 eventsapp123
"""
_COMMON = frozenset(_COMMON_LINES.split())


class Weakness(Enum):
    """Why a new password is refused."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    COMMON = "common"


@dataclass(frozen=True)
class Patience:
    """After `free` failures in a row each further one doubles the wait, from `first` up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait_until(self, failures: int, last_failed_at: datetime) -> datetime:
        """Until when the next try is refused."""
        over = failures - self.free
        if over < 0:
            return last_failed_at
        doubled: timedelta = self.first * 2 ** min(over, 20)
        return last_failed_at + min(self.longest, doubled)


# From one place, and for an account as a whole: many places trying one account. Neither ever shuts an account.
ONE_PLACE = Patience(free=5, first=timedelta(seconds=2), longest=timedelta(minutes=15))
ANY_PLACE = Patience(free=50, first=timedelta(seconds=1), longest=timedelta(minutes=1))
CODES_ANY_PLACE = Patience(free=15, first=timedelta(seconds=2), longest=timedelta(minutes=15))
"""Codes have six digits and three are right at a time: at most a hundred tries a day, by somebody with the password."""
RESETS = Patience(free=3, first=timedelta(minutes=20), longest=timedelta(hours=6))
"""Letters to one address about a forgotten password."""


class Step(Enum):
    """What a login is tried with."""

    PASSWORD = "password"  # noqa: S105 -- a word
    CODE = "code"


def weakness(password: str, email: str) -> Weakness | None:
    """Why this new password is refused, or None. Upper and lower case count as one for the common ones."""
    if len(password) < PASSWORD_MIN:
        return Weakness.TOO_SHORT
    if len(password) > PASSWORD_MAX:
        return Weakness.TOO_LONG
    folded = plain(password).lower()
    if folded in _COMMON or len(set(folded)) < 4 or folded == email.strip().lower():
        return Weakness.COMMON
    return None


def plain(password: str) -> str:
    """The same letters typed on another keyboard give the same bytes (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def time_step(at: datetime) -> int:
    """The number of the half minute in which a code of the second factor is shown."""
    return int(at.timestamp()) // STEP_SECONDS


def made_code(choice: Callable[[str], str]) -> str:
    """A recovery code as it is shown: "ABCD-EFGH-JKLM-NPQR". `choice` picks a letter at random."""
    letters = "".join(choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


def plain_code(typed: str) -> str:
    """A code however it was typed: without blanks and hyphens, in capitals."""
    return "".join(letter for letter in plain(typed).upper() if letter.isascii() and letter.isalnum())


def is_over(created_at: datetime, last_seen_at: datetime, at: datetime) -> bool:
    """Whether a login has ended by itself: 8 hours unused, or 7 days old."""
    return at - last_seen_at > IDLE or at - created_at > LONGEST
