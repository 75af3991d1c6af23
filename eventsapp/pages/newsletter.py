"""What organisers take along: an event as a block for a newsletter, its agenda as a frame, its card."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from eventsapp import clock
from eventsapp.agenda.queries import published_sessions
from eventsapp.events import words as event_words
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.models import Event
from eventsapp.pages.cards import kind_of
from eventsapp.pages.mailbox import LETTER_POLICY
from eventsapp.pages.share import share_of
from eventsapp.registration.queries import window_of
from eventsapp.registration.rules import Refusal, refusal
from eventsapp.series.palette import tones_of
from eventsapp.series.words import series_words
from eventsapp.translations import LANGUAGES, known_language
from eventsapp.web.access import Role, organiser_page, scope
from eventsapp.web.languages import in_language
from eventsapp.web.links import external_url
from eventsapp.web.text import pick

bp = Blueprint("newsletter", __name__)

_FRAME, _FRAME_ROW, _FRAME_MOST = 420, 90, 2400
"""Height of the frame in CSS pixels: without an agenda, for each session, and at most."""


@dataclass(frozen=True)
class Block:
    """The event for a newsletter, with nothing in it that goes stale while the newsletter is read."""

    language: str
    title: str
    kind: str
    summary: str
    when: event_words.When
    where: str
    url: str
    link: str
    """Where the button leads: the form, or the event's page where there is none."""
    link_words: str
    words: str
    """What stands beneath the button; empty: nothing."""
    colour: str

    def html(self) -> str:
        return render_template("mail/newsletter/block.html", block=self).strip()

    def text(self) -> str:
        return render_template("mail/newsletter/block.txt", block=self).strip() + "\n"


@bp.get("/organise/events/<slug>/newsletter")
@organiser_page(Role.viewer)
def show(slug: str) -> str:
    event = organisers_event(slug, Role.viewer)
    language, choices = _language(event), languages_of(event)
    block = block_of(event, language)
    with in_language(language):
        html, text = block.html(), block.text()
    return render_template(
        "organise/newsletter.html",
        event=event,
        series=series_words(event.series),
        title=event_words.title_of(event),
        block=block,
        html=html,
        text=text,
        choices=choices,
        address=external_url("event_page.show", slug=slug),
        snippet=_snippet(event, language),
        hosts=event.series.embed_hosts,
        owner=scope(Role.owner).allows(event.series_id),
        card=share_of(event),
    )


@bp.get("/organise/events/<slug>/newsletter/preview")
@organiser_page(Role.viewer)
def preview(slug: str) -> Response:
    """The block alone, as mail programs show it, under the policy of letters."""
    event = organisers_event(slug, Role.viewer)
    language = _language(event)
    block = block_of(event, language)
    with in_language(language):
        page = render_template("mail/newsletter/preview.html", block=block, html=Markup(block.html()))  # noqa: S704
    response = Response(page)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def languages_of(event: Event) -> list[str]:
    """The languages of ours that the event has a title in; English when it has none of them."""
    return [language for language in LANGUAGES if event.title.get(language)] or [LANGUAGES[0]]


def block_of(event: Event, language: str) -> Block:
    with in_language(language):
        link, link_words, words = _way_in(event)
        return Block(
            language=language,
            title=event_words.title_of(event),
            kind=kind_of(event),
            summary=pick(event.summary, language, event.language),
            when=event_words.when_of(event),
            where=event_words.where_of(event),
            url=external_url("event_page.show", slug=event.slug),
            link=link,
            link_words=link_words,
            words=words,
            colour=tones_of(event.series.accent).light,
        )


def _language(event: Event) -> str:
    """The one asked for, else that of the organiser's page, else the event's; of those it has a title in."""
    choices = languages_of(event)
    asked = request.args.get("language")
    if asked is not None and asked not in choices:
        abort(404)
    wished = (asked, event_words.language(), known_language(event.language))
    return next((each for each in wished if each in choices), choices[0])


def _way_in(event: Event) -> tuple[str, str, str]:
    """Where the button leads and what it says. Whether places are left is not said: that changes by the hour."""
    refused = refusal(window_of(event), clock.now())
    page = external_url("event_page.show", slug=event.slug)
    if refused in (None, Refusal.FULL):
        limited = event.capacity is not None or event.online_capacity is not None
        words = gettext("Places are limited.") if limited else ""
        return external_url("registration.register", slug=event.slug), gettext("Register here"), words
    words = {
        Refusal.CANCELLED: gettext("This event will not take place."),
        Refusal.BY_INVITATION: gettext("By invitation only."),
    }.get(refused, "")
    if refused is Refusal.NOT_YET_OPEN and event.opens_at is not None:
        opens = event_words.moment(event.opens_at, event.timezone)
        words = gettext("Registration opens on %(moment)s.", moment=opens)
    return page, gettext("See the event"), words


def _snippet(event: Event, language: str) -> str:
    """The frame's HTML, to be pasted into another site's page."""
    height = min(_FRAME + _FRAME_ROW * len(published_sessions(event.id)), _FRAME_MOST)
    frame = '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"></iframe>'
    src = external_url("embed.show", slug=event.slug, lang=language)
    return str(Markup(frame).format(src, pick(event.title, language, event.language), height))  # noqa: S704
