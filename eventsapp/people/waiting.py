"""What somebody is told whose password or code was not taken."""

from __future__ import annotations

from flask_babel import ngettext

from eventsapp.people.attempts import Wait
from eventsapp.people.service import Wrong


def failure(outcome: Wrong | Wait, wrong: str) -> tuple[str, int, dict[str, str]]:
    """The words, the status and further headers of the answer."""
    if isinstance(outcome, Wrong):
        return wrong, 403, {}
    words = ngettext(
        "That went wrong too often. Please wait %(num)d second, then try again.",
        "That went wrong too often. Please wait %(num)d seconds, then try again.",
        outcome.seconds,
    )
    return words, 429, {"Retry-After": str(outcome.seconds)}
