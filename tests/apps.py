"""What every test may ask for: an app on a real, migrated database, and a browser-like client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from config import Config
from eventsapp.app import create_app
from eventsapp.database import db
from tests.browser import Browser
from tests.settings import config_for


class CompiledOnce(BytecodeCache):
    """Templates as compiled by an earlier app of this process: each test has an app of its own, and would compile them
    again, which takes longer than most tests. Keyed by name and text, so a changed template counts as another one."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = self.kept.get(bucket.key + bucket.checksum)
        if compiled is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return config_for(database_url, tmp_path / "instance")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The app on both databases, its context pushed: services and queries may be called directly."""
    app = create_app(config)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = CompiledOnce()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Browser:
    return Browser(app)
