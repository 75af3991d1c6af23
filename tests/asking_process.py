"""A web process of its own that answers what it is asked: python -m tests.asking_process DATABASE_URL INSTANCE NOW.

On each line of standard input a request, {"path": "…", "headers": {…}}; on standard output the status, the headers and
the SHA-256 of the body.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import time_machine

from eventsapp.app import create_app
from eventsapp.database import db
from tests.settings import config_for


def main(url: str, folder: str, now: str) -> None:
    """Answer until nothing more is asked. The time stands still at NOW."""
    app = create_app(config_for(url, Path(folder)))
    client = app.test_client()
    with time_machine.travel(now, tick=False):
        for line in sys.stdin:
            question = json.loads(line)
            answer = client.get(question["path"], headers=question.get("headers", {}))
            told = {
                "status": answer.status_code,
                "headers": dict(answer.headers),
                "body": sha256(answer.data).hexdigest(),
            }
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
    with app.app_context():
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
