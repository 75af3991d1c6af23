"""create_app: opens the database, the doors, the gate, the receivers, the renderers and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_migrate import Migrate

from eventsapp import worker
from eventsapp.agenda import commands as agenda_commands
from eventsapp.agenda import grid as agenda_grid
from eventsapp.agenda import models as _agenda  # noqa: F401
from eventsapp.agenda import organisations as agenda_organisations
from eventsapp.agenda import organiser as agenda_organiser
from eventsapp.agenda import pasting as agenda_pasting
from eventsapp.agenda import publishing as agenda_publishing
from eventsapp.agenda import receivers as agenda_receivers
from eventsapp.agenda import speakers_organiser
from eventsapp.agenda import texts as agenda_texts
from eventsapp.audit import models as _audit  # noqa: F401
from eventsapp.copying import organiser as copying
from eventsapp.database import db, open_database
from eventsapp.delegations import due as delegations_due
from eventsapp.delegations import models as _delegations  # noqa: F401
from eventsapp.delegations import notifications as delegations_notifications
from eventsapp.delegations import organiser as delegations_organiser
from eventsapp.delegations import public as delegations_public
from eventsapp.delegations import receivers as delegations_receivers
from eventsapp.delegations.joining import Delegations
from eventsapp.demo import commands as demo_commands
from eventsapp.documents import organiser as documents_organiser
from eventsapp.events import defaults as event_defaults
from eventsapp.events import models as _events  # noqa: F401
from eventsapp.events import venues_organiser
from eventsapp.exchange import commands as exchange_commands
from eventsapp.importing import models as _importing  # noqa: F401
from eventsapp.importing import organiser as importing_organiser
from eventsapp.importing import running as importing_running
from eventsapp.importing import service as importing_service
from eventsapp.mail import models as _mail  # noqa: F401
from eventsapp.organisations import models as _organisations  # noqa: F401
from eventsapp.organisations import organiser as organisations_organiser
from eventsapp.pages import (
    design,
    embed,
    event_overview,
    feeds,
    health,
    home,
    kept,
    log,
    mailbox,
    newsletter,
    overview,
    own,
    share,
    sitemap,
    theme,
)
from eventsapp.pages import event as event_page
from eventsapp.pages import series as series_page
from eventsapp.people import models as _people  # noqa: F401
from eventsapp.people import notifications as people_notifications
from eventsapp.people import organiser as people_organiser
from eventsapp.people import public as people_public
from eventsapp.people import service as people_service
from eventsapp.questions import forgetting as questions_forgetting
from eventsapp.questions import models as _questions  # noqa: F401
from eventsapp.questions import organiser as questions_organiser
from eventsapp.questions import public as questions_public
from eventsapp.questions.joining import Questions
from eventsapp.registration import (
    colleagues_public,
    extensions,
    forgetting,
    invitations,
    keeping,
    notifications,
    offers,
    offers_organiser,
    offers_public,
    short_notice,
    switching_public,
    together,
)
from eventsapp.registration import commands as registration_commands
from eventsapp.registration import models as _registration  # noqa: F401
from eventsapp.registration import organisations as registration_organisations
from eventsapp.registration import organiser as registration_organiser
from eventsapp.registration import people_organiser as registration_people
from eventsapp.registration import public as registration_public
from eventsapp.registration import receivers as registration_receivers
from eventsapp.series import commands as series_commands
from eventsapp.series import invitations as team_invitations
from eventsapp.series import models as _series  # noqa: F401
from eventsapp.series import notifications as series_notifications
from eventsapp.series import organiser as series_organiser
from eventsapp.series import public as series_public
from eventsapp.series import shelf as series_shelf
from eventsapp.series import team, team_organiser
from eventsapp.series import texts as series_texts
from eventsapp.signups import groups_notifications, groups_organiser, groups_public, groups_receivers
from eventsapp.signups import models as _signups  # noqa: F401
from eventsapp.signups import notifications as signups_notifications
from eventsapp.signups import organiser as signups_organiser
from eventsapp.signups import public as signups_public
from eventsapp.signups import receivers as signups_receivers
from eventsapp.signups.groups_joining import Groups
from eventsapp.signups.joining import Signups
from eventsapp.venues import models as _venues  # noqa: F401
from eventsapp.web.access import close_gate, open_gate
from eventsapp.web.errors import register_errors
from eventsapp.web.files import version_static_files
from eventsapp.web.filters import register_filters
from eventsapp.web.languages import open_languages
from eventsapp.web.logs import start_logging
from eventsapp.web.security import guard_forms, secure

if TYPE_CHECKING:
    from config import Config

DOORS = (
    health.bp,
    home.bp,
    series_page.bp,
    theme.bp,
    event_page.bp,
    share.bp,
    embed.bp,
    sitemap.bp,
    own.bp,
    feeds.bp,
    registration_public.bp,
    switching_public.bp,
    colleagues_public.bp,
    offers_public.bp,
    questions_public.bp,
    groups_public.bp,
    signups_public.bp,
    people_public.bp,
    people_organiser.bp,
    overview.bp,
    event_overview.bp,
    newsletter.bp,
    agenda_organiser.bp,
    agenda_publishing.bp,
    agenda_pasting.bp,
    agenda_grid.bp,
    agenda_texts.bp,
    speakers_organiser.bp,
    registration_organiser.bp,
    registration_people.bp,
    offers_organiser.bp,
    importing_organiser.bp,
    organisations_organiser.bp,
    together.bp,
    keeping.bp,
    documents_organiser.bp,
    invitations.bp,
    delegations_organiser.bp,
    delegations_public.bp,
    copying.bp,
    questions_organiser.bp,
    signups_organiser.bp,
    groups_organiser.bp,
    series_organiser.bp,
    series_public.bp,
    team_organiser.bp,
    log.bp,
    series_shelf.bp,
    series_texts.bp,
    event_defaults.bp,
    venues_organiser.bp,
    series_commands.bp,
    agenda_commands.bp,
    registration_commands.bp,
    exchange_commands.bp,
    demo_commands.bp,
)
DEVELOPMENT_DOORS = (mailbox.bp, design.bp)
RENDERERS = {
    **notifications.RENDERERS,
    **people_notifications.RENDERERS,
    **series_notifications.RENDERERS,
    **delegations_notifications.RENDERERS,
    **signups_notifications.RENDERERS,
    **groups_notifications.RENDERERS,
}
"""By kind of letter."""


def create_app(config: Config) -> Flask:
    """The app for these settings. Makes no connection and starts no thread: servers fork after it."""
    app = Flask(__name__, template_folder="../templates", static_folder="static")
    app.config["EVENTSAPP"] = config
    app.config["SECRET_KEY"] = config.secret_key
    app.config["SECRET_KEY_FALLBACKS"] = list(config.secret_key_fallbacks)
    app.config["TESTING"] = config.testing
    config.instance.mkdir(parents=True, exist_ok=True)
    start_logging(app)
    open_database(app, config.database_url)
    kept.open_kept(app)
    register_filters(app)
    register_errors(app)
    health.count_requests(app)
    secure(app)
    open_languages(app)
    version_static_files(app)
    open_gate(app, team.load_user)
    guard_forms(app)
    Migrate(app, db, directory=f"{app.root_path}/migrations")
    for door in DOORS + (DEVELOPMENT_DOORS if config.development else ()):
        app.register_blueprint(door)
    agenda_receivers.connect()
    registration_receivers.connect()
    delegations_receivers.connect()
    registration_organisations.connect()
    agenda_organisations.connect()
    signups_receivers.connect()
    groups_receivers.connect()
    extensions.join(app, Questions(), Signups(), Groups(), Delegations())
    jobs = [
        offers.expire_due,
        short_notice.tell_due,
        forgetting.forget_due,
        questions_forgetting.forget_due,
        delegations_due.return_due,
        delegations_due.forget_due,
        people_service.tidy,
        team_invitations.tidy,
        importing_service.erase_forgotten,
    ]
    worker.register(app, RENDERERS, jobs, prompt=[importing_running.run_batch])
    close_gate(app)
    return app
