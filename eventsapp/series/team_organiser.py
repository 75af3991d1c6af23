"""The door for owners to their team: who is in it, as what; whom to invite.

Each page is there twice: for one series, and, at /organise/team, for the people whose role holds in every series.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.series import invitations, invited, members, queries, team
from eventsapp.series.team_forms import ButtonForm, InviteForm, RoleForm
from eventsapp.series.team_rules import Refusal, Unable
from eventsapp.series.team_words import refusal_words, role_help, role_name, unable_words
from eventsapp.series.words import series_words
from eventsapp.web import languages
from eventsapp.web.access import Role, check, organiser_page, scope, user
from eventsapp.web.rules import is_slug
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.series.models import Series

bp = Blueprint("team", __name__)

_MEMBER = "/<int(max=2147483647):user_id>"
_INVITATION = "/invitations/<int(max=2147483647):invitation_id>"


@organiser_page(Role.owner)
def show(slug: str | None = None) -> Response:
    return _page(slug, InviteForm(formdata=None))


@organiser_page(Role.owner)
@keeps_input
def invite(slug: str | None = None) -> Response:
    series = _series(slug)
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(slug, form, form.status)
    answer = invitations.invite(
        _id_of(series), form.email.data, Role[form.role.data], by=user().id, language=languages.tag()
    )
    if isinstance(answer, Refusal):
        form.email.errors = [refusal_words(answer)]
        return _page(slug, form, 409)
    flash(gettext("The invitation to %(address)s is on its way.", address=answer.email), "good")
    return redirect(_url("show", slug), 303)


@organiser_page(Role.owner)
@keeps_input
def role(user_id: int, slug: str | None = None) -> Response:
    series = _series(slug)
    if all(each.user_id != user_id for each in team.members_of(_id_of(series))):
        abort(404)
    form = RoleForm()
    if not form.validate_on_submit():
        return _page(slug, InviteForm(formdata=None), form.status, refused=form)
    answer = members.change_role(_id_of(series), user_id, Role[form.role.data], by=user().id)
    if isinstance(answer, Unable):
        return _unable(slug, answer)
    flash(gettext("The role is changed. It holds at once."), "good")
    return redirect(_after(slug, user_id, Role[form.role.data]), 303)


@organiser_page(Role.owner)
@keeps_input
def remove(user_id: int, slug: str | None = None) -> Response:
    series = _series(slug)
    found = next((each for each in team.members_of(_id_of(series)) if each.user_id == user_id), None) or abort(404)
    form = ButtonForm()
    if not form.validate_on_submit():
        page = render_template(
            "organise/team_remove.html", form=form, member=found, back=_url("show", slug), **_words(series)
        )
        return make_response(page, form.status)
    answer = members.remove_member(_id_of(series), user_id, by=user().id)
    if isinstance(answer, Unable):
        return _unable(slug, answer)
    flash(gettext("%(name)s is out of the team.", name=found.name or found.email), "good")
    return redirect(_after(slug, user_id, None), 303)


@organiser_page(Role.owner)
def send_again(invitation_id: int, slug: str | None = None) -> Response:
    series = _series(slug)
    answer = invitations.send_again(_id_of(series), invitation_id, by=user().id, language=languages.tag())
    if answer is Refusal.NOT_THERE:
        abort(404)
    if isinstance(answer, Refusal):
        flash(refusal_words(answer), "waiting")
    else:
        flash(gettext("The invitation to %(address)s is on its way.", address=answer.email), "good")
    return redirect(_url("show", slug), 303)


@organiser_page(Role.owner)
def withdraw(invitation_id: int, slug: str | None = None) -> Response:
    series = _series(slug)
    if not invitations.withdraw(_id_of(series), invitation_id, by=user().id):
        abort(404)
    flash(gettext("The invitation is withdrawn. Its link opens nothing any more."), "good")
    return redirect(_url("show", slug), 303)


def _page(slug: str | None, form: InviteForm, status: int = 200, *, refused: RoleForm | None = None) -> Response:
    """`refused`: the form of a member's role that came back."""
    series = _series(slug)
    page = render_template(
        "organise/team.html",
        form=form,
        refused=refused,
        members=team.members_of(_id_of(series)),
        everywhere=team.members_of(None) if series is not None else [],
        manages_everywhere=scope(Role.owner).everywhere,
        invitations=invited.pending_of(_id_of(series)),
        roles=[(each.name, role_name(each)) for each in reversed(Role)],
        me=user().id,
        **_words(series),
    )
    return make_response(page, status)


def _unable(slug: str | None, answer: Unable) -> Response:
    if answer is Unable.NOT_THERE:
        abort(404)
    flash(unable_words(answer), "waiting")
    return redirect(_url("show", slug), 303)


def _words(series: Series | None) -> dict[str, Any]:
    slug = series.slug if series is not None else None
    return {
        "series": series_words(series) if series is not None else None,
        "role_name": role_name,
        "role_help": role_help,
        "url": lambda name, **values: _url(name, slug, **values),
    }


def _series(slug: str | None) -> Series | None:
    """The series, to an owner of it: 404 or else 403. Without a slug: None, to an owner of every series."""
    if slug is None:
        if not scope(Role.owner).everywhere:
            abort(403, description=gettext("Only an owner of every series sees who has a role in all of them."))
        return None
    series = queries.find_for_organiser(slug, scope(Role.viewer)) if is_slug(slug) else None
    if series is None:
        abort(404)
    check(Role.owner, series.id)
    return series


def _id_of(series: Series | None) -> int | None:
    return series.id if series is not None else None


def _after(slug: str | None, user_id: int, role: Role | None) -> str:
    """Who gave up the own ownership may not see the team any more, as far as this role goes."""
    if user_id == user().id and role is not Role.owner:
        return url_for("overview.show")
    return _url("show", slug)


def _url(name: str, slug: str | None, **values: Any) -> str:
    if slug is None:
        return url_for(f"team.{name}_everywhere", **values)
    return url_for(f"team.{name}", slug=slug, **values)


def _register(name: str, view: Callable[..., Response], path: str, *methods: str) -> None:
    bp.add_url_rule(f"/organise/series/<slug>/team{path}", name, view, methods=methods)
    bp.add_url_rule(f"/organise/team{path}", f"{name}_everywhere", view, methods=methods)


_register("show", show, "", "GET")
_register("invite", invite, "/invite", "POST")
_register("role", role, f"{_MEMBER}/role", "POST")
_register("remove", remove, f"{_MEMBER}/remove", "GET", "POST")
_register("send_again", send_again, f"{_INVITATION}/send-again", "POST")
_register("withdraw", withdraw, f"{_INVITATION}/withdraw", "POST")
