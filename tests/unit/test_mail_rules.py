from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest

from eventsapp.mail.rules import Verdict, delay, verdict

QUICK, SLOW, FINAL = Verdict.QUICK_RETRY, Verdict.SLOW_RETRY, Verdict.FINAL


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPDataError(421, b"busy"), QUICK),
        (smtplib.SMTPDataError(452, b"no room"), QUICK),
        (smtplib.SMTPDataError(451, b"greylisted"), SLOW),
        (smtplib.SMTPDataError(550, b"spam"), FINAL),
        (smtplib.SMTPDataError(-1, b"nonsense"), QUICK),
        (smtplib.SMTPSenderRefused(421, b"busy", "a@example.org"), QUICK),
        (smtplib.SMTPSenderRefused(550, b"not yours", "a@example.org"), SLOW),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"greylisted")}), SLOW),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"unknown")}), FINAL),
        (smtplib.SMTPServerDisconnected("gone"), QUICK),
        (TimeoutError("silent"), QUICK),
        (ConnectionResetError("reset"), QUICK),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), FINAL),
        (UnicodeEncodeError("ascii", "é", 0, 1, "no"), FINAL),
    ],
    ids=repr,
)
def test_verdict(error: Exception, expected: Verdict) -> None:
    assert verdict(error) is expected


def test_delay_grows_and_ends() -> None:
    minutes = [delay(QUICK, attempts, 0) for attempts in range(1, 8)]
    assert minutes == [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)] + [None]


def test_slow_delay_leaves_greylisting_its_time() -> None:
    assert delay(SLOW, 1, 0) == timedelta(minutes=5)
    assert delay(SLOW, 7, 0) is None


def test_delay_is_spread_by_a_fifth() -> None:
    assert delay(QUICK, 2, 1) == timedelta(minutes=6)


def test_final_verdict_has_no_delay() -> None:
    assert delay(FINAL, 1, 0) is None
