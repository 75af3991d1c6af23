"""The door for owners: make a series, change how it presents itself, and what participants are told of their data."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from eventsapp.series import logos, queries, service
from eventsapp.series.for_organisers import organisers_series
from eventsapp.series.forms import NoticeForm, SeriesForm, notice_values_of, values_of
from eventsapp.series.pictures import MOST_BYTES
from eventsapp.series.rules import Invalid, Refusal, Saved
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.problems import show_problems
from eventsapp.web.rules import slugged
from eventsapp.web.security import keeps_input

bp = Blueprint("series_organiser", __name__)

RESERVED_SLUGS = ("new",)
_ROOM_FOR_TEXTS = 256 * 1024


@bp.route("/organise/series/new", methods=["GET", "POST"])
@organiser_page(Role.owner)
@keeps_input
def new() -> Response:
    """For owners of every series: whoever owns one only would not be in the team of another."""
    if not scope(Role.owner).everywhere:
        abort(403, description=gettext("Only an owner of every series can make a new one."))
    form = _sent_form()
    if form.validate_on_submit():
        slug = form.slug.data or slugged(form.title.data, "series")
        reserved = slug in RESERVED_SLUGS
        answer = Refusal.SLUG_TAKEN if reserved else service.create_series(form.details(slug=slug), by=user().id)
        if isinstance(answer, Saved):
            _keep_logo(answer.series_id, form)
            flash(gettext("The series is there. Now write what participants are told about their data."), "good")
            return redirect(url_for("series_organiser.notice", slug=slug), 303)
        _show_refusal(form, answer)
    _ask_for_logo_again(form)
    return make_response(render_template("organise/series_new.html", form=form), form.status)


@bp.route("/organise/series/<slug>", methods=["GET", "POST"])
@organiser_page(Role.owner)
@keeps_input
def edit(slug: str) -> Response:
    series = organisers_series(slug, Role.owner)
    before = queries.details_of(series)
    form = _sent_form(values_of(before))
    form.language.keep(before.language)
    del form.slug
    if form.validate_on_submit():
        answer = service.edit_series(series.id, form.details(before), by=user().id)
        if isinstance(answer, Saved):
            _keep_logo(answer.series_id, form)
            flash(gettext("The series is saved."), "good")
            return redirect(url_for("series_organiser.edit", slug=slug), 303)
        _show_refusal(form, answer)
        series = organisers_series(slug, Role.owner)
    _ask_for_logo_again(form)
    notice = queries.find_current_notice(series.id)
    page = render_template(
        "organise/series_edit.html",
        form=form,
        series=series_words(series),
        notice=notice,
        archived=series.archived_at is not None,
    )
    return make_response(page, form.status)


@bp.route("/organise/series/<slug>/privacy-notice", methods=["GET", "POST"])
@organiser_page(Role.owner)
@keeps_input
def notice(slug: str) -> Response:
    series = organisers_series(slug, Role.owner)
    words = series_words(series)
    newest = queries.find_current_notice(series.id)
    before = queries.notice_details_of(newest) if newest is not None else None
    version = newest.version if newest is not None else 0
    form = NoticeForm(data=notice_values_of(before, series.language) if before else {"contact": series.contact_email})
    if form.validate_on_submit():
        details = form.details(before, series.language)
        answer = service.publish_notice(series.id, details, language=series.language, by=user().id)
        if not isinstance(answer, Invalid):
            flash(gettext("Version %(number)d of the privacy notice holds now.", number=answer), "good")
            return redirect(url_for("series_organiser.edit", slug=slug), 303)
        show_problems(form, answer.problems)
    page = render_template("organise/notice.html", form=form, series=words, version=version)
    return make_response(page, form.status)


@bp.post("/organise/series/<slug>/logo/remove")
@organiser_page(Role.owner)
def remove_logo(slug: str) -> Response:
    logos.remove_logo(organisers_series(slug, Role.owner).id, by=user().id)
    flash(gettext("The logo is removed."), "good")
    return redirect(url_for("series_organiser.edit", slug=slug), 303)


def _sent_form(values: dict[str, Any] | None = None) -> SeriesForm:
    """The form as it was sent, a logo's file with it; 413 for what is larger than any logo may be."""
    request.max_content_length = MOST_BYTES + _ROOM_FOR_TEXTS
    try:
        return SeriesForm(data=values)
    except RequestEntityTooLarge:
        abort(413, description=gettext("The logo’s file is too large: at most 2 MB. Nothing was saved."))


def _keep_logo(series_id: int, form: SeriesForm) -> None:
    if form.logo.data is not None:
        logos.set_logo(series_id, form.logo.data, by=user().id)


def _ask_for_logo_again(form: SeriesForm) -> None:
    """A browser does not send a file twice: who corrects another answer must choose it once more."""
    if form.errors and form.logo.data is not None:
        form.logo.errors = [gettext("Choose the logo’s file again.")]


def _show_refusal(form: SeriesForm, answer: Saved | Refusal | Invalid) -> None:
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    elif "slug" in form:
        form.slug.errors = [gettext("Another series has this name in its address. Choose another.")]
