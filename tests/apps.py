"""What every test may ask for: an app on a real, migrated database, and a browser-like client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from eventsapp.app import create_app
from eventsapp.database import db
from tests.browser import Browser
from tests.settings import config_for


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return config_for(database_url, tmp_path / "instance")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The app on both databases, its context pushed: services and queries may be called directly."""
    app = create_app(config)
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Browser:
    return Browser(app)
