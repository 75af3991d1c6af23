"""Which line of a TOML file a key stands on: the standard library's reader does not tell."""

from __future__ import annotations

from collections.abc import Mapping

Path = tuple[str | int, ...]
"""("event", "title") or ("session", 2, "title"): the third [[session]]."""


def lines_of(source: str) -> dict[Path, int]:
    """The line, from 1, of each table and key. `source` is valid TOML: what is not is read as if it were."""
    return _Scanner(source).scan()


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a key, else of the nearest table around it, else 1."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.line = 1
        self.table: Path = ()
        self.tables_in: dict[Path, int] = {}
        self.found: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        while self._skip_blank():
            if self.source[self.at] == "[":
                self._header()
            else:
                self._pair()
        return self.found

    def _step(self, count: int = 1) -> None:
        self.line += self.source.count("\n", self.at, self.at + count)
        self.at += count

    def _starts(self, text: str) -> bool:
        return self.source.startswith(text, self.at)

    def _skip_blank(self) -> bool:
        """Over white space and comments; False at the end."""
        while self.at < len(self.source):
            if self.source[self.at] == "#":
                self._skip_line()
            elif self.source[self.at].isspace():
                self._step()
            else:
                return True
        return False

    def _skip_line(self) -> None:
        end = self.source.find("\n", self.at)
        self._step((end if end >= 0 else len(self.source)) - self.at)

    def _header(self) -> None:
        line = self.line
        array = self._starts("[[")
        self._step(2 if array else 1)
        path: Path = ()
        parts = self._key("]")
        for place, part in enumerate(parts):
            path = (*path, part)
            if array and place == len(parts) - 1:
                self.tables_in[path] = self.tables_in.get(path, 0) + 1
                self.found.setdefault(path, line)
            if path in self.tables_in:
                path = (*path, self.tables_in[path] - 1)
        self.table = path
        self.found.setdefault(path, line)
        self._skip_line()

    def _pair(self) -> None:
        line, path = self.line, self.table
        for part in self._key("="):
            path = (*path, part)
            self.found.setdefault(path, line)
        self._step()
        self._skip_value()

    def _key(self, end: str) -> list[str]:
        """The parts of a dotted key, up to the sign that ends it."""
        parts = [""]
        while self.at < len(self.source) and self.source[self.at] not in end + "\n":
            letter = self.source[self.at]
            if letter in "\"'":
                start = self.at
                self._skip_string()
                parts[-1] += self.source[start + 1 : self.at - 1]
                continue
            if letter == ".":
                parts.append("")
            elif not letter.isspace():
                parts[-1] += letter
            self._step()
        return parts

    def _skip_value(self) -> None:
        depth = 0
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "\n" and depth <= 0:
                return
            if letter in "\"'":
                self._skip_string()
            elif letter == "#":
                self._skip_line()
            else:
                depth += (letter in "[{") - (letter in "]}")
                self._step()

    def _skip_string(self) -> None:
        quote = self.source[self.at]
        long = self._starts(quote * 3)
        end = quote * 3 if long else quote
        self._step(len(end))
        while self.at < len(self.source) and not self._starts(end):
            self._step(2 if quote == '"' and self.source[self.at] == "\\" else 1)
        self._step(len(end))
        while long and self._starts(quote):
            self._step()
