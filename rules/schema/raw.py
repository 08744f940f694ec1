"""The parts of tables that raw SQL makes: columns, constraints, indexes."""

import re
from collections.abc import Collection
from dataclasses import replace
from itertools import count, zip_longest
from typing import Final

from rules.schema.casts import NUMBERS, base
from rules.schema.dependence import plain_columns
from rules.schema.model import (
    Check,
    Column,
    Constraint,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    SomeConstraint,
    Table,
    Unique,
    Unsure,
    key,
)
from rules.schema.text import as_index_column, mentions, next_value, quoted_name, squeezed
from rules.schema.types import as_kept, null_default
from rules.sql import effects as sql
from rules.sql.names import Name, object_name, stored
from rules.sql.parts import SqlColumn, SqlConstraint
from rules.sql.types import SERIALS, catalogue_name

SUFFIXES: Final = {"PRIMARY KEY": "pkey", "UNIQUE": "key", "FOREIGN KEY": "fkey", "CHECK": "check", "EXCLUDE": "excl"}
NULL: Final = re.compile(r"null(::.+)?", re.IGNORECASE)
CAST: Final = re.compile(r"(?P<literal>'(?:[^']|'')*')::(?P<type>.+)")
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
NEXT: Final = re.compile(r"nextval\(\(*'(?:public\.)?(?P<name>\w+)'(?:::\w+)?\)*(?:::regclass)?\)", re.IGNORECASE)


def raw_column(column: SqlColumn, table: Name) -> Column:
    """Return the column that a statement adds to *table*."""
    kind = catalogue_name(SERIALS.get(column.type, column.type))
    sequence = sequence_of(table, column.name) if column.type in SERIALS else None
    return Column(
        stored(column.name),
        kind,
        null=not column.not_null,
        default=next_value(sequence) if sequence else raw_default(column.default, kind),
        generated=column.generated,
        collation=column.collation,
        sequence=sequence,
    )


def sequence_of(table: Name, column: str) -> Name:
    """Return the sequence that PostgreSQL makes for a serial column."""
    return key(Name(table.prefix, object_name(table.name, column, "seq")))


def raw_default(sql: str | None, kind: str | Unsure) -> str | None:
    """Return the default that the catalogue keeps of a column of type *kind*."""
    if sql is None or NULL.fullmatch(sql):
        return null_default(kind) if sql else None
    if numbered := NEXT.fullmatch(sql):
        return next_value(Name(None, numbered["name"]))
    cast = CAST.fullmatch(sql)
    if cast and isinstance(kind, str) and base(catalogue_name(cast["type"])) == base(kind):
        number = cast["literal"][1:-1]
        return number if base(kind) in NUMBERS and NUMBER.fullmatch(number) else as_kept(cast["literal"], kind)
    return as_kept(sql, kind)


def raw_constraint(table: Table, made: SqlConstraint) -> Constraint:
    """Return the constraint that a statement adds to *table*."""
    columns = tuple(map(stored, made.columns))
    name = stored(made.name or made.using_index or _default_name(table, made))
    match made.kind:
        case "PRIMARY KEY":
            return PrimaryKey(name, columns, timing=made.timing)
        case "UNIQUE":
            include = tuple(map(stored, made.include))
            return Unique(name, columns, include, made.nulls_distinct, timing=made.timing)
        case "CHECK":
            return Check(name, squeezed(made.check or ""), made.valid, inherited=made.inherited)
        case "EXCLUDE" if made.exclude is not None:
            return Exclusion(name, squeezed(made.exclude), timing=made.timing)
        case "FOREIGN KEY" if made.references is not None:
            return _foreign_key(name, columns, made)
        case _:
            return SomeConstraint(name)


def taking_over(table: Table, made: SqlConstraint, index: str) -> SqlConstraint:
    """Return a constraint with the columns of the index that it takes over, where that is known."""
    taken = table.indexes.get(stored(index))
    if taken is None:
        return made
    include = tuple(part.strip('"') for part in taken.include)
    return replace(made, columns=tuple(plain_columns(taken)), include=include, nulls_distinct=taken.nulls_distinct)


def _foreign_key(name: str, columns: tuple[str, ...], made: SqlConstraint) -> Constraint:
    to = made.references
    if to is None:
        return SomeConstraint(name)
    return ForeignKey(
        name,
        columns,
        key(to.table),
        tuple(map(stored, to.columns)),
        to.on_delete,
        to.on_update,
        to.match,
        validated=made.valid,
        timing=made.timing,
    )


def _default_name(table: Table, made: SqlConstraint) -> str:
    """Return the name that PostgreSQL chooses: with the columns, of a check only if there is one, and a free number."""
    columns = () if made.kind == "PRIMARY KEY" else made.labels or (*made.columns, *made.include)
    if made.kind == "CHECK":
        named = tuple(column for column in table.columns if mentions(made.check, column))
        columns = named if len(named) == 1 else ()
    suffix = SUFFIXES.get(made.kind, "key")
    names = (object_name(table.name.name, "_".join(columns), f"{suffix}{number or ''}") for number in count())
    return next(name for name in names if name not in table.constraints)


def raw_index(effect: sql.IndexCreated, written: str, taken: Collection[str] = ()) -> Index:
    """Return the index that a statement makes, which stands in the text as *written*; *taken* are others' names."""
    expressions = iter(effect.expressions)
    columns = [
        quoted_name(column) if column is not None else as_index_column(next(expressions, ""))
        for column in effect.columns
    ]
    words = "_".join(effect.labels)
    names = (object_name(effect.table.name, words, f"idx{number or ''}") for number in count())
    return Index(
        stored(effect.name) if effect.name else next(name for name in names if name not in taken),
        tuple(" ".join(filter(None, pair)) for pair in zip_longest(columns, effect.suffixes)),
        effect.unique,
        effect.using,
        tuple(map(quoted_name, effect.include)),
        squeezed(effect.where) if effect.where else None,
        effect.nulls_distinct,
        effect.storage,
        effect.only,
        sql=written,
    )
