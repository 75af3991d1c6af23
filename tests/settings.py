"""Settings that tests start from."""

from __future__ import annotations

from pathlib import Path

from config import Config


def config_for(database_url: str, instance: Path) -> Config:
    """Settings of a laptop, with a secret that is the same each time."""
    return Config(
        environment="development",
        instance=instance,
        database_url=database_url,
        secret_key="x" * 32,
        base_url="http://localhost",
        testing=True,
    )
