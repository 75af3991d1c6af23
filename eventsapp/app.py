"""create_app: opens the database, the doors, the gate, the receivers, the renderers and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate

from eventsapp.agenda import models as _agenda  # noqa: F401
from eventsapp.audit import models as _audit  # noqa: F401
from eventsapp.database import db, open_database
from eventsapp.events import models as _events  # noqa: F401
from eventsapp.mail import models as _mail  # noqa: F401
from eventsapp.people import models as _people  # noqa: F401
from eventsapp.registration import models as _registration  # noqa: F401
from eventsapp.series import models as _series  # noqa: F401
from eventsapp.venues import models as _venues  # noqa: F401

if TYPE_CHECKING:
    from config import Config


def create_app(config: Config) -> Flask:
    """The app for these settings. Makes no connection and starts no thread: servers fork after it."""
    app = Flask(__name__, template_folder="../templates", static_folder="static")
    app.config["EVENTSAPP"] = config
    app.config["SECRET_KEY"] = config.secret_key
    app.config["TESTING"] = config.testing
    config.instance.mkdir(parents=True, exist_ok=True)
    open_database(app, config.database_url)
    Babel(app)
    Migrate(app, db, directory=str(app.root_path) + "/migrations")
    return app
