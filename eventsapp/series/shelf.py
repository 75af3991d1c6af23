"""The door for owners: logos of partners for printed sheets, and putting a series away."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from eventsapp.series import partners, service
from eventsapp.series.for_organisers import organisers_series
from eventsapp.series.forms import LogoField
from eventsapp.series.partners import MOST_LOGOS, NAME_LENGTH
from eventsapp.series.pictures import MOST_BYTES
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.forms import BaseForm, CleanString, MaxLength, Required
from eventsapp.web.security import keeps_input

bp = Blueprint("series_shelf", __name__)

_ROOM_FOR_TEXTS = 64 * 1024


class PartnerForm(BaseForm):
    name = CleanString(
        lazy_gettext("Whose logo it is"), [Required(lazy_gettext("Say whose logo it is.")), MaxLength(NAME_LENGTH)]
    )
    logo = LogoField(lazy_gettext("Logo"))


@bp.route("/organise/series/<slug>/partners", methods=["GET", "POST"])
@organiser_page(Role.owner)
@keeps_input
def logos(slug: str) -> Response:
    series = organisers_series(slug, Role.owner)
    form = _sent_form()
    if form.validate_on_submit():
        if form.logo.data is None:
            form.logo.errors = [gettext("Choose the logo’s file.")]
        elif partners.add_logo(series.id, form.name.data, form.logo.data, by=user().id):
            flash(gettext("The logo of %(name)s stands on the signature sheets.", name=form.name.data), "good")
            return redirect(url_for("series_shelf.logos", slug=slug), 303)
        else:
            form.form_errors.append(gettext("At most %(most)d logos fit. Remove one first.", most=MOST_LOGOS))
        series = organisers_series(slug, Role.owner)
    page = render_template(
        "organise/series_partners.html", form=form, series=series_words(series), logos=partners.list_logos(series.id)
    )
    return make_response(page, form.status)


@bp.get("/organise/series/<slug>/partners/<int(max=2147483647):logo_id>.png")
@organiser_page(Role.owner)
def picture(slug: str, logo_id: int) -> Response:
    response = make_response(partners.find_content(organisers_series(slug, Role.owner).id, logo_id) or abort(404))
    response.content_type = "image/png"
    return response


@bp.post("/organise/series/<slug>/partners/<int(max=2147483647):logo_id>/remove")
@organiser_page(Role.owner)
def remove_logo(slug: str, logo_id: int) -> Response:
    if not partners.remove_logo(organisers_series(slug, Role.owner).id, logo_id, by=user().id):
        abort(404)
    flash(gettext("The logo is removed."), "good")
    return redirect(url_for("series_shelf.logos", slug=slug), 303)


@bp.post("/organise/series/<slug>/archive")
@organiser_page(Role.owner)
def archive(slug: str) -> Response:
    series = organisers_series(slug, Role.owner)
    away = request.form.get("archived") == "yes"
    if service.archive_series(series.id, archived=away, by=user().id):
        put_away = gettext("The series is put away. Its pages stay; it takes no new events.")
        flash(put_away if away else gettext("The series takes new events again."), "good")
    return redirect(url_for("series_organiser.edit", slug=slug), 303)


def _sent_form() -> PartnerForm:
    request.max_content_length = MOST_BYTES + _ROOM_FOR_TEXTS
    try:
        return PartnerForm()
    except RequestEntityTooLarge:
        abort(413, description=gettext("The logo’s file is too large: at most 2 MB. Nothing was saved."))
