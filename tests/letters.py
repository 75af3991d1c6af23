"""The letters in the outbox as their readers get them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from eventsapp.app import RENDERERS
from eventsapp.database import db
from eventsapp.mail.compose import letter_context
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import Rendered
from eventsapp.mail.models import Letter


@dataclass(frozen=True)
class Read:
    """One letter, composed as the worker does it."""

    kind: str
    recipient: str
    rendered: Rendered

    @property
    def subject(self) -> str:
        return self.rendered.subject

    @property
    def text(self) -> str:
        return self.rendered.text

    @property
    def html(self) -> str:
        return self.rendered.html


def letters(recipient: str = "") -> list[Read]:
    """In the order written; of one address, or of all."""
    db.session.rollback()
    rows = select(Letter).order_by(Letter.id)
    if recipient:
        rows = rows.where(Letter.recipient == recipient)
    return [_read(row) for row in db.session.scalars(rows)]


def last_letter(recipient: str) -> Read:
    """The newest to an address."""
    return letters(recipient)[-1]


def _read(row: Letter) -> Read:
    facts = LetterFacts(
        kind=row.kind,
        recipient=row.recipient or "",
        language=row.language,
        facts=row.facts,
        message_id=row.message_id,
        created_at=row.created_at,
        letter_id=row.id,
    )
    with letter_context(row.language):
        return Read(row.kind, facts.recipient, RENDERERS[row.kind](facts))
