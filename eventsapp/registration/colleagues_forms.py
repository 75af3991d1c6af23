"""The form that registers several people at once: one part for all of them, and a part for each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask_babel import gettext, lazy_gettext
from wtforms import Field, HiddenField, RadioField

from eventsapp.registration import extensions
from eventsapp.registration.colleagues import Colleague, PartyForm
from eventsapp.registration.forms import NAME_MAX, Attends, offer_kinds
from eventsapp.registration.queries import kinds_of_place
from eventsapp.web import tokens
from eventsapp.web.forms import BaseForm, CleanString, EmailAddress, EmailString, MaxLength, Required

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.extensions import FormPart

AS_MANY, TOGETHER = "as_many", "together"


class _All(BaseForm):
    """What is the same for all of them."""

    organisation = CleanString(lazy_gettext("Organisation"), [MaxLength(NAME_MAX)])
    together = RadioField(
        lazy_gettext("If there are not places for all of you"),
        [Required(lazy_gettext("Choose what happens if there are not places for all of you."))],
        choices=lambda: {
            AS_MANY: gettext("As many as there are places: the others wait, in the order of this form"),
            TOGETHER: gettext("All of us or nobody: then nobody is registered, and you see how many places there are"),
        },
        default=AS_MANY,
    )
    submission = HiddenField()


class _AllOfHybrid(Attends, _All):
    pass


class _Person(BaseForm):
    """One of them."""

    name = CleanString(lazy_gettext("Full name"), [MaxLength(NAME_MAX)])
    email = EmailString(lazy_gettext("E-mail address"), [EmailAddress()])

    class Meta(BaseForm.Meta):
        csrf = False


class ColleaguesForm:
    """Several forms that are sent as one. Macros take it for a form: it has fields and errors."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.all: Any = (_AllOfHybrid if event.mode == "hybrid" else _All)()
        if event.approval or not event.waitlist:
            # Nobody gets a place at once, or nobody could wait: there is nothing to choose.
            del self.all.together
        if "attends" in self.all:
            offer_kinds(self.all, event)
        if tokens.read(_purpose(event), self.all.submission.data or "") is None:
            self.all.submission.data = tokens.make(_purpose(event), uuid4(), 1)
        makers = extensions.party_parts(event)
        self.people = [_person(number, makers) for number in range(event.party_max)]
        self.form_errors: list[str] = []

    @property
    def attends_as(self) -> str:
        """How they take part; empty while that is not chosen."""
        return (self.all.attends.data or "") if "attends" in self.all else kinds_of_place(self.event.mode)[0]

    @property
    def errors(self) -> dict[str, Any]:
        found = {each.name: each.errors for each in self if each.errors}
        return found | ({"": self.form_errors} if self.form_errors else {})

    @property
    def status(self) -> int:
        return 400 if "csrf_token" in self.all.errors else 422 if self.errors else 200

    def __iter__(self) -> Iterator[Field]:
        """In the order in which they stand on the page."""
        for person in self.people:
            yield from person
        yield from self.all

    def validate_on_submit(self) -> bool:
        if not self.all.is_submitted():
            return False
        self.all.validate()
        seen: set[tuple[str, str]] = set()
        for number, person in enumerate(self.people):
            if number == 0 or _is_named(person):
                self._check(number, person, seen)
        return not self.errors

    def given(self, language: str) -> PartyForm:
        """Of a form without errors."""
        return PartyForm(
            people=tuple(self._colleague(each) for each in self.people if _is_named(each)),
            organisation=self.all.organisation.data,
            attends=self.attends_as,
            online_fine="online_fine" in self.all and self.all.online_fine.data and self.attends_as == "room",
            language=language,
            together="together" in self.all and self.all.together.data == TOGETHER,
        )

    def submission_of(self, given: PartyForm) -> str:
        """As `forms.submission_of`."""
        claim = tokens.read(_purpose(self.event), self.all.submission.data or "")
        key = claim.key if claim is not None else uuid4()
        people = [[each.name, each.email.lower(), each.parts] for each in given.people]
        said = [str(key), given.organisation, given.attends, given.online_fine, given.together, people]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def refuse_address(self, who: int, words: str) -> None:
        """Of one of those named, counted from 0: said beside the address that counts for that person."""
        named = [each for each in self.people if _is_named(each)]
        person = named[who] if named[who].email.data else named[0]
        number = self.people.index(person)
        person.email.errors = [_of_person(number, words)]

    def _colleague(self, person: Any) -> Colleague:
        parts = {key: part.value(person, self.attends_as) for key, part in person.parts.items()}
        return Colleague(person.name.data, person.email.data, parts)

    def _check(self, number: int, person: Any, seen: set[tuple[str, str]]) -> None:
        person.validate()
        for part in person.parts.values():
            part.check(person, self.attends_as)
        if not person.name.data:
            person.name.errors = [gettext("Enter the full name.")]
        if number == 0 and not person.email.data:
            person.email.errors = [gettext("Enter an e-mail address: the letters go there.")]
        same = (" ".join(person.name.data.casefold().split()), (person.email.data or self.people[0].email.data).lower())
        if person.name.data and same in seen:
            person.name.errors = [gettext("This person stands in the form twice.")]
        seen.add(same)
        for each in person:
            each.errors = [_of_person(number, str(error)) for error in each.errors]


def _person(number: int, makers: Mapping[str, Callable[[], FormPart]]) -> Any:
    parts = {key: make() for key, make in makers.items()}
    fields = {name: field for part in parts.values() for name, field in part.fields().items()}
    return type("_Person", (_Person,), {**fields, "parts": parts})(prefix=f"person{number + 1}-")


def _is_named(person: Any) -> bool:
    return bool(person.name.data or person.email.data)


def _of_person(number: int, words: str) -> str:
    return str(gettext("Person %(number)d: %(words)s", number=number + 1, words=words))


def _purpose(event: Event) -> str:
    return f"form.{event.slug}.colleagues"
