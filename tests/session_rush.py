"""One of several real processes that sign up for the same sessions at once; `shoot` is one act, for other mixes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.registration import service as registration
from eventsapp.signups import service
from eventsapp.signups.service import Chosen
from tests.rush_report import Report
from tests.settings import config_for


def fire(
    number: int,
    url: str,
    folder: Path,
    people: Sequence[int],
    keys: Sequence[str],
    shots: int,
    start: Barrier,
    out: Any,
) -> None:
    """Choose, swap, give back, and give up the event: `shots` times, mixed by a seed of its own."""
    report, chance = Report(), random.Random(number)  # noqa: S311 (a reproducible mix, no secret)
    app = create_app(config_for(url, folder))
    with app.app_context():
        start.wait(60)
        for _ in range(shots):
            try:
                report.count(shoot(chance, people, keys))
            except Exception as error:  # noqa: BLE001 (any fault of any kind is what the test looks for)
                db.session.rollback()
                report.errors.append(f"{type(error).__name__}: {error}")
        db.session.remove()
        db.engine.dispose()
    out.put(report)


def shoot(chance: random.Random, people: Sequence[int], keys: Sequence[str]) -> str:
    """One person does something about sessions of their event; what came of it, in a word."""
    who = chance.choice(people)
    if chance.random() < 0.05:
        return "gave up" if registration.give_up(who) else "nothing to give up"
    take = chance.sample(list(keys), chance.randint(0, 2))
    leave = [key for key in keys if key not in take and chance.random() < 0.3]
    answer = service.choose(who, take=take, leave=leave)
    if not isinstance(answer, Chosen):
        return answer.bars[0][0].value
    return next(iter(answer.now.values())).value if answer.now else "nothing new"
