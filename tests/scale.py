"""Small numbers in `make test`, full ones in `make stress`. A test that asks for `scale` is a stress test."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TypeVar

import pytest

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Scale:
    is_full: bool

    def pick(self, small: Number, full: Number) -> Number:
        return full if self.is_full else small


@pytest.fixture(scope="session")
def scale() -> Scale:
    """`scale.pick(300, 2400)`; full when EVENTSAPP_TEST_STRESS is 1."""
    return Scale(is_full=os.environ.get("EVENTSAPP_TEST_STRESS") == "1")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and "scale" in item._fixtureinfo.argnames:
            item.add_marker("stress")
