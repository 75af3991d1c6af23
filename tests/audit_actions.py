"""Which actions the code writes into the audit log, read from its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for path in (ROOT / "eventsapp").rglob("*.py") if "versions" not in path.parts)
RECORD = "record"


class Unreadable(AssertionError):
    """An action that cannot be read where it is written: write it there as a text."""


@dataclass
class Module:
    """One file: its functions by name, and those that hand an argument of theirs on as an action (which one)."""

    path: Path
    functions: dict[str, ast.FunctionDef]
    writers: dict[str, int] = field(default_factory=dict)


def actions() -> dict[str, str]:
    """Every action with a place where it is written, as "file:line"."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for action, line in actions_in(path.read_text(encoding="utf-8"), path):
            found.setdefault(action, f"{path.relative_to(ROOT)}:{line}")
    return found


def actions_in(source: str, path: Path = Path("source")) -> Iterator[tuple[str, int]]:
    """Follows an action through functions of the same file that hand it on."""
    tree = ast.parse(source)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    module = Module(path, functions, {RECORD: 0})
    calls = [(function, call) for function in functions.values() for call in _calls(function)]
    before = -1
    while before != len(module.writers):
        before = len(module.writers)
        for function, call in calls:
            _note_writer(module, function, call)
    for function, call in calls:
        position = module.writers.get(_name(call))
        argument = _argument(module, call, position) if position is not None else None
        if argument is not None and not _is_handed_on(function, argument):
            yield from ((action, call.lineno) for action in _texts(module, function, argument))


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """Those of the function itself, not of functions within it."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Call):
            yield node
        stack.extend(ast.iter_child_nodes(node))


def _name(call: ast.Call) -> str:
    """`record(…)` and `audit.record(…)`, but of other objects' methods none: those are theirs."""
    target = call.func
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "audit":
        return target.attr
    return ""


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _is_handed_on(function: ast.FunctionDef, argument: ast.expr) -> bool:
    return isinstance(argument, ast.Name) and argument.id in _parameters(function)


def _note_writer(module: Module, function: ast.FunctionDef, call: ast.Call) -> None:
    position = module.writers.get(_name(call))
    argument = _argument(module, call, position) if position is not None else None
    if argument is not None and _is_handed_on(function, argument):
        assert isinstance(argument, ast.Name)
        module.writers[function.name] = _parameters(function).index(argument.id)


def _argument(module: Module, call: ast.Call, position: int) -> ast.expr | None:
    if position < len(call.args):
        return call.args[position]
    function = module.functions.get(_name(call))
    name = _parameters(function)[position] if function is not None else "action"
    return next((each.value for each in call.keywords if each.arg == name), None)


def _texts(module: Module, function: ast.FunctionDef, value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _texts(module, function, value.body)
        yield from _texts(module, function, value.orelse)
    elif isinstance(value, ast.Name):
        given = [each for node in ast.walk(function) for each in _given(node, value.id)]
        if not given:
            raise Unreadable(f"{module.path}:{value.lineno}: write the action as a text where it is recorded")
        for each in given:
            yield from _texts(module, function, each)
    else:
        raise Unreadable(f"{module.path}:{value.lineno}: write the action as a text where it is recorded")


def _given(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """What an assignment gives this name."""
    for target in node.targets if isinstance(node, ast.Assign) else ():
        assert isinstance(node, ast.Assign)
        if isinstance(target, ast.Name) and target.id == name:
            yield node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
            yield from (value for each, value in pairs if isinstance(each, ast.Name) and each.id == name)
