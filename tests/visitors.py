"""One of several processes that register with browsers at several app servers while those are killed. Whoever is told
to come again, or hears nothing, sends the same form again, to whichever server. Run by test_last_place_killed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from multiprocessing.synchronize import Barrier
from time import monotonic, sleep
from typing import Any

from benchmarks.client import Answer, Client
from tests.rush_report import Report

PATIENCE_SECONDS = 120.0
SHARED = 4
"""The first few addresses are all processes' own, so that the same person comes twice at once."""
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
PLACE, LINE, GONE, WRITTEN = "place", "line", "gone", "written to"


def visit(
    number: int,
    ports: Sequence[int],
    slug: str,
    giving_up: Mapping[str, str],
    people: int,
    start: Barrier,
    done: Any,
    reports: Any,
) -> None:
    """Register so many people, and between them give up for those of `giving_up`: the page that asks, by address.
    `done` counts, over all processes."""
    visitor = Visitor(random.Random(number), ports, slug)  # noqa: S311 (a reproducible mix, no secret)
    leaving = list(giving_up.items())
    start.wait(60)
    for turn in range(people):
        shared = turn % 3 == 0 and turn // 3 < SHARED
        try:
            visitor.register(f"shared{turn // 3}" if shared else f"p{number}-{turn}", shared=shared)
            if leaving:
                visitor.give_up(*leaving.pop())
        except Exception as error:  # noqa: BLE001 (any fault of any kind is what the test looks for)
            visitor.report.errors.append(f"{type(error).__name__}: {error}")
        with done.get_lock():
            done.value += 1
    visitor.close()
    reports.put(visitor.report)


class Visitor:
    """A person with a browser; the same cookies at each server, as behind one name."""

    def __init__(self, chance: random.Random, ports: Sequence[int], slug: str) -> None:
        self.chance, self.slug, self.report = chance, slug, Report()
        self.clients = [Client(port) for port in ports]
        for client in self.clients:
            client.cookies = self.clients[0].cookies

    def register(self, mailbox: str, *, shared: bool) -> None:
        path, address = f"/events/{self.slug}/register", f"{mailbox}@example.org"
        form = self.ask("GET", path).hidden() | {"name": f"Person {mailbox}", "email": address}
        first = self.sent(path, form)
        if self.chance.random() < 0.3:
            again = self.sent(path, form)
            assert again == first, f"the same form led to {first}, then to {again}"
        words = self.heading(first)
        self.report.count(words)
        if words != WRITTEN:
            assert shared or address not in self.report.told
            self.report.told[address] = words

    def give_up(self, address: str, path: str) -> None:
        """Who is told "nothing to give up" gave up already, by a form whose answer got lost."""
        page = self.ask("GET", path)
        if page.status == 200:
            self.sent(path, page.hidden())
        self.report.count(GONE)
        self.report.told[address] = GONE

    def sent(self, path: str, form: Mapping[str, str]) -> str:
        answer = self.ask("POST", path, form)
        assert answer.status in (302, 303), f"{path}: {answer.status}"
        return answer.headers["location"]

    def heading(self, path: str) -> str:
        answer = self.ask("GET", path)
        assert answer.status == 200, f"{path}: {answer.status}"
        if path.endswith("/received"):
            return WRITTEN
        found = _HEADING.search(answer.body.decode())
        words = re.sub(r"<[^>]*>", "", found[1]).strip() if found else ""
        if words == "You have a place":
            return PLACE
        assert words.startswith("No place yet"), words
        return LINE

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """Again and again until a server answers other than "too busy"."""
        deadline = monotonic() + PATIENCE_SECONDS
        while True:
            client = self.chance.choice(self.clients)
            try:
                answer = client.get(path) if method == "GET" else client.post(path, form or {})
            except (OSError, HTTPException):
                client.close()
                self.report.count("no answer")
            else:
                if answer.status != 503:
                    return answer
                self.report.count("503")
            assert monotonic() < deadline, f"{path}: no answer in time"
            sleep(0.05)

    def close(self) -> None:
        for client in self.clients:
            client.close()
