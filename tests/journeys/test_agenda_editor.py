"""From a pasted text to a published agenda, in a browser: pasted, corrected, moved by mouse, keyboard, touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from eventsapp.agenda import drafting, queries
from eventsapp.agenda import service as agenda
from eventsapp.agenda.draft import DraftRow
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.queries import find_by_slug
from eventsapp.web.access import Role
from tests.builders import END, make_event, make_series, make_user, register
from tests.journeys.audit import axe_problems, layout_problems, listen
from tests.journeys.site import Site, letters_to, text_of, wait_for_letter
from tests.journeys.world import login_path

Visit = Callable[..., Page]
NEWSLETTER = Path(__file__).resolve().parents[1] / "data/newsletter-october-2021.txt"
WIDE: ViewportSize = {"width": 1280, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
FIRST, SECOND = "2027-10-14", "2027-10-15"


def newsletter_agenda() -> str:
    text = NEWSLETTER.read_text(encoding="utf-8")
    return text[text.index(" 09.00-9.30") : text.index("What's Next?")]


def log_in(page: Page) -> Page:
    page.goto(login_path(Role.owner))
    page.get_by_role("button").last.click()
    return page


@pytest.fixture
def window(browser: Browser, site: Site, app: Flask) -> Iterator[Callable[..., Page]]:
    """Opens windows of organisers who are far from the event: six hours behind its clocks."""
    contexts = []

    def open_window(viewport: ViewportSize = WIDE, *, touch: bool = False) -> Page:
        context = browser.new_context(
            base_url=site.address, viewport=viewport, locale="en-GB", timezone_id="America/New_York", has_touch=touch
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = log_in(context.new_page())
        page.emulate_media(reduced_motion="reduce")
        return page

    yield open_window
    for context in contexts:
        context.close()


def session(title: str, start: int, end: int, room: str = "", kind: str = "talk") -> SessionDetails:
    at = datetime(2027, 10, 14, start)
    return SessionDetails(starts_at=at, ends_at=at.replace(hour=end), title={"en": title}, room=room, kind=kind)


def two_days(slug: str) -> Event:
    """An event of two days; on the first two rooms side by side, and a plenary."""
    event = make_event(slug, ends_at=END + timedelta(days=1))
    sessions = [
        session("Opening", 9, 10, "Hall", "plenary"),
        session("Working group", 10, 11, "Hall", "working_group"),
        session("Other group", 10, 11, "Attic", "working_group"),
        session("Lunch", 12, 13, "Foyer", "break"),
        session("Plenary", 14, 15, "Hall", "plenary"),
    ]
    drafting.replace_draft(event.id, sessions, by=None)
    return event


def row(event: Event, key: str) -> DraftRow:
    db.session.rollback()
    found = queries.draft_view(event.id).find(key)
    assert found is not None
    return found


def when(event: Event, key: str) -> tuple[str, str, str]:
    now = row(event, key)
    return f"{now.starts_wall:%Y-%m-%d %H:%M}", f"{now.ends_wall:%H:%M}", now.room


def open_grid(page: Page, event: Event) -> None:
    page.goto(f"/organise/events/{event.slug}/agenda/grid")
    expect(page.locator(".grid-session").first).to_be_visible()


def block(page: Page, key: str) -> Locator:
    return page.locator(f'.grid-session[data-key="{key}"]')


def said(page: Page, text: str) -> None:
    expect(page.locator(".grid-said")).to_have_text(text)


def drag(page: Page, what: Locator, *, to: tuple[float, float] | None = None, by: tuple[float, float] = (0, 0)) -> None:
    """Press, move in steps as a hand does, let go."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + min(8, box["height"] / 2)
    target = to or (x + by[0], y + by[1])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 6, y + 6)
    page.mouse.move((x + target[0]) / 2, (y + target[1]) / 2, steps=3)
    page.mouse.move(*target, steps=3)
    page.mouse.up()


