"""Teams: who is in them as what, how colleagues are asked in, and that the last owner stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.people import queries, service
from eventsapp.people.logins import Client
from eventsapp.people.models import User
from eventsapp.series import invitations, members, team
from eventsapp.series.models import Invitation
from eventsapp.series.team_rules import Closed, Refusal, Unable
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_event, make_series
from tests.letters import last_letter, letters
from tests.organising import counted, errors, log_in
from tests.pages import words

PASSWORD = "seven quiet rivers"
TEAM = "/organise/series/cop/team"
NOON = datetime(2027, 7, 14, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cop(app: Flask) -> int:
    return make_series(sender_name="The CoP team", contact_email="cop@example.org")


@pytest.fixture
def owner(cop: int, client: Browser) -> int:
    """Olga, logged in with `client`: the one owner of the series."""
    user_id = log_in(client, Role.owner, series="cop")
    service.rename(user_id, "Olga Owner")
    return user_id


def add(email: str, role: Role, series: str | None = "cop") -> int:
    team.add_organiser(email, role, slug=series, password=PASSWORD)
    user = queries.find_user(email)
    assert user is not None
    return user.id


def role_of(user_id: int, series_id: int) -> Role | None:
    db.session.rollback()
    return team.memberships_of(user_id).get(series_id)


def invite(client: Browser, email: str = "new@example.org", role: str = "editor") -> str:
    """Invite by the page; the path of the letter's link."""
    answer = client.post(f"{TEAM}/invite", data={"csrf_token": client.csrf_token(TEAM), "email": email, "role": role})
    assert answer.status_code == 303, errors(answer)
    return link_to(email)


def link_to(email: str) -> str:
    found = re.search(r"/invitations/\S+", last_letter(email).text)
    assert found is not None
    return found[0]


def actions() -> list[str]:
    db.session.rollback()
    wanted = AuditEntry.action.startswith("team.")
    return list(db.session.scalars(select(AuditEntry.action).where(wanted).order_by(AuditEntry.id)))


