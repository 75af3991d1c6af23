"""What an answer of the mail server means, and when a letter is tried again.

RFC 5321 §4.2.1: 4yz answers are passing, 5yz are for good. Codes seen with servers that are merely busy are tried
again soon; the rest of 4yz (greylisting, a full mailbox) is given more time.
"""

from __future__ import annotations

import enum
import smtplib
from datetime import timedelta

BUSY_CODES = frozenset({101, 111, 421, 422, 431, 432, 442, 447, 452})
QUICK = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
SLOW = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720, 720))
JITTER = 0.2


class Verdict(enum.Enum):
    QUICK_RETRY = "quick retry"
    SLOW_RETRY = "slow retry"
    FINAL = "final"


def verdict(error: Exception) -> Verdict:
    """How to go on after a letter was not taken.

    A refused sender is a fault of the settings and not of the letter, so even a 5yz answer to MAIL FROM is tried
    again. Whatever is not known to pass is final: it is shown to an organiser instead of being tried for a day.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Verdict.SLOW_RETRY if codes and all(code < 500 for code in codes) else Verdict.FINAL
    if isinstance(error, smtplib.SMTPResponseException):
        return _verdict_of_code(error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Verdict.FINAL
    if isinstance(error, OSError):
        return Verdict.QUICK_RETRY
    return Verdict.FINAL


def _verdict_of_code(error: smtplib.SMTPResponseException) -> Verdict:
    if error.smtp_code in BUSY_CODES or error.smtp_code < 400:
        return Verdict.QUICK_RETRY
    if error.smtp_code < 500 or isinstance(error, smtplib.SMTPSenderRefused):
        return Verdict.SLOW_RETRY
    return Verdict.FINAL


def delay(how: Verdict, attempts: int, chance: float) -> timedelta | None:
    """How long to wait after the given number of attempts (1 or more); None: no more, the letter has failed.

    `chance` is from 0 to 1 and spreads letters that failed together over the following fifth of the step.
    """
    steps = {Verdict.QUICK_RETRY: QUICK, Verdict.SLOW_RETRY: SLOW, Verdict.FINAL: ()}[how]
    if attempts > len(steps):
        return None
    return steps[attempts - 1] * (1 + JITTER * chance)
