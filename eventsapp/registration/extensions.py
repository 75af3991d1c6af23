"""Where rooms above join in: parts of the forms, of the own page, of the attendee list and of a person's page, and
steps inside the same transactions (DESIGN §2).

Nothing here knows who joins: create_app lets them in by `join`. A room derives from `Extension` and says what it has;
all that it does not say stays as it is without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from flask import Flask, current_app
from sqlalchemy import Select
from sqlalchemy.orm import Session

from eventsapp.events.models import Event
from eventsapp.registration.models import Registration, RegistrationMove

if TYPE_CHECKING:
    from eventsapp.registration.moves import Locked

_JOINED = "eventsapp.registration.extensions"


@dataclass(frozen=True)
class PagePart:
    """A piece of a page: a template, which is shown with the page's values and with these as `part.values`."""

    template: str
    values: Mapping[str, Any]


class FormPart(Protocol):
    """What a room adds to a form while it is shown and sent once; made anew for each request, so it may keep what it
    read. `attends` is how the person will take part, empty while that is not chosen."""

    template: str
    """Shows the fields; it sees the page's values, among them `form`, and this part as `part`."""

    def fields(self) -> Mapping[str, Any]:
        """Unbound fields of WTForms by name. Names begin with the extension's key and a hyphen."""

    def check(self, form: Any, attends: str) -> None:
        """After the fields' own checks: adds what is wrong to their `errors`."""

    def value(self, form: Any, attends: str) -> Any:
        """What a form without errors says, as JSON: it tells a form sent twice from another one."""


@dataclass(frozen=True)
class ExtraColumn:
    """One more column of the attendee list and its exports. Texts are in the language in force."""

    key: str
    """In addresses; names the same column for ever."""
    header: str
    sensitive: bool
    """For editors and owners only, and only when they choose it."""
    values: Callable[[Sequence[int]], Mapping[int, str]]
    """By registration id, in a constant number of statements; who has none is left out."""
    choices: tuple[tuple[str, str], ...] = ()
    """What to filter by: value and words. Empty: no filter."""
    matching: Callable[[str], Select[int]] | None = None
    """The ids of registrations of one of the choices, for `Registration.id.in_(…)`."""


class Extension:
    """What a room above registration may add. Every answer that it does not give is nothing."""

    key: ClassVar[str]

    def form_part(self, event: Event) -> FormPart | None:
        """Of the registration form and of the one for another person."""

    def party_part(self, event: Event) -> Callable[[], FormPart] | None:
        """Of the form that registers several people at once: makes a part for each of them, with what nobody can come
        without. All else they say by themselves on their own pages: consent is nobody else's to give."""

    def entered(self, lock: Locked, registration: Registration, value: Any) -> None:
        """A person came in, anew or back after giving up: keep what the form part said, and nothing of before.

        Under the event's lock, after the move and its letter. `value` None: they came by a form without this part.
        """

    def moved(self, lock: Locked, registration: Registration, step: RegistrationMove) -> None:
        """Every move of a registration, after it and before its letter: also a switch of kind, and back from the
        cancelled. Under the event's lock."""

    def kinds_changed(self, lock: Locked) -> None:
        """The event takes place in another way; everyone whose kind of place is gone is switched next, and then people
        move up. Under the event's lock."""

    def merged(self, lock: Locked, kept: Registration, gone: Registration) -> None:
        """Two registrations were one person's: take over from `gone` what `kept` does not say."""

    def own_page(self, registration: Registration, token: str) -> PagePart | None:
        """Below the person's details; its forms post to the room's own door."""

    def person_page(self, event: Event, registration: Registration, *, sensitive: bool) -> PagePart | None:
        """On the organisers' page of one person; `sensitive`: who looks may see what is sensitive."""

    def columns(self, event: Event) -> Sequence[ExtraColumn]:
        return ()

    def problems(self) -> Iterable[str]:
        """What does not hold in this room though it must, a line each: `check-integrity` says it."""
        return ()

    def forget(self, session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
        """Contact data goes; `wholly`: name and organisation as well, so that nothing may be left of the person."""


def join(app: Flask, *extensions: Extension) -> None:
    """Let rooms in, in the order in which their parts are shown. Called once by create_app."""
    app.extensions[_JOINED] = extensions


def joined() -> Sequence[Extension]:
    found: Sequence[Extension] = current_app.extensions.get(_JOINED, ())
    return found


def form_parts(event: Event) -> dict[str, FormPart]:
    """By the key of the extension."""
    made = ((each.key, each.form_part(event)) for each in joined())
    return {key: part for key, part in made if part is not None}


def party_parts(event: Event) -> dict[str, Callable[[], FormPart]]:
    """By the key of the extension; reads once for all the parts that are made."""
    made = ((each.key, each.party_part(event)) for each in joined())
    return {key: make for key, make in made if make is not None}


def entered(lock: Locked, registration: Registration, values: Mapping[str, Any]) -> None:
    """Whoever enters a person calls this after `entering.enter`, with the values of the form's parts by key."""
    for each in joined():
        each.entered(lock, registration, values.get(each.key))


def moved(lock: Locked, registration: Registration, step: RegistrationMove) -> None:
    for each in joined():
        each.moved(lock, registration, step)


def kinds_changed(lock: Locked) -> None:
    for each in joined():
        each.kinds_changed(lock)


def merged(lock: Locked, kept: Registration, gone: Registration) -> None:
    for each in joined():
        each.merged(lock, kept, gone)


def own_page(registration: Registration, token: str) -> list[PagePart]:
    return list(_there(each.own_page(registration, token) for each in joined()))


def person_page(event: Event, registration: Registration, *, sensitive: bool) -> list[PagePart]:
    return list(_there(each.person_page(event, registration, sensitive=sensitive) for each in joined()))


def columns(event: Event, *, sensitive: bool) -> list[ExtraColumn]:
    """Of the attendee list and its exports, in order; without `sensitive` those that are not."""
    found = (column for each in joined() for column in each.columns(event))
    return [column for column in found if sensitive or not column.sensitive]


def problems() -> Iterator[str]:
    for each in joined():
        yield from each.problems()


def forget(session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
    for each in joined():
        each.forget(session, registration_ids, wholly=wholly)


def _there(parts: Iterator[PagePart | None]) -> Iterator[PagePart]:
    return (part for part in parts if part is not None)
