"""What every test may ask for: an app on a real, migrated database, and a browser-like client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from eventsapp import clock
from eventsapp.app import create_app
from eventsapp.database import db
from eventsapp.events.shown import Standing
from eventsapp.pages import kept
from tests.browser import Browser
from tests.quicker import CompiledOnce, compile_once
from tests.settings import config_for


class Doubting(kept.Kept):
    """Draws again whatever it would show from before, and compares: any test that opens a page twice proves, beside
    what it is about, that nothing out of date is shown."""

    def get(
        self,
        key: tuple[str | None, ...],
        standing: Standing,
        draw: Callable[[datetime], kept.Drawn[kept.Body]],
    ) -> kept.Drawn[kept.Body]:
        made: list[kept.Drawn[kept.Body]] = []

        def drawing(now: datetime) -> kept.Drawn[kept.Body]:
            made.append(draw(now))
            return made[-1]

        shown = super().get(key, standing, drawing)
        if not made:
            assert shown.body == draw(clock.now()).body, f"{key} is out of date"
        return shown


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return config_for(database_url, tmp_path / "instance")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The app on both databases, its context pushed: services and queries may be called directly."""
    app = create_app(config)
    app.extensions[kept.EXTENSION] = Doubting()
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = CompiledOnce()
    with app.app_context():
        compile_once(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Browser:
    return Browser(app)
