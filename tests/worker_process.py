"""A worker as a program of its own, which tests may kill: python -m tests.worker_process URL FOLDER PORT LEASE NAME."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from flask.cli import ScriptInfo

from eventsapp.app import create_app
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import Rendered
from eventsapp.worker import register
from tests.settings import config_for


def render(letter: LetterFacts) -> Rendered:
    """A letter that says its number."""
    return Rendered(f"Letter {letter.facts['number']}", f"Number {letter.facts['number']}\n", "<p>A letter</p>")


def main(url: str, folder: str, port: str, lease: str, name: str) -> None:
    """Work until told to stop. The name is the one it greets the mail server with."""
    config = dataclasses.replace(
        config_for(url, Path(folder)),
        base_url=f"http://{name}",
        mail_server="127.0.0.1",
        mail_port=int(port),
        mail_tls="off",
        mail_lease_seconds=int(lease),
    )
    app = create_app(config)
    register(app, {"numbered": render}, [])
    app.cli.main(args=["worker"], obj=ScriptInfo(create_app=lambda: app))


if __name__ == "__main__":
    main(*sys.argv[1:])
