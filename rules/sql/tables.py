"""What CREATE TABLE, ALTER TABLE and CREATE INDEX do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from rules.sql.columns import collation_of, column, constraint
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
    SqlColumn,
    SqlConstraint,
    TableAltered,
    TableCreated,
)
from rules.sql.names import Name
from rules.sql.tree import Source, Tree, nodes, relation
from rules.sql.types import type_of

PERSISTENCE: Final = {"p": "permanent", "u": "unlogged", "t": "temporary"}


def created(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE TABLE."""
    columns: list[SqlColumn] = []
    constraints: list[SqlConstraint] = []
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
        "partspec" in tree,
    )


def created_as(tree: Tree, _: Source) -> Iterator[Effect]:
    """CREATE TABLE ... AS."""
    target = tree["into"]["rel"]
    persistence = PERSISTENCE.get(target.get("relpersistence", "p"), "permanent")
    guarded = tree.get("if_not_exists", False)
    yield TableCreated(relation(target), if_not_exists=guarded, persistence=persistence, complete=False)


def altered(tree: Tree, source: Source) -> Iterator[Effect]:
    """ALTER TABLE: one effect for each action, in their order."""
    table = relation(tree["relation"])
    for command in tree.get("cmds", ()):
        inner = command["AlterTableCmd"]
        action = inner["subtype"].removeprefix("AT_")
        if action in ACTIONS:
            yield from ACTIONS[action](table, inner, source)
        elif tree.get("objtype") == "OBJECT_INDEX":
            yield ObjectAltered(Kind.INDEX, table, action)
        else:
            yield _otherwise(table, action, inner)


def _otherwise(table: Name, action: str, tree: Tree) -> TableAltered:
    definition = tree.get("def", {})
    partition = definition.get("PartitionCmd", {})
    other = partition.get("name") or definition.get("RangeVar")
    options = tuple(node["defname"] for node in nodes(definition) if "defname" in node)
    concurrently = partition.get("concurrent", False)
    return TableAltered(table, action, tree.get("name"), relation(other) if other else None, concurrently, options)


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


def indexed(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE INDEX."""
    elements = [element["IndexElem"] for element in tree.get("indexParams", ())]
    included = [element["IndexElem"] for element in tree.get("indexIncludingParams", ())]
    where = tree.get("whereClause")
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
    )
