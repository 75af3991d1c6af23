"""The first page: what comes, what was; and what somebody looks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request

from eventsapp import clock
from eventsapp.events import finding
from eventsapp.events import queries as events
from eventsapp.pages.cards import cards
from eventsapp.pages.search import Asked, asked, kind_choices, month_choices
from eventsapp.web.links import external_url

bp = Blueprint("home", __name__)

PAST_SHOWN = 20
FOUND_SHOWN = 20


@bp.get("/")
def show() -> str:
    search = asked(request.args)
    page = max(1, min(request.args.get("page", 1, type=int), 1000))
    kinds = finding.listed_kinds()
    form = {
        "search": search,
        "kinds": kind_choices(kinds, search.wanted.kind),
        "months": month_choices(finding.listed_months(), search.wanted.month),
        "canonical": external_url("home.show"),
    }
    if search.wanted or search.wrong_month:
        return render_template("pages/found.html", **form, **_found(search, kinds, page))
    now = clock.now()
    past = events.list_past(now, limit=PAST_SHOWN + 1, offset=(page - 1) * PAST_SHOWN)
    return render_template(
        "pages/home.html",
        **form,
        upcoming=cards(events.list_upcoming(now), now, with_series=True) if page == 1 else [],
        past=cards(past[:PAST_SHOWN], now, with_series=True),
        page=page,
        more=len(past) > PAST_SHOWN,
    )


def _found(search: Asked, kinds: Sequence[str], page: int) -> dict[str, Any]:
    """Nothing is looked for with a month that is none."""
    if search.wrong_month:
        return {"found": [], "total": 0, "page": 1, "pages": 1}
    now = clock.now()
    found = finding.find_events(search.wanted, kinds, now, page=page, size=FOUND_SHOWN)
    return {
        "found": cards(found.events, now, with_series=True),
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
    }
