"""A site where everything goes wrong that can be our fault: python -m tests.journeys.faults FOLDER.

It has no database, one page that breaks and one that was asked for too often. It prints its address and serves until it
is told to end.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, Flask
from werkzeug.serving import make_server

from eventsapp.app import create_app
from eventsapp.web.security import limiter
from tests.settings import config_for

ROOT = Path(__file__).resolve().parents[2]
BROKEN, OFTEN = "/broken", "/often"


@contextmanager
def faulty_site(folder: Path) -> Iterator[str]:
    """A program of its own, as its limits would be those of every app of this one; gives its address."""
    command = [sys.executable, "-m", "tests.journeys.faults", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError(f"the faulty site did not start: {process.communicate()[1]}")
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _app(folder: Path) -> Flask:
    url = f"sqlite:///{folder}/no-such-folder/eventsapp.sqlite"
    app = create_app(dataclasses.replace(config_for(url, folder / "faulty"), testing=False, rate_limits=True))
    door = Blueprint("faults", __name__)

    @door.get(BROKEN)
    def broken() -> str:
        raise RuntimeError("broken on purpose")

    @door.get(OFTEN)
    @limiter.limit("1 per hour")
    def often() -> str:
        return "the first time"

    app.register_blueprint(door)
    return app


def main(folder: str) -> None:
    app = _app(Path(folder))
    app.test_client().get(OFTEN)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(f"http://127.0.0.1:{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
