"""Small faults put into source text, one at a time: what a test suite is there to notice.

Each fault is one change of one expression or statement: a comparison turned, a bound moved by one, a condition
negated, a constant changed, a statement left out, a result replaced by nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

_TURNED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OTHER: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}

#: What these say of annotations, bases and decorators is declared, and decides nothing that a test could miss.
_DECLARES: Final = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.AnnAssign


class Fault(NamedTuple):
    """One fault: the file, the lines of the statement it is in, what was there, what is there now, the new source."""

    file: Path
    first: int
    last: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """What it is called wherever faults are listed: no line number, since those move."""
        return f"{self.file.name}: {self.before} -> {self.after}"


class _Place(NamedTuple):
    """A place of a tree: the statement around it, the node, and what could stand there instead."""

    statement: ast.stmt
    node: ast.AST
    change: Callable[[ast.AST], ast.AST | None]


def heads(file: Path) -> Iterator[str]:
    """The first line of the statement of each fault that can be put into a file."""
    for place in _places(ast.parse(file.read_text(encoding="utf-8"))):
        yield _head(ast.unparse(place.statement))


def fault(file: Path, number: int) -> Fault:
    """One fault of a file, which are numbered in the order of its lines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    place = next(islice(_places(tree), number, None))
    before, first, last = ast.unparse(place.statement), place.statement.lineno, place.statement.end_lineno
    head = _head(before)
    changed = place.change(place.node)
    if changed is not place.node:
        _Swap(place.node, changed).visit(tree)
        ast.fix_missing_locations(tree)
    after = "(left out)" if isinstance(changed, ast.Pass) else _difference(head, _head(ast.unparse(place.statement)))
    return Fault(file, first, last or first, head, after, ast.unparse(tree))


def _head(text: str) -> str:
    """The first line of a statement, as far as it says what it is; a body has statements of its own."""
    return text.partition("\n")[0]


def _difference(before: str, after: str) -> str:
    """The statement as it is now; it may differ only below its head."""
    return after if after != before else f"{after} (changed)"


class _Swap(ast.NodeTransformer):
    """Another node in the place of one."""

    def __init__(self, old: ast.AST, new: ast.AST | None) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST | None:
        """The new node for the old one."""
        return self._new if node is self._old else self.generic_visit(node)


def _places(tree: ast.Module) -> Iterator[_Place]:
    for statement in _statements(tree.body):
        if isinstance(statement, ast.Return) and statement.value is not None and not _is_nothing(statement.value):
            yield _Place(statement, statement, _return_nothing)
        if isinstance(statement, ast.Expr | ast.AugAssign | ast.Raise | ast.Delete):
            yield _Place(statement, statement, lambda _: ast.Pass())
        for node in _own(statement):
            yield from (_Place(statement, node, change) for change in _changes(node))


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that do something at run time, inner ones after those around them."""
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass) or _is_text(statement):
            continue
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            continue
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            continue
        yield statement
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, part, []))
        for handler in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
            yield from _statements(handler.body)


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement that belong to no inner statement, annotations left out."""
    if isinstance(statement, ast.Raise):  # what an error says is not what it decides
        return
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.keyword) and node.arg == "repr":
            continue
        if node is not statement:
            yield node
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "bases", "keywords"} and isinstance(node, _DECLARES):
                continue
            inner = value if isinstance(value, list) else [value]
            waiting += [each for each in inner if _is_expression(each)]


def _is_expression(node: object) -> bool:
    return isinstance(
        node, ast.expr | ast.arguments | ast.keyword | ast.comprehension | ast.withitem | ast.match_case
    ) and (not isinstance(node, ast.JoinedStr))


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _return_nothing(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Return)
    node.value = ast.Constant(None)
    return node


def _changes(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    """What could stand in the place of an expression."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from (_turn(other) for other in _TURNED[type(node.ops[0])])
    elif isinstance(node, ast.BoolOp):
        yield _and_or
    elif isinstance(node, ast.BinOp) and type(node.op) in _OTHER:
        yield _operate
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _affirm
    elif isinstance(node, ast.IfExp):
        yield _negate_test
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    if isinstance(node, ast.comprehension) and node.ifs:
        yield _all_of


def _constants(value: object) -> Iterator[Callable[[ast.AST], ast.AST]]:
    """Other constants: the opposite, one more and one less, another word; sentences are left as they are."""
    if isinstance(value, bool):
        yield _be(not value)
    elif isinstance(value, int):
        yield from (_be(value + 1), _be(value - 1))
    elif isinstance(value, str) and value.isidentifier():
        yield _be(f"{value}x")


def _turn(other: type[ast.cmpop]) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Compare)
        node.ops = [other()]
        return node

    return change


def _be(value: str | int | bool) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Constant)
        node.value = value
        return node

    return change


def _and_or(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _operate(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BinOp)
    node.op = _OTHER[type(node.op)]()
    return node


def _affirm(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.UnaryOp)
    node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), deepcopy(node.operand))
    return node


def _negate_test(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.IfExp)
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return node


def _all_of(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.comprehension)
    node.ifs = []
    return node
