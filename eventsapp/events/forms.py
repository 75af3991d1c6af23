"""The forms in which organisers describe an event. Names of fields are those of EventDetails; wall times are in the
event's own zone. What rules say of them is shown by `web.problems`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SubmitField

from eventsapp.events.rules import DESCRIPTION_LENGTH, KIND_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, EventDetails
from eventsapp.series.models import Series
from eventsapp.venues.models import Venue
from eventsapp.venues.rules import ADDRESS_LENGTH, NAME_LENGTH, NOTES_LENGTH, VenueDetails
from eventsapp.web.fields import LanguageField, WallTimeField, WholeNumberField, ZoneField
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength, Required
from eventsapp.web.rules import Texts
from eventsapp.web.text import pick

PLAIN = (
    "kind",
    "timezone",
    "starts_at",
    "ends_at",
    "mode",
    "online_url",
    "capacity",
    "online_capacity",
    "waitlist",
    "approval",
    "confidential",
    "recorded",
    "visibility",
    "registration_opens_at",
    "registration_closes_at",
    "promotion_ends_at",
    "promotion",
    "party_max",
    "ranks_groups",
    "language",
)
"""Fields whose value is the one that EventDetails takes."""


def _modes() -> dict[str, str]:
    return {
        "in_person": gettext("In the room"),
        "online": gettext("Online"),
        "hybrid": gettext("In the room or online, as they choose"),
    }


def _visibilities() -> dict[str, str]:
    return {
        "public": gettext("Everybody: it is listed"),
        "unlisted": gettext("Whoever has the link: it is not listed"),
        "closed": gettext("By invitation: people you name, or who have a secret link"),
    }


def promotions() -> dict[str, str]:
    return {
        "confirm": gettext("The next in line gets it at once"),
        "offer": gettext(
            "The next in line is offered it, and has until noon on a weekday, at least 48 hours, to accept"
        ),
    }


class EventForm(BaseForm):
    title = CleanString(
        lazy_gettext("Title"), [Required(lazy_gettext("Give the event a title.")), MaxLength(TITLE_LENGTH)]
    )
    kind = CleanString(lazy_gettext("Kind of event"), [MaxLength(KIND_LENGTH)])
    summary = CleanText(lazy_gettext("Summary"), [MaxLength(SUMMARY_LENGTH)])
    description = CleanText(lazy_gettext("Description"), [MaxLength(DESCRIPTION_LENGTH)])
    starts_at = WallTimeField(lazy_gettext("Start"), [Required(lazy_gettext("Enter day and time of the start."))])
    ends_at = WallTimeField(lazy_gettext("End"), [Required(lazy_gettext("Enter day and time of the end."))])
    timezone = ZoneField(lazy_gettext("Time zone"), default="Europe/Brussels")
    mode = RadioField(
        lazy_gettext("How do people take part?"),
        choices=_modes,
        default="in_person",
    )
    known_venue = SelectField(lazy_gettext("A venue you have used before"), coerce=str)
    venue_name = CleanString(lazy_gettext("Venue"), [MaxLength(NAME_LENGTH)])
    venue_address = CleanString(lazy_gettext("Address of the venue"), [MaxLength(ADDRESS_LENGTH)])
    venue_directions = CleanText(lazy_gettext("How to get there"), [MaxLength(NOTES_LENGTH)])
    venue_access_notes = CleanText(lazy_gettext("Access for people with disabilities"), [MaxLength(NOTES_LENGTH)])
    online_url = CleanString(lazy_gettext("Address of the online room"))
    capacity = WholeNumberField(lazy_gettext("Places in the room"))
    online_capacity = WholeNumberField(lazy_gettext("Places online"))
    waitlist = BooleanField(lazy_gettext("When all places are taken, people can join a waitlist"), default=True)
    approval = BooleanField(lazy_gettext("An organiser approves each registration"))
    registration_opens_at = WallTimeField(lazy_gettext("Registration opens"))
    registration_closes_at = WallTimeField(lazy_gettext("Registration closes"))
    promotion_ends_at = WallTimeField(lazy_gettext("People move up by themselves until"))
    party_max = WholeNumberField(lazy_gettext("How many people one form may register"), default=EventDetails.party_max)
    promotion = RadioField(lazy_gettext("When a place comes free"), choices=promotions, default="confirm")
    ranks_groups = BooleanField(
        lazy_gettext("People rank the working groups that start at the same time, and you give everyone one")
    )
    visibility = RadioField(
        lazy_gettext("Who finds the event?"),
        choices=_visibilities,
        default="public",
    )
    confidential = BooleanField(lazy_gettext("Confidential: nobody learns from a page who is registered"))
    recorded = BooleanField(lazy_gettext("The event is recorded"))
    language = LanguageField(lazy_gettext("Language of these texts"), default="en")
    slug = CleanString(lazy_gettext("Name in the address of its page"))
    expected_version = HiddenField()
    tell = RadioField(choices={"yes": "", "no": ""}, validate_choice=False)
    """Asked on a page of its own, when people are to be told of a new time or place."""
    back = SubmitField()
    """Pressed there: show the form again."""
    _venues: Mapping[str, Venue] = {}

    def details(self, before: EventDetails | None = None, *, slug: str = "") -> EventDetails:
        """What the form says. Texts in other languages than the form's stay as in `before`, so does an empty slug."""
        plain: dict[str, Any] = {name: self[name].data for name in PLAIN}
        if plain["party_max"] is None:
            plain["party_max"] = EventDetails.party_max
        texts: dict[str, Any] = {
            name: self._texts(name, getattr(before, name, {}), before) for name in ("title", "summary", "description")
        }
        typed = self.slug.data if "slug" in self else ""
        wished = typed or (before.slug if before else slug)
        return EventDetails(slug=wished, venue=self._venue(before), **plain, **texts)

    def show_version(self, version: int) -> None:
        """What sending the form once more will be compared with, whatever it came back with."""
        self.expected_version.data = str(version)

    def version(self) -> int | None:
        typed = self.expected_version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else None

    def offer_venues(self, venues: Sequence[Venue]) -> None:
        """Venues to choose from instead of typing one; without any the choice is not there."""
        self._venues = {str(each.id): each for each in venues}
        if not venues:
            del self.known_venue
            return
        self.known_venue.choices = {"": gettext("None of these: the one below")} | {
            key: ", ".join(filter(None, (each.name, each.address))) for key, each in self._venues.items()
        }

    def _chosen_venue(self) -> VenueDetails | None:
        chosen = self._venues.get(self.known_venue.data or "") if "known_venue" in self else None
        if chosen is None:
            return None
        notes = {"directions": chosen.directions, "access_notes": chosen.access_notes}
        return VenueDetails(name=chosen.name, address=chosen.address, **notes)

    def _venue(self, before: EventDetails | None) -> VenueDetails | None:
        if (known := self._chosen_venue()) is not None:
            return known
        name, address = self.venue_name.data, self.venue_address.data
        notes = {"directions": self.venue_directions.data, "access_notes": self.venue_access_notes.data}
        if not (name or address or any(notes.values())):
            return None
        old = before.venue if before else None
        same = old if old is not None and (old.name, old.address) == (name, address) else None
        texts = {key: self._texts(f"venue_{key}", getattr(same, key, {}), before) for key in notes}
        return VenueDetails(name=name, address=address, **texts)

    def _texts(self, name: str, others: Texts, before: EventDetails | None) -> Texts:
        replaced = {self.language.data, before.language if before else self.language.data}
        kept = {language: text for language, text in others.items() if language not in replaced}
        return kept | {self.language.data: self[name].data}


class NewEventForm(EventForm):
    series = SelectField(lazy_gettext("Series"))

    def offer(self, series: Sequence[Series]) -> None:
        """Which series the event may belong to; the choice is checked against these."""
        self.series.choices = {each.slug: pick(each.title, each.language) for each in series}


class CallOffForm(BaseForm):
    message = CleanText(lazy_gettext("A word to everybody"), [MaxLength(2000)])


def values_of(details: EventDetails) -> dict[str, Any]:
    """Details as the fields show them."""
    values = {name: getattr(details, name) for name in (*PLAIN, "slug")}
    values |= {name: pick(getattr(details, name), details.language) for name in ("title", "summary", "description")}
    if details.venue is not None:
        values |= {"venue_name": details.venue.name, "venue_address": details.venue.address}
        values["venue_directions"] = pick(details.venue.directions, details.language)
        values["venue_access_notes"] = pick(details.venue.access_notes, details.language)
    return values