def test_an_invited_colleague_joins_chooses_a_password_and_is_in(
    owner: int, cop: int, app: Flask, client: Browser
) -> None:
    link = invite(client, "New.Colleague@example.org")
    letter = last_letter("New.Colleague@example.org")
    assert letter.subject == "You are invited to a team of organisers – Community Policing without Borders"
    assert "Olga Owner invites you to the team of “Community Policing without Borders”." in letter.text
    assert (letter.rendered.sender_name, letter.rendered.reply_to) == ("The CoP team", "cop@example.org")
    guest = Browser(app)
    page = words(guest.get(link))
    assert "Join the team of “Community Policing without Borders”" in page
    assert "Olga Owner" in page
    assert "Editor: makes and changes events, and decides on registrations" in page
    assert queries.find_user("new.colleague@example.org") is None
    joined = guest.send(link, {})
    assert (joined.status_code, joined.headers["Location"]) == (303, "/organise/password")
    assert guest.send("/organise/password", {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    user = queries.find_user("new.colleague@example.org")
    assert user is not None
    assert team.memberships_of(user.id) == {cop: Role.editor}
    assert isinstance(service.log_in("new.colleague@example.org", PASSWORD, "192.0.2.0"), service.LoggedIn)
    assert actions()[-2:] == ["team.invited", "team.invitation_accepted"]


def test_a_colleague_with_a_password_gets_the_role_and_logs_in_with_it(
    owner: int, cop: int, app: Flask, client: Browser
) -> None:
    make_series("other")
    bob = add("bob@example.org", Role.viewer, "other")
    guest = Browser(app)
    joined = guest.send(invite(client, "BOB@example.org"), {})
    assert (joined.status_code, joined.headers["Location"]) == (303, "/login")
    assert role_of(bob, cop) is Role.editor
    assert guest.get("/organise/account").status_code == 303


def test_whoever_is_logged_in_with_the_address_joins_at_once(owner: int, cop: int, app: Flask, client: Browser) -> None:
    make_series("other")
    bob = add("bob@example.org", Role.viewer, "other")
    guest = Browser(app)
    guest.send("/login", {"email": "bob@example.org", "password": PASSWORD})
    joined = guest.send(invite(client, "bob@example.org"), {})
    assert (joined.status_code, joined.headers["Location"]) == (303, "/organise/")
    assert role_of(bob, cop) is Role.editor
    assert guest.get("/organise/account").status_code == 200


def test_another_account_is_told_so_and_joins_nothing(owner: int, cop: int, app: Flask, client: Browser) -> None:
    eve = add("eve@example.org", Role.viewer)
    link, guest = invite(client), Browser(app)
    guest.send("/login", {"email": "eve@example.org", "password": PASSWORD})
    page = guest.get(link)
    assert "You are logged in as eve@example.org." in words(page)
    refused = guest.post(link, data={"csrf_token": guest.csrf_token("/organise/account")})
    assert refused.status_code == 403
    assert role_of(eve, cop) is Role.viewer
    token = link.removeprefix("/invitations/")
    assert invitations.accept(token, Client("192.0.2.0"), as_user=eve) is Closed.OTHER_ACCOUNT
    assert Browser(app).send(link, {}).status_code == 303


def test_an_invitation_works_once(owner: int, app: Flask, client: Browser) -> None:
    link = invite(client)
    assert Browser(app).send(link, {}).status_code == 303
    assert Browser(app).get(link).status_code == 410
    again = Browser(app)
    assert again.post(link, data={"csrf_token": again.csrf_token("/login")}).status_code == 410


def test_accepted_at_once_it_works_once(owner: int, cop: int, app: Flask, client: Browser) -> None:
    token = invite(client).removeprefix("/invitations/")
    start = Barrier(4, timeout=30)

    def accept(_: int) -> object:
        with app.app_context():
            start.wait()
            try:
                return invitations.accept(token, Client("192.0.2.0"), as_user=None)
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(accept, range(4)))
    assert sum(isinstance(answer, invitations.Accepted) for answer in answers) == 1
    assert answers.count(Closed.SPENT) == 3
    assert len(db.session.scalars(select(User.id).where(User.email_key == "new@example.org")).all()) == 1


def test_an_invitation_is_too_old_after_a_week(
    cop: int, app: Flask, clock: time_machine.Traveller, client: Browser
) -> None:
    by = add("olga@example.org", Role.owner)
    sent = invitations.invite(cop, "new@example.org", Role.desk, by=by, language="en")
    assert isinstance(sent, invitations.Sent)
    link = link_to("new@example.org")
    clock.shift(timedelta(days=7, seconds=-1))
    assert client.get(link).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert client.get(link).status_code == 410
    assert "Ask the colleague who invited you" in words(client.get(link))


def test_withdrawn_it_opens_nothing_and_the_letter_is_not_sent(owner: int, app: Flask, client: Browser) -> None:
    link = invite(client)
    invitation_id = db.session.scalars(select(Invitation.id)).one()
    token = client.csrf_token(TEAM)
    path = f"{TEAM}/invitations/{invitation_id}/withdraw"
    assert [client.post(path, data={"csrf_token": token}).status_code for _ in range(2)] == [303, 404]
    assert Browser(app).get(link).status_code == 410
    assert "new@example.org" not in words(client.get(TEAM))
    assert actions()[-1] == "team.invitation_withdrawn"


def test_sent_again_the_new_link_works_and_the_old_does_not(owner: int, app: Flask, client: Browser) -> None:
    first = invite(client)
    invitation_id = db.session.scalars(select(Invitation.id)).one()
    path = f"{TEAM}/invitations/{invitation_id}/send-again"
    assert client.post(path, data={"csrf_token": client.csrf_token(TEAM)}).status_code == 303
    second = link_to("new@example.org")
    assert second != first
    assert [Browser(app).get(link).status_code for link in (first, second)] == [410, 200]
    assert actions()[-1] == "team.invitation_sent_again"


def test_a_link_of_another_kind_opens_no_invitation(owner: int, client: Browser, app: Flask) -> None:
    link = invite(client)
    # The last character carries four bits alone: the letters next to one another may say the same.
    other = link[:-1] + ("A" if link[-1] != "A" else "E")
    assert Browser(app).get(other).status_code == 404
    assert Browser(app).get("/invitations/nothing").status_code == 404
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in client.get(link).headers["Cache-Control"]


def test_who_is_in_or_invited_is_not_invited_again(owner: int, cop: int, client: Browser) -> None:
    add("bob@example.org", Role.viewer)
    invite(client)
    token = client.csrf_token(TEAM)
    for email, told in (
        ("Bob@example.org", "belongs to somebody in the team"),
        ("NEW@example.org", "is invited already"),
    ):
        answer = client.post(f"{TEAM}/invite", data={"csrf_token": token, "email": email, "role": "desk"})
        assert answer.status_code == 409
        assert told in errors(answer)["email"]
        assert f'value="{email}"' in answer.text


@pytest.mark.parametrize(
    ("email", "role", "wrong"), [("", "editor", "email"), ("no", "desk", "email"), ("a@b.org", "god", "role")]
)
def test_bad_answers_are_said_beside_the_field(owner: int, client: Browser, email: str, role: str, wrong: str) -> None:
    data = {"csrf_token": client.csrf_token(TEAM), "email": email, "role": role}
    answer = client.post(f"{TEAM}/invite", data=data)
    assert answer.status_code == 422
    assert list(errors(answer)) == [wrong]
    assert letters() == []


def test_nobody_is_flooded_with_invitations(cop: int, app: Flask, clock: time_machine.Traveller) -> None:
    """Three a day to one address whatever team asks, fifty a day of one team."""
    by, other = add("olga@example.org", Role.owner), make_series("other")
    sent = invitations.invite(cop, "victim@example.org", Role.desk, by=by, language="en")
    assert isinstance(sent, invitations.Sent)
    for _ in range(2):
        assert isinstance(invitations.send_again(cop, sent.invitation_id, by=by, language="en"), invitations.Sent)
    assert invitations.send_again(cop, sent.invitation_id, by=by, language="en") is Refusal.ENOUGH_LETTERS
    assert invitations.invite(other, "Victim@example.org", Role.desk, by=by, language="en") is Refusal.ENOUGH_LETTERS
    for number in range(47):
        invitations.invite(cop, f"somebody{number}@example.org", Role.desk, by=by, language="en")
    assert invitations.invite(cop, "one.more@example.org", Role.desk, by=by, language="en") is Refusal.ENOUGH_INVITED
    assert len(letters()) == 50
    clock.shift(timedelta(days=1, seconds=1))
    assert isinstance(
        invitations.invite(cop, "one.more@example.org", Role.desk, by=by, language="en"), invitations.Sent
    )


def test_what_the_inviter_is_called_makes_no_link_in_the_letter(owner: int, client: Browser) -> None:
    service.rename(owner, "Win at https://evil.example <b>now</b>")
    invite(client)
    letter = last_letter("new@example.org")
    assert "evil.example" not in letter.text + letter.html
    assert "<b>now" not in letter.html


def test_a_role_held_meanwhile_is_not_lowered(owner: int, cop: int, app: Flask, client: Browser) -> None:
    link = invite(client, "bob@example.org", "viewer")
    bob = add("bob@example.org", Role.owner)
    Browser(app).send(link, {})
    assert role_of(bob, cop) is Role.owner


def test_a_closed_account_is_not_opened_by_an_invitation(owner: int, cop: int, app: Flask, client: Browser) -> None:
    make_series("other")
    bob = add("bob@example.org", Role.viewer, "other")
    with transaction() as session:
        session.get_one(User, bob).disabled_at = NOON
    assert Browser(app).send(invite(client, "bob@example.org"), {}).status_code == 410
    assert role_of(bob, cop) is None


def test_no_row_holds_the_link(owner: int, client: Browser) -> None:
    token = invite(client).removeprefix("/invitations/")
    with transaction() as session:
        rows = [str(row) for table in db.metadata.sorted_tables for row in session.execute(select(table))]
    assert not [row for row in rows if token in row or token.rpartition(".")[2] in row]


def test_what_came_to_nothing_is_forgotten(cop: int, app: Flask, clock: time_machine.Traveller) -> None:
    by = add("olga@example.org", Role.owner)
    invitations.invite(cop, "shy@example.org", Role.desk, by=by, language="en")
    clock.shift(timedelta(days=37))
    assert invitations.tidy() == 0
    clock.shift(timedelta(seconds=1))
    assert invitations.tidy() == 1
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "team.invited")).all()
    assert [entry.details for entry in entries] == [{}]


