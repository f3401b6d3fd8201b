"""What the values of a ``return`` statement are called in the source of the function."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

Names = tuple[tuple[str | None, ...], ...]
"""For each ``return`` statement the names of its values; None where one has no name."""

SUMMARIES = ("mean", "std", "min", "max", "sum", "median", "average")
CONVERSIONS = ("float", "int", "round", "item", "numpy", "cpu", "detach", "tolist", "result")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def names_of(function: Any) -> Names:
    """Return the names in each ``return`` statement; empty where the source cannot be had."""
    try:
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
        # Text within the function may stand further left than its code.
        indented = source[:1].isspace()
        tree = ast.parse(f"if True:\n{source}" if indented else source)
    except (OSError, TypeError, SyntaxError, ValueError):
        return ()
    found = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    if not found:
        return ()
    return tuple(names_in(value) for value in returned(found[0]))


def returned(function: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that the function returns, not those of functions inside it."""
    if isinstance(function, ast.Lambda):
        yield function.body
        return
    open_nodes: list[ast.AST] = list(getattr(function, "body", ()))
    while open_nodes:
        node = open_nodes.pop(0)
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            open_nodes.extend(ast.iter_child_nodes(node))


def names_in(value: ast.expr) -> tuple[str | None, ...]:
    """Return the name of each value of a tuple or list, or of the single value."""
    if isinstance(value, (ast.Tuple, ast.List)):
        if any(isinstance(item, ast.Starred) for item in value.elts):
            return ()
        return tuple(name_of(item) for item in value.elts)
    return (name_of(value),)


def name_of(node: ast.AST) -> str | None:
    """Return what a reader would call the value of this expression.

    None if there is no such name.
    """
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.NamedExpr):
        return name_of(node.target)
    if isinstance(node, ast.Await):
        return name_of(node.value)
    if isinstance(node, ast.Subscript):
        return name_of_item(node)
    return name_of_call(node) if isinstance(node, ast.Call) else None


def name_of_item(node: ast.Subscript) -> str | None:
    """Name an item: ``scores["auc"]`` is auc, ``losses[-1]`` is losses."""
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    return name_of(node.value)


def name_of_call(node: ast.Call) -> str | None:
    """Name a call: ``model.score(…)`` is score, ``float(x)`` x, ``scores.mean()`` scores_mean."""
    called = name_of(node.func)
    if called not in SUMMARIES and called not in CONVERSIONS:
        return called
    of = node.args[0] if node.args else getattr(node.func, "value", None)
    inner = None if of is None else name_of(of)
    if called in CONVERSIONS or inner is None:
        return inner
    return f"{inner}_{called}"


def chosen(names: Names, count: int) -> list[str | None]:
    """Return the name of each of ``count`` values: where the fitting statements agree on it."""
    fitting = [row for row in names if len(row) == count]
    return [
        column[0] if len(set(column)) == 1 else None for column in zip(*fitting, strict=True)
    ] or [None] * count
