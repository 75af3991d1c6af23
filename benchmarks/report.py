"""The report: docs/performance.md between its two marks, and docs/performance.svg."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape

import psutil

from benchmarks.house import ROOT, WORKERS
from benchmarks.measuring import Measured
from benchmarks.whole import Whole

PAGE, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.svg"
BEGIN, END = "<!-- begin: written by make bench -->", "<!-- end -->"
TIMES = 4
_ROW, _LEFT, _WIDTH = 34, 400, 380


def write(found: Sequence[Measured], growth: Sequence[tuple[Measured, Measured]], whole: Whole | None) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = "\n".join(_lines(found, growth, whole))
    PAGE.write_text(f"{before}{BEGIN}\n{lines}\n{END}{after}", encoding="utf-8")
    PICTURE.write_text(_picture([each for each in found if each.unit.target]), encoding="utf-8")


def _lines(
    found: Sequence[Measured], growth: Sequence[tuple[Measured, Measured]], whole: Whole | None
) -> Iterator[str]:
    yield f"Measured on {datetime.now(UTC):%d %B %Y} at commit `{_commit()}`, {_machine()}."
    yield ""
    yield "| unit | CPU, ms | in (a) | target | of its target | | statements | bytes |"
    yield "|---|--:|--:|---|--:|---|--:|--:|"
    for each in found:
        unit = each.unit
        judged = f"{unit.target} | {each.share:.0%} | {'met' if each.share <= 1 else '**not met**'}"
        yield (
            f"| {unit.name} | {each.cost:.2f} | {each.multiple:.2f} | {judged if unit.target else ' | |'} | "
            f"{len(each.statements) / TIMES:.0f} | {each.size:,} |"
        )
    if growth:
        yield ""
        yield "| in a database of 1 thousand, then of 1 million registrations | in (a) before | after | ≤ 1.2 × | |"
        yield "|---|--:|--:|--:|---|"
        for before, after in growth:
            times = after.multiple / before.multiple
            same = len(before.statements) == len(after.statements)
            verdict = ("met" if times <= 1.2 else "**not met**") + ("" if same else ", **other statements**")
            row = f"{before.multiple:.2f} | {after.multiple:.2f} | {times:.2f}"
            yield f"| {before.unit.name} | {row} | {verdict} |"
    if whole is not None:
        yield from _whole(whole)


def _whole(whole: Whole) -> Iterator[str]:
    rush = whole.rush
    yield ""
    yield "| measured once | found | target | |"
    yield "|---|---|---|---|"
    order = "in order of arrival" if rush.in_order else "**not in order**"
    yield (
        f"| rush: 300 people for 100 places, 32 at once | {rush.confirmed} confirmed, {rush.waiting} waiting {order}, "
        f"{rush.errors} errors | 100, 200, 0 | {'met' if rush.exact else '**not met**'} |"
    )
    yield f"| the same, whole registrations a second | {rush.rate:.0f} | ≥ 100 | {_met(rush.rate >= 100)} |"
    for ending, grown in whole.download_growth.items():
        yield f"| {ending} of 100,000: memory grows by | {grown:.0f} MB | < 60 MB | {_met(grown < 60)} |"
    judged = f"{whole.memory:.0f} MB | ≤ 250 MB | {_met(whole.memory <= 250)}"
    yield f"| memory of {WORKERS} web workers and the letter worker | {judged} |"


def _met(yes: bool) -> str:
    return "met" if yes else "**not met**"


def _commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _machine() -> str:
    memory = psutil.virtual_memory().total / 1024**3
    return (
        f"{psutil.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, Linux, "
        f"Python {platform.python_version()}, PostgreSQL 18"
    )


def _picture(found: Sequence[Measured]) -> str:
    """A bar for each unit: how much of what it may cost it does."""
    height = _ROW * (len(found) + 1) + 20
    scale = _WIDTH / max(1.25, *(each.share for each in found))
    limit = _LEFT + scale
    bars = []
    for number, each in enumerate(found, start=1):
        y = _ROW * number
        colour = "#2f7d5b" if each.share <= 1 else "#b3541e"
        bars.append(
            f'<text x="{_LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(each.unit.name)}</text>'
            f'<rect x="{_LEFT}" y="{y}" width="{each.share * scale:.1f}" height="20" rx="3" fill="{colour}"/>'
            f'<text x="{_LEFT + each.share * scale + 6:.1f}" y="{y + 15}">{each.share:.0%}</text>'
        )
    width = _LEFT + _WIDTH + 60
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#333">'
        "<title>What each unit costs, as a share of what it may cost</title>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<line x1="{limit:.1f}" x2="{limit:.1f}" y1="18" y2="{height - 12}" stroke="#777" stroke-dasharray="4 3"/>'
        f'<text x="{limit:.1f}" y="13" text-anchor="middle">the target</text>{"".join(bars)}</svg>\n'
    )
