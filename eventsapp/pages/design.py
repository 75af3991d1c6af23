"""`/design`, in development only: every component in all its states, and what they are made of. A living page: it
calls the macros that the other pages call."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, FileField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.pages.design_samples import SPEAKERS, agenda, organisations
from eventsapp.registration.statistics import Day
from eventsapp.series.palette import PALETTE, theme
from eventsapp.web.fields import DateField, WallTimeField
from eventsapp.web.forms import BaseForm, CleanString, CleanText, EmailString, Required

bp = Blueprint("design", __name__)

_QUESTIONS = ("plain", "danger", "wrong")
_KINDS = {"room": "In the room", "online": "Online"}
_DAYS = ((0, 3, 0), (1, 9, 0), (4, 31, 0), (9, 66, 0), (12, 80, 4), (16, 80, 11), (21, 79, 9), (30, 80, 8))


class SampleForm(BaseForm):
    """One field of each sort."""

    name = CleanString("Full name", [Required("Enter your full name.")])
    email = EmailString("E-mail address", [Required("Enter an e-mail address like name@example.org.")])
    organisation = CleanString("Organisation")
    note = CleanText("What should we know?")
    kind = RadioField("How do you take part?", choices=_KINDS)
    days = SelectMultipleField(
        "Which days?",
        choices={"1": "Thursday", "2": "Friday"},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    country = SelectField("Country", choices={"be": "Belgium", "nl": "Netherlands"})
    starts = WallTimeField("Starts")
    on = DateField("Day")
    logo = FileField("Logo")
    photos = BooleanField("Photos of me may be shown")


@bp.get("/design")
def show() -> str:
    return render_template(
        "design/page.html",
        accents=PALETTE,
        programme=agenda(),
        people=SPEAKERS[:1],
        days=[Day(date(2027, 9, 1) + timedelta(days=on), confirmed, waiting) for on, confirmed, waiting in _DAYS],
        organisations=organisations(),
        url_for_page=lambda number: f"#page-{number}",
    )


@bp.get("/design/forms")
def forms() -> str:
    fresh, wrong, disabled = (SampleForm(formdata=None, prefix=f"{name}-") for name in ("fresh", "wrong", "disabled"))
    _spoil(wrong)
    return render_template("design/forms.html", fresh=fresh, wrong=wrong, disabled=disabled)


@bp.route("/design/confirm/<how>", methods=["GET", "POST"])
def confirm(how: str) -> str | BaseResponse:
    """A sample that may be pressed: it says so, and does nothing."""
    if how not in _QUESTIONS:
        abort(404)
    if request.method == "POST":
        flash("A sample: nothing was sent.", "good")
        return redirect(url_for("design.confirm", how=how), 303)
    form = SampleForm(formdata=None)
    if how == "wrong":
        _spoil(form, "name", "note")
    return render_template("design/confirm.html", how=how, form=form)


@bp.get("/design/palette.css")
def palette() -> Response:
    """The eight accents beside each other; a page of a series has one."""
    response: Response = make_response("".join(theme(name, f".accent-{name}") for name in PALETTE))
    response.content_type = "text/css; charset=utf-8"
    return response


def _spoil(form: SampleForm, *names: str) -> None:
    """Something is wrong with these answers; without names, with each."""
    for field in form:
        if field.short_name in names or (not names and field.short_name != "csrf_token"):
            field.errors = [f"This is what is wrong with “{field.label.text}”."]
