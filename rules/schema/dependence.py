"""What goes when something is dropped, and what changes when something is renamed."""

from dataclasses import replace

from rules.schema.model import (
    UNSURE,
    Check,
    Constraint,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    SomeConstraint,
    Table,
    Thing,
    ThingKey,
    Unique,
)
from rules.schema.text import mentions, renamed
from rules.sql.effects import Kind
from rules.sql.names import Name


def depends(thing: Thing, on: ThingKey) -> bool:
    """Tell whether *thing* goes when another is dropped; PostgreSQL does not look into the bodies of functions."""
    names = thing.kind not in {Kind.FUNCTION, Kind.PROCEDURE, Kind.EXTENSION} and thing.name != on[2]
    return names and isinstance(thing.definition, str) and mentions(thing.definition, on[2].name)


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
