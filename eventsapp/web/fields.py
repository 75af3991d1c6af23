"""Fields for what organisers enter: wall times, whole numbers, time zones, languages. What was typed stays."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext
from wtforms import SelectField, StringField
from wtforms.widgets import DateTimeLocalInput, TextInput, TimeInput

from eventsapp import clock
from eventsapp.web import languages
from eventsapp.web.text import clean_line

_WALL = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::00(?:\.0+)?)?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?", re.ASCII)
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)

COMMON_ZONES = (
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Brussels",
    "Europe/Bucharest",
    "Europe/Budapest",
    "Europe/Copenhagen",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Kyiv",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Luxembourg",
    "Europe/Madrid",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Rome",
    "Europe/Sofia",
    "Europe/Stockholm",
    "Europe/Tallinn",
    "Europe/Vienna",
    "Europe/Warsaw",
    "Europe/Zurich",
    "UTC",
)
LANGUAGES = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt"),
    *("lv", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk"),
)


class _Typed(StringField):
    """A field whose data is a value, and which shows what was typed when that is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = self.read(typed) if typed else None

    def _value(self) -> str:
        if self.raw_data:
            return clean_line(str(self.raw_data[0]))
        return self.write(self.data) if self.data is not None else ""

    def read(self, typed: str) -> Any:
        """The value, or ValueError with what to type instead."""
        raise NotImplementedError

    def refused(self, words: str) -> ValueError:
        """Names the field: the words stand in the summary above the form, too."""
        return ValueError(gettext("“%(label)s”: %(words)s", label=self.label.text, words=words))

    def write(self, value: Any) -> str:
        return str(value)


class WallTimeField(_Typed):
    """A local date and time; data is a naive datetime or None."""

    widget = DateTimeLocalInput()

    def read(self, typed: str) -> datetime:
        found = _WALL.fullmatch(typed)
        try:
            return datetime(*map(int, found.groups()))  # type: ignore[union-attr, arg-type]
        except (AttributeError, ValueError):
            raise self.refused(gettext("enter a date and a time, such as 2027-10-14 09:00.")) from None

    def write(self, value: datetime) -> str:
        return f"{value:%Y-%m-%dT%H:%M}"


class ClockTimeField(_Typed):
    """A time of day; data is a time or None. "9.30" is taken as well as "09:30"."""

    widget = TimeInput()

    def read(self, typed: str) -> time:
        found = _TIME.fullmatch(typed)
        try:
            return time(*map(int, found.groups()))  # type: ignore[union-attr, arg-type]
        except (AttributeError, ValueError):
            raise self.refused(gettext("enter a time, such as 09:30.")) from None

    def write(self, value: time) -> str:
        return f"{value:%H:%M}"


class DateField(_Typed):
    """A date; data is a date or None."""

    widget = TextInput("date")

    def read(self, typed: str) -> date:
        try:
            return date.fromisoformat(typed)
        except ValueError:
            raise self.refused(gettext("enter a date, such as 2027-10-14.")) from None


class WholeNumberField(_Typed):
    """A whole number that is not negative, or None. Letters, signs and decimals are refused, not rounded."""

    widget = TextInput()

    def read(self, typed: str) -> int:
        if not _DIGITS.fullmatch(typed):
            raise self.refused(gettext("enter a whole number, such as 80."))
        return int(typed)


class ZoneField(SelectField):
    """Every IANA zone, the common European ones first; data is its name."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=_zones, **kwargs)


class LanguageField(SelectField):
    """The language that a text is written in; data is its code. One that is not on the list but there stays there."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=_languages, **kwargs)

    def keep(self, code: str) -> None:
        if code not in LANGUAGES:
            self.choices = _languages() | {code: code}


def _zones() -> dict[str, dict[str, str]]:
    others = sorted(clock.zone_names() - set(COMMON_ZONES))
    return {
        gettext("Often used"): {name: name.replace("_", " ") for name in COMMON_ZONES},
        gettext("All others"): {name: name.replace("_", " ") for name in others},
    }


def _languages() -> dict[str, str]:
    named = {code: languages.name_of(code) for code in LANGUAGES}
    return dict(sorted(named.items(), key=lambda each: each[1]))
