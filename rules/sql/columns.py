"""Columns and constraints of CREATE TABLE and ALTER TABLE."""

from dataclasses import replace
from typing import Any, Final

from rules.sql.effects import ForeignKey, SqlColumn, SqlConstraint
from rules.sql.tree import Source, Tree, name_of, relation, texts
from rules.sql.types import SERIALS, type_of

CONSTRAINTS: Final = {
    "CONSTR_PRIMARY": "PRIMARY KEY",
    "CONSTR_UNIQUE": "UNIQUE",
    "CONSTR_CHECK": "CHECK",
    "CONSTR_FOREIGN": "FOREIGN KEY",
    "CONSTR_EXCLUSION": "EXCLUDE",
}
ACTIONS: Final = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


def column(tree: Tree, source: Source) -> tuple[SqlColumn, tuple[SqlConstraint, ...]]:
    """Return a ColumnDef and the constraints that are written with it."""
    name = tree.get("colname", "")
    kind = type_of(tree.get("typeName"))
    found = SqlColumn(name, kind, not_null=kind in SERIALS)
    constraints: list[SqlConstraint] = []
    written = [part["Constraint"] for part in tree.get("constraints", ()) if "Constraint" in part]
    for place, part in enumerate(written):
        following = [source.at(other["location"]) for other in written[place + 1 :] if "location" in other]
        found = _with(found, part, source, min(following, default=source.end))
        if part["contype"] in CONSTRAINTS:
            made = constraint(part, source)
            columns = made.columns or (name,)
            constraints.append(replace(made, columns=columns))
    return found, tuple(constraints)


def _with(found: SqlColumn, part: Tree, source: Source, stop: int) -> SqlColumn:
    match part["contype"]:
        case "CONSTR_NOTNULL" | "CONSTR_PRIMARY":
            return replace(found, not_null=True)
        case "CONSTR_DEFAULT":
            return replace(found, default=source.after("DEFAULT", part.get("raw_expr"), stop))
        case "CONSTR_GENERATED":
            return replace(found, generated="STORED")
        case "CONSTR_IDENTITY":
            return replace(found, generated="IDENTITY", not_null=True)
        case _:
            return found


def constraint(tree: Tree, source: Source) -> SqlConstraint:
    """Return a Constraint of a table."""
    kind = CONSTRAINTS.get(tree["contype"], tree["contype"].removeprefix("CONSTR_"))
    target = tree.get("pktable")
    references = None
    if target is not None:
        references = ForeignKey(
            relation(target),
            texts(tree.get("pk_attrs")),
            ACTIONS.get(tree.get("fk_del_action", "a"), "NO ACTION"),
            ACTIONS.get(tree.get("fk_upd_action", "a"), "NO ACTION"),
        )
    return SqlConstraint(
        kind,
        tree.get("conname"),
        texts(tree.get("keys") or tree.get("fk_attrs")),
        source.after("CHECK", tree["raw_expr"]) if kind == "CHECK" and "raw_expr" in tree else None,
        references,
        not tree.get("skip_validation", False),
        tree.get("indexname"),
    )


def collation_of(tree: Any) -> str | None:
    """Return the collation of a ColumnDef."""
    clause = (tree or {}).get("collClause")
    return None if clause is None else str(name_of(texts(clause.get("collname"))))
