"""The modules of the package under test, wherever it is installed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import complaintkit

PACKAGE = Path(complaintkit.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


def module_name(file: Path) -> str:
    """The dotted name by which this file is imported."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = [module_name(file) for file in FILES]


def definitions(file: Path) -> Iterator[tuple[str, Definition]]:
    """Every function and class of a file, each with its place for a message."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, Definition):
            yield f"{file.relative_to(PACKAGE)}:{node.lineno} {node.name}", node


def public_definitions(file: Path) -> Iterator[tuple[str, Definition]]:
    """What a reader of the reference sees: no underscore in its name or its class, and not inside a function."""
    waiting: list[ast.Module | ast.ClassDef] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        for node in waiting.pop().body:
            if isinstance(node, Definition) and not node.name.startswith("_"):
                yield f"{file.relative_to(PACKAGE)}:{node.lineno} {node.name}", node
                waiting += [node] if isinstance(node, ast.ClassDef) else []


def body_lines(function: Function) -> int:
    """How many lines the body has, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def code_lines(file: Path) -> int:
    """How many lines are neither blank nor a comment."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)
