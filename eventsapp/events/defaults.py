"""The door for organisers: what a new event of a series begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.events.forms import PLAIN, EventForm
from eventsapp.series import service
from eventsapp.series.for_organisers import organisers_series
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventsapp.series.models import Series

bp = Blueprint("event_defaults", __name__)

FIELDS = (
    *("kind", "summary", "description", "timezone", "language", "mode", "capacity", "online_capacity"),
    *("waitlist", "promotion", "ranks_groups", "approval", "recorded", "venue_name", "venue_address"),
)


class DefaultsForm(EventForm):
    """The fields of an event that its series can fill in beforehand; none of them is asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*PLAIN, "title", "slug", "venue_directions", "venue_access_notes", "tell", "back"):
            if name not in FIELDS and name in self:
                del self[name]
        self.offer_venues(())


@bp.route("/organise/series/<slug>/defaults", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str) -> Response:
    series = organisers_series(slug, Role.editor)
    form = DefaultsForm(data=series.defaults)
    form.language.keep(series.defaults.get("language", series.language))
    if form.validate_on_submit():
        typed = {name: form[name].data for name in FIELDS}
        kept = {name: value for name, value in typed.items() if value not in (None, "")}
        changed = service.set_defaults(series.id, kept, by=user().id)
        said = gettext("New events of the series begin with this.") if changed else gettext("Nothing was changed.")
        flash(said, "good")
        return redirect(url_for("event_defaults.edit", slug=slug), 303)
    words = series_words(series)
    return make_response(render_template("organise/series_defaults.html", form=form, series=words), form.status)


def defaults_of(choices: Sequence[Series], slug: str | None) -> dict[str, Any]:
    """What the form of a new event begins with: the defaults of the series that was asked for, or of the only one."""
    wanted = [each for each in choices if each.slug == slug] or (list(choices) if len(choices) == 1 else [])
    if not wanted:
        return {}
    return {name: value for name, value in wanted[0].defaults.items() if name in FIELDS}
