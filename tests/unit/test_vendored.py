"""Libraries of others that lie in the repository: unchanged, with licence and origin, loaded where they are needed."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "eventsapp/static/vendor/event-calendar", *sorted((ROOT / "tests/vendor").iterdir())]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_files_are_those_of_their_package(folder: Path) -> None:
    told = re.findall(r"sha256  ([0-9a-f]{64})  (\S+)", (folder / "README.md").read_text(encoding="utf-8"))
    there = sorted(path.name for path in folder.iterdir() if path.suffix in (".cjs", ".css", ".js"))
    assert sorted(name for _, name in told) == there
    assert {name: sha256((folder / name).read_bytes()).hexdigest() for _, name in told} == {
        name: digest for digest, name in told
    }
    assert any(path.name.startswith("LICENSE") for path in folder.iterdir())


def test_the_grid_alone_loads_the_calendar() -> None:
    pages = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if "event-calendar" in path.read_text(encoding="utf-8")
    ]
    assert pages == ["agenda_grid.html"]
