"""What goes when something is dropped, and what changes when something is renamed."""

import re
from collections.abc import Collection, Iterator
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

VIEWS: Final = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW})
TYPES: Final = frozenset({Kind.TYPE, Kind.DOMAIN})
CALLED: Final = frozenset({Kind.FUNCTION, Kind.PROCEDURE})
WATCHING: Final = frozenset({Kind.POLICY, Kind.TRIGGER, Kind.RULE})
CLUSTERING: Final = "clustering"  # the trait of a table that names the index by which it was ordered
IDENTITY: Final = "replica identity"
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
    if thing.kind is Kind.EXTENSION or on.kind in {Kind.SCHEMA, Kind.EXTENSION}:
        return False
    if on.kind in VIEWS:
        return on.name in thing.uses and thing.table != on.name  # a view takes its own triggers along
    if thing.kind in CALLED:
        return on.kind in TYPES and on.name in thing.uses
    return thing.name != on.name and isinstance(thing.definition, str) and names(thing.definition, on.name.name)


def needs_table(thing: Thing, table: Name) -> bool:
    """Tell whether *thing* is in the way of a table that is dropped, or goes with it in a cascade."""
    if table not in thing.uses:
        return False
    return thing.kind in VIEWS | CALLED or (thing.kind in {Kind.POLICY, Kind.RULE} and thing.table != table)


def watches(thing: Thing, column: str) -> bool | None:
    """Tell whether a policy, trigger or rule names a column of its table; None where its text does not tell."""
    if not isinstance(thing.definition, str) or thing.is_stale:
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


def without_indexes(table: Table, gone: Collection[str]) -> Table:
    """Return *table* without some of its indexes, and without what is said of it by their names."""
    traits = {trait: value for trait, value in table.traits.items() if trait != CLUSTERING or value not in gone}
    if traits.get(IDENTITY) in gone:
        traits[IDENTITY] = "an index that is gone"
    kept = {name: one for name, one in table.indexes.items() if name not in gone}
    return replace(table, indexes=kept, traits=traits)


def unique_columns(part: Index | Constraint) -> frozenset[str]:
    """Return the columns that *part* alone keeps unique; none where it is over expressions, or not over all rows."""
    match part:
        case Index(unique=True, where=None, columns=tuple(columns)):
            plain = plain_columns(part)
            return frozenset(plain) if len(plain) == len(columns) else frozenset()
        case PrimaryKey(columns=columns) | Unique(columns=columns):
            return frozenset(columns)
        case _:
            return frozenset()


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
            casts = frozenset(to if one == column else one for one in constraint.casts)
            return replace(constraint, expression=renamed(constraint.expression, column, to) or "", casts=casts)
        case Exclusion():
            return replace(constraint, using=renamed(constraint.using, column, to) or "")
        case ForeignKey():
            columns = tuple(to if one == column else one for one in constraint.columns)
            return replace(constraint, columns=columns, on_delete=renamed(constraint.on_delete, column, to) or "")
        case PrimaryKey() | Unique():
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
