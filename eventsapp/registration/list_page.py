"""What the page of the attendee list shows: the people, and every way to see them otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import get_template_attribute, render_template, url_for
from flask_babel import gettext, ngettext

from eventsapp import clock
from eventsapp.events.words import title_of
from eventsapp.registration import list_queries
from eventsapp.registration.asked import Asked, kept_filters
from eventsapp.registration.columns import WAITS, Column
from eventsapp.registration.handling_words import places_figures, state_words
from eventsapp.registration.rules import State
from eventsapp.registration.view import ANSWER, KINDS, SORTS, View
from eventsapp.registration.words import kind_words
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, scope

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.list_forms import KeepForm
    from eventsapp.registration.list_queries import AttendeePage

Chip = tuple[str, str, int, bool]
"""Address, words, number of people, and whether it is shown."""


def list_page(this: Asked, keep: KeepForm) -> str:
    """`keep`: the form to keep this view by a name, fresh or come back with errors."""
    event, view = this.event, this.view
    found = list_queries.attendees(event, view, this.columns, page=this.page)
    people = [row.registration for row in found.rows]
    label = get_template_attribute("macros/ui.html", "status")
    return render_template(
        "organise/attendees.html",
        found=found,
        figures=places_figures(event),
        chips=list(_chips(this, found)),
        view=view,
        chosen=arguments(view),
        hidden=_hidden(view),
        columns=[(column.label, column.texts(people)) for column in _on_page(this)],
        labels={state.value: label(*state_words(state)) for state in State},
        keep=keep,
        kept=[(each.id, each.name, _link(event, each.view), each.view == view) for each in kept_filters(this)],
        may_change=this.may_change,
        acts=this.may_change and event.status != "cancelled" and clock.now() < event.ends_at,
        signs=scope(Role.desk).allows(event.series_id) and event.mode != "online",
        sort_link=lambda sort: _link(event, view.by(sort)),
        url_for_page=lambda number: url_for("attendees.list", slug=event.slug, page=number, **arguments(view)),
        **_choices(this),
        **page_words(event),
    )


def nobody_page(event: Event) -> str:
    """Whoever wanted to do something with several people has picked nobody."""
    heading = gettext("Nobody is ticked")
    return render_template("organise/attendees_together.html", heading=heading, asks=False, **page_words(event))


def page_words(event: Event) -> dict[str, object]:
    """What every page of an event's attendees says of it."""
    return {"event": event, "series": series_words(event.series), "title": title_of(event)}


def arguments(view: View) -> dict[str, Any]:
    """A view as arguments for `url_for`."""
    found: dict[str, Any] = {}
    for name, value in view.pairs():
        found.setdefault(name, []).append(value)
    return found


def _choices(this: Asked) -> dict[str, object]:
    """What the folded part offers, and what of it is in use."""
    shown = {column.key for column in _on_page(this)}
    hybrid = this.event.mode == "hybrid"
    return {
        "states": [(state.value, state_words(state)[0]) for state in State],
        "kinds": [(kind, kind_words(kind)) for kind in KINDS] if hybrid else [],
        "organisations": list_queries.organisations_of(this.event.id),
        "answers": dict(this.view.answers),
        "answer": ANSWER,
        "filters": [column for column in this.columns.values() if column.choices],
        "sorts": _sorts(),
        "offered": [(column.key, column.label, column.key in shown) for column in this.columns.values()],
        "in_use": _in_use(this.view),
    }


def _hidden(view: View) -> dict[str, list[tuple[str, str]]]:
    """What a form that changes only a part of the view sends along: the columns, and all else."""
    pairs = view.pairs()
    return {
        "columns": [pair for pair in pairs if pair[0] == "columns"],
        "others": [pair for pair in pairs if pair[0] != "columns"],
    }


def _link(event: Event, view: View) -> str:
    return url_for("attendees.list", slug=event.slug, **arguments(view))


def _chips(this: Asked, found: AttendeePage) -> Iterator[Chip]:
    """All, and each state that somebody is in."""
    view, event = this.view, this.event
    yield _link(event, replace(view, status=())), gettext("All"), sum(found.counts.values()), not view.status
    for state in State:
        number, here = found.counts[state], state.value in view.status
        if number or here:
            yield _link(event, replace(view, status=(state.value,))), state_words(state)[0], number, here


def _on_page(this: Asked) -> list[Column]:
    """The chosen columns; as long as nobody has chosen, how people attend where that differs."""
    usual = ("attends", WAITS) if this.event.mode == "hybrid" else ()
    return [this.columns[key] for key in (usual if this.view.columns is None else this.view.columns)]


def _sorts() -> list[tuple[str, str]]:
    """Word of the address and what it is called, each way round."""
    names = {
        "name": gettext("Name"),
        "organisation": gettext("Organisation"),
        "registered": gettext("Registered"),
        "status": gettext("Status"),
        "position": gettext("Place in the queue"),
    }
    found = [("", gettext("Order of arrival"))]
    for sort in SORTS:
        found += [(sort, names[sort]), (f"-{sort}", gettext("%(name)s, backwards", name=names[sort]))]
    return found


def _in_use(view: View) -> str:
    """How many of the folded choices are made, in words; empty: none."""
    made = (len(view.status) > 1, view.organisation, view.attends, view.sort, view.columns is not None)
    number = sum(map(bool, made)) + len(view.answers)
    return ngettext("%(num)d in use", "%(num)d in use", number) if number else ""
