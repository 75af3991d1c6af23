"""One event as its organisers see it: facts, places, agenda, and what to do next. Belongs to the event's own door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext, ngettext

from eventsapp import clock
from eventsapp.agenda.draft import DraftView
from eventsapp.agenda.queries import draft_view
from eventsapp.agenda.rules import outside
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.forms import promotions
from eventsapp.events.models import Event
from eventsapp.events.organiser import bp
from eventsapp.events.words import moment, title_of, when_of, where_lines
from eventsapp.pages.cards import agenda_days
from eventsapp.pages.charts import charts_of
from eventsapp.pages.hand import lost_letters
from eventsapp.pages.untranslated import untranslated
from eventsapp.registration.handling_words import places_figures, state_words
from eventsapp.registration.queries import counts, free_for_waiting, notice_of
from eventsapp.registration.queue_queries import last_offer_until
from eventsapp.registration.rules import promotion_end
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, scope
from eventsapp.web.links import external_url

__all__ = ["EventState", "bp", "state_of"]


@dataclass(frozen=True)
class EventState:
    """In a word, with the tone of its label."""

    text: str
    tone: str


@dataclass(frozen=True)
class Step:
    """Something to do next. `href` empty: only said."""

    text: str
    href: str = ""


@bp.get("/organise/events/<slug>")
@organiser_page(Role.viewer)
def show(slug: str) -> str:
    event = organisers_event(slug, Role.viewer)
    now, agenda, numbers = clock.now(), draft_view(event.id), counts(event.id)
    editor = scope(Role.editor).allows(event.series_id) and event.status != "cancelled"
    return render_template(
        "organise/event.html",
        event=event,
        series=series_words(event.series),
        title=title_of(event),
        state=state_of(event, now),
        when=when_of(event),
        where=where_lines(event),
        figures=places_figures(event),
        numbers=[(state, state_words(state)[0], number) for state, number in numbers.items() if number],
        facts=_facts(event),
        days=agenda_days(agenda.rows, event),
        charts=charts_of(event) if event.status != "draft" else None,
        lost=lost_letters(event),
        steps=_steps(event, agenda, numbers, now) if editor else [],
        untranslated=untranslated(event, agenda.rows),
        editor=editor,
        agenda_draft=agenda.is_draft and event.status == "published",
        address=external_url("event_page.show", slug=event.slug),
    )


def state_of(event: Event, now: datetime) -> EventState:
    if event.status == "cancelled":
        return EventState(gettext("Called off"), "off")
    if event.status == "draft":
        return EventState(gettext("Draft"), "neutral")
    if now >= event.ends_at:
        return EventState(gettext("Over"), "neutral")
    if now >= event.starts_at:
        return EventState(gettext("Taking place now"), "good")
    if now >= (event.closes_at or event.starts_at):
        return EventState(gettext("Registration closed"), "info")
    if event.opens_at is not None and now < event.opens_at:
        return EventState(gettext("Registration not open yet"), "info")
    return EventState(gettext("Published"), "good")


def _facts(event: Event) -> list[tuple[str, str]]:
    zone = event.timezone
    opens = moment(event.opens_at, zone) if event.opens_at else gettext("on publication")
    closes = moment(event.closes_at, zone) if event.closes_at else gettext("at the start")
    facts = [(gettext("Registration opens"), opens), (gettext("Registration closes"), closes)]
    if event.status == "cancelled":
        facts = []
    elif event.waitlist:
        end = promotion_end(event.starts_at, event.promotion_ends_at)
        facts.append((gettext("People move up by themselves until"), moment(end, zone)))
        facts.append((gettext("When a place comes free"), promotions()[event.promotion]))
    if offered := _offers_out(event):
        facts.append((gettext("Places offered"), offered))
    rules = [
        (event.approval, gettext("an organiser approves each registration")),
        (not event.waitlist, gettext("no waitlist")),
        (event.visibility == "unlisted", gettext("not listed: found by its link only")),
        (event.visibility == "closed", gettext("by invitation")),
        (event.confidential, gettext("confidential")),
        (event.recorded, gettext("recorded")),
    ]
    special = ", ".join(text for holds, text in rules if holds)
    return [*facts, (gettext("Special rules"), special[:1].upper() + special[1:])] if special else facts


def _offers_out(event: Event) -> str:
    """ "2 offers are out, the last until …"; empty while there are none."""
    number = event.room_offered + event.online_offered
    until = last_offer_until(event.id) if number and event.status == "published" else None
    if until is None:
        return ""
    words: str = ngettext(
        "%(num)d offer is out until %(moment)s",
        "%(num)d offers are out, the last until %(moment)s",
        number,
        moment=moment(until, event.timezone),
    )
    return words


def _steps(event: Event, agenda: DraftView, numbers: dict[str, int], now: datetime) -> list[Step]:
    """What waits for an organiser, the most urgent first."""
    people, free = url_for("attendees.list", slug=event.slug), free_for_waiting(event, now)
    steps: list[Step] = []
    if numbers["pending"] and now < event.ends_at:
        asked = ngettext("%(num)d request awaits", "%(num)d requests await", numbers["pending"])
        steps.append(Step(gettext("Decide: %(asked)s your answer", asked=asked), f"{people}?status=pending"))
    if agenda.is_draft and event.status == "published":
        href = url_for("agenda_publishing.publish", slug=event.slug)
        steps.append(Step(gettext("Publish the changes of the agenda, or discard them"), href))
    if free:
        text = ngettext("Give %(num)d free place by hand", "Give %(num)d free places by hand", free)
        steps.append(Step(text, f"{people}?status=waitlisted"))
    if now < event.ends_at:
        steps += _preparations(event, agenda)
    return steps


def _preparations(event: Event, agenda: DraftView) -> list[Step]:
    steps: list[Step] = []
    if notice_of(event) is None:
        href = url_for("series_organiser.notice", slug=event.series.slug)
        steps.append(Step(gettext("Write the privacy notice: the registration form shows it"), href))
    page = url_for("agenda_organiser.show", slug=event.slug)
    if not agenda.rows:
        steps.append(Step(gettext("Add the agenda"), page))
    elif outside(agenda.rows, event.starts_at, event.ends_at):
        steps.append(Step(gettext("Look at the agenda: it does not fit the time of the event"), page))
    edit = url_for("event_organiser.edit", slug=event.slug)
    if event.mode != "online" and event.venue is None:
        steps.append(Step(gettext("Say where it takes place"), f"{edit}#venue_name"))
    if event.mode != "in_person" and not event.online_url:
        steps.append(Step(gettext("Add the address of the online room"), f"{edit}#online_url"))
    return steps
