"""What PostgreSQL names an index after that has no name of its own: its columns, and words for its expressions."""

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Final

from rules.sql.tree import Tree, texts

# Source: FigureColnameInternal() in PostgreSQL's parse_target.c.
WORDS: Final = {"CoalesceExpr": "coalesce", "A_ArrayExpr": "array", "RowExpr": "row"}
EXTREMES: Final = {"IS_GREATEST": "greatest", "IS_LEAST": "least"}


def labels_of(elements: Iterable[Tree]) -> tuple[str, ...]:
    """Return a word for each element of an index, no two alike."""
    labels: list[str] = []
    for element in elements:
        word = element.get("name") or _label(element.get("expr", {})) or "expr"
        numbered = (f"{word}{number or ''}" for number in count())
        labels.append(next(label for label in numbered if label not in labels))
    return tuple(labels)


def _label(tree: Tree) -> str | None:
    """Return the word for an expression; None where it has none."""
    return next((READERS[kind](fields) if kind in READERS else WORDS.get(kind) for kind, fields in tree.items()), None)


def _of_cast(fields: Tree) -> str | None:
    return _named(fields["arg"]) or texts(fields["typeName"]["names"])[-1]


def _of_case(fields: Tree) -> str | None:
    return _named(fields.get("defresult", {})) or "case"


def _named(tree: Tree) -> str | None:
    """Return the word for an expression, unless only the casts and CASEs around it have one."""
    inner = tree
    while "TypeCast" in inner or "CaseExpr" in inner:
        inner = inner["TypeCast"]["arg"] if "TypeCast" in inner else inner["CaseExpr"].get("defresult", {})
    return _label(inner)


READERS: Final[Mapping[str, Callable[[Tree], str | None]]] = {
    "ColumnRef": lambda fields: texts(fields["fields"])[-1],
    "FuncCall": lambda fields: texts(fields["funcname"])[-1],
    "CollateClause": lambda fields: _label(fields["arg"]),
    "TypeCast": _of_cast,
    "CaseExpr": _of_case,
    "MinMaxExpr": lambda fields: EXTREMES.get(fields["op"]),
    "A_Expr": lambda fields: "nullif" if fields["kind"] == "AEXPR_NULLIF" else None,
}
