"""What statements do to rows and to the session: writing, reading, settings, locks, grants, maintenance."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from rules.sql.effects import (
    Effect,
    Granted,
    Kind,
    Locked,
    Maintained,
    RowsRead,
    RowsWritten,
    SettingChanged,
    TableAltered,
    TransactionControlled,
    Unknown,
)
from rules.sql.rows import columns_in, limits_of, written
from rules.sql.tables import created_by_query
from rules.sql.tree import Source, Tree, nodes, relation, text_of, texts

Effects = Callable[[Tree, Source], Iterator[Effect]]
WRITES: Final = {"InsertStmt": "insert", "UpdateStmt": "update", "DeleteStmt": "delete", "MergeStmt": "merge"}
READERS: Final = frozenset({"SelectStmt", "ExplainStmt", "VariableShowStmt", "PrepareStmt", "DeclareCursorStmt"})
KINDS: Final = {"REINDEX_OBJECT_INDEX": Kind.INDEX, "REINDEX_OBJECT_SCHEMA": Kind.SCHEMA}
OFF: Final = frozenset({"false", "off", "0"})
OPAQUE: Final[Mapping[str, str]] = {
    "DoStmt": "a DO block",
    "CallStmt": "a call of a procedure",
    "ExecuteStmt": "a prepared statement",
}


def row_effects(tree: object) -> Iterator[Effect]:
    """Yield what a statement with rows does, its WITH queries included."""
    found, limits = False, limits_of(tree)
    for node in nodes(tree):
        if "intoClause" in node:
            found = True
            yield created_by_query(node["intoClause"])
        for kind, how in WRITES.items():
            if kind in node:
                found = True
                yield written(node[kind], how, limits)
    if not found:
        locks = any("lockingClause" in node for node in nodes(tree))
        yield RowsRead(_functions(tree), locks, columns_in(tree))


def rows(kind: str) -> Effects:
    """Make the reader of a statement that writes or reads rows."""
    return lambda tree, _: row_effects({kind: tree})


def _functions(tree: object) -> tuple[str, ...]:
    calls = (node["FuncCall"] for node in nodes(tree) if "FuncCall" in node)
    return tuple(sorted({".".join(texts(call.get("funcname"))) for call in calls}))


def truncated(tree: Tree, _: Source) -> Iterator[Effect]:
    """TRUNCATE."""
    for table in tree.get("relations", ()):
        yield RowsWritten(relation(table), "truncate", cascade=tree.get("behavior") == "DROP_CASCADE")


def copied(tree: Tree, _: Source) -> Iterator[Effect]:
    """COPY."""
    if tree.get("is_from") and "relation" in tree:
        yield RowsWritten(relation(tree["relation"]), "copy")
    else:
        yield RowsRead()


def granted(tree: Tree, _: Source) -> Iterator[Effect]:
    """GRANT and REVOKE."""
    statement = tree.get("action", {}).get("GrantStmt", tree.get("action", tree))
    yield Granted(revoked=not statement.get("is_grant", False))


def setting(tree: Tree, _: Source) -> Iterator[Effect]:
    """SET and RESET."""
    constants = [node["A_Const"] for node in nodes(tree.get("args", ())) if "A_Const" in node]
    values = [_constant(constant) for constant in constants]
    yield SettingChanged(tree.get("name", "all"), ", ".join(values) or None, tree.get("is_local", False))


def _constant(tree: Tree) -> str:
    if "ival" in tree:
        return str(tree["ival"].get("ival", 0))
    if "boolval" in tree:
        return str(tree["boolval"].get("boolval", False)).lower()
    return text_of(tree.get("sval", tree.get("fval", {}).get("fval", "")))


def locked(tree: Tree, _: Source) -> Iterator[Effect]:
    """LOCK TABLE."""
    for table in tree.get("relations", ()):
        yield Locked(relation(table), tree.get("mode", 8))  # ACCESS EXCLUSIVE unless it says otherwise


def transaction(tree: Tree, _: Source) -> Iterator[Effect]:
    """BEGIN, COMMIT, ROLLBACK and SAVEPOINT."""
    yield TransactionControlled(tree.get("kind", "").removeprefix("TRANS_STMT_"))


def maintained(action: str) -> Effects:
    """Make the reader of a statement that keeps a table in order."""

    def effects(tree: Tree, _: Source) -> Iterator[Effect]:
        options = {node["DefElem"].get("defname") for node in nodes(tree) if _is_on(node)}
        concurrently = tree.get("concurrent", False) or "concurrently" in options
        named = [relation(node) for node in nodes(tree) if "relname" in node]
        kind = KINDS.get(tree.get("kind", ""), Kind.TABLE)
        done = f"{action} FULL" if "full" in options else action
        yield from (Maintained(done, name, concurrently, kind) for name in named)
        if not named:
            yield Maintained(done, None, concurrently, kind)

    return effects


def clustered(tree: Tree, source: Source) -> Iterator[Effect]:
    """CLUSTER, by an index that the table remembers."""
    yield from maintained("CLUSTER")(tree, source)
    if "indexname" in tree:
        yield TableAltered(relation(tree["relation"]), "ClusterOn", tree["indexname"])


def _is_on(node: Tree) -> bool:
    """Tell whether a node is an option that is not said to be off."""
    if "DefElem" not in node:
        return False
    said = node["DefElem"].get("arg")
    return said is None or text_of(said).lower() not in OFF


def unreadable(reason: str) -> Effects:
    """Make the reader of a statement that may do anything."""
    return lambda _, __: iter((Unknown(reason),))


SESSIONS: Final[Mapping[str, Effects]] = {
    "TruncateStmt": truncated,
    "CopyStmt": copied,
    "GrantStmt": granted,
    "GrantRoleStmt": granted,
    "AlterDefaultPrivilegesStmt": granted,
    "VariableSetStmt": setting,
    "LockStmt": locked,
    "TransactionStmt": transaction,
    "VacuumStmt": lambda tree, source: maintained("VACUUM" if "is_vacuumcmd" in tree else "ANALYZE")(tree, source),
    "ReindexStmt": maintained("REINDEX"),
    "ClusterStmt": clustered,
    "RefreshMatViewStmt": maintained("REFRESH MATERIALIZED VIEW"),
    "CheckPointStmt": maintained("CHECKPOINT"),
    "NotifyStmt": lambda _, __: iter((RowsRead(),)),
    **{kind: rows(kind) for kind in (*WRITES, *READERS)},
    **{kind: unreadable(reason) for kind, reason in OPAQUE.items()},
}
