"""What goes when something is dropped, and what changes when something is renamed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.schema.model import (
    UNSURE,
    Check,
    Constraint,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Schema,
    SomeConstraint,
    Table,
    Thing,
    Unique,
)
from rules.schema.text import mentions, names, renamed
from rules.sql.effects import Kind
from rules.sql.names import Name

WATCHING: Final = frozenset({Kind.POLICY, Kind.TRIGGER, Kind.RULE})
# What of a trigger or a rule can only be a column of its table; the column is the first group.
OF_TRIGGER: Final = re.compile(
    r"\bUPDATE\s+OF\s+(.+?)\s+(?:OR|ON)\b|\bWHEN\s*\((.+)\)\s*EXECUTE\b", re.IGNORECASE | re.DOTALL
)
OF_RULE: Final = re.compile(r"\b(?:OLD|NEW)\s*\.\s*(\w+|\"[^\"]+\")", re.IGNORECASE)

# Which extension another needs, and goes with. Source: `requires` in the control files of contrib and PostGIS.
REQUIRED: Final = {
    "earthdistance": "cube",
    "pgrouting": "postgis",
    "postgis_raster": "postgis",
    "postgis_sfcgal": "postgis",
    "postgis_tiger_geocoder": "postgis",
    "postgis_topology": "postgis",
}


def depends(thing: Thing, on: Thing) -> bool:
    """Tell whether *thing* goes when another is dropped; PostgreSQL does not look into the bodies of functions."""
    if thing.kind is on.kind is Kind.EXTENSION:
        return REQUIRED.get(thing.name.name) == on.name.name
    if thing.kind in {Kind.FUNCTION, Kind.PROCEDURE, Kind.EXTENSION} or on.kind in {Kind.SCHEMA, Kind.EXTENSION}:
        return False
    if on.kind in {Kind.VIEW, Kind.MATERIALIZED_VIEW}:
        return on.name in thing.uses
    return thing.name != on.name and isinstance(thing.definition, str) and names(thing.definition, on.name.name)


def watches(thing: Thing, column: str) -> bool | None:
    """Tell whether a policy, trigger or rule names a column of its table; None where its text does not tell."""
    if not isinstance(thing.definition, str):
        return None
    if any(mentions(part, column) for part in _about_columns(thing, thing.definition)):
        return True
    return None if thing.kind is not Kind.TRIGGER and mentions(thing.definition, column) else False


def _about_columns(thing: Thing, definition: str) -> list[str]:
    """Return the parts of a definition in which a name is that of a column of its table."""
    match thing.kind:
        case Kind.TRIGGER:
            return [part for found in OF_TRIGGER.findall(definition) for part in found]
        case Kind.RULE:
            return OF_RULE.findall(definition)
        case _:
            said = (thing.traits.get(part, "") for part in ("using", "check"))
            return [one for one in said if not names(one.lower(), "select")]


def index_uses(index: Index, column: str) -> bool:
    """Tell whether *index* goes when *column* is dropped."""
    parts = () if index.columns is UNSURE else index.columns
    return any(mentions(part, column) for part in (*parts, *index.include, index.where))


def constraint_uses(constraint: Constraint, column: str) -> bool:
    """Tell whether *constraint* goes when *column* of its table is dropped."""
    match constraint:
        case Check(expression=sql) | Exclusion(using=sql):
            return mentions(sql, column)
        case PrimaryKey(columns=columns) | Unique(columns=columns) | ForeignKey(columns=columns):
            return column in columns
        case SomeConstraint():
            return False


def refers(constraint: Constraint, table: Name) -> bool:
    """Tell whether *constraint* is a foreign key to *table*."""
    return isinstance(constraint, ForeignKey) and constraint.target == table


def foreign_keys(table: Table) -> list[ForeignKey]:
    """Return the foreign keys of *table*."""
    return [one for one in table.constraints.values() if isinstance(one, ForeignKey)]


def plain_columns(index: Index) -> list[str]:
    """Return the columns that *index* names, not those within its expressions."""
    parts = () if index.columns is UNSURE else index.columns
    return [part.split('"')[1] for part in parts if part.startswith('"') and part.count('"') == len('""')]


def index_renamed(index: Index, column: str, to: str) -> Index:
    """Return *index* with one of its columns renamed."""
    parts = (
        index.columns if index.columns is UNSURE else tuple(renamed(part, column, to) or "" for part in index.columns)
    )
    include = tuple(renamed(part, column, to) or "" for part in index.include)
    return replace(
        index,
        columns=parts,
        include=include,
        where=renamed(index.where, column, to),
        sql=None if index.sql is None else renamed(index.sql, column, to),
    )


def constraint_renamed(constraint: Constraint, column: str, to: str) -> Constraint:
    """Return *constraint* with one of its columns renamed."""
    match constraint:
        case Check():
            return replace(constraint, expression=renamed(constraint.expression, column, to) or "")
        case Exclusion():
            return replace(constraint, using=renamed(constraint.using, column, to) or "")
        case PrimaryKey() | Unique() | ForeignKey():
            return replace(constraint, columns=tuple(to if one == column else one for one in constraint.columns))
        case SomeConstraint():
            return constraint


def other_ends(table: Table, column: str, schema: Schema) -> Iterator[Name]:
    """Yield the tables at the other end of foreign keys of, and to, *column*."""
    yield from (own.target for own in foreign_keys(table) if column in own.columns)
    for other in schema.tables.values():
        for foreign in foreign_keys(other):
            if foreign.target == table.name and column in (foreign.target_columns or table.primary_key):
                yield other.name
