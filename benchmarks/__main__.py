"""`python -m benchmarks`: all of it, and the report in docs/."""

from __future__ import annotations

import argparse
import sys

from benchmarks import filling, units
from benchmarks.house import household
from benchmarks.measuring import count_statements, measure


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="units whose name has this in it")
    wanted = parser.parse_args()
    with household() as house:
        filling.add_organiser(house)
        for statement in units.PGBENCH_TABLES:
            house.sql(statement)
        filling.make_event(house, units.MAIN, 100_000)
        filling.add_people(house, units.MAIN, 5000)
        house.wait_until_sent()
        house.rest_worker()
        chosen = [each for each in units.units() if wanted.only in each.name]
        found = measure(house, chosen, wanted.rounds)
        count_statements(house, found[2:])
        for each in found:
            sys.stdout.write(
                f"{each.unit.name:65} {each.cost:8.3f} ms {each.multiple:8.2f} a  {each.share:6.2f} of target  "
                f"{each.size:8} bytes  {len(each.statements) / 4:6.2f} statements\n"
            )


if __name__ == "__main__":
    main()
