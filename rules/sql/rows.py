"""Which rows a statement writes, as far as its WHERE says, and whether it can be run twice."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rules.sql.effects import RowsWritten
from rules.sql.tree import Tree, nodes, relation, texts

PICKING: Final = ("whereClause", "withClause", "fromClause", "usingClause")
COMPARED: Final = frozenset({"=", "<", ">", "<=", ">=", "BETWEEN"})
HIDDEN: Final = "…"  # stands in the text for what a migration puts there when it runs
RANGES: Final = frozenset({"AEXPR_OP", "AEXPR_IN", "AEXPR_BETWEEN", "AEXPR_OP_ANY"})


def written(tree: Tree, how: str, limits: Mapping[str, int]) -> RowsWritten:
    """Return what INSERT, UPDATE, DELETE or MERGE does to its table; *limits* are those of the WITH queries around."""
    targets: list[Tree] = tree.get("cols") or tree.get("targetList") or []
    named = [part["ResTarget"] for part in targets if "name" in part.get("ResTarget", ())]
    where = tree.get("whereClause")
    return RowsWritten(
        relation(tree["relation"]),
        how,
        filtered=where is not None and not _is_always(where),
        columns=tuple(part["name"] for part in named),
        picks=frozenset(_picked(where)),
        limit=_limit([tree[part] for part in PICKING if part in tree], limits),
        repeats=tuple(part["name"] for part in named if part["name"] in columns_in(part.get("val"))),
        guarded="onConflictClause" in tree or any("whereClause" in node for node in nodes(tree.get("selectStmt", ()))),
    )


def _is_always(where: Tree) -> bool:
    """Tell whether a WHERE lets every row through: `true`, `1 = 1`."""
    constant = where.get("A_Const")
    if constant is not None:
        return bool(constant.get("boolval", {}).get("boolval", False))
    compared = where.get("A_Expr", {})
    sides = [dict(compared.get(side, {}).get("A_Const", {}), location=0) for side in ("lexpr", "rexpr")]
    return texts(compared.get("name")) == ("=",) and len(sides[0]) > 1 and sides[0] == sides[1]


def limits_of(tree: object) -> dict[str, int]:
    """Return the WITH queries of a statement that have a LIMIT, by name; 0 where it is no number."""
    queries = (node["CommonTableExpr"] for node in nodes(tree) if "CommonTableExpr" in node)
    found = ((query["ctename"], _limit([query.get("ctequery", {})], {})) for query in queries)
    return {name: limit for name, limit in found if limit is not None}


def _limit(trees: list[Tree], limits: Mapping[str, int]) -> int | None:
    """Return the LIMIT of what picks the rows."""
    for node in nodes(trees):
        if "limitCount" in node:
            return int(node["limitCount"].get("A_Const", {}).get("ival", {}).get("ival", 0))
        if node.get("relname") in limits:
            return limits[node["relname"]]
    return None


def _picked(where: Any) -> Iterator[str]:
    """Yield the columns that every row has to have a certain value in; those beneath OR and NOT do not narrow."""
    if not isinstance(where, dict):
        return
    if "BoolExpr" in where and where["BoolExpr"].get("boolop") == "AND_EXPR":
        for part in where["BoolExpr"].get("args", ()):
            yield from _picked(part)
    compared = where.get("A_Expr", {})
    is_range = compared.get("kind") in RANGES and not COMPARED.isdisjoint(texts(compared.get("name")))
    if is_range and not columns_in(compared.get("rexpr")):
        yield from columns_in(compared.get("lexpr"))


def columns_in(tree: Any) -> frozenset[str]:
    """Return the columns that an expression names; what only the running system knows is a value."""
    references = (node["ColumnRef"].get("fields", ()) for node in nodes(tree or ()) if "ColumnRef" in node)
    return frozenset(texts(fields)[-1] for fields in references if texts(fields)) - {HIDDEN}
