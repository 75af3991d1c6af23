"""What keeps thousands of small apps from costing more than the tests they are made for. Nothing a test asks about is
changed: only work whose result an earlier test of the same process has, or that nobody asks for, is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 3000


class BuiltWhenAsked(Rule):
    """An address whose builder is made when the first link to it is. An app has 200 of them, a test links to five, and
    making them takes four fifths of what making an app takes."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(Rule._compile_builder(self, append_unknown))
            return made[0](rule, **values)

        return build


Flask.url_rule_class = BuiltWhenAsked


class CompiledOnce(BytecodeCache):
    """Templates as compiled by an earlier app of this process. Keyed by name and text, so a changed template counts as
    another one."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = self.kept.get(bucket.key + bucket.checksum)
        if compiled is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_first: dict[str, Engine] = {}


def compile_once(engine: Engine) -> None:
    """Let an engine use the statements that the first one for the same kind of database has compiled: they are kept by
    dialect, so it gets that one's dialect, too."""
    first = _first.get(engine.dialect.name)
    if first is None:
        # The dialect learns from its first connection what the server can do.
        engine.connect().close()
        engine._compiled_cache = LRUCache(STATEMENTS)
        _first[engine.dialect.name] = engine
        return
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
