"""The form of one agenda session. Its day is one of the event's days; times are in the event's zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.agenda.draft import DraftRow
from eventsapp.agenda.rules import CAPACITIES, ROOM_LENGTH, TITLE_LENGTH, SessionDetails
from eventsapp.agenda.speakers_rules import joined, speaker_key
from eventsapp.events.models import Event
from eventsapp.web.dates import day
from eventsapp.web.fields import ClockTimeField, WholeNumberField
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength, Required
from eventsapp.web.text import pick

_MOST_DAYS = 31


def kind_choices() -> dict[str, str]:
    return {
        "talk": gettext("Talk or presentation"),
        "plenary": gettext("Plenary"),
        "working_group": gettext("Working group"),
        "visit": gettext("Visit"),
        "ceremony": gettext("Ceremony"),
        "break": gettext("Break or meal"),
        "arrival": gettext("Arrival"),
        "other": gettext("Other"),
    }


def places_words(capacity: int | None, online_capacity: int | None) -> str:
    """How many can sign up for a session; empty: nobody has to."""
    parts = []
    if capacity is not None:
        parts.append(ngettext("%(num)d place", "%(num)d places", capacity))
    if online_capacity is not None:
        parts.append(ngettext("%(num)d place online", "%(num)d places online", online_capacity))
    return ", ".join(parts)


def day_words(on: date) -> str:
    """ "Thursday 14 October 2027"."""
    return day(datetime.combine(on, time(12), UTC), "UTC")


class SeenForm(BaseForm):
    """Nothing but a button, and which version of the session was seen."""

    expected_version = HiddenField()

    def version(self) -> int | None:
        """Of the session when the form was shown; None when it is not said."""
        return _number(self.expected_version.data)


class SessionForm(SeenForm):
    title = CleanString(
        lazy_gettext("Title"), [Required(lazy_gettext("Give the session a title.")), MaxLength(TITLE_LENGTH)]
    )
    on = SelectField(lazy_gettext("Day"))
    starts_at = ClockTimeField(lazy_gettext("Starts"), [Required(lazy_gettext("Enter when it starts."))])
    ends_at = ClockTimeField(lazy_gettext("Ends"), [Required(lazy_gettext("Enter when it ends."))])
    after_midnight = BooleanField(lazy_gettext("It ends after midnight, on the next day"))
    kind = SelectField(lazy_gettext("Kind"), choices=kind_choices, default="talk")
    room = CleanString(lazy_gettext("Room"), [MaxLength(ROOM_LENGTH)])
    speakers = CleanText(lazy_gettext("Speakers"))
    capacity = WholeNumberField(lazy_gettext("Places in the room"))
    online_capacity = WholeNumberField(lazy_gettext("Places online"))
    known_speakers = SelectMultipleField(
        lazy_gettext("Add speakers known in this series"),
        choices={},
        # Somebody may have been renamed or taken out meanwhile; the name that was ticked is what the agenda gets.
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    put_back = HiddenField()
    """"y": somebody took the session off meanwhile, and it is to come back as it is typed here."""

    def offer_days(self, event: Event, also: date | None = None) -> None:
        """The event's days; `also` is the one that a session outside of them is on."""
        first, last = event.starts_wall.date(), event.ends_wall.date()
        count = min((last - first).days + 1, _MOST_DAYS)
        days = {first + timedelta(days=number) for number in range(count)} | ({also} if also else set())
        self.on.choices = {each.isoformat(): day_words(each) for each in sorted(days)}

    def offer_places(self, event: Event) -> None:
        """Only places of the kinds that the event has; what is said of others stays as it is."""
        if event.mode == "online":
            del self.capacity
        if event.mode == "in_person":
            del self.online_capacity

    def offer_speakers(self, known: Iterable[str], named: Iterable[str] = ()) -> None:
        """Names known in the series, to tick; not those that the session has already."""
        there = set(map(speaker_key, named))
        self.known_speakers.choices = {name: name for name in known if speaker_key(name) not in there}

    def details(self, before: SessionDetails | None, language: str) -> SessionDetails:
        """What the form says; what it does not ask for, and titles in other languages, stay as in `before`."""
        on, starts, ends = date.fromisoformat(self.on.data), self.starts_at.data, self.ends_at.data
        if starts is None or ends is None:
            raise ValueError("a form that was not valid has no details")
        ends_on = on + timedelta(days=1) if self.after_midnight.data else on
        return SessionDetails(
            key=before.key if before else "",
            starts_at=datetime.combine(on, starts),
            ends_at=datetime.combine(ends_on, ends),
            title={**(before.title if before else {}), language: self.title.data},
            kind=self.kind.data,
            room=self.room.data,
            speakers=joined(self.speakers.data.splitlines(), self.known_speakers.data or ()),
            **{name: self[name].data if name in self else getattr(before, name, None) for name in CAPACITIES},
        )


class _Minutes(IntegerField):
    """Says what is missing in our words, not in those of the forms' library."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter how many minutes.")) from None


class ShiftForm(BaseForm):
    minutes = _Minutes(lazy_gettext("Minutes"), [InputRequired(lazy_gettext("Enter how many minutes."))])


class DiscardForm(BaseForm):
    """Nothing but a button, and which version of the draft was seen."""

    expected_version = HiddenField()

    def version(self) -> int:
        """Of the draft as it was looked through; -1, which none has, when that is not said."""
        number = _number(self.expected_version.data)
        return -1 if number is None else number


class PublishForm(DiscardForm):
    tell = RadioField(
        lazy_gettext("Who is told?"),
        choices=lambda: {
            "yes": gettext("Write to them"),
            "no": gettext("Tell nobody: it is a small correction"),
        },
        validators=[InputRequired(lazy_gettext("Choose whether people are told."))],
    )


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 10 else None


def values_of(session: DraftRow, language: str) -> dict[str, Any]:
    """A session as the fields show it."""
    starts, ends = session.starts_wall, session.ends_wall
    return {
        "title": pick(session.title, language),
        "on": starts.date().isoformat(),
        "starts_at": starts.time(),
        "ends_at": ends.time(),
        "after_midnight": ends.date() > starts.date(),
        "kind": session.kind,
        "room": session.room,
        "speakers": "\n".join(session.speakers),
        "capacity": session.capacity,
        "online_capacity": session.online_capacity,
    }
