"""A site whose letters go to a real SMTP server, and the readers, started once for each process of tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from eventsapp.app import create_app
from eventsapp.database import db
from tests.browser import Browser
from tests.databases import sqlite_url
from tests.interop.reading import Reader, all_readers
from tests.interop.world import World
from tests.settings import config_for
from tests.smtp_peer import SmtpPeer

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def readers() -> Iterator[Mapping[str, Reader]]:
    with all_readers() as found:
        yield found


@pytest.fixture(scope="module")
def peer() -> Iterator[SmtpPeer]:
    with SmtpPeer() as started:
        yield started


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, peer: SmtpPeer) -> Iterator[Flask]:
    """One for all tests of a file, each with a series of its own; the time stands still.

    SQLite alone: that both databases give the same instants is in tests/integration/test_feeds.py.
    """
    folder = tmp_path_factory.mktemp("interop")
    shutil.copyfile(sqlite_template, folder / "site.sqlite")
    base = config_for(sqlite_url(folder, "site.sqlite"), folder)
    app = create_app(replace(base, mail_server="127.0.0.1", mail_port=peer.port, mail_tls="off"))
    with time_machine.travel(NOW, tick=False), app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def world(site: Flask, peer: SmtpPeer, readers: Mapping[str, Reader]) -> World:
    return World(Browser(site), peer, readers)