def middle(what: Locator) -> tuple[float, float]:
    box = what.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_pasted_agenda_is_corrected_and_kept(visit: Visit, app: Flask) -> None:
    """Without a script; from the event's making to its publication."""
    make_series()
    page = log_in(visit(javascript=False))
    page.goto("/organise/events/new")
    page.get_by_label("Title").fill("Reflection Day, pasted")
    page.get_by_label("Start", exact=True).fill("2027-10-14T09:00")
    page.get_by_label("End", exact=True).fill("2027-10-14T17:00")
    page.get_by_role("button", name="Keep it and paste the agenda").click()
    page.get_by_label("Your agenda as text").fill(newsletter_agenda())
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("11 sessions were found.")).to_be_visible()

    page.get_by_role("group", name="Session 1", exact=True).get_by_label("Title").fill("")
    page.get_by_role("group", name="Session 11").get_by_label("Room").fill("Terrace")
    page.get_by_role("button", name="Put it into the draft").click()
    expect(page.get_by_role("link", name="Session 1: Give the session a title.")).to_be_visible()
    page.get_by_role("group", name="Session 1", exact=True).get_by_label("Title").fill("Walk in")
    page.get_by_role("button", name="Put it into the draft").click()
    expect(page.get_by_text("11 sessions are in the draft.")).to_be_visible()

    event = find_by_slug("reflection-day-pasted")
    assert event is not None
    sessions = queries.draft_view(event.id).rows
    assert [sessions[0].title["en"], sessions[-1].room, len(sessions)] == ["Walk in", "Terrace", 11]
    page.goto(f"/organise/events/{event.slug}")
    page.get_by_role("button", name="Publish the event").click()
    page.goto(f"/events/{event.slug}")
    expect(page.get_by_text("Official closing ceremony")).to_be_visible()


