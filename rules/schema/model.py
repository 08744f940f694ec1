"""What a database looks like at a moment, as far as its migrations tell.

What is not known is not guessed: `UNSURE` stands where a value may be anything, `Table.whole` says whether everything
in a table is known, and `Schema.whole` whether all objects are. Names are those that PostgreSQL keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from rules.ecto.options import NO_OPTIONS, Options
from rules.ecto.types import ColumnType
from rules.schema.text import next_value
from rules.sql.effects import Kind
from rules.sql.names import Name

UNLOGGED: Final = "unlogged"  # the trait of a table that does not outlive a crash


class Unsure(Enum):
    """The type of `UNSURE`, which stands for a value that is not known."""

    UNSURE = "unsure"


UNSURE: Final = Unsure.UNSURE
PUBLIC: Final = "public"  # the schema of PostgreSQL that is searched unless another is named


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a migration wrote a column: what a rewrite repeats."""

    type: ColumnType
    options: Options = NO_OPTIONS


class Filling(Enum):
    """What the values of a column are, as far as one migration is concerned."""

    OLD = "old"  # those that it found
    CAST = "cast"  # those that it found, in another type that may make some of them equal
    NULL = "null"  # nothing but NULL
    NUMBERED = "numbered"  # a number for each row
    GIVEN = "given"  # no NULL any more
    DEFAULT = "default"  # the column's default in every row
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Filled:
    """How the migration *version* has filled a column."""

    how: Filling
    version: int | None
    was: str | None = None  # the type from which its values, which are OLD, can come back unchanged


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, as PostgreSQL's catalogue has it."""

    name: str
    type: str | Unsure  # as format_type() prints it: `character varying(255)`
    null: bool | Unsure = True
    default: str | Unsure | None = None  # SQL
    generated: str | Unsure | None = None  # SQL behind GENERATED
    collation: str | Unsure | None = None
    comment: str | Unsure | None = None
    sequence: Name | None = None  # the sequence that it owns, which goes with it
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)  # what else ALTER COLUMN has set
    spelling: Spelling | None = field(default=None, compare=False)
    filled: Filled | None = field(default=None, compare=False)  # by the last migration that has put values into it

    @property
    def is_serial(self) -> bool:
        """Tell whether the column is numbered by its own sequence."""
        return self.sequence is not None and self.default == next_value(self.sequence)


@dataclass(frozen=True, slots=True)
class Index:
    """An index; *columns* are SQL: quoted where they are names, with their directions."""

    name: str
    columns: tuple[str, ...] | Unsure
    unique: bool | Unsure = False
    using: str = "btree"
    include: tuple[str, ...] = ()
    where: str | None = None
    nulls_distinct: bool = True
    storage: str | None = None
    only: bool = False
    comment: str | None = None
    sql: str | None = field(default=None, compare=False)  # the statement that made it, where raw SQL did


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """A primary key; its index has its name."""

    name: str
    columns: tuple[str, ...]
    timing: str | None = None  # SQL from DEFERRABLE on
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique constraint; its index has its name."""

    name: str
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_distinct: bool = True
    timing: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a table's rows."""

    name: str
    expression: str
    validated: bool = True
    comment: str | None = None
    inherited: bool = True  # False: NO INHERIT
    casts: frozenset[str] = frozenset()  # columns whose casts were left in it when they changed their types


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An exclusion constraint: *using* is the SQL behind EXCLUDE USING."""

    name: str
    using: str
    timing: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key; actions are in SQL's words."""

    name: str
    columns: tuple[str, ...]
    target: Name
    target_columns: tuple[str, ...]  # empty: the primary key of the target
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    match: str = "SIMPLE"
    validated: bool = True
    timing: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class SomeConstraint:
    """A constraint of which only the name is known."""

    name: str


Constraint: TypeAlias = PrimaryKey | Unique | Check | Exclusion | ForeignKey | SomeConstraint


