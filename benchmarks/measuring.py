"""Rounds in which limits and units take turns, so that what else goes on on the machine meets all of them alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.accounting import cpu_seconds
from benchmarks.house import House
from benchmarks.units import Unit, limits


@dataclass
class Measured:
    """Of one unit: what it cost in each round, in milliseconds, and as a share of what it may cost there."""

    unit: Unit
    costs: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    multiples: list[float] = field(default_factory=list)
    """Of the limit (a) of the same round."""
    size: int = 0
    statements: list[str] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return median(self.costs)

    @property
    def multiple(self) -> float:
        return median(self.multiples)

    @property
    def share(self) -> float:
        """Of its target; 1 is all that it may cost."""
        return median(self.shares) if self.shares else 0.0


def measure(house: House, units: Sequence[Unit], rounds: int) -> list[Measured]:
    """The limits first, then the units. A first round warms everything up and is not counted."""
    both = [Measured(unit) for unit in (*limits(), *units)]
    for number in range(rounds + 1):
        costs = [_cost(house, each) for each in both]
        if number == 0:
            continue
        a, b = costs[:2]
        for each, cost in zip(both, costs, strict=True):
            each.costs.append(cost)
            each.multiples.append(cost / a)
            if each.unit.target:
                each.shares.append(cost / (each.unit.of_a * a + each.unit.of_b * b))
    return both


def count_statements(house: House, measured: Iterable[Measured], times: int = 4) -> None:
    """What each unit asks of the database, averaged over a few: what comes once in a while is in none or in each."""
    for each in measured:
        with house.statements() as found:
            each.unit.act(house, times)
        each.statements = found


def _cost(house: House, measured: Measured) -> float:
    unit = measured.unit
    roots = house.limit_side if unit.limit else house.server_side
    before = cpu_seconds(roots)
    measured.size = unit.act(house, unit.number)
    return (cpu_seconds(roots) - before) * 1000 / unit.number