def test_a_role_is_changed_and_holds_in_an_open_session(owner: int, cop: int, app: Flask, client: Browser) -> None:
    make_event("day")
    bob, theirs = add("bob@example.org", Role.editor), Browser(app)
    theirs.send("/login", {"email": "bob@example.org", "password": PASSWORD})
    assert theirs.get("/organise/events/day/edit").status_code == 200
    answer = client.post(f"{TEAM}/{bob}/role", data={"csrf_token": client.csrf_token(TEAM), "role": "viewer"})
    assert answer.status_code == 303
    assert theirs.get("/organise/events/day/edit").status_code == 403
    assert theirs.get("/organise/events/day").status_code == 200
    assert client.send(f"{TEAM}/{bob}/remove", {}).status_code == 303
    assert theirs.get("/organise/events/day").status_code in (403, 404)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.user_id == owner).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.details) for entry in entries][-2:] == [
        ("team.role_set", {"before": "editor", "after": "viewer"}),
        ("team.member_removed", {"before": "viewer", "after": None}),
    ]


@pytest.mark.parametrize("act", ["role", "remove"])
def test_the_last_owner_stays(owner: int, cop: int, client: Browser, act: str) -> None:
    """Owners of every series and owners whose account is closed do not count."""
    add("operator@example.org", Role.owner, None)
    gone = add("gone@example.org", Role.owner)
    with transaction() as session:
        session.get_one(User, gone).disabled_at = NOON
    data = {"csrf_token": client.csrf_token(TEAM), "role": "editor"}
    assert client.post(f"{TEAM}/{owner}/{act}", data=data).headers["Location"] == TEAM
    assert "This is the last owner. Make somebody else an owner first." in client.get(TEAM).text
    assert role_of(owner, cop) is Role.owner
    other = add("second@example.org", Role.owner)
    assert client.post(f"{TEAM}/{owner}/{act}", data=data).headers["Location"] == "/organise/"
    assert role_of(owner, cop) is (Role.editor if act == "role" else None)
    assert role_of(other, cop) is Role.owner
    assert client.get(TEAM).status_code in (403, 404)


