"""`make run` as a whole: what it prints, and that nothing of it is left behind, however it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from eventsapp.mail.mailbox import listening
from eventsapp.serve import free_socket

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0


class Run:
    """One `make run` with an instance folder of its own, by which its processes are known."""

    def __init__(self, instance: Path, **settings: str) -> None:
        self.instance = instance
        self.output = instance.with_suffix(".out")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSAPP_")}
        with self.output.open("wb") as output:
            self.parent = subprocess.Popen(
                [sys.executable, "-m", "eventsapp.serve"],
                cwd=ROOT,
                env={**inherited, "EVENTSAPP_INSTANCE": str(instance), **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text()

    def address(self) -> str:
        found = re.search(r"^mail is shown at (\S+)/mailbox$", self.said(), re.MULTILINE)
        assert found, self.said()
        return found[1]

    def wait_until_started(self) -> None:
        _until(lambda: "Ctrl-C ends everything" in self.said() or self.parent.poll() is not None)
        assert self.parent.poll() is None, self.said()

    def processes(self) -> dict[int, str]:
        """All that run with this instance folder, by id, with their command lines."""
        found: dict[int, str] = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with suppress(OSError):
                    if f"EVENTSAPP_INSTANCE={self.instance}\0".encode() in (folder / "environ").read_bytes():
                        found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        return found

    def end(self) -> None:
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.parent.wait()


def _until(reached: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not reached():
        assert monotonic() < deadline, "not reached in time"
        sleep(0.05)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def make(**settings: str) -> Run:
        runs.append(Run(tmp_path / f"instance{len(runs)}", **settings))
        return runs[-1]

    yield make
    for run in runs:
        run.end()


def test_run_prints_where_it_is_and_ctrl_c_leaves_nothing_behind(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_started()
    with urllib.request.urlopen(f"{run.address()}/mailbox") as page:
        assert page.status == 200
    assert re.search(rf"^{re.escape(run.address())}/login/\S+$", run.said(), re.MULTILINE)
    commands = " ".join(run.processes().values())
    assert all(part in commands for part in ("eventsapp.serve", "eventsapp.mail.mailbox", "gunicorn", "worker"))
    run.parent.send_signal(signal.SIGINT)
    assert run.parent.wait(PATIENCE_SECONDS) == 0, run.said()
    assert run.processes() == {}


def test_killed_parent_takes_its_children_along(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_started()
    run.parent.kill()
    run.parent.wait()
    _until(lambda: run.processes() == {})


def test_one_child_gone_ends_all(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_started()
    (mailbox,) = [process for process, command in run.processes().items() if "eventsapp.mail.mailbox" in command]
    os.kill(mailbox, signal.SIGKILL)
    assert run.parent.wait(PATIENCE_SECONDS) == 1
    assert "eventsapp: the mailbox ended with status -9, so everything ends" in run.said()
    assert run.processes() == {}


def test_taken_port_is_passed_over() -> None:
    with listening() as taken, free_socket(taken.getsockname()[1]) as found:
        assert found.getsockname()[1] > taken.getsockname()[1]


def test_wrong_setting_ends_at_once_in_words(start: Callable[..., Run]) -> None:
    run = start(EVENTSAPP_MAIL_LEASE_SECONDS="soon")
    assert run.parent.wait(PATIENCE_SECONDS) == 1
    assert run.said() == ("eventsapp: EVENTSAPP_MAIL_LEASE_SECONDS: 'soon' is not a whole number from 1 to 86400\n")
    assert run.processes() == {}


def test_base_url_whose_port_is_taken_is_refused(start: Callable[..., Run]) -> None:
    with listening() as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        run = start(EVENTSAPP_BASE_URL=url)
        assert run.parent.wait(PATIENCE_SECONDS) == 1
    assert run.said() == f"eventsapp: EVENTSAPP_BASE_URL: {url} cannot be listened at: Address already in use\n"
