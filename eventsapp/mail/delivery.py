"""The worker's part of the mail: compose each claimed letter once, send it, and note what became of it."""

from __future__ import annotations

import logging
import random
import smtplib
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from eventsapp.mail import claims
from eventsapp.mail.claims import Claimed
from eventsapp.mail.compose import letter_context
from eventsapp.mail.connection import KeptMessage, SafeConnection, Server, Unreachable, server_of
from eventsapp.mail.mailbox import LocalMailbox
from eventsapp.mail.message import Rendered, Undeliverable, masked, to_bytes
from eventsapp.mail.rules import Verdict, delay, verdict
from eventsapp.settings import settings

BATCH = 10

_log = logging.getLogger(__name__)
_chance = random.SystemRandom()


@dataclass(frozen=True)
class LetterFacts:
    """What a renderer is given. It runs in the letter's language, inside a request context of the base URL, so
    gettext and url_for(…, _external=True) work."""

    kind: str
    recipient: str
    language: str
    facts: Mapping[str, Any]
    message_id: str
    created_at: datetime
    letter_id: int


Renderer = Callable[[LetterFacts], Rendered]


class TryLater(Exception):
    """Raised by a renderer that cannot compose the letter now but may be able to later."""


@dataclass
class Tally:
    """What became of the letters of one round."""

    sent: int = 0
    later: int = 0
    failed: int = 0


def deliver(renderers: Mapping[str, Renderer], *, limit: int = 200, owner: str, server: Server | None = None) -> int:
    """Send what is due, at most `limit` letters; returns how many were taken by the mail server.

    Raises Unreachable when the server cannot be talked to; the letters then wait, and no attempt is counted.
    """
    return deliver_round(renderers, limit=limit, owner=owner, server=server).sent


def deliver_round(
    renderers: Mapping[str, Renderer],
    *,
    limit: int = 200,
    owner: str,
    server: Server | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Tally:
    """As `deliver`, and tells what became of each. When `stopping()` turns true the letter at hand is finished and
    the others go back into the queue. `owner` must be of one worker only."""
    tally = Tally()
    with _server(server) as at_hand:
        connection = SafeConnection(at_hand)
        try:
            taken = 0
            while taken < limit and not stopping():
                letters = claims.claim(owner, min(BATCH, limit - taken))
                if not letters:
                    break
                taken += len(letters)
                for letter in letters:
                    if not stopping():
                        _deliver_one(letter, renderers, connection, owner, tally)
            claims.give_back(owner)
        except Unreachable as error:
            claims.give_back(owner, str(error))
            raise
        finally:
            connection.close()
    return tally


@contextmanager
def _server(server: Server | None) -> Iterator[Server]:
    config = settings()
    if server is not None:
        yield server
    elif config.mail_server is not None or config.mailbox_port:
        yield server_of(config, config.mailbox_port)
    else:
        with LocalMailbox(config.instance) as mailbox:
            yield server_of(config, mailbox.port)


def _deliver_one(
    letter: Claimed, renderers: Mapping[str, Renderer], connection: SafeConnection, owner: str, tally: Tally
) -> None:
    subject, content = None, None
    if not letter.composed:
        try:
            subject, content = _composed(letter, renderers)
        except Exception as error:  # noqa: BLE001 -- one letter's fault must not hold up the others
            _not_composed(letter, owner, error, tally)
            return
    connection.ready()
    kept = claims.hold(letter.letter_id, owner, subject, content)
    if kept is None:
        _log.warning("letter %s is no longer ours to send", letter.letter_id)
        return
    try:
        connection.send(KeptMessage(kept, settings().mail_default_sender, letter.recipient))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _not_taken(letter, owner, error, tally)
        return
    claims.sent(letter.letter_id, masked(kept))
    tally.sent += 1


def _composed(letter: Claimed, renderers: Mapping[str, Renderer]) -> tuple[str, bytes]:
    renderer = renderers.get(letter.kind)
    if renderer is None:
        raise TryLater(f"this worker knows no letter {letter.kind!r}")
    facts = LetterFacts(
        kind=letter.kind,
        recipient=letter.recipient,
        language=letter.language,
        facts=letter.facts,
        message_id=letter.message_id,
        created_at=letter.created_at,
        letter_id=letter.letter_id,
    )
    with letter_context(letter.language):
        rendered = renderer(facts)
    content = to_bytes(
        rendered,
        sender=settings().mail_default_sender,
        recipient=letter.recipient,
        message_id=letter.message_id,
        sent_on=letter.created_at,
    )
    return rendered.subject, content


def _not_composed(letter: Claimed, owner: str, error: Exception, tally: Tally) -> None:
    if isinstance(error, Undeliverable):
        _failed(letter, owner, str(error), tally)
        return
    if isinstance(error, (TryLater, OperationalError, OSError)):
        words = str(error) if isinstance(error, TryLater) else f"could not be composed now ({type(error).__name__})"
        _later(letter, owner, words, delay(Verdict.QUICK_RETRY, letter.attempts + 1, _chance.random()), tally)
        return
    reference = uuid.uuid4().hex[:12]
    _log.error("letter %s could not be composed, reference %s", letter.letter_id, reference, exc_info=error)
    _failed(letter, owner, f"could not be composed, reference {reference}", tally)


def _not_taken(letter: Claimed, owner: str, error: Exception, tally: Tally) -> None:
    pause = delay(verdict(error), letter.attempts + 1, _chance.random())
    _later(letter, owner, _words(error), pause, tally)


def _later(letter: Claimed, owner: str, words: str, pause: timedelta | None, tally: Tally) -> None:
    if pause is None:
        _failed(letter, owner, words, tally)
        return
    _log.info("letter %s waits for another attempt", letter.letter_id)
    claims.retry(letter.letter_id, owner, words, pause)
    tally.later += 1


def _failed(letter: Claimed, owner: str, words: str, tally: Tally) -> None:
    _log.warning("letter %s has failed", letter.letter_id)
    claims.fail(letter.letter_id, owner, words)
    tally.failed += 1


def _words(error: Exception) -> str:
    """One line for organisers: what the server said, or what broke."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return f"recipient refused: {code} {_line(said)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_line(error.smtp_error)}"
    return _line(str(error)) or type(error).__name__


def _line(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:500]
