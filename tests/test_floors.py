"""The house of the design: who may import whom, what is pure, who asks the time.

Floors and layers are contracts of import-linter in pyproject.toml; what it cannot say is read from the syntax here.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for path in (ROOT / "eventsapp").rglob("*.py") if "versions" not in path.parts)
TEXT_PARTS = (
    *("model", "lines", "patterns", "times", "days", "calendar", "tables", "kinds", "entries", "passes", "headings"),
    *("titles", "clock"),
)
AGENDA_TEXT = {f"text_{part}" for part in TEXT_PARTS}
PURE = {"rules", "text", "places", "entry", "message", "differences", "draft", "warnings"} | AGENDA_TEXT
PURE |= {"speakers_rules", "groups_rules"}
CLOCKS = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "time.strftime",
    "func.now",
    "func.current_timestamp",
    "func.localtimestamp",
)


def _parsed(source: str) -> ast.Module:
    return ast.parse(textwrap.dedent(source))


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if _is_for_types(node):
            continue
        yield node
        yield from _at_run_time(node)


def impure_imports(source: str) -> list[str]:
    """Modules outside the standard library and the pure ones that a source imports; relative ones count."""
    found: list[str] = []
    for node in _at_run_time(_parsed(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            inside = module.startswith("eventsapp") and module.rpartition(".")[2] not in PURE
            names = [f"{module}.{alias.name}" for alias in node.names] if inside else [module]
        else:
            continue
        found += [name for name in names if not _is_pure(name)]
    return found


def _is_pure(module: str) -> bool:
    top, _, rest = module.partition(".")
    return top in sys.stdlib_module_names or (top == "eventsapp" and rest.rpartition(".")[2] in PURE)


def unexplained_imports(source: str) -> list[int]:
    """Lines of imports within a function that have no comment beside them or on the line above."""
    source = textwrap.dedent(source)
    lines = source.splitlines()
    found: list[int] = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno not in found:
                around = [lines[node.lineno - 2].lstrip(), lines[node.lineno - 1].partition("#")[2].strip()]
                beside = around[1] and not around[1].startswith(("noqa", "type:"))
                if not around[0].startswith("#") and not beside:
                    found.append(node.lineno)
    return sorted(found)


def clocks_asked(source: str) -> list[str]:
    """What in a source asks the time of the machine or the database, by its full name."""
    tree = _parsed(source)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    asked: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, dot, rest = ast.unparse(node).partition(".")
            full = names.get(first, first) + dot + rest
            if any(f".{full}".endswith(f".{clock}") for clock in CLOCKS) and (dot or first in names):
                asked.append(full)
    return asked


def test_imports_run_down_only() -> None:
    """In a process of its own: import-linter disables the loggers of the one it runs in."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.stem in PURE], ids=lambda path: str(path.relative_to(ROOT))
)
def test_pure_files_import_the_standard_library_only(path: Path) -> None:
    assert impure_imports(path.read_text(encoding="utf-8")) == []


def test_imports_in_functions_have_their_reason_beside_them() -> None:
    found = {str(path.relative_to(ROOT)): unexplained_imports(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_only_the_clock_asks_the_time() -> None:
    asked = {str(path.relative_to(ROOT)): clocks_asked(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name for name, found in asked.items() if found} == {"eventsapp/clock.py"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import flask", ["flask"]),
        ("from sqlalchemy.orm import Session", ["sqlalchemy.orm"]),
        ("from eventsapp.clock import now", ["eventsapp.clock.now"]),
        ("from eventsapp import clock", ["eventsapp.clock"]),
        ("from . import places", ["."]),
        ("if True:\n    import nh3", ["nh3"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import flask", []),
        ("import email.message", []),
        ("from eventsapp.places import Ticket\nfrom eventsapp import places\nfrom datetime import datetime", []),
    ],
)
def test_impure_imports_are_found(source: str, found: list[str]) -> None:
    assert impure_imports(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def act():\n    import flask", [2]),
        ("def act():\n    if True:\n        from a import b  # noqa: F401", [3]),
        ("class A:\n    async def act(self):\n        def inner():\n            import flask", [4]),
        ("def act():\n    import flask  # a browser is costly to load", []),
        ("def act():\n    # the app imports this file\n    import flask", []),
        ("import flask", []),
    ],
)
def test_unexplained_imports_are_found(source: str, found: list[int]) -> None:
    assert unexplained_imports(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from datetime import datetime\nat = datetime.now()", ["datetime.datetime.now"]),
        ("import datetime as d\nat = d.date.today()", ["datetime.date.today"]),
        ("from datetime import datetime as dt\nmake = dict(default=dt.utcnow)", ["datetime.datetime.utcnow"]),
        ("import time\ntime.time()", ["time.time"]),
        ("from time import time\ntime()", ["time.time"]),
        ("from eventsapp.clock import datetime\ndatetime.now()", ["eventsapp.clock.datetime.now"]),
        ("import sqlalchemy as sa\nsa.func.now()", ["sqlalchemy.func.now"]),
        ("from eventsapp.clock import now\nfrom eventsapp import clock\nnow(), clock.now(), clock.today('UTC')", []),
        ("import time\ntime.monotonic()", []),
        ("from datetime import time\ntime(9, 30)", []),
    ],
)
def test_clocks_are_found(source: str, found: list[str]) -> None:
    assert clocks_asked(source) == found
