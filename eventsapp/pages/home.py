"""The first page: what comes, what was."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from eventsapp import clock
from eventsapp.events import queries as events
from eventsapp.pages.cards import cards

bp = Blueprint("home", __name__)

PAST_SHOWN = 20


@bp.get("/")
def show() -> str:
    now = clock.now()
    page = max(1, min(request.args.get("page", 1, type=int), 1000))
    past = events.list_past(now, limit=PAST_SHOWN + 1, offset=(page - 1) * PAST_SHOWN)
    return render_template(
        "pages/home.html",
        upcoming=cards(events.list_upcoming(now), now, with_series=True) if page == 1 else [],
        past=cards(past[:PAST_SHOWN], now, with_series=True),
        page=page,
        more=len(past) > PAST_SHOWN,
    )
