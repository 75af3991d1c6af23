"""What a worker does with a list, as a program that tests may kill: python -m tests.import_worker URL FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from eventsapp.app import create_app
from eventsapp.importing.running import run_batch
from tests.settings import config_for


def main(url: str, folder: str) -> None:
    """Until the list is done."""
    with create_app(config_for(url, Path(folder))).app_context():
        print("ready", flush=True)  # noqa: T201 -- whoever kills it waits for this
        while run_batch():
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
