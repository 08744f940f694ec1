"""Columns and constraints of CREATE TABLE and ALTER TABLE."""

import re
from dataclasses import replace
from typing import Any, Final

from rules.sql import scanner
from rules.sql.labels import labels_of
from rules.sql.parts import ForeignKey, SqlColumn, SqlConstraint
from rules.sql.traits import sequence_traits
from rules.sql.tree import Source, Tree, name_of, relation, texts
from rules.sql.types import SEARCHED, SERIALS, type_of

CONSTRAINTS: Final = {
    "CONSTR_PRIMARY": "PRIMARY KEY",
    "CONSTR_UNIQUE": "UNIQUE",
    "CONSTR_CHECK": "CHECK",
    "CONSTR_FOREIGN": "FOREIGN KEY",
    "CONSTR_EXCLUSION": "EXCLUDE",
}
EXCLUDE: Final = re.compile(r"\bEXCLUDE\s+USING\s+", re.IGNORECASE)
DEFERRED: Final = re.compile(r"\s*\b(NOT\s+)?DEFERRABLE\b.*$|\s*\bINITIALLY\b.*$", re.IGNORECASE | re.DOTALL)
COUNTING: Final = {"start": "START WITH", "increment": "INCREMENT BY"}
MATCHES: Final = {"s": "SIMPLE", "f": "FULL", "p": "PARTIAL"}
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
            return replace(found, generated=f"ALWAYS AS {_parenthesised(source, part)} STORED")
        case "CONSTR_IDENTITY":
            return replace(found, generated=identity(part), not_null=True)
        case _:
            return found


def identity(tree: Tree) -> str:
    """Return what stands behind GENERATED of an identity: when it counts, and how, where that is not the usual."""
    when = "ALWAYS" if tree["generated_when"] == "a" else "BY DEFAULT"
    counting = sorted((name, value) for name, value in sequence_traits(tree) if value is not None)
    how = " ".join(f"{COUNTING.get(name, name)} {value}" for name, value in counting).upper()
    return f"{when} AS IDENTITY" + (f" ({how})" if how else "")


def _parenthesised(source: Source, tree: Tree) -> str:
    found = source.inside(tree["raw_expr"])
    return found if found.startswith("(") and found.endswith(")") else f"({found})"


def constraint(tree: Tree, source: Source) -> SqlConstraint:
    """Return a Constraint of a table."""
    kind = CONSTRAINTS.get(tree["contype"], tree["contype"].removeprefix("CONSTR_"))
    target = tree.get("pktable")
    references = None
    if target is not None:
        references = ForeignKey(
            relation(target),
            texts(tree.get("pk_attrs")),
            " ".join([ACTIONS.get(tree.get("fk_del_action", "a"), "NO ACTION"), *_listed(tree.get("fk_del_set_cols"))]),
            ACTIONS.get(tree.get("fk_upd_action", "a"), "NO ACTION"),
            MATCHES.get(tree.get("fk_matchtype", "s"), "SIMPLE"),
        )
    return SqlConstraint(
        kind,
        tree.get("conname"),
        texts(tree.get("keys") or tree.get("fk_attrs")),
        source.after("CHECK", tree["raw_expr"]) if kind == "CHECK" and "raw_expr" in tree else None,
        references,
        not tree.get("skip_validation", False),
        tree.get("indexname"),
        _exclusion(tree, source) if kind == "EXCLUDE" else None,
        texts(tree.get("including")),
        not tree.get("nulls_not_distinct", False),
        not tree.get("is_no_inherit", False),
        _timing(tree),
        labels_of(part["List"]["items"][0]["IndexElem"] for part in tree.get("exclusions", ())),
    )


def _listed(columns: Any) -> list[str]:
    return [f"({', '.join(texts(columns))})"] if columns else []


def _timing(tree: Tree) -> str | None:
    if not tree.get("deferrable", False):
        return None
    return "DEFERRABLE INITIALLY DEFERRED" if tree.get("initdeferred", False) else "DEFERRABLE"


def _exclusion(tree: Tree, source: Source) -> str | None:
    """Return the SQL behind EXCLUDE USING, its WHERE included."""
    start = EXCLUDE.search(source.text, source.at(tree["location"]), source.end)
    if start is None:
        return None
    return DEFERRED.sub("", scanner.expression(source.text, start.end(), source.end)).strip()


def collation_of(tree: Any) -> str | None:
    """Return the collation of a ColumnDef."""
    clause = (tree or {}).get("collClause")
    if clause is None:
        return None
    parts = texts(clause.get("collname"))
    return str(name_of(parts[1:] if parts[0] in SEARCHED else parts))
