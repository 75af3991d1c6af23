"""`python -m benchmarks`: all of it, and the report in docs/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks import filling, report, units, whole
from benchmarks.house import House, household
from benchmarks.measuring import Measured, count_statements, measure

LARGE_PEOPLE, OTHER_EVENTS, OTHER_PEOPLE = 100_000, 894, 1_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="medians are taken of so many")
    parser.add_argument("--quick", action="store_true", help="the units alone, and no report")
    wanted = parser.parse_args()
    with household() as house:
        filling.add_organiser(house)
        for statement in units.PGBENCH_TABLES:
            house.sql(statement)
        _event(house, units.SMALL, 1_000)
        before = [] if wanted.quick else _measured(house, units.growing(), wanted.rounds)
        _event(house, units.MAIN, 5_000)
        found = _measured(house, units.units(), wanted.rounds)
        if wanted.quick:
            return
        result = _whole(house)
        filling.add_events(house, units.SMALL, OTHER_EVENTS, OTHER_PEOPLE)
        after = _measured(house, units.growing(), wanted.rounds)
        result.memory = whole.memory(house)
    report.write(found, list(zip(before[2:], after[2:], strict=True)), result)
    _say(f"written: {report.PAGE}")


def _event(house: House, slug: str, people: int) -> None:
    filling.make_event(house, slug, 100_000)
    house.wake_worker()
    filling.add_people(house, slug, people)
    house.wait_until_sent()
    house.rest_worker()


def _whole(house: House) -> whole.Whole:
    filling.make_event(house, whole.RUSH, whole.PLACES)
    result = whole.Whole(whole.rush(house))
    _say(f"rush: {result.rush}")
    _event(house, whole.LARGE, LARGE_PEOPLE)
    for ending in ("csv", "xlsx"):
        result.download_growth[ending.upper()] = whole.download_growth(house, ending)
    _say(f"long lists: {result.download_growth}")
    return result


def _measured(house: House, chosen: Sequence[units.Unit], rounds: int) -> list[Measured]:
    found = measure(house, chosen, rounds)
    count_statements(house, found[2:], report.TIMES)
    for each in found:
        _say(
            f"{each.unit.name:62} {each.cost:8.2f} ms {each.multiple:8.2f} a  {each.share:5.2f} of its target "
            f"{len(each.statements) / report.TIMES:6.1f} statements {each.size:9} bytes"
        )
    house.wake_worker()
    house.wait_until_sent()
    house.rest_worker()
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
