"""What a tree of processes has used: time on processors, its ended children's too, and memory in its fair share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import psutil


def cpu_seconds(roots: Sequence[int]) -> float:
    """User and system time of these processes and all below them since they began. A child that ended is in the account
    of the parent that waited for it, so nothing is lost and nothing counted twice."""
    total = 0.0
    for process in _trees(roots):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def proportional_bytes(roots: Sequence[int], *, with_roots: bool = True) -> int:
    """The proportional set size: what several processes share is divided among them."""
    return sum(_proportional(each) for each in _trees(roots) if with_roots or each.pid not in roots)


def _proportional(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess):
        return int(process.memory_full_info().pss)
    return 0


def _trees(roots: Sequence[int]) -> Iterator[psutil.Process]:
    for pid in roots:
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(pid)
            yield root
            yield from root.children(recursive=True)
