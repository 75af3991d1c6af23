"""What is measured once: a rush for the last places, a very long list, and memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import psutil

from benchmarks.accounting import proportional_bytes
from benchmarks.client import Client, spread
from benchmarks.filling import register
from benchmarks.house import House
from benchmarks.units import organiser

RUSH, LARGE = "rush-day", "large-day"
PEOPLE, PLACES, AT_ONCE = 300, 100, 32
_MEGABYTE = 1024 * 1024


@dataclass
class Growth:
    """By how much a process grew at its largest, in bytes."""

    most: int = 0


@dataclass(frozen=True)
class Rush:
    confirmed: int
    waiting: int
    errors: int
    in_order: bool
    seconds: float

    @property
    def rate(self) -> float:
        return PEOPLE / self.seconds

    @property
    def exact(self) -> bool:
        return (self.confirmed, self.waiting, self.errors, self.in_order) == (PLACES, PEOPLE - PLACES, 0, True)


@dataclass
class Whole:
    rush: Rush
    download_growth: dict[str, float] = field(default_factory=dict)
    """By ending of the file, in megabytes."""
    memory: float = 0
    """Of the web server's processes and the letter worker, in megabytes."""


def rush(house: House) -> Rush:
    """Whole registrations, form and page after it among them, `AT_ONCE` at a time."""
    errors: list[str] = []

    def one(client: Client, who: int) -> None:
        client.cookies.clear()
        try:
            register(client, RUSH, f"Person {who}", f"rush{who}@example.org")
        except (RuntimeError, OSError) as error:
            errors.append(str(error))

    start = monotonic()
    spread(house.port, range(PEOPLE), one, hands=AT_ONCE)
    seconds = monotonic() - start
    rows = house.sql(
        "SELECT r.state FROM registration r JOIN event e ON e.id = r.event_id WHERE e.slug = %s ORDER BY r.queue_no",
        RUSH,
    )
    states = [str(row[0]) for row in rows]
    confirmed, waiting = states.count("confirmed"), states.count("waitlisted")
    return Rush(confirmed, waiting, len(errors), states == sorted(states), seconds)


def download_growth(house: House, ending: str) -> float:
    """How much memory making the file of a very long list takes beyond what was there, in megabytes."""
    client = Client(house.port)
    client.cookies = organiser(house)
    client.get(f"/organise/events/{LARGE}/attendees")
    with _growth([house.children["web"].pid]) as growth:
        answer = client.get(f"/organise/events/{LARGE}/attendees.{ending}")
    if answer.status != 200:
        raise RuntimeError(f"no file: {answer.status}")
    return growth.most / _MEGABYTE


def memory(house: House) -> float:
    return proportional_bytes([house.children["web"].pid, house.children["worker"].pid]) / _MEGABYTE


@contextmanager
def _growth(roots: Sequence[int]) -> Iterator[Growth]:
    """The kernel keeps the largest size a process ever had, and forgets it when told to."""
    pids = [child.pid for root in roots for child in psutil.Process(root).children()]
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    before = {pid: _largest(pid) for pid in pids}
    found = Growth()
    yield found
    found.most = max(_largest(pid) - before[pid] for pid in pids)


def _largest(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    line = next(each for each in lines if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
