"""A browser of few words: one connection that is kept open, and its cookies. What it costs is not counted."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from typing import TypeVar
from urllib.parse import urlencode

Item = TypeVar("Item")

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def hidden(self) -> dict[str, str]:
        """The hidden fields of its forms."""
        tags = (dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(self.body.decode()))
        return {tag["name"]: unescape(tag.get("value", "")) for tag in tags if tag.get("type") == "hidden"}


class Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        """`if_none_match="…"` is the header If-None-Match."""
        return self._ask("GET", path, None, {name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path: str, data: Mapping[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(data).encode(), headers)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


def spread(port: int, items: Iterable[Item], act: Callable[[Client, Item], None], *, hands: int = 4) -> None:
    """Each item once, by several clients at the same time, each with a connection of its own."""
    waiting = list(items)[::-1]

    def work(_number: int) -> None:
        client = Client(port)
        try:
            while waiting:
                try:
                    item = waiting.pop()
                except IndexError:
                    return
                act(client, item)
        finally:
            client.close()

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(work, range(hands)))
