"""Reads one TOML table key by key and notes what is wrong; keys nobody asked for are wrong too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from eventsapp.exchange.file import Fault
from eventsapp.exchange.lines import Path, line_of


@dataclass
class Faults:
    """Collects faults; a key that has one gets no second."""

    lines: Mapping[Path, int]
    found: list[Fault] = field(default_factory=list)
    paths: set[Path] = field(default_factory=set)
    unread: set[Path] = field(default_factory=set)
    """Keys that are missing or of a wrong type: something stands in for their values."""

    def note(self, path: Path, message: str) -> None:
        if path not in self.paths:
            self.paths.add(path)
            label = ".".join(str(part) for part in path if not isinstance(part, int)).removeprefix("event.")
            self.found.append(Fault(line_of(self.lines, path), label, message))

    def in_order(self) -> list[Fault]:
        return sorted(self.found, key=lambda fault: fault.line)


class Table:
    """Each reader gives the value or, with a fault noted where it is of the wrong type, the default."""

    def __init__(self, values: object, path: Path, faults: Faults, language: str) -> None:
        self.path = path
        self.faults = faults
        self.language = language
        self.there = isinstance(values, dict)
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        self.asked: set[str] = set()
        if values is not None and not self.there:
            faults.note(path, "must be a table")

    def raw(self, name: str) -> Any:
        """The value as TOML has it, or None when the key is absent (TOML has no null)."""
        self.asked.add(name)
        return self.values.get(name)

    def wrong(self, name: str, message: str) -> None:
        self.faults.unread.add((*self.path, name))
        self.faults.note((*self.path, name), message)

    def required(self, *names: str) -> None:
        for name in names:
            if name not in self.values:
                self.wrong(name, "is missing")

    def text(self, name: str, default: str = "") -> str:
        value = self.raw(name)
        if value is None or isinstance(value, str):
            return default if value is None else value
        self.wrong(name, 'must be a text in quotes: "…"')
        return default

    def texts(self, name: str) -> dict[str, str]:
        """A plain text is in the file's language; a table has one per language."""
        value = self.raw(name)
        if isinstance(value, str):
            return {self.language: value}
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return value
        if value is not None:
            self.wrong(name, 'must be a text, or texts by language: {en = "…", fr = "…"}')
        return {}

    def list_of_texts(self, name: str) -> tuple[str, ...]:
        value = self.raw(name)
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return tuple(value)
        if value is not None:
            self.wrong(name, 'must be a list of texts: ["…", "…"]')
        return ()

    def switch(self, name: str, *, default: bool) -> bool:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong(name, "must be true or false, without quotes")
        return default

    def number(self, name: str) -> int | None:
        value = self.raw(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.wrong(name, "must be a whole number, without quotes")
        return None

    def day(self, name: str) -> date | None:
        value = self.raw(name)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.wrong(name, "must be a date, without quotes: 2027-10-14")
        return None

    def wall(self, name: str, *, on: date | None = None, several_days: bool = False) -> datetime | None:
        """A local date-time; with `on`, also a mere time of that day, unless the event has several."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, time) and on is not None:
            if not several_days:
                return datetime.combine(on, value)
            self.wrong(name, "needs its date: the event has several days")
        elif not isinstance(value, datetime):
            self.wrong(name, "must be a local date and time, without quotes: 2027-10-14T09:00:00")
        elif value.tzinfo is not None:
            self.wrong(name, "is a local time and has no offset")
        else:
            return value
        return None

    def finish(self, known_tables: Iterable[str] = ()) -> None:
        """Whatever was not asked for is a slip of the pen."""
        for name in self.values:
            if name not in self.asked and name not in known_tables:
                self.wrong(name, "is not a key of an event file")
