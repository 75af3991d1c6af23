"""The door for owners: the public texts of a series in another language than its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from eventsapp.series import queries, service
from eventsapp.series.for_organisers import organisers_series
from eventsapp.series.forms import NOTICE_TEXTS, TEXTS
from eventsapp.series.rules import (
    NOTICE_LENGTH,
    STATEMENT_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Invalid,
    NoticeDetails,
    Saved,
    SeriesDetails,
)
from eventsapp.series.words import series_words
from eventsapp.translations import LANGUAGES
from eventsapp.web import languages
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.forms import BaseForm, CleanString, CleanText, MaxLength
from eventsapp.web.problems import show_problems
from eventsapp.web.rules import Texts
from eventsapp.web.security import keeps_input
from eventsapp.web.text import pick

if TYPE_CHECKING:
    from eventsapp.series.models import Series

bp = Blueprint("series_texts", __name__)


class SeriesTextsForm(BaseForm):
    title = CleanString(lazy_gettext("Title"), [MaxLength(TITLE_LENGTH)])
    summary = CleanText(lazy_gettext("Summary"), [MaxLength(SUMMARY_LENGTH)])
    funder_statement = CleanText(lazy_gettext("Funder’s statement"), [MaxLength(STATEMENT_LENGTH)])
    lawful_basis = CleanText(lazy_gettext("What for, and on what lawful basis"), [MaxLength(NOTICE_LENGTH)])
    recipients = CleanText(lazy_gettext("Who sees the data"), [MaxLength(NOTICE_LENGTH)])
    retention = CleanText(lazy_gettext("How long they are kept"), [MaxLength(NOTICE_LENGTH)])


@bp.get("/organise/series/<slug>/texts")
@organiser_page(Role.owner)
def show(slug: str) -> str:
    series = organisers_series(slug, Role.owner)
    texts = _texts(*_both(series))
    lines = [
        {
            "code": code,
            "name": languages.name_of(code),
            "address": url_for("series_texts.edit", slug=slug, language=code),
            "missing": sum(not each.get(code) for each in texts.values()),
            "of": len(texts),
        }
        for code in LANGUAGES
    ]
    return render_template(
        "organise/series_texts.html", lines=lines, series=series_words(series), own_language=series.language
    )


@bp.route("/organise/series/<slug>/texts/<language>", methods=["GET", "POST"])
@organiser_page(Role.owner)
@keeps_input
def edit(slug: str, language: str) -> Response:
    """The series' own language is that of its edit page and of the page of its notice."""
    series = organisers_series(slug, Role.owner)
    if language not in LANGUAGES:
        abort(404)
    if language == series.language:
        return redirect(url_for("series_organiser.edit", slug=slug), 303)
    details, notice = _both(series)
    texts = _texts(details, notice)
    form = SeriesTextsForm(data={name: each.get(language, "") for name, each in texts.items()})
    for name in (*TEXTS, *NOTICE_TEXTS):
        if name not in texts:
            del form[name]
    if form.validate_on_submit() and _save(series, details, notice, form, language):
        flash(gettext("The texts are saved: %(language)s.", language=languages.name_of(language)), "good")
        return redirect(url_for("series_texts.show", slug=slug), 303)
    series = organisers_series(slug, Role.owner)
    page = render_template(
        "organise/series_texts_edit.html",
        form=form,
        series=series_words(series),
        language=language,
        name=languages.name_of(language),
        originals=[(name, pick(each, series.language)) for name, each in texts.items()],
    )
    return make_response(page, form.status)


def _both(series: Series) -> tuple[SeriesDetails, NoticeDetails | None]:
    newest = queries.find_current_notice(series.id)
    return queries.details_of(series), queries.notice_details_of(newest) if newest is not None else None


def _texts(details: SeriesDetails, notice: NoticeDetails | None) -> dict[str, Texts]:
    """What there is to translate: texts that nobody has written in any language are none."""
    found: dict[str, Texts] = {name: getattr(details, name) for name in TEXTS}
    if notice is not None:
        found |= {name: getattr(notice, name) for name in NOTICE_TEXTS}
    return {name: texts for name, texts in found.items() if texts.get(details.language)}


def _save(
    series: Series, details: SeriesDetails, notice: NoticeDetails | None, form: SeriesTextsForm, language: str
) -> bool:
    """A notice whose text changes in any language is a new version: registrations remember what they were shown."""

    def changed(of: SeriesDetails | NoticeDetails, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: {**getattr(of, name), language: form[name].data} for name in names if name in form}

    own, by = series.language, user().id
    series_id = series.id
    answer = service.edit_series(series_id, replace(details, **changed(details, TEXTS)), by=by)
    if not isinstance(answer, Saved):
        show_problems(form, answer.problems if isinstance(answer, Invalid) else ())
        return False
    if notice is not None:
        said = service.publish_notice(series_id, replace(notice, **changed(notice, NOTICE_TEXTS)), language=own, by=by)
        if isinstance(said, Invalid):
            show_problems(form, said.problems)
            return False
    return True
