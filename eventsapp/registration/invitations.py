"""The door for organisers: who may register for an event that is by invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import SubmitField

from eventsapp.events.for_organisers import changeable_event
from eventsapp.events.words import title_of
from eventsapp.registration import inviting
from eventsapp.registration.inviting import MOST_INVITED
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.forms import BaseForm, CleanText
from eventsapp.web.links import external_url
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("invitations", __name__)

_FAULTS_SHOWN = 10


class InvitedForm(BaseForm):
    invited = CleanText(lazy_gettext("Invited addresses and domains"))


class LinkForm(BaseForm):
    make = SubmitField()
    revoke = SubmitField()


@bp.route("/organise/events/<slug>/invitations", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str) -> Response:
    event = changeable_event(slug)
    form = InvitedForm()
    if not form.is_submitted():
        form.invited.data = "\n".join(event.invited)
    if form.validate_on_submit() and (entries := _entries(form)) is not None:
        changed = inviting.set_invited(event.id, entries, by=user().id)
        said = ngettext("%(num)d entry is on the list.", "%(num)d entries are on the list.", len(entries))
        flash(said if changed else gettext("Nothing was changed."), "good")
        return redirect(url_for("invitations.edit", slug=slug), 303)
    return _page(event, form)


@bp.post("/organise/events/<slug>/invitations/link")
@organiser_page(Role.editor)
def link(slug: str) -> Response:
    event = changeable_event(slug)
    form = LinkForm()
    if form.validate_on_submit():
        if form.revoke.data:
            inviting.revoke_link(event.id, by=user().id)
            flash(gettext("The secret link no longer opens the form."), "good")
        elif form.make.data:
            inviting.renew_link(event.id, by=user().id)
            flash(gettext("There is a new secret link. Earlier ones no longer open the form."), "good")
    return redirect(url_for("invitations.edit", slug=slug), 303)


def _entries(form: InvitedForm) -> tuple[str, ...] | None:
    """None, and the fault said beside the field, when something is no address or there are too many."""
    found = inviting.read_list(form.invited.data)
    if found.faults:
        shown = [
            gettext("line %(number)d: “%(text)s”", number=number, text=text[:80])
            for number, text in found.faults[:_FAULTS_SHOWN]
        ]
        more = len(found.faults) - len(shown)
        if more:
            shown.append(ngettext("and %(num)d more", "and %(num)d more", more))
        form.invited.errors = [
            gettext("This is no address such as name@example.org and no domain: %(faults)s", faults="; ".join(shown))
        ]
        return None
    if len(found.entries) > MOST_INVITED:
        form.invited.errors = [gettext("At most %(most)d entries; name domains instead.", most=MOST_INVITED)]
        return None
    return found.entries


def _page(event: Event, form: InvitedForm) -> Response:
    token = inviting.link_token(event)
    page = render_template(
        "organise/invitations.html",
        form=form,
        event=event,
        series=series_words(event.series),
        title=title_of(event),
        address=external_url("registration.invited", slug=event.slug, token=token) if token else "",
    )
    return make_response(page, form.status)
