"""An agenda from pasted text. Pure: text and a date in, sessions out; it never raises, whatever is pasted."""

from __future__ import annotations

from datetime import date

from eventsapp.agenda.text_model import ParsedAgenda, ParsedSession, UnreadLine, Unsure

__all__ = ["ParsedAgenda", "ParsedSession", "UnreadLine", "Unsure", "parse"]


def parse(text: str, date: date) -> ParsedAgenda:
    """The sessions of a pasted agenda; `date` is its first day. docs/agenda-text.md tells what it reads."""
    del date
    unread = [UnreadLine(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return ParsedAgenda(sessions=(), unread=tuple(unread), steps=len(unread) + 1)
