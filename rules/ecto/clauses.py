"""Clauses of `case`, `fn` and their kin: what they take, and whether a value fits."""

from collections.abc import Sequence

from rules.ecto.interpreter import Interpreter
from rules.ecto.scope import Frame, truth
from rules.ecto.values import Value
from rules.elixir.syntax import Call, List, Pair, Syntax


def parameters(clause: Call) -> tuple[Syntax, ...]:
    """Return the patterns of `patterns when guard -> body`."""
    return _head(clause)[0]


def clauses_of(node: Syntax | None) -> list[Call]:
    """Return the clauses of a body that consists of them."""
    if isinstance(node, List):
        return [item for item in node.items if isinstance(item, Call) and item.form == "->"]
    if isinstance(node, Call) and node.form == "__block__":
        return [item for item in node.args if isinstance(item, Call) and item.form == "->"]
    return [node] if isinstance(node, Call) and node.form == "->" else []


def section(node: Syntax, key: str) -> Syntax | None:
    """Return the body of `do`, `else`, `rescue`, ... in the last argument of a call."""
    if isinstance(node, List):
        for item in node.items:
            if isinstance(item, Pair) and getattr(item.left, "name", None) == key:
                return item.right
    return None


def clause_fits(interpreter: Interpreter, clause: Call, values: Sequence[Value], frame: Frame) -> bool | None:
    """Bind what the clause binds, and tell whether it takes *values*; None where that cannot be decided."""
    patterns, guard = _head(clause)
    fits = interpreter.matcher.match_all(patterns, values, frame)
    if fits is False or guard is None:
        return fits
    passes = truth(interpreter.evaluate(guard, frame))
    return fits if passes else passes


def _head(clause: Call) -> tuple[tuple[Syntax, ...], Syntax | None]:
    head = clause.args[0]
    items = head.items if isinstance(head, List) else ()
    if items and isinstance(items[0], Call) and items[0].form == "when":
        return items[0].args[:-1], items[0].args[-1]
    return items, None
