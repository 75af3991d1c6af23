"""News of an event, sent inside the transaction that makes it true, with the event's id as the sender.

Receivers write in the same transaction; what they raise undoes the whole change. The event's row is locked already.

- `event_published` (by): became visible for the first time.
- `event_rescheduled` (old, new, by): times or zone changed, whatever the status; the agenda moves along.
- `event_moved` (old, new, tell, by): a published event changed its time, place or status; its SEQUENCE is raised.
  `tell` is False for a small correction that nobody is written about.
- `event_cancelled` (old, new, message, by): will not take place; `message` is the organiser's word to everyone.
- `capacity_changed` (by): places, the way of taking part, or the end of moving up changed for a published event.
- `agenda_published` (number, changes, tell, by): its agenda is public as the edition of this number. `changes` are what
  differs from the one before, as values in JSON that `agenda_in_words` says; `tell` is whether people are written to.
- `details_changed` (old, new, by): something else that the public sees changed for a published event.

Two questions are asked here, too, outside of any change. `people_to_tell` is answered by each receiver with how many
people it would write to about news of the event. `agenda_in_words` (changes, language, several_days) is answered by the
agenda with a list of lines in the language in force; `language` is the event's own, `several_days` names the day of
each.

`old` and `new` are EventSnapshots; `by` is an account's id, or None for a command.
"""

from __future__ import annotations

from blinker import Namespace

_news = Namespace()
event_published = _news.signal("event-published")
event_rescheduled = _news.signal("event-rescheduled")
event_moved = _news.signal("event-moved")
event_cancelled = _news.signal("event-cancelled")
capacity_changed = _news.signal("capacity-changed")
details_changed = _news.signal("event-details-changed")
agenda_published = _news.signal("event-agenda-published")
people_to_tell = _news.signal("event-people-to-tell")
agenda_in_words = _news.signal("event-agenda-in-words")


class MoveRefused(Exception):
    """Raised by a receiver of `event_rescheduled` when what hangs on the event cannot move along.

    `message` is a text for people, marked for translation, with its `params` (see `web.rules.Problem`)."""

    def __init__(self, message: str, params: dict[str, object]) -> None:
        super().__init__(message % params)
        self.message = message
        self.params = params
