"""The organiser's first page: what needs a hand, then every event of the own series at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for

from eventsapp import clock
from eventsapp.events import queries as events
from eventsapp.events.models import Event
from eventsapp.events.words import Badge, badge_of, language, title_of, when_of, where_of
from eventsapp.pages.event_overview import EventState, state_of
from eventsapp.pages.hand import alarm, tasks_of
from eventsapp.registration.handling_words import PlacesFigure, places_figures
from eventsapp.series import queries as series
from eventsapp.series.models import Series
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.text import pick

bp = Blueprint("overview", __name__)

COMING_SHOWN = 500
PAST_SHOWN = 20
_LAST_PAGE = 1000


@dataclass(frozen=True)
class Line:
    """One event of a list, in words."""

    title: str
    href: str
    series: str
    """Empty when there is only one."""
    when: str
    where: str
    badge: Badge
    state: EventState
    is_draft: bool
    places: Sequence[PlacesFigure]
    """Empty for a draft and for an event called off: nobody can have a place."""


@bp.get("/organise/")
@organiser_page(Role.viewer)
def show() -> str:
    now, mine = clock.now(), scope(Role.viewer)
    page = max(1, min(request.args.get("page", 1, type=int), _LAST_PAGE))
    coming = events.list_for_organiser(mine, now=now, limit=COMING_SHOWN) if page == 1 else []
    past = events.list_past_for_organiser(mine, now, limit=PAST_SHOWN + 1, offset=(page - 1) * PAST_SHOWN)
    named = len({event.series_id for event in (*coming, *past)}) > 1
    lines = [_line(event, now, named=named) for event in coming]
    return render_template(
        "organise/overview.html",
        alarm=alarm(now),
        tasks=tasks_of(coming, now, user().last_visit_ended_at),
        drafts=[line for line in lines if line.is_draft],
        upcoming=[line for line in lines if not line.is_draft],
        past=[_line(event, now, named=named) for event in past[:PAST_SHOWN]],
        page=page,
        more=len(past) > PAST_SHOWN,
        own_series=[
            (pick(each.title, language(), each.language), _series_page(each), each.archived_at is not None)
            for each in series.list_for_organiser(scope(Role.editor), with_archived=True)
        ],
        may_create=bool(scope(Role.editor)),
        may_create_series=scope(Role.owner).everywhere,
    )


def _series_page(each: Series) -> str:
    """Where somebody who may change the series begins."""
    owner = scope(Role.owner).allows(each.id)
    return url_for("series_organiser.edit" if owner else "event_defaults.edit", slug=each.slug)


def _line(event: Event, now: datetime, *, named: bool) -> Line:
    return Line(
        title=title_of(event),
        href=url_for("event_organiser.show", slug=event.slug),
        series=pick(event.series.title, language(), event.series.language) if named else "",
        when=when_of(event).line,
        where=where_of(event),
        badge=badge_of(event),
        state=state_of(event, now),
        is_draft=event.status == "draft",
        places=places_figures(event) if event.status == "published" else [],
    )
