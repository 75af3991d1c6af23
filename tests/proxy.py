"""The site behind a real nginx with the sample configuration of deploy/."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from tests.journeys.site import Site

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "deploy/nginx.conf"


@contextmanager
def behind_nginx(site: Site, folder: Path) -> Iterator[str]:
    """The site through nginx with the sample configuration; gives its address."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise RuntimeError("no nginx on this machine; deploy/setup.sh nginx brings one")
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    sample = SAMPLE.read_text(encoding="utf-8")
    server = as_here(sample, port, urlsplit(site.address).netloc, folder)
    # As root, nginx would work as somebody who may not write into our folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(
        f"{_MAIN.format(folder=folder, user=user)}http {{\n{_TEMPORARY.format(folder=folder)}{server}\n}}\n"
    )
    process = subprocess.Popen([program, "-c", str(path), "-e", str(folder / "nginx-errors.log")])
    try:
        _until_it_listens(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


_MAIN = "{user}daemon off;\npid {folder}/nginx.pid;\nworker_processes 1;\nevents {{}}\n"
_TEMPORARY = """
include /etc/nginx/mime.types;
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
"""


def as_here(sample: str, port: int, app: str, folder: Path) -> str:
    """The sample as it can run here: its port without TLS, its paths in a folder of ours, all else as it is."""
    changes = (
        (r"^server \{\n    listen 80;[^}]*\}", ""),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (r"^\s*ssl_.*$", ""),
        (r"127\.0\.0\.1:8000", app),
        (r"events\.example\.org", "127.0.0.1"),
        (r"\$host;", "$http_host;"),
        (r"/var/cache/nginx|/var/log/nginx", str(folder)),
    )
    for pattern, instead in changes:
        sample, times = re.subn(pattern, instead, sample, flags=re.MULTILINE)
        if not times:
            raise ValueError(f"deploy/nginx.conf has nothing like {pattern}")
    return sample


def _until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = monotonic() + 10
    while process.poll() is None and monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise RuntimeError("nginx did not start with deploy/nginx.conf")
