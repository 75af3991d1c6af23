"""What the documents say of packages and settings is held against the files themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import config
from eventsapp.exchange.file import EventFile
from eventsapp.exchange.reading import read

ROOT = Path(__file__).resolve().parents[2]


def _pins(name: str, *, direct: bool) -> list[str]:
    """The packages of a file, all of them pinned; the direct ones stand before those that they need."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = (text.split("# Needed by those above")[0] if direct else text).splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r"))]
    pins = [re.fullmatch(r"([a-z0-9._-]+)(?:\[[a-z]+\])?==[0-9][0-9a-z.]*", line) for line in wanted]
    assert all(pins), f"{name}: not an exact pin: {[line for line, pin in zip(wanted, pins, strict=True) if not pin]}"
    return [pin[1] for pin in pins if pin]


def _reasons(heading: str) -> list[str]:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    part = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| ([a-z0-9-]+) \| .{10,} \|$", part, re.MULTILINE)


@pytest.mark.parametrize(
    ("requirements", "heading"), [("requirements.txt", "What runs"), ("requirements-dev.txt", "What tests")]
)
def test_each_package_has_a_reason(requirements: str, heading: str) -> None:
    assert [name for name in _reasons(heading) if name != "package"] == sorted(_pins(requirements, direct=True))
    assert len(_pins(requirements, direct=False)) > len(_pins(requirements, direct=True))


def test_the_settings_page_shows_the_settings() -> None:
    assert config.as_table() in (ROOT / "docs/configuration.md").read_text(encoding="utf-8")


def test_the_example_of_an_event_file_is_a_good_one() -> None:
    page = (ROOT / "docs/event-files.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("\n```")[0]
    assert isinstance(read(example), EventFile), read(example)
