"""A schema as text: tables with their columns, indexes and constraints, then everything else."""

from collections.abc import Iterator

from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.names import name_sql
from rules.rewrite.sql import constraint_sql, index_sql
from rules.schema.model import UNSURE, Column, Constraint, Index, Schema, Table, Thing

UNKNOWN = "?"  # stands where the migrations do not tell


def listed(schema: Schema) -> str:
    """Return the schema, a part a line; what belongs to a table is indented."""
    lines = [line for _, table in sorted(schema.tables.items(), key=str) for line in _table(table)]
    lines += [_thing(thing) for _, thing in sorted(schema.things.items(), key=str)]
    if not schema.whole:
        lines.append("There may be more: not everything could be read.")
    return "".join(f"{line}\n" for line in lines)


def _table(table: Table) -> Iterator[str]:
    made = f"  -- {table.version}" if table.version is not None else ""
    yield f"table {name_sql(table.name)}{made}"
    yield from (f"  {_column(column)}" for column in table.columns.values())
    yield from (f"  {_constraint(constraint)}" for constraint in table.constraints.values())
    yield from (f"  {_index(table, index)}" for index in table.indexes.values())
    yield from (f"  {trait}: {value}" for trait, value in table.traits.items())
    if not table.whole:
        yield "  and more that is not known"


def _column(column: Column) -> str:
    words = [column.name, _known(column.type)]
    words += [f"COLLATE {_known(column.collation)}"] if column.collation is not None else []
    words += [f"GENERATED {_known(column.generated)}"] if column.generated is not None else []
    words += [f"DEFAULT {_known(column.default)}"] if column.default is not None else []
    words += [] if column.null is True else [UNKNOWN if column.null is UNSURE else "NOT NULL"]
    return " ".join(words)


def _known(value: object) -> str:
    return UNKNOWN if value is UNSURE else str(value)


def _constraint(constraint: Constraint) -> str:
    try:
        return constraint_sql(constraint)
    except CannotWriteError:
        return f"CONSTRAINT {constraint.name} {UNKNOWN}"


def _index(table: Table, index: Index) -> str:
    try:
        return index.sql or index_sql(table, index)
    except CannotWriteError:
        return f"INDEX {index.name} {UNKNOWN}"


def _thing(thing: Thing) -> str:
    on = f" on {name_sql(thing.table)}" if thing.table else ""
    values = f" ({', '.join(thing.values)})" if thing.values else ""
    traits = "".join(f", {trait}: {value}" for trait, value in thing.traits.items())
    return f"{thing.kind.value} {thing.key[2]}{on}{values}{traits}"
