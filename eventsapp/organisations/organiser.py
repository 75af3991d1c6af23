"""The door for organisers: which organisations people of a series come from, and which spellings mean them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp.organisations import queries, service
from eventsapp.organisations.forms import OrganisationForm, TargetForm
from eventsapp.organisations.rules import Refusal, spelling_key
from eventsapp.organisations.service import Invalid
from eventsapp.organisations.words import country_word, refusal_words, type_word
from eventsapp.series.queries import find_for_organiser
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, check, organiser_page, scope, user
from eventsapp.web.problems import show_problems
from eventsapp.web.rules import is_slug
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.organisations.models import Organisation
    from eventsapp.series.models import Series

bp = Blueprint("organisations", __name__)

_LIST = "/organise/series/<slug>/organisations"
_ONE = f"{_LIST}/<int(max=2147483647):organisation_id>"
_SHOWN = 200


@bp.route(_LIST, methods=["GET", "POST"], endpoint="list")
@organiser_page(Role.editor)
@keeps_input
def show_list(slug: str) -> Response:
    """The form says that the names ticked mean one organisation."""
    series = _series(slug)
    lines, names = queries.lines_of(series.id), queries.unlinked(series.id)
    form = TargetForm()
    new = gettext("A new organisation, named like the first one ticked")
    form.to.choices = {"": new} | {str(line.organisation.id): line.organisation.name for line in lines}
    ticked = set(request.form.getlist("key"))
    if form.validate_on_submit():
        chosen = {each.key: each.written for each in names if each.key in ticked}
        if chosen:
            return _link(series.id, slug, chosen, form.to.data)
        form.form_errors.append(gettext("Tick the names that mean the same organisation."))
    shown = {"lines": lines, "names": names[:_SHOWN], "more": max(0, len(names) - _SHOWN), "ticked": ticked}
    words = {"country_word": country_word, "type_word": type_word}
    return _page("organisations", series, form.status if not form.form_errors else 422, form=form, **shown, **words)


@bp.route(f"{_LIST}/new", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def new(slug: str) -> Response:
    series = _series(slug)
    form = OrganisationForm()
    if form.validate_on_submit():
        answer = service.add_organisation(series.id, form.details(), by=user().id)
        if isinstance(answer, int):
            flash(gettext("The organisation is there."), "good")
            return redirect(url_for("organisations.list", slug=slug), 303)
        _show(form, answer)
        series = _series(slug)
    return _page("organisation", series, form.status, form=form, organisation=None)


@bp.route(_ONE, methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, organisation_id: int) -> Response:
    series = _series(slug)
    form = OrganisationForm(obj=queries.details_of(_organisation(series, organisation_id)))
    if form.validate_on_submit():
        answer = service.edit_organisation(series.id, organisation_id, form.details(), by=user().id)
        if isinstance(answer, int):
            flash(gettext("The organisation is saved."), "good")
            return redirect(url_for("organisations.list", slug=slug), 303)
        _show(form, answer)
        series = _series(slug)
    organisation = _organisation(series, organisation_id)
    others = [each for each in queries.organisations_of(series.id) if each.id != organisation_id]
    own = spelling_key(organisation.name)
    aliases = [alias for alias in queries.aliases_of(organisation_id) if alias.key != own]
    values = {"organisation": organisation, "others": others, "aliases": aliases}
    return _page("organisation", series, form.status, form=form, **values)


@bp.post(f"{_ONE}/merge")
@organiser_page(Role.editor)
def merge(slug: str, organisation_id: int) -> Response:
    series = _series(slug)
    _organisation(series, organisation_id)
    into = request.form.get("into", "")
    target = int(into) if into.isascii() and into.isdigit() and len(into) < 10 else 0
    refused = service.merge(series.id, organisation_id, target, by=user().id)
    if refused:
        flash(refusal_words(refused), "waiting")
        return redirect(url_for("organisations.edit", slug=slug, organisation_id=organisation_id), 303)
    flash(gettext("The two organisations are one now."), "good")
    return redirect(url_for("organisations.edit", slug=slug, organisation_id=target), 303)


@bp.post(f"{_ONE}/unlink")
@organiser_page(Role.editor)
def unlink(slug: str, organisation_id: int) -> Response:
    series = _series(slug)
    _organisation(series, organisation_id)
    refused = service.unlink(series.id, organisation_id, request.form.get("key", ""), by=user().id)
    if refused:
        flash(refusal_words(refused), "waiting")
    else:
        flash(gettext("That name no longer means this organisation."), "good")
    return redirect(url_for("organisations.edit", slug=slug, organisation_id=organisation_id), 303)


def _link(series_id: int, slug: str, chosen: dict[str, str], to: str) -> Response:
    answer = service.link(series_id, chosen, int(to) if to else None, by=user().id)
    if isinstance(answer, int):
        text = ngettext("%(num)d name means it now.", "%(num)d names mean it now.", len(chosen))
        flash(f"{text} {gettext('Whoever types one of them later belongs to it, too.')}", "good")
        return redirect(url_for("organisations.edit", slug=slug, organisation_id=answer), 303)
    refusal = answer if isinstance(answer, Refusal) else Refusal.NOT_THERE
    flash(refusal_words(refusal), "waiting")
    return redirect(url_for("organisations.list", slug=slug), 303)


def _series(slug: str) -> Series:
    """Within what the person may see, to an editor of it: 404 or else 403."""
    series = find_for_organiser(slug, scope(Role.viewer)) if is_slug(slug) else None
    if series is None:
        abort(404)
    check(Role.editor, series.id)
    return series


def _organisation(series: Series, organisation_id: int) -> Organisation:
    found = queries.find_organisation(series.id, organisation_id)
    return found if found is not None else abort(404)


def _show(form: OrganisationForm, answer: Refusal | Invalid) -> None:
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    else:
        form.name.errors = [refusal_words(answer)]


def _page(name: str, series: Series, status: int, **values: Any) -> Response:
    return make_response(render_template(f"organise/{name}.html", series=series_words(series), **values), status)
