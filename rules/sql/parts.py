"""Columns and constraints as statements write them."""

from dataclasses import dataclass

from rules.sql.names import Name


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """REFERENCES: the table, its columns (empty: its primary key) and what happens to the rows that refer."""

    table: Name
    columns: tuple[str, ...] = ()
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    match: str = "SIMPLE"


@dataclass(frozen=True, slots=True)
class SqlConstraint:
    """A constraint of a table; a column's own NOT NULL and DEFAULT stand in the column."""

    kind: str  # PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY, EXCLUDE
    name: str | None
    columns: tuple[str, ...] = ()
    check: str | None = None
    references: ForeignKey | None = None
    valid: bool = True  # not NOT VALID
    using_index: str | None = None
    exclude: str | None = None  # SQL behind EXCLUDE USING
    include: tuple[str, ...] = ()
    nulls_distinct: bool = True
    inherited: bool = True  # not NO INHERIT
    timing: str | None = None  # DEFERRABLE, with INITIALLY DEFERRED
    labels: tuple[str, ...] = ()  # what PostgreSQL names an exclusion after


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A column definition."""

    name: str
    type: str  # as PostgreSQL's format_type would print it where it is built in: `character varying(255)`
    not_null: bool = False
    default: str | None = None
    generated: str | None = None  # SQL behind GENERATED: an expression, or AS IDENTITY
    collation: str | None = None
