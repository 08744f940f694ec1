"""What CREATE TABLE, ALTER TABLE and CREATE INDEX do."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from rules.sql import scanner
from rules.sql.columns import collation_of, column, constraint, identity
from rules.sql.effects import (
    ColumnAdded,
    ColumnDefaultChanged,
    ColumnDropped,
    ColumnNullChanged,
    ColumnTypeChanged,
    ConstraintAdded,
    ConstraintDropped,
    ConstraintValidated,
    Effect,
    IndexCreated,
    Kind,
    ObjectAltered,
    TableAltered,
    TableCreated,
)
from rules.sql.labels import labels_of
from rules.sql.names import Name
from rules.sql.objects import KINDS
from rules.sql.parts import SqlColumn, SqlConstraint
from rules.sql.tree import Source, Tree, nodes, option_value, relation, text_of, texts
from rules.sql.types import type_of

PARTITIONED: Final = re.compile(r"PARTITION\s+BY\s+", re.IGNORECASE)
BEHIND_BOUNDS: Final = re.compile(
    r"\b(?:PARTITION\s+BY|USING|WITH\s*\((?!\s*(?:MODULUS|REMAINDER))|TABLESPACE)\b", re.IGNORECASE
)
PERSISTENCE: Final = {"p": "permanent", "u": "unlogged", "t": "temporary"}


def created(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE TABLE."""
    columns = list[SqlColumn]()
    constraints = list[SqlConstraint]()
    complete = "inhRelations" not in tree
    for element in tree.get("tableElts", ()):
        if "ColumnDef" in element:
            found, written = column(element["ColumnDef"], source)
            columns.append(replace(found, collation=collation_of(element["ColumnDef"])))
            constraints += written
        elif "Constraint" in element:
            constraints.append(constraint(element["Constraint"], source))
        else:
            complete = False
    parents = tree.get("inhRelations", ())
    yield TableCreated(
        relation(tree["relation"]),
        tuple(columns),
        tuple(constraints),
        tree.get("if_not_exists", False),
        PERSISTENCE.get(tree["relation"].get("relpersistence", "p"), "permanent"),
        complete,
        relation(parents[0]) if parents and "partbound" in tree else None,
        _partition_key(tree["partspec"], source) if "partspec" in tree else None,
        _bounds(tree["partbound"], source) if "partbound" in tree else None,
        tuple((one["DefElem"]["defname"], option_value(one["DefElem"])) for one in tree.get("options", ())),
        tuple(map(relation, parents)) if "partbound" not in tree else (),
    )


def _partition_key(tree: Tree, source: Source) -> str:
    """Return the SQL behind PARTITION BY."""
    found = PARTITIONED.match(source.text, source.at(tree["location"]), source.end)
    start = source.at(tree["location"]) if found is None else found.end()
    return " ".join(source.text[start : _end_of(source, start)].split())


def _end_of(source: Source, start: int) -> int:
    """Return where the parenthesis closes that is the first behind *start*."""
    depth = 0
    for token in scanner.tokens(source.text[: source.end], start):
        mark = source.text[token.start : token.end] if token.kind == "mark" else ""
        depth += (mark == "(") - (mark == ")")
        if mark == ")" and depth == 0:
            return token.end
    return source.end


def _bounds(tree: Tree, source: Source) -> str:
    """Return the SQL that tells which rows a partition holds."""
    if tree.get("is_default", False):
        return "DEFAULT"
    start = source.at(tree["location"])
    end = BEHIND_BOUNDS.search(source.text, start, source.end)
    return " ".join(source.text[start : end.start() if end else source.end].split())


def created_by_query(into: Tree, *, if_not_exists: bool = False) -> TableCreated:
    """Return what CREATE TABLE ... AS and SELECT ... INTO make; *into* is libpg_query's IntoClause."""
    target = into["rel"]
    persistence = PERSISTENCE.get(target.get("relpersistence", "p"), "permanent")
    return TableCreated(relation(target), if_not_exists=if_not_exists, persistence=persistence, complete=False)


def created_as(tree: Tree, _: Source) -> Iterator[Effect]:
    """CREATE TABLE ... AS."""
    yield created_by_query(tree["into"], if_not_exists=tree.get("if_not_exists", False))


def altered(tree: Tree, source: Source) -> Iterator[Effect]:
    """ALTER TABLE: one effect for each action, in their order."""
    table = relation(tree["relation"])
    commands = [command["AlterTableCmd"] for command in tree.get("cmds", ())]
    for inner in sorted(commands, key=lambda one: one["subtype"].removeprefix("AT_") not in FIRST):
        action = inner["subtype"].removeprefix("AT_")
        if action in ACTIONS:
            yield from ACTIONS[action](table, inner, source)
        elif (kind := KINDS.get(tree.get("objtype", ""), Kind.TABLE)) is not Kind.TABLE:
            yield ObjectAltered(kind, table, action)
        else:
            yield _otherwise(table, action, inner, source)


