"""The door for organisers: the venues of a series, kept once for all its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import BooleanField

from eventsapp.events import venue_changes
from eventsapp.events.rules import Invalid
from eventsapp.series.for_organisers import organisers_series
from eventsapp.series.words import series_words
from eventsapp.venues import queries
from eventsapp.venues.rules import ADDRESS_LENGTH, NAME_LENGTH, NOTES_LENGTH, VenueDetails
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength, Required
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input
from eventsapp.web.text import pick

if TYPE_CHECKING:
    from eventsapp.series.models import Series
    from eventsapp.venues.models import Venue
    from eventsapp.web.rules import Texts

bp = Blueprint("venues", __name__)

_VENUE = "/organise/series/<slug>/venues/<int(max=2147483647):venue_id>"


class VenueForm(BaseForm):
    venue_name = CleanString(
        lazy_gettext("Venue"), [Required(lazy_gettext("Say how the venue is called.")), MaxLength(NAME_LENGTH)]
    )
    venue_address = CleanString(lazy_gettext("Address of the venue"), [MaxLength(ADDRESS_LENGTH)])
    venue_directions = CleanText(lazy_gettext("How to get there"), [MaxLength(NOTES_LENGTH)])
    venue_access_notes = CleanText(lazy_gettext("Access for people with disabilities"), [MaxLength(NOTES_LENGTH)])
    tell = BooleanField(lazy_gettext("Write to the people registered for events there: new place"), default=True)


@bp.get("/organise/series/<slug>/venues")
@organiser_page(Role.editor)
def show(slug: str) -> str:
    series = organisers_series(slug, Role.editor)
    coming = venue_changes.coming_by_venue(series.id)
    rows = [(venue, coming.get(venue.id, 0)) for venue in queries.list_of_series(series.id, with_retired=True)]
    return render_template("organise/venues.html", series=series_words(series), rows=rows)


@bp.route(_VENUE, methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, venue_id: int) -> Response:
    series = organisers_series(slug, Role.editor)
    venue = _venue(series, venue_id)
    language = series.language
    notes = {f"venue_{name}": pick(getattr(venue, name), language) for name in ("directions", "access_notes")}
    form = VenueForm(data={"venue_name": venue.name, "venue_address": venue.address, "tell": True, **notes})
    if form.validate_on_submit():
        answer = venue_changes.change_venue(
            venue.id, _details(form, venue, language), language, by=user().id, tell=form.tell.data
        )
        if not isinstance(answer, Invalid):
            said = str(gettext("The venue is saved."))
            if answer.events:
                along = ngettext("%(num)d event moved along.", "%(num)d events moved along.", answer.events)
                said = f"{said} {along}"
            flash(said, "good")
            return redirect(url_for("venues.show", slug=slug), 303)
        show_problems(form, answer.problems)
        series = organisers_series(slug, Role.editor)
        venue = _venue(series, venue_id)
    coming = venue_changes.coming_by_venue(series.id).get(venue.id, 0)
    words = {"series": series_words(series), "venue": venue, "coming": coming}
    return make_response(render_template("organise/venue_edit.html", form=form, **words), form.status)


@bp.post(f"{_VENUE}/retire")
@organiser_page(Role.editor)
def retire(slug: str, venue_id: int) -> Response:
    venue = _venue(organisers_series(slug, Role.editor), venue_id)
    retired = request.form.get("retired") == "yes"
    if venue_changes.retire_venue(venue.id, retired=retired, by=user().id):
        no_longer = gettext("The venue is no longer suggested for new events.")
        flash(no_longer if retired else gettext("The venue is suggested again."), "good")
    return redirect(url_for("venues.show", slug=slug), 303)


def _venue(series: Series, venue_id: int) -> Venue:
    return queries.find_of_series(series.id, venue_id) or abort(404)


def _details(form: VenueForm, venue: Venue, language: str) -> VenueDetails:
    """What the form says; notes in other languages than the series' stay."""

    def texts(name: str) -> Texts:
        others = {code: text for code, text in getattr(venue, name).items() if code != language}
        return others | {language: form[f"venue_{name}"].data}

    return VenueDetails(
        name=form.venue_name.data,
        address=form.venue_address.data,
        directions=texts("directions"),
        access_notes=texts("access_notes"),
    )
