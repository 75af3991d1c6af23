"""A paste as lines that can be read: marks of Word, web pages and Markdown taken away, cells told apart. Pure."""

from __future__ import annotations

import csv
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

SCANNED = 2000
"""Characters of a line that are looked at for times and days; the rest is text."""

_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
# Fullwidth forms, the ratio sign, and the blanks that Word and web pages put between a time and its title.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2236: ":", 0x2010: "-", 0x2011: "-", 0x00B4: "’"}
_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
                                      "\u200a\u202f\u205f\u3000", " "))  # fmt: skip
_TAG = re.compile(
    r"<(/?)(br|p|div|span|strong|em|b|i|u|ul|ol|li|table|thead|tbody|tr|td|th|h[1-6]|a|font|hr|time|small|sup)"
    r"(?=[\s/>])[^<>]{0,300}>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_LEADERS = re.compile(r" ?[._…]{4,} ?| {3,}")
_COLUMN = re.compile(r"(?:(?<=^)|(?<=   )|(?<=\t))(?=\S)")
_EMPHASIS = re.compile(r"(?<![\w*_])[*_]{1,3}(?=[^\s*_])|(?<=[^\s*_])[*_]{1,3}(?![\w*_])|`|\*\*")
_ESCAPED = re.compile(r"\\([\\.\-*_#|>+()\[\]])")
_BULLET = re.compile(r"(?:[-–—•·*▪▫►▶●○◦‣⁃➢➤➔→⇒✓✔✗☐☑□■◆◇★☆>»+#]|o(?= )|\[[ xX]\](?= ))[ \t]*")
_DASHED = re.compile(r"[-–—]{1,2} ?\d")
_TIME = r"\"?[012]?\d[:.h][0-5]\d(?: ?[ap]m)?"
_ROWS = {
    # A semicolon parts cells after a time; a comma only after two of them, or where all is in quotation marks.
    ";": re.compile(rf"^(?:[^;\n]{{0,30}};)?{_TIME}(?: ?[-–] ?{_TIME})?\"? ?;", re.MULTILINE | re.IGNORECASE),
    ",": re.compile(
        rf"^(?:[^,\n]{{0,30}},)?{_TIME}\"?,{_TIME}\"?,|^\"[012]?\d[:.h][^\"\n]{{2,20}}\",", re.MULTILINE | re.IGNORECASE
    ),
}
_WORD = re.compile(r"\w")


class Steps:
    """Counts the work, so that a test can hold it against the length of the text."""

    def __init__(self) -> None:
        self.count = 0

    def step(self, number: int = 1) -> None:
        self.count += number


@dataclass(frozen=True)
class Line:
    """One line of the paste that has something on it."""

    number: int
    """In the paste, from 1. Lines made out of one line share it."""
    raw: str
    """As it was pasted, without blanks around."""
    text: str
    """Without bullets and marks; cells are parted by tabs."""
    width: int
    """Up to its last letter, indentation counted: where a line was wrapped."""
    bullet: bool = False
    dashed: bool = False
    """It begins with a dash before a number, which may be a bullet or the second half of a range."""
    hollow: bool = False
    """A row of a table whose first cell is empty."""
    heading: bool = False
    after_blank: bool = False
    columns: tuple[int, ...] = ()
    """Where its cells begin, when they are parted by blanks alone."""

    @property
    def cells(self) -> list[str]:
        return [cell.strip() for cell in self.text.split("\t")]


def lines_of(paste: str, steps: Steps) -> list[Line]:
    """The lines with a letter or digit on them, in order."""
    found: list[Line] = []
    blank = False
    delimiter = _delimiter(paste)
    for number, raw in _numbered(paste):
        steps.step(1 + len(raw) // 80)
        plain = _plain(raw)
        said = " ".join(plain.split())
        if delimiter and delimiter in plain:
            plain = _tabbed(plain, delimiter)
        if not _WORD.search(plain):
            # A rule between the rows of a table parts nothing.
            blank = blank or not raw.strip() or "|" not in raw
            continue
        found.append(_line(number, said, plain, blank=blank))
        blank = False
    return found


def _numbered(paste: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_BREAKS.split(paste), 1):
        if "<" in line:
            for part in _untagged(line).split("\n"):
                yield number, part
        else:
            yield number, line


def _delimiter(paste: str) -> str:
    """What parts the cells of a file of a spreadsheet that was pasted as it is, or ""."""
    for mark, row in _ROWS.items():
        if len(row.findall(paste)) >= 2:
            return mark
    return ""


def _tabbed(line: str, delimiter: str) -> str:
    """A line of such a file with tabs; one that is no such line stays."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except (csv.Error, StopIteration):
        return line
    return "\t".join(cells)


def _untagged(line: str) -> str:
    def instead(tag: re.Match[str]) -> str:
        closing, name = tag[1], tag[2].lower()
        if name in ("td", "th"):
            return "\t" if closing else ""
        if name in ("br", "hr") or (closing and name in ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6")):
            return "\n"
        return ""

    return _TAG.sub(instead, line)


def _plain(raw: str) -> str:
    if "&" in raw:
        raw = _ENTITY.sub(lambda entity: html.unescape(entity[0]), raw)
    raw = raw.replace("+/-", "±")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", raw.translate(_PLAIN)).translate(_BLANKS))
    return "".join(c for c in text if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs")).rstrip()


def _line(number: int, raw: str, plain: str, *, blank: bool) -> Line:
    text = plain
    if plain.lstrip().startswith("|"):
        text = plain.lstrip()[1:].replace("|", "\t")
    elif " | " in plain:
        text = plain.replace("|", "\t")
    columns = tuple(found.start() for found in _COLUMN.finditer(text)) if "\t" not in text else ()
    hollow = text.startswith(("\t", " \t", "  \t"))
    text = _LEADERS.sub("\t", text.strip())
    heading = text.startswith("#")
    text, bullet, dashed = _without_bullets(text)
    text = _EMPHASIS.sub("", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    text = "\t".join(" ".join(cell.split()) for cell in text.split("\t")).strip()
    return Line(
        number=number,
        raw=raw,
        text=text,
        width=len(plain.replace("\t", " ")),
        bullet=bullet,
        dashed=dashed,
        hollow=hollow,
        heading=heading,
        after_blank=blank,
        columns=columns if len(columns) > 1 else (),
    )


def _without_bullets(text: str) -> tuple[str, bool, bool]:
    """The text after bullets and small pictures; whether there was one, and whether it was a dash before a number."""
    dashed = _DASHED.match(text) is not None
    at = 0
    while at < len(text):
        mark = _BULLET.match(text, at)
        # "**" before a word is emphasis and no bullet.
        if mark and not (text[at] in "*_" and not mark[0].endswith((" ", "\t"))):
            at = mark.end()
        elif unicodedata.category(text[at]) in ("So", "Sk", "Mn") or (at and text[at] in " \t"):
            at += 1
        else:
            break
    return text[at:], at > 0, dashed
