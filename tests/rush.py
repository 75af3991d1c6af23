"""One of several real processes that fire at one event at once. Run by test_last_place through multiprocessing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Empty
from typing import Any

from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.registration import service
from eventsapp.registration.entering import Form
from eventsapp.registration.rules import Refusal
from tests.settings import config_for

ADDRESSES = 40
"""Per process; the first few are shared by all, so that the same person comes twice at once."""
SHARED = 8


@dataclass
class Report:
    """What a process did, by outcome, and every exception as text."""

    outcomes: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


def fire(number: int, url: str, folder: Path, slug: str, shots: int, start: Barrier, reports: Any) -> None:
    """Register, come back, register twice with one form, give up: `shots` times, mixed by a seed of its own."""
    report = Report()
    chance = random.Random(number)  # noqa: S311 (a reproducible mix, no secret)
    app = create_app(config_for(url, folder))
    with app.app_context():
        entered: list[int] = []
        start.wait(60)
        for shot in range(shots):
            try:
                _shoot(number, shot, slug, chance, entered, report)
            except Exception as error:  # noqa: BLE001 (any fault of any kind is what the test looks for)
                db.session.rollback()
                report.errors.append(f"{type(error).__name__}: {error}")
        db.session.remove()
        db.engine.dispose()
    reports.put(report)


def _shoot(number: int, shot: int, slug: str, chance: random.Random, entered: list[int], report: Report) -> None:
    if entered and chance.random() < 0.3:
        gone = service.give_up(chance.choice(entered))
        report.count("gave up" if gone else "nothing to give up")
        return
    who = chance.randrange(ADDRESSES)
    mailbox = f"shared{who}" if who < SHARED else f"p{number}-{who}"
    form = Form(name=f"Person {mailbox}", email=f"{mailbox}@example.org")
    submission = f"form-{number}-{shot}"
    first = service.register(slug, form, submission=submission)
    if chance.random() < 0.3:
        again = service.register(slug, form, submission=submission)
        if again != first and not isinstance(first, Refusal):
            report.errors.append(f"the same form gave {first}, then {again}")
    if isinstance(first, service.Registered):
        entered.append(first.registration_id)
    report.count(type(first).__name__ if not isinstance(first, Refusal) else first.value)


def collect(reports: Any, processes: int) -> Report:
    """All reports added up. A process that ended without one is an error."""
    total = Report()
    for _ in range(processes):
        try:
            report = reports.get(timeout=300)
        except Empty:
            total.errors.append("a process ended without a report")
            continue
        total.errors += report.errors
        for outcome, number in report.outcomes.items():
            total.outcomes[outcome] = total.outcomes.get(outcome, 0) + number
    return total
