"""Opens scene after scene in a browser, sends its form empty too, and keeps what there is to say of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize

from eventsapp.database import db
from eventsapp.mail.mailbox import mails
from eventsapp.web.access import Role
from tests.journeys.audit import NOT_OF_LETTERS, Problem, Words, axe_problems, layout_problems, listen, words_of
from tests.journeys.scenes import Scene
from tests.journeys.site import Site, wait_for_letter
from tests.journeys.world import World, login_path, make_world

PHONE, WIDE = 390, 1280
HEIGHTS = {PHONE: 844, WIDE: 900}
"""Of windows, in pixels of the screen, by their width."""

# What goes into mail programs is no page of ours: they give it heading and landmarks, and its links stand in text. Its
# policy lets no script run, so its content is looked at on a blank page.
LETTERS = ("/mailbox/<mail_id>/html", "/organise/events/<slug>/newsletter/preview")

# Forms that only show what forms look like.
SAMPLES = "/design"

_EMPTY = """
() => {
  const form = [...document.querySelectorAll("main form[method=post]")]
    .find((each) => each.querySelector("input[required], textarea[required], select[required]"));
  if (!form) return false;
  form.querySelectorAll("input[required], textarea[required]").forEach((each) => {
    if (["checkbox", "radio"].includes(each.type)) each.checked = false; else each.value = "";
  });
  form.querySelectorAll("details").forEach((each) => { each.open = true; });
  form.requestSubmit([...form.elements].find((each) => each.type === "submit" && !each.name));
  return true;
}
"""


_TYPED = """
(typed) => {
  const form = document.querySelector("main form[method=post]");
  form.querySelector("input:not([type=hidden])").value = typed;
  form.requestSubmit();
}
"""


@dataclass(frozen=True)
class Look:
    """One way to look at a page that is open."""

    width: int = PHONE
    scheme: Any = "light"
    zoom: int = 1
    """As a browser does it: each pixel of a style sheet takes so many of the screen, each way."""

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}" + (f" at {self.zoom}00 %" if self.zoom > 1 else "")

    @property
    def size(self) -> ViewportSize:
        """In pixels of style sheets."""
        return {"width": self.width // self.zoom, "height": HEIGHTS[self.width] // self.zoom}


ZOOMED = Look(WIDE, zoom=4)


@dataclass
class Report:
    """What was seen. Each list names scene and fault."""

    pages: int = 0
    forms: int = 0
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)

    def note(self, kind: str, scene: str, what: Iterable[str]) -> None:
        found = self.problems.setdefault(kind, [])
        found += [Problem(scene, each) for each in dict.fromkeys(what)]

    def told(self, kind: str) -> str:
        return "\n".join(map(str, self.problems.get(kind, [])))


@dataclass
class Walker:
    """Walks for one language. `windows` opens a window as somebody with a role, or (None) as a stranger."""

    windows: Callable[[Role | None], BrowserContext]
    looks: tuple[Look, ...]
    layouts: tuple[Look, ...] = ()
    """Looked at for what sticks out or is too small alone, which is quick."""
    report: Report = field(default_factory=Report)
    pages: dict[Role | None, tuple[Page, list[str]]] = field(default_factory=dict)

    def walk(self, scenes: Iterable[Scene]) -> Report:
        for scene in scenes:
            self.visit(scene)
        return self.report

    def visit(self, scene: Scene) -> None:
        page, heard = self._page(scene.who)
        if scene.typed:
            self._send_typed(page, scene, heard)
            return
        answer = page.context.request.get(scene.path, max_redirects=0)
        if answer.status != scene.status:
            self.report.note("status", scene.name, [f"{answer.status} instead of {scene.status}"])
        if "default-src 'none'" not in answer.headers.get("content-security-policy", ""):
            self.report.note("policy", scene.name, ["no content security policy"])
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        heard.clear()
        if scene.name in LETTERS:
            page.goto("about:blank")
            page.set_content(answer.text())
        else:
            page.goto(scene.path)
        self._look(page, scene.name, heard)
        self._send_empty(page, scene.name, heard)

    def _page(self, who: Role | None) -> tuple[Page, list[str]]:
        if who not in self.pages:
            page = self.windows(who).new_page()
            heard: list[str] = []
            listen(page, heard)
            self.pages[who] = (page, heard)
        return self.pages[who]

    def _send_typed(self, page: Page, scene: Scene, heard: list[str]) -> None:
        page.goto(scene.path)
        heard.clear()
        with page.expect_navigation() as waiting:
            page.evaluate(_TYPED, scene.typed)
        if waiting.value.status != scene.status:
            self.report.note("status", scene.name, [f"{waiting.value.status} instead of {scene.status}"])
        self._look(page, scene.name, heard)

    def _send_empty(self, page: Page, name: str, heard: list[str]) -> None:
        """A form that asks for something is sent without it: it comes back and says so, and nothing is changed."""
        if name.startswith(SAMPLES) or not page.evaluate(
            "() => document.querySelector('main form [required]') !== null"
        ):
            return
        heard.clear()
        with page.expect_navigation() as waiting:
            sent = page.evaluate(_EMPTY)
            if not sent:
                page.reload()
        if not sent:
            return
        self.report.forms += 1
        status = waiting.value.status
        if status != 422:
            self.report.note("status", f"{name}, sent empty", [f"{status} instead of 422"])
        self._look(page, f"{name}, sent empty", heard)

    def _look(self, page: Page, name: str, heard: list[str]) -> None:
        self.report.pages += 1
        for look in self.looks:
            self._layout(page, name, look)
            without = NOT_OF_LETTERS if name in LETTERS else ()
            self.report.note("axe", f"{name} ({look})", axe_problems(page, without))
        for look in self.layouts:
            self._layout(page, name, look)
        words = words_of(page)
        self.report.words[name] = words
        if name.partition(",")[0] not in LETTERS and (len(words.headings) != 1 or not words.headings[0]):
            self.report.note("heading", name, [f"h1: {words.headings}"])
        self.report.note("console", name, heard)

    def _layout(self, page: Page, name: str, look: Look) -> None:
        show(page, look)
        for kind, found in layout_problems(page).items():
            if kind == "small" and name in LETTERS:
                continue
            self.report.note(kind, f"{name} ({look})", found)


def show(page: Page, look: Look) -> None:
    """The open page as it looks so. A zoomed window is smaller in pixels of style sheets, and sharper."""
    page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
    page.set_viewport_size(look.size)
    if look.zoom > 1:
        # The size again, with the scale: it holds as long as the session, or until another size is asked for.
        metrics = {**look.size, "deviceScaleFactor": look.zoom, "mobile": False}
        _session(page).send("Emulation.setDeviceMetricsOverride", metrics)


_sessions: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def _session(page: Page) -> CDPSession:
    """One for each page, which ends with it."""
    if page not in _sessions:
        _sessions[page] = page.context.new_cdp_session(page)
    return _sessions[page]


@contextmanager
def furnished(site: Site, browser: Browser) -> Iterator[World]:
    """The site with everything in it that the scenes show."""

    def newest_mail() -> str:
        page = browser.new_page()
        wait_for_letter(page, site, "guest@access.example.org", "You have a place")
        page.close()
        return next(mail.mail_id for mail in mails(site.instance) if "guest@access" in mail.to)

    with site.app.app_context():
        yield make_world(newest_mail)
        db.session.remove()
        db.engine.dispose()


def windows(browser: Browser, address: str, locale: str = "en-GB") -> Callable[[Role | None], BrowserContext]:
    """A maker of windows; who has a role is logged in as a new account."""

    def open_window(who: Role | None) -> BrowserContext:
        context = browser.new_context(
            base_url=address, viewport={"width": PHONE, "height": 844}, locale=locale, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        if who is not None:
            page = context.new_page()
            page.goto(login_path(who))
            page.get_by_role("main").get_by_role("button").last.click()
            # Closing a window that is on its way to a page can wait for ever.
            page.wait_for_url(lambda url: "/login/" not in url)
            page.close()
        return context

    return open_window