def test_a_session_moves_by_mouse(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("by-mouse")
    page = window()
    open_grid(page, event)
    (here, _), (there, _) = middle(block(page, "other-group")), middle(block(page, "working-group"))
    drag(page, block(page, "other-group"), by=(there - here, 36))
    said(page, "“Other group” is now: Thursday 14 October 2027, 10:15–11:15, Hall.")
    assert when(event, "other-group") == (f"{FIRST} 10:15", "11:15", "Hall")

    drag(page, block(page, "plenary"), to=middle(page.get_by_role("button", name="Friday 15 October 2027")))
    said(page, "“Plenary” is now: Friday 15 October 2027, 14:00–15:00, Hall.")
    expect(block(page, "plenary")).to_be_visible()
    assert when(event, "plenary") == (f"{SECOND} 14:00", "15:00", "Hall")

    edge = page.locator(".ec-event").filter(has=block(page, "plenary")).locator(".ec-resizer").last
    drag(page, edge, by=(0, 38))
    said(page, "“Plenary” is now: Friday 15 October 2027, 14:00–15:15, Hall.")
    for now in (
        "“Plenary” is now: Friday 15 October 2027, 14:00–15:00, Hall.",
        "“Plenary” is now: Thursday 14 October 2027, 14:00–15:00, Hall.",
        "“Other group” is now: Thursday 14 October 2027, 10:00–11:00, Attic.",
    ):
        page.get_by_role("button", name="Undo").click()
        said(page, f"Undone. {now}")
    assert when(event, "plenary") == (f"{FIRST} 14:00", "15:00", "Hall")
    assert when(event, "other-group") == (f"{FIRST} 10:00", "11:00", "Attic")


def test_a_moved_agenda_is_published_and_people_get_one_letter(
    window: Callable[..., Page], site: Site, app: Flask
) -> None:
    """Pasted in place of what is public, corrected, moved by mouse and by keyboard, published."""
    event = make_event("told", ends_at=END + timedelta(days=1))
    agenda.set_agenda(event.id, [session("Opening", 9, 10, "Hall"), session("Plenary", 14, 15, "Hall")], by=None)
    people = ["inside-told@example.org", "other-told@example.org"]
    for address in people:
        register(event, address)
    page = window()
    page.goto(f"/organise/events/{event.slug}/agenda/paste")
    page.get_by_label("Your agenda as text").fill("9.00-10.00 Opening\n10.00-11.00 Talks\n14.00-15.00 Plenary")
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("group", name="Session 2").get_by_label("Title").fill("Talk")
    page.get_by_role("group", name="Session 2").get_by_label("Room").fill("Attic")
    page.get_by_label("The sessions above take their place").check()
    page.get_by_role("button", name="Put it into the draft").click()
    expect(page.get_by_text("3 sessions are in the draft.")).to_be_visible()

    open_grid(page, event)
    (here, _), (there, _) = middle(block(page, "opening")), middle(block(page, "talk"))
    drag(page, block(page, "opening"), by=(there - here, -36))
    said(page, "“Opening” is now: Thursday 14 October 2027, 08:45–09:45, Attic.")
    drag(page, block(page, "opening"), to=middle(page.get_by_role("button", name="Friday 15 October 2027")))
    said(page, "“Opening” is now: Friday 15 October 2027, 08:45–09:45, Attic.")
    page.get_by_role("button", name="Thursday 14 October 2027").click()
    block(page, "plenary").focus()
    page.keyboard.press("PageDown")
    said(page, "“Plenary” is now: Thursday 14 October 2027, 14:15–15:15, Hall.")
    page.keyboard.press("ArrowLeft" if columns(page).index("Attic") < columns(page).index("Hall") else "ArrowRight")
    said(page, "“Plenary” is now: Thursday 14 October 2027, 14:15–15:15, Attic.")
    page.keyboard.press("Alt+ArrowRight")
    said(page, "“Plenary” is now: Friday 15 October 2027, 14:15–15:15, Attic.")
    assert "Friday 15 October" not in page.request.get(f"/events/{event.slug}").text().split("agenda-slots")[1]

    page.get_by_role("link", name="Look at the draft and publish it").click()
    page.get_by_role("link", name="Look through and publish").click()
    expect(page.get_by_text("2 people get one letter each with these changes")).to_be_visible()
    page.get_by_role("button", name="Publish the changes").click()
    expect(page.get_by_role("heading", name="Add a session")).to_be_visible()
    for address in people:
        letter = wait_for_letter(page, site, address, "Agenda changed")
        assert "14:00 → Fri 15 Oct, 14:15" in text_of(letter)
        assert len([each for each in letters_to(site, address) if str(each["Subject"]).startswith("Agenda")]) == 1
    page.goto(f"/events/{event.slug}")
    expect(page.get_by_role("heading", name="Friday 15 October 2027")).to_be_visible()


def columns(page: Page) -> list[str]:
    return page.locator(".ec-col-head").all_inner_texts()


def test_what_is_let_go_of_beside_the_grid_stays(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("beside")
    page = window()
    open_grid(page, event)
    drag(page, block(page, "opening"), to=middle(page.get_by_role("heading", name="Agenda as a grid")))
    expect(block(page, "opening")).to_contain_text("09:00–10:00")
    assert when(event, "opening") == (f"{FIRST} 09:00", "10:00", "Hall")


def test_a_session_moves_by_keyboard(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("moved-by-keyboard")
    page = window()
    open_grid(page, event)
    block(page, "opening").focus()
    for key in ("ArrowDown", "PageDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    said(page, "“Opening” is now: Thursday 14 October 2027, 09:20–10:25, Hall.")
    expect(block(page, "opening")).to_be_focused()
    page.keyboard.press("ArrowRight")
    said(page, "“Opening” is now: Thursday 14 October 2027, 09:20–10:25, Attic.")
    page.keyboard.press("Alt+ArrowRight")
    said(page, "“Opening” is now: Friday 15 October 2027, 09:20–10:25, Attic.")
    expect(block(page, "opening")).to_be_focused()
    assert when(event, "opening") == (f"{SECOND} 09:20", "10:25", "Attic")
    page.keyboard.press("Escape")
    said(page, "Undone. “Opening” is now: Thursday 14 October 2027, 09:20–10:25, Attic.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    said(page, "Undone.")
    assert when(event, "opening") == (f"{FIRST} 09:20", "10:25", "Attic")


def test_a_session_is_opened_moved_doubled_and_what_follows_shifted(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("opened")
    page = window()
    open_grid(page, event)
    block(page, "lunch").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lunch")).to_be_focused()
    page.get_by_label("Ends", exact=True).fill("13:30")
    page.get_by_label("Room", exact=True).fill("Garden")
    page.get_by_role("button", name="Move it").click()
    said(page, "“Lunch” is now: Thursday 14 October 2027, 12:00–13:30, Garden.")
    page.get_by_label("Everything after it").fill("30")
    page.get_by_role("button", name="Later").click()
    said(page, "1 session moved, 30 min later.")
    assert when(event, "plenary") == (f"{FIRST} 14:30", "15:30", "Hall")
    page.get_by_role("button", name="Duplicate").click()
    said(page, "“Lunch” is there twice now.")
    expect(block(page, "lunch-2")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(block(page, "lunch-2")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    said(page, "Undone. “Plenary” is now: Thursday 14 October 2027, 14:00–15:00, Hall.")
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_label("Title")).to_have_value("Lunch")


def test_a_session_moves_by_touch_on_a_phone(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("by-touch")
    page = window(PHONE, touch=True)
    open_grid(page, event)
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    block(page, "opening").scroll_into_view_if_needed()
    x, y = middle(block(page, "opening"))
    touch("touchStart", x, y)
    # Held until the grid takes it up.
    expect(page.locator(".ec-preview")).to_be_visible()
    for step in range(1, 9):
        touch("touchMove", x, y + step * 5.5)
    touch("touchEnd")
    said(page, "“Opening” is now: Thursday 14 October 2027, 09:15–10:15, Hall.")
    assert when(event, "opening") == (f"{FIRST} 09:15", "10:15", "Hall")


def test_a_room_is_added_as_a_column(window: Callable[..., Page], app: Flask) -> None:
    event = make_event("no-rooms")
    drafting.replace_draft(
        event.id, [session("Opening", 9, 10), session("One", 10, 11), session("Two", 10, 11)], by=None
    )
    page = window()
    open_grid(page, event)
    expect(page.locator(".ec-col-head")).to_have_text(["Parallel 1", "Parallel 2"])
    page.get_by_label("Another room").fill("Cellar")
    page.get_by_role("button", name="Add a column").click()
    expect(page.locator(".ec-col-head")).to_have_text(["No room yet", "Cellar"])
    block(page, "two").focus()
    page.keyboard.press("ArrowRight")
    said(page, "“Two” is now: 10:00–11:00, Cellar.")
    assert when(event, "two") == (f"{FIRST} 10:00", "11:00", "Cellar")


def test_the_second_of_two_organisers_is_told_and_loses_nothing(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("at-once")
    page = window()
    open_grid(page, event)
    noon = datetime(2027, 10, 14, 16)
    by = make_user("colleague@access.example.org")
    drafting.move_in_draft(
        event.id, "plenary", starts_at=noon, ends_at=noon.replace(hour=17), room=None, by=by, expected_version=None
    )
    block(page, "plenary").focus()
    page.keyboard.press("ArrowDown")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("colleague@access.example.org changed this session meanwhile.")
    expect(alert).to_contain_text("16:00–17:00")
    expect(block(page, "plenary")).to_contain_text("16:00–17:00")
    alert.get_by_role("button", name="Change it all the same").click()
    said(page, "“Plenary” is now: Thursday 14 October 2027, 14:05–15:05, Hall.")
    expect(alert).to_be_hidden()


def test_who_is_quicker_than_the_network_is_not_in_their_own_way(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("slow")
    page = window()
    page.clock.install()
    open_grid(page, event)

    def hold(route: Route) -> None:
        """Until `unroute` lets it go on."""

    page.route("**/move", hold)
    block(page, "plenary").focus()
    page.keyboard.press("ArrowDown")
    with page.expect_request("**/move"):
        page.clock.run_for(600)
    page.keyboard.press("ArrowDown")
    # The second move stands in line behind the first.
    page.clock.run_for(600)
    page.unroute("**/move")
    said(page, "“Plenary” is now: Thursday 14 October 2027, 14:10–15:10, Hall.")
    expect(page.get_by_role("alert")).to_be_hidden()
    assert when(event, "plenary") == (f"{FIRST} 14:10", "15:10", "Hall")


def test_undoing_does_not_undo_what_somebody_else_did(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("undone")
    page = window()
    open_grid(page, event)
    block(page, "plenary").focus()
    page.keyboard.press("ArrowDown")
    said(page, "“Plenary” is now: Thursday 14 October 2027, 14:05–15:05, Hall.")
    four = datetime(2027, 10, 14, 16)
    by = make_user("quicker@access.example.org")
    drafting.move_in_draft(
        event.id, "plenary", starts_at=four, ends_at=four.replace(hour=17), room=None, by=by, expected_version=None
    )
    block(page, "lunch").focus()
    page.keyboard.press("ArrowDown")
    expect(block(page, "plenary")).to_contain_text("16:00–17:00")
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert")).to_contain_text("quicker@access.example.org changed this session meanwhile.")
    assert when(event, "plenary") == (f"{FIRST} 16:00", "17:00", "Hall")
    assert when(event, "lunch") == (f"{FIRST} 12:00", "13:00", "Foyer")


def test_a_change_that_did_not_arrive_is_told_and_put_back(window: Callable[..., Page], app: Flask) -> None:
    event = two_days("offline")
    page = window()
    open_grid(page, event)
    page.context.set_offline(True)
    block(page, "plenary").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("alert")).to_contain_text("That did not reach us")
    expect(block(page, "plenary")).to_contain_text("14:00–15:00")
    page.context.set_offline(False)
    page.keyboard.press("ArrowDown")
    said(page, "“Plenary” is now: Thursday 14 October 2027, 14:05–15:05, Hall.")


def test_without_a_script_the_grid_leads_to_the_forms(visit: Visit, app: Flask) -> None:
    event = two_days("no-script")
    page = log_in(visit(javascript=False))
    page.goto(f"/organise/events/{event.slug}/agenda/grid")
    page.get_by_role("link", name="Everything can be done with forms, too.").click()
    expect(page.get_by_role("heading", name="Add a session")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_editors_have_no_barrier(window: Callable[..., Page], app: Flask, viewport: ViewportSize) -> None:
    event = two_days(f"barriers-{viewport['width']}")
    page = window(viewport)
    heard: list[str] = []
    listen(page, heard)
    open_grid(page, event)
    page.get_by_text("How to move sessions").click()
    block(page, "opening").focus()
    page.keyboard.press("Enter")
    problems = {"grid": axe_problems(page), **layout_problems(page)}
    page.goto(f"/organise/events/{event.slug}/agenda/paste")
    page.get_by_label("Your agenda as text").fill("Programme\n14 October\n9.00 Opening\n16 October\n23.00-0.30 Party")
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("group", name="Session 1").get_by_label("Title").fill("")
    page.get_by_role("button", name="Put it into the draft").click()
    expect(page.get_by_role("link", name="Session 1: Give the session a title.")).to_be_visible()
    problems |= {"preview": axe_problems(page)}
    problems |= {f"preview, {kind}": found for kind, found in layout_problems(page).items()}
    assert {kind: found for kind, found in problems.items() if found} == {}
    assert heard == []
