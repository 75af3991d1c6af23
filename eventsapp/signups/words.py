"""Sign-ups for sessions in words, in the language in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import flask_babel

from eventsapp.events.words import language
from eventsapp.places import Pool
from eventsapp.registration.words import kind_words
from eventsapp.signups.rules import Bar, Standing
from eventsapp.web import dates
from eventsapp.web.text import Picked, pick

if TYPE_CHECKING:
    from eventsapp.agenda.models import AgendaSession
    from eventsapp.signups.notifications import News
    from eventsapp.web.rules import Texts

gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def title_of(session: AgendaSession, fallback: str) -> Picked:
    return pick(session.title, language(), fallback)


def hours_of(session: AgendaSession) -> str:
    """ "14:00–15:30"."""
    return f"{session.starts_wall:%H:%M}–{session.ends_wall:%H:%M}"


def places_words(pool: Pool) -> str:
    """Such as "12 of 20 places left"; never untrue, also while free places are on their way to people who wait."""
    if pool.capacity is None:
        return ""
    if pool.waiting == 0 and pool.free:
        return ngettext(
            "%(num)d of %(capacity)d place left",
            "%(num)d of %(capacity)d places left",
            pool.free or 0,
            capacity=pool.capacity,
        )
    if pool.waiting == 0:
        return gettext("full, you can wait for a place")
    waiting = ngettext("%(num)d person waits", "%(num)d people wait", pool.waiting)
    return gettext("full, you can wait for a place: %(waiting)s", waiting=waiting)


def places_lines(pools: Mapping[str, Pool]) -> str:
    """Of each kind that people sign up for; the kind is named where the event has two."""
    lines = {kind: words for kind, pool in pools.items() if (words := places_words(pool))}
    if len(pools) < 2:
        return next(iter(lines.values()), "")
    return "; ".join(
        gettext("%(kind)s: %(places)s", kind=kind_words(kind), places=words) for kind, words in lines.items()
    )


def standing_words(standing: Standing, position: int | None) -> str:
    if standing is Standing.TAKEN:
        return gettext("You have a place")
    if standing is Standing.WISHED:
        return gettext("You wish to come: we try it when you have a place at the event")
    return gettext("Number %(position)d in line", position=position)


def short_standing(standing: Standing) -> str:
    """For lists of organisers."""
    return {
        Standing.TAKEN: lambda: gettext("Has a place"),
        Standing.WAITING: lambda: gettext("Waits"),
        Standing.WISHED: lambda: gettext("Wishes, without a place at the event"),
    }[standing]()


def news_heading(news: Sequence[News], fallback: str) -> str:
    """What the letter is about, in one line."""
    won = [each for each in news if each.what == "taken"]
    if len(won) == 1:
        return gettext("You now have a place in “%(session)s”", session=pick(won[0].title, language(), fallback))
    if len(news) == 1:
        title = pick(news[0].title, language(), fallback)
        if news[0].what == "waiting":
            return gettext("You are in line for “%(session)s”", session=title)
        return gettext("You no longer have a place in “%(session)s”", session=title)
    return gettext("Your sessions have changed")


def news_lines(news: Sequence[News], fallback: str, *, several_days: bool) -> list[str]:
    return [_line(each, fallback, several_days) for each in news]


def _line(news: News, fallback: str, several_days: bool) -> str:
    return gettext(
        "“%(session)s” (%(when)s): %(what)s",
        session=pick(news.title, language(), fallback),
        when=_when(news, several_days),
        what=_what(news, fallback),
    )


def _when(news: News, several_days: bool) -> str:
    starts, ends = datetime.fromisoformat(news.starts_at), datetime.fromisoformat(news.ends_at)
    parts = [f"{starts:%H:%M}–{ends:%H:%M}"]
    if several_days:
        parts.insert(0, dates.short_day(starts.replace(tzinfo=UTC), "UTC"))
    if news.room and news.what == "taken":
        parts.append(news.room)
    return ", ".join(parts)


def _what(news: News, fallback: str) -> str:
    other = pick(news.other, language(), fallback)
    return {
        "taken": lambda: gettext("you have a place."),
        "waiting": lambda: gettext(
            "no place is free, you are number %(position)d in line.", position=news.position or 0
        ),
        "wished": lambda: gettext("we keep your wish, and try it when you have a place at the event."),
        "swapped": lambda: gettext("given up for “%(other)s”, which is at the same time.", other=other),
        "overlaps": lambda: gettext("not possible together with “%(other)s”, which is at the same time.", other=other),
        "agenda": lambda: gettext("this session is no longer on the agenda."),
        "kind": lambda: gettext("nobody signs up for this session in the way in which you take part now."),
        "hand": lambda: gettext("the organisers took you off the list."),
    }[news.what]()


def bar_words(bar: Bar, title: Texts, other: Texts, fallback: str) -> str:
    """Why somebody cannot sign up for a session. `other`: the one that it overlaps."""
    name, beside = pick(title, language(), fallback), pick(other, language(), fallback)
    return {
        Bar.GONE: lambda: gettext("This session is not open for sign-up any more. Nothing was changed."),
        Bar.BEGUN: lambda: gettext("“%(session)s” has begun. Nothing was changed.", session=name),
        Bar.OTHER_KIND: lambda: gettext(
            "Nobody signs up for “%(session)s” who takes part as you do. Nothing was changed.", session=name
        ),
        Bar.OVERLAPS: lambda: gettext(
            "“%(one)s” and “%(other)s” are at the same time: choose one of them.", one=name, other=beside
        ),
    }[bar]()


def by_hand_words(bar: Bar) -> str:
    """Why an organiser's act did nothing."""
    return {
        Bar.GONE: lambda: gettext("This session is not open for sign-up any more."),
        Bar.OVER: lambda: gettext("The event is over or called off, or the person is no longer registered."),
        Bar.NO_PLACE: lambda: gettext("This person has no place at the event any more."),
        Bar.OTHER_KIND: lambda: gettext("Nobody signs up for this session who takes part as this person does."),
        Bar.OVERLAPS: lambda: gettext(
            "This person has a place in another session at that time. Take them off it first."
        ),
        Bar.THERE: lambda: gettext("It was so already: nothing was changed."),
        Bar.NO_REASON: lambda: gettext("Give a reason: it is kept."),
    }[bar]()