@dataclass(frozen=True, slots=True)
class Table:
    """A table with everything that goes when it is dropped."""

    name: Name
    columns: Mapping[str, Column] = field(default_factory=dict)
    indexes: Mapping[str, Index] = field(default_factory=dict)
    constraints: Mapping[str, Constraint] = field(default_factory=dict)
    comment: str | None = None
    suffix: str | None = None  # SQL behind the columns
    modifiers: str | None = None  # SQL between CREATE and TABLE
    traits: Mapping[str, str] = field(default_factory=dict, hash=False)  # what other actions of ALTER TABLE have set
    whole: bool = True
    is_unread: bool = field(default=False, compare=False)  # something names it that nobody could read
    version: int | None = field(default=None, compare=False)  # the migration that made it
    thinned: int | None = field(default=None, compare=False)  # the last migration that took rows from it

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key; empty where there is none, or none is known."""
        return next((one.columns for one in self.constraints.values() if isinstance(one, PrimaryKey)), ())

    @property
    def is_partitioned(self) -> bool:
        """Tell whether its rows lie in partitions; a partition of it is a table by itself."""
        return "PARTITION BY" in (self.suffix or "").upper()

    def foreign_key(self, column: str) -> ForeignKey | None:
        """Return the foreign key of which *column* is the first column."""
        keys = (one for one in self.constraints.values() if isinstance(one, ForeignKey))
        return next((key for key in keys if key.columns[:1] == (column,)), None)


@dataclass(frozen=True, slots=True)
class Thing:
    """Any object that is no table: an extension, a type, a view, a function, a trigger."""

    kind: Kind
    name: Name
    definition: str | Unsure  # the SQL that made it
    table: Name | None = None  # the table that it goes with
    arguments: tuple[str, ...] | None = None  # types, of a function: its name may have several meanings
    traits: Mapping[str, str] = field(default_factory=dict, hash=False)  # what can be altered by itself
    columns: tuple[str, ...] | None = field(default=None, compare=False)  # of a view, where its text tells
    values: tuple[str, ...] = ()  # of an enum type
    uses: frozenset[Name] = frozenset()  # relations that its definition names
    is_stale: bool = field(default=False, compare=False)  # a column that its text names has another name since
    comment: str | None = None
    version: int | None = field(default=None, compare=False)

    @property
    def key(self) -> "ThingKey":
        """What tells it from all others."""
        return self.kind, self.table, signature(self.name, self.arguments)

    @property
    def is_known(self) -> bool:
        """Tell whether a migration told how it was made."""
        return self.definition is not UNSURE


def signature(name: Name, arguments: tuple[str, ...] | None) -> Name:
    """Return a name with the types of its arguments, where it has them: `twice(text)`."""
    return name if arguments is None else Name(name.prefix, f"{name.name}({', '.join(arguments)})")


def unsigned(name: Name) -> Name:
    """Return a name without the types of its arguments."""
    return Name(name.prefix, name.name.partition("(")[0])


ThingKey: TypeAlias = tuple[Kind, Name | None, Name]  # kind, table, name with the types of its arguments


@lru_cache(maxsize=4096)  # the same few hundred names again and again
def key(name: Name) -> Name:
    """Return *name* as the schema keeps it: cut by PostgreSQL, and without the schema that is searched anyway."""
    kept = name.stored
    return Name(None, kept.name) if kept.prefix == PUBLIC else kept


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything that the migrations so far have made."""

    tables: Mapping[Name, Table] = field(default_factory=dict)
    things: Mapping[ThingKey, Thing] = field(default_factory=dict)
    whole: bool = True  # nothing unread may have made something of which we do not know
    born_here: frozenset[Name] = field(default=frozenset(), compare=False)  # tables that this pull request creates
    version: int | None = field(default=None, compare=False)  # the migration that is running
    written: int | None = field(default=None, compare=False)  # the last migration that wrote rows nobody knows where

    def beginning(self, version: int | None) -> "Schema":
        """Return the same schema with a migration about to run."""
        return replace(self, version=version)

    def settled(self) -> "Schema":
        """Return the same schema with no table new to it: the next pull request begins."""
        return replace(self, born_here=frozenset())

    def doubted(self) -> "Schema":
        """Return the same schema where everything may have more to it, and there may be more."""
        tables = {name: replace(table, whole=False) for name, table in self.tables.items()}
        return replace(self, tables=tables, whole=False)

    def forgotten(self) -> "Schema":
        """Return what is left when anything at all may have happened: nothing that is known."""
        return replace(self, tables={}, things={}, whole=False)

    def table(self, name: Name) -> Table:
        """Return the table of that name; one of which nothing is known where no migration told of it."""
        return self.tables.get(key(name)) or Table(key(name), whole=False)
