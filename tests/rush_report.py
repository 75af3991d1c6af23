"""What processes that fire at one event tell the test that started them. Imports nothing of the app: clients that are
browsers do without it."""

from __future__ import annotations

from dataclasses import dataclass, field
from queue import Empty
from typing import Any


@dataclass
class Report:
    """What a process did, by outcome, and every exception as text."""

    outcomes: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    """What a page said last to somebody, by address."""

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def add(self, other: Report) -> None:
        self.errors += other.errors
        self.told |= other.told
        for outcome, number in other.outcomes.items():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + number


def collect(reports: Any, processes: int, *, seconds: float = 300) -> Report:
    """All reports added up. A process that ended without one is an error."""
    total = Report()
    for _ in range(processes):
        try:
            total.add(reports.get(timeout=seconds))
        except Empty:
            total.errors.append("a process ended without a report")
    return total
