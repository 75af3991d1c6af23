"""gunicorn for eventsapp, read by `gunicorn --config deploy/gunicorn.conf.py wsgi:app` (docs/operations.md).

What a host wants otherwise goes behind it on the command line or into GUNICORN_CMD_ARGS: `--bind`, `--workers`,
`--forwarded-allow-ips`. `make bench` measures with this very file.
"""

from __future__ import annotations

import gc
import os
from typing import Any

bind = "127.0.0.1:8000"

# A process for each core; a thread for each request of it that waits for the database or for a slow reader.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8

# Loaded once and shared: eventsapp opens no connection and starts no thread before the fork (see create_app).
# A new version wants a restart, or USR2; HUP alone would start the old code again.
preload_app = True

# A worker that answers nothing for so long is ended; what runs when we are told to stop is finished first.
timeout = 60
graceful_timeout = 30
# Longer than the proxy keeps a connection open (nginx: 60 s), so that it is never the one to be surprised.
keepalive = 75

# Each process makes room for a fresh one once in a while, never all at once.
max_requests = 20_000
max_requests_jitter = 4_000

# Whose X-Forwarded-Proto gunicorn itself believes. Hops that eventsapp believes are EVENTSAPP_TRUSTED_PROXIES.
forwarded_allow_ips = "127.0.0.1,::1"

# The heartbeat's file, where no disk can make it wait. There is no remote control.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
control_socket_disable = True

# Paths can hold personal links: the proxy writes the access log (deploy/nginx.conf), eventsapp its own lines.
accesslog = None
errorlog = "-"
loglevel = "warning"


def when_ready(_server: Any) -> None:
    """Before the workers are forked: what is loaded now stays shared, as the collector never touches it again."""
    gc.collect()
    gc.freeze()
