"""What is looked at on each page: by axe-core, and by what axe does not look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page

AXE = Path(__file__).resolve().parents[1] / "vendor/axe/axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*WCAG, "best-practice")
SMALLEST_TARGET = 24

# What axe cannot judge by itself and a person has looked at: the rule, the path of the page (empty: any), a part of
# what it says, and why it is right.
LOOKED_AT: tuple[tuple[str, str, str, str], ...] = (
    ("color-contrast", "", "only non-text characters", "an arrow beside a word, in its colour, hidden from readers"),
    ("color-contrast", "/design", ".wide-table > caption", "wider than the frame that its table scrolls in"),
    ("frame-tested", "", "mail-frame", "the letter in the frame is a scene of its own"),
)

# Of a page's best practices, what a letter does not have: the mail program around it does.
NOT_OF_LETTERS = ("region", "landmark-one-main", "page-has-heading-one")

_LAYOUT = """
(smallest) => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  const classes = (e) => (e.getAttribute("class") || "").trim()
    .split(/\\s+/).filter(Boolean).map((c) => "." + c).join("");
  const name = (e) => e.tagName.toLowerCase() + classes(e)
    + " «" + (e.innerText || e.value || e.name || "").trim().slice(0, 40) + "»";
  const hidden = (e) => e.closest(".visually-hidden, .skip, thead") !== null;
  const found = { sideways: [], cut: [], small: [], moving: [] };
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    found.sideways = [...document.body.querySelectorAll("*")]
      .filter((e) => shown(e) && !hidden(e) && !e.closest(".table-scroll"))
      .filter((e) => e.getBoundingClientRect().right > width + 0.5)
      .slice(0, 3).map(name);
    if (!found.sideways.length) found.sideways = ["the page"];
  }
  for (const e of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    const clips = (value) => value === "hidden" || value === "clip";
    if (!hidden(e) && shown(e) && e.innerText && ((clips(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
        || (clips(style.overflowY) && e.scrollHeight > e.clientHeight + 1))) found.cut.push(name(e));
    const lasts = [...style.transitionDuration.split(","), ...style.animationDuration.split(",")];
    if (lasts.some((each) => parseFloat(each) > 0) || style.scrollBehavior === "smooth") found.moving.push(name(e));
  }
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  for (const e of document.body.querySelectorAll(targets)) {
    if (!shown(e) || hidden(e)) continue;
    const inText = getComputedStyle(e).display === "inline" && e.parentElement.innerText.trim() !== e.innerText.trim();
    const around = e.matches("input") && e.labels && e.labels.length ? e.labels[0].getBoundingClientRect().height : 0;
    const box = e.getBoundingClientRect();
    if (!inText && (Math.max(box.height, around) < smallest - 0.5 || box.width < smallest - 0.5)) {
      found.small.push(`${name(e)} ${Math.round(box.width)}x${Math.round(box.height)}`);
    }
  }
  return found;
}
"""

# What lies beyond the edge of a frame that scrolls is brought into view and looked at again.
_AXE = """
async (options) => {
  const answer = await axe.run(document, options);
  for (const rule of answer.incomplete) {
    const open = [];
    for (const node of rule.nodes) {
      const element = document.querySelector(node.target[0]);
      const frame = element && element.closest(".table-scroll");
      if (!frame) { open.push(node); continue; }
      element.scrollIntoView({ block: "nearest", inline: "center" });
      const again = await axe.run(element, { runOnly: { type: "rule", values: [rule.id] } });
      open.push(...[...again.violations, ...again.incomplete].flatMap((each) => each.nodes));
      frame.scrollLeft = 0;
    }
    rule.nodes = open;
  }
  return answer;
}
"""

_WORDS = """
() => ({
  lang: document.documentElement.lang,
  title: document.title.trim(),
  headings: [...document.querySelectorAll("h1")].map((e) => e.innerText.trim()),
})
"""


@dataclass(frozen=True)
class Problem:
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_problems(page: Page, without: Sequence[str] = ()) -> list[str]:
    """What axe finds by all its rules but some, and what it leaves to a person that nobody has looked at."""
    page.evaluate(f"window.axe || (() => {{ {_axe()} }})()")
    options = {
        "runOnly": {"type": "tag", "values": list(RULES)},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations", "incomplete"],
    }
    answer: dict[str, Any] = page.evaluate(_AXE, options)
    found = [_in_words("", rule, node) for rule in answer["violations"] for node in rule["nodes"]]
    open_ends = [_in_words("undecided: ", rule, node) for rule in answer["incomplete"] for node in rule["nodes"]]
    return found + [each for each in open_ends if not _looked_at(urlsplit(page.url).path, each)]


def _in_words(before: str, rule: dict[str, Any], node: dict[str, Any]) -> str:
    told = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return f"{before}{rule['id']}: {' '.join(map(str, node['target']))}: {node['html'][:120]}: {'; '.join(told)[:300]}"


def _looked_at(path: str, said: str) -> bool:
    return any(
        said.startswith(f"undecided: {rule}:") and part in said and where in ("", path)
        for rule, where, part, _ in LOOKED_AT
    )


def layout_problems(page: Page) -> dict[str, list[str]]:
    """What sticks out `sideways`, is `cut` off, is a too `small` target, is `moving` though the reader asked for less
    motion (when the page was opened so)."""
    found: dict[str, list[str]] = page.evaluate(_LAYOUT, SMALLEST_TARGET)
    return found


@dataclass(frozen=True)
class Words:
    lang: str
    title: str
    headings: tuple[str, ...]


def words_of(page: Page) -> Words:
    answer = page.evaluate(_WORDS)
    return Words(answer["lang"], answer["title"], tuple(answer["headings"]))


def listen(page: Page, heard: list[str]) -> None:
    """Collect what the browser complains of: faults of scripts, refusals of the content security policy, strangers
    asked for something. That a page itself answers 4xx is not among it."""

    def note(message: ConsoleMessage) -> None:
        own_status = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type in ("error", "warning") and not own_status:
            heard.append(f"{message.type}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: heard.append(f"fault: {error}"))
    page.on("request", lambda request: _note_stranger(page, request.url, heard))


def _note_stranger(page: Page, url: str, heard: list[str]) -> None:
    asked, own = urlsplit(url), urlsplit(page.url)
    if asked.scheme in ("http", "https", "ws", "wss") and own.netloc and asked.netloc != own.netloc:
        heard.append(f"a third party is asked: {url}")
