"""Problems that rules found, put beside the fields of the form they were typed in."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from eventsapp.web.forms import BaseForm
from eventsapp.web.rules import Problem


def show_problems(form: BaseForm, problems: Iterable[Problem]) -> bool:
    """Whether there were any. A problem of a part ("venue.name") belongs to the field venue_name; one without a field
    stands above the form. A field that says something already is left as it is."""
    found = False
    for problem in problems:
        found = True
        words = gettext(problem.message, **problem.params)
        name = problem.field.replace(".", "_")
        field = form[name] if name in form else None  # noqa: SIM401 - a form is no mapping
        if field is None:
            form.form_errors.append(gettext("“%(label)s” %(problem)s", label=problem.field, problem=words))
        elif not field.errors:
            field.errors = [gettext("“%(label)s” %(problem)s.", label=field.label.text, problem=words)]
    return found
