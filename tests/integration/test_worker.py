"""The worker's command and its jobs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from eventsapp.app import create_app
from eventsapp.database import db, transaction
from eventsapp.mail import mailbox, outbox
from eventsapp.worker import register
from tests.settings import config_for
from tests.smtp_peer import SmtpPeer
from tests.worker_process import render

MakeApp = Callable[..., Flask]


@pytest.fixture
def worker_app(sqlite_database_url: str, tmp_path: Path) -> Iterator[MakeApp]:
    made: list[Flask] = []

    def make(*jobs: Callable[[], int], port: int | None = None, prompt: tuple[Callable[[], int], ...] = ()) -> Flask:
        config: Config = config_for(sqlite_database_url, tmp_path)
        if port is not None:
            config = dataclasses.replace(config, mail_server="127.0.0.1", mail_port=port)
            config = dataclasses.replace(config, mail_tls="off", mail_timeout_seconds=1.0)
        app = create_app(config)
        register(app, {"numbered": render}, jobs, prompt=prompt)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _write(number: int) -> int:
    with transaction():
        outbox.write(
            kind="numbered", recipient="ada@example.org", facts={"number": number}, dedupe_key=f"numbered:{number}"
        )
    return 1


def test_once_runs_jobs_and_sends_their_letters_too(worker_app: MakeApp, tmp_path: Path) -> None:
    app = worker_app(lambda: _write(1), lambda: 2)
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    assert result.stdout == "letters: 1 sent, 0 to be tried again, 0 failed; jobs: 3 things done, 0 failed\n"
    assert [mail.subject for mail in mailbox.mails(tmp_path)] == ["Letter 1"]


def test_once_sends_all_that_is_due(worker_app: MakeApp) -> None:
    def write_many() -> int:
        with transaction():
            return sum(_write(number) for number in range(230))

    with SmtpPeer() as peer:
        result = worker_app(write_many, port=peer.port).test_cli_runner().invoke(args=["worker", "--once"])
        assert len(peer.taken) == 230
    assert result.stdout.startswith("letters: 230 sent, 0 to be tried again, 0 failed;")


def test_once_tells_of_letters_that_wait_or_failed(worker_app: MakeApp) -> None:
    with SmtpPeer(["451 later", "550 never"]) as peer:
        app = worker_app(lambda: _write(1), lambda: _write(2), lambda: _write(3), port=peer.port)
        result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0
    assert result.stdout.startswith("letters: 1 sent, 1 to be tried again, 1 failed;")


def test_once_without_a_mail_server_fails_in_one_line(worker_app: MakeApp) -> None:
    with mailbox.listening() as sock:
        port = sock.getsockname()[1]
    result = worker_app(lambda: _write(1), port=port).test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f"Error: letters wait: mail server 127.0.0.1:{port}: [Errno 111] Connection refused\n"


def test_a_prompt_job_is_done_to_its_end_and_its_letters_go_out(worker_app: MakeApp, tmp_path: Path) -> None:
    left = [1, 2, 3]
    app = worker_app(lambda: 5, prompt=(lambda: _write(left.pop()) if left else 0,))
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.stdout == "letters: 3 sent, 0 to be tried again, 0 failed; jobs: 8 things done, 0 failed\n"


def test_a_broken_prompt_job_ends_the_round_and_nothing_else(
    worker_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[int] = []

    def broken() -> int:
        tried.append(1)
        raise LookupError("no such list")

    result = worker_app(lambda: _write(1), prompt=(broken,)).test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 1
    assert result.stdout == "letters: 1 sent, 0 to be tried again, 0 failed; jobs: 1 things done, 1 failed\n"
    assert len(tried) == 1
    assert "no such list" in caplog.text


def test_broken_job_stops_neither_the_others_nor_the_letters(
    worker_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> int:
        raise LookupError("no such event")

    with SmtpPeer() as peer:
        result = (
            worker_app(broken, lambda: _write(1), port=peer.port).test_cli_runner().invoke(args=["worker", "--once"])
        )
        assert len(peer.taken) == 1
    assert result.exit_code == 1
    assert result.stdout == "letters: 1 sent, 0 to be tried again, 0 failed; jobs: 1 things done, 1 failed\n"
    assert "no such event" in caplog.text
