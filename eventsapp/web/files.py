"""Files that browsers keep: their address names their content, so a new content has a new address."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

FOR_EVER = "public, max-age=31536000, immutable"
_VERSION = "v"


def version_static_files(app: Flask) -> None:
    """Add `?v=<hash>` to every address of a static file that `url_for` gives, and let browsers keep what was asked
    for by it. An address with the hash of another version (a server not yet renewed was asked) is not kept."""
    app.url_defaults(_add_version)
    app.after_request(_keep_versioned)


def kept_for_ever(response: Response) -> Response:
    """For what has its content's hash in its address. Not to be used for what is personal."""
    response.headers["Cache-Control"] = FOR_EVER
    response.add_etag()
    return response


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and _VERSION not in values and "filename" in values:
        version = _version_of(values["filename"])
        if version is not None:
            values[_VERSION] = version


def _keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        asked = request.args.get(_VERSION)
        if asked is not None and asked == _version_of((request.view_args or {})["filename"]):
            response.headers["Cache-Control"] = FOR_EVER
    return response


def _version_of(filename: str) -> str | None:
    """None for a file that is not there."""
    path = Path(current_app.static_folder or "") / filename
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int) -> str:
    """Read once per process, and once more when the file was changed."""
    return sha256(path.read_bytes()).hexdigest()[:12]