@pytest.mark.parametrize("series", ["cop", None])
def test_of_owners_who_leave_at_once_one_stays(cop: int, app: Flask, series: str | None) -> None:
    ids = [add(f"owner{number}@example.org", Role.owner, series) for number in range(4)]
    series_id = cop if series else None
    start = Barrier(4, timeout=30)

    def leave(number: int) -> object:
        with app.app_context():
            start.wait()
            try:
                if number % 2:
                    return members.remove_member(series_id, ids[number], by=ids[number])
                return members.change_role(series_id, ids[number], Role.viewer, by=ids[number])
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(leave, range(4)))
    assert answers.count(Unable.LAST_OWNER) == 1
    assert answers.count(Role.owner) == 3
    owners = [member for member in team.members_of(series_id) if member.role is Role.owner]
    assert len(owners) == 1


def test_the_page_shows_the_team_and_those_of_every_series_apart(owner: int, cop: int, client: Browser) -> None:
    add("operator@example.org", Role.owner, None)
    add("bob@example.org", Role.desk)
    page = client.get(TEAM)
    assert "3 people" not in words(page)
    assert "2 people" in words(page)
    assert "operator@example.org – Owner" in words(page)
    assert "Change who has a role in every series" not in words(page)


def test_who_has_a_role_everywhere_is_for_owners_of_every_series(
    owner: int, cop: int, app: Flask, client: Browser
) -> None:
    assert client.get("/organise/team").status_code == 403
    assert client.get("/organise/log").status_code == 403
    assert client.get("/organise/log.csv").status_code == 403
    token = client.csrf_token(TEAM)
    for path in ("invite", f"{owner}/role", f"{owner}/remove", "invitations/1/send-again", "invitations/1/withdraw"):
        assert client.post(f"/organise/team/{path}", data={"csrf_token": token}).status_code == 403
    boss = Browser(app)
    boss_id = log_in(boss)
    assert boss.get("/organise/log").status_code == 200
    other = add("second@example.org", Role.viewer, None)
    token = boss.csrf_token("/organise/team")
    boss.post(f"/organise/team/{other}/role", data={"csrf_token": token, "role": "owner"})
    assert team.memberships_of(other) == {None: Role.owner}
    assert boss.post(f"/organise/team/{boss_id}/remove", data={"csrf_token": token}).headers["Location"] == "/organise/"
    assert team.memberships_of(boss_id) == {}


def test_a_member_of_another_series_is_not_there(owner: int, cop: int, client: Browser) -> None:
    other = make_series("other")
    stranger = add("stranger@example.org", Role.owner, "other")
    sent = invitations.invite(other, "theirs@example.org", Role.desk, by=stranger, language="en")
    assert isinstance(sent, invitations.Sent)
    token = client.csrf_token(TEAM)
    for path in (
        f"{stranger}/remove",
        f"invitations/{sent.invitation_id}/withdraw",
        f"invitations/{sent.invitation_id}/send-again",
    ):
        assert client.post(f"{TEAM}/{path}", data={"csrf_token": token}).status_code == 404
    assert client.post(f"{TEAM}/{stranger}/role", data={"csrf_token": token, "role": "viewer"}).status_code == 404
    assert team.memberships_of(stranger) == {other: Role.owner}


def test_the_page_costs_the_same_whoever_is_in_the_team(owner: int, cop: int, client: Browser) -> None:
    costs = []
    for number in range(3):
        add(f"member{number}@example.org", Role.viewer)
        add(f"operator{number}@example.org", Role.viewer, None)
        invitations.invite(cop, f"invited{number}@example.org", Role.desk, by=owner, language="en")
        client.get(TEAM)
        with counted() as statements:
            client.get(TEAM)
        costs.append(len(statements))
    assert len(set(costs)) == 1, costs
