"""Config in, app out."""

from __future__ import annotations

import sys

from config import ConfigError, from_environment
from eventsapp.app import create_app

try:
    app = create_app(from_environment())
except ConfigError as error:
    print(f"eventsapp: {error}", file=sys.stderr)  # noqa: T201
    # 3 is the status by which gunicorn's workers tell it not to start them again.
    raise SystemExit(3) from None