def _otherwise(table: Name, action: str, tree: Tree, source: Source) -> TableAltered:
    definition = tree.get("def", {})
    partition = definition.get("PartitionCmd", {})
    other = partition.get("name") or definition.get("RangeVar")
    set_ = [node for node in nodes(definition) if "defname" in node]
    options, values = tuple(node["defname"] for node in set_), tuple(option_value(node) for node in set_)
    concurrently = partition.get("concurrent", False)
    other = relation(other) if other else None
    if "bound" in partition:
        values = (_bounds(partition["bound"], source),)
    return TableAltered(table, action, tree.get("name"), other, concurrently, options, _value(definition) or values)


def _value(tree: Tree) -> tuple[str, ...]:
    """Return the one value that an action sets: a number, a word, a replica identity, what an identity column does."""
    match tree:
        case {"Integer": number}:
            return (str(number.get("ival", 0)),)
        case {"String": _}:
            return (text_of(tree),)
        case {"ReplicaIdentityStmt": said}:
            return (said["identity_type"], said.get("name", ""))
        case {"Constraint": {"generated_when": _} as said}:
            return (identity(said),)
        case _:
            return ()


def _added(table: Name, tree: Tree, source: Source) -> Iterator[Effect]:
    definition = tree["def"]["ColumnDef"]
    found, constraints = column(definition, source)
    collated = replace(found, collation=collation_of(definition))
    yield ColumnAdded(table, collated, tree.get("missing_ok", False))
    for written in constraints:
        yield ConstraintAdded(table, written, with_column=True)


def _dropped(table: Name, tree: Tree, _: Source) -> Iterator[Effect]:
    cascade = tree.get("behavior") == "DROP_CASCADE"
    yield ColumnDropped(table, tree["name"], tree.get("missing_ok", False), cascade)


def _retyped(table: Name, tree: Tree, source: Source) -> Iterator[Effect]:
    definition = tree["def"]["ColumnDef"]
    using = definition.get("raw_default")
    yield ColumnTypeChanged(
        table,
        tree["name"],
        type_of(definition.get("typeName")),
        None if using is None else source.after("USING", using),
        collation_of(definition),
    )


def _defaulted(table: Name, tree: Tree, source: Source) -> Iterator[Effect]:
    default = source.after("DEFAULT", tree["def"]) if "def" in tree else None
    yield ColumnDefaultChanged(table, tree["name"], default)


def _constrained(table: Name, tree: Tree, source: Source) -> Iterator[Effect]:
    yield ConstraintAdded(table, constraint(tree["def"]["Constraint"], source))


def _unconstrained(table: Name, tree: Tree, _: Source) -> Iterator[Effect]:
    cascade = tree.get("behavior") == "DROP_CASCADE"
    yield ConstraintDropped(table, tree["name"], tree.get("missing_ok", False), cascade)


Action = Callable[[Name, Tree, Source], Iterator[Effect]]
ACTIONS: Final[Mapping[str, Action]] = {
    "AddColumn": _added,
    "DropColumn": _dropped,
    "AlterColumnType": _retyped,
    "ColumnDefault": _defaulted,
    "SetNotNull": lambda table, tree, _: iter((ColumnNullChanged(table, tree["name"], not_null=True),)),
    "DropNotNull": lambda table, tree, _: iter((ColumnNullChanged(table, tree["name"], not_null=False),)),
    "AddConstraint": _constrained,
    "DropConstraint": _unconstrained,
    "ValidateConstraint": lambda table, tree, _: iter((ConstraintValidated(table, tree["name"]),)),
}
FIRST: Final = frozenset(
    {"DropColumn", "DropConstraint"}
)  # PostgreSQL does these before all other actions of a statement


def indexed(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE INDEX."""
    elements = [element["IndexElem"] for element in tree.get("indexParams", ())]
    included = [element["IndexElem"] for element in tree.get("indexIncludingParams", ())]
    suffixes, where = tuple(map(_suffix, elements)), tree.get("whereClause")
    options = [option["DefElem"] for option in tree.get("options", ())]
    table = tree["relation"]
    yield IndexCreated(
        tree.get("idxname"),
        relation(table),
        tuple(element.get("name") for element in elements),
        tuple(source.inside(element["expr"]) for element in elements if "expr" in element),
        tree.get("unique", False),
        tree.get("concurrent", False),
        tree.get("if_not_exists", False),
        not table.get("inh", False),
        tree.get("accessMethod", "btree"),
        None if where is None else source.after("WHERE", where),
        tuple(element.get("name", "") for element in included),
        suffixes if any(suffixes) else (),
        not tree.get("nulls_not_distinct", False),
        ", ".join(f"{option['defname']}={option_value(option)}" for option in options) or None,
        labels_of([*elements, *included]) if "idxname" not in tree else (),
    )


def _suffix(element: Tree) -> str:
    """Return what stands behind a column of an index, but for its direction of old: ascending."""
    words = [f'COLLATE "{texts(element["collation"])[-1]}"'] if "collation" in element else []
    words += texts(element.get("opclass"))[-1:]
    words += ["DESC"] if element.get("ordering") == "SORTBY_DESC" else []
    nulls = element.get("nulls_ordering", "SORTBY_NULLS_DEFAULT").removeprefix("SORTBY_NULLS_")
    return " ".join([*words, *([] if nulls == "DEFAULT" else [f"NULLS {nulls}"])])
