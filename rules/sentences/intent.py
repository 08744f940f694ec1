"""What a sentence asks for: what its words say, and None for all that they leave to the project's conventions.

An intent is about one table: "all tables" and "each table that has …" become one intent for each, in the order of the
names. Tables and columns that are there already carry the names that the schema has, new ones those that the sentence
gives. Intents stand in the order of the sentence, and a later one may build on an earlier one.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Literal, TypeAlias

from rules.ecto.types import ArrayType, MapType, NamedType
from rules.sql.names import Name


class Meaning(Enum):
    """A type in people's words for which every project has its own."""

    MONEY = "money"  # cents, or a decimal
    EMAIL = "email"  # a string, or citext
    MOMENT = "timestamp"  # with or without microseconds
    KEY = "id"  # the type of the project's primary keys


WantedType: TypeAlias = NamedType | ArrayType | MapType | Meaning


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL that stands for a value: `now()`, `lower(email)`, `"inserted_at" DESC`, `title gin_trgm_ops`."""

    text: str


@dataclass(frozen=True, slots=True)
class OtherColumn:
    """The value that another column of the same row has."""

    name: str


class Empty(Enum):
    """A value with nothing in it."""

    NULL = "null"
    LIST = "empty list"
    MAP = "empty map"


Value: TypeAlias = str | bool | int | Decimal | Empty | Sql  # bool before int, wherever they are told apart
Part: TypeAlias = str | Sql  # of an index: the name of a column, or anything else
Action: TypeAlias = Literal["nothing", "delete_all", "nilify_all", "restrict"]


@dataclass(frozen=True, slots=True)
class Refers:
    """A foreign key to *table*; without *column* to its primary key."""

    table: Name
    column: str | None = None
    on_delete: Action | None = None


@dataclass(frozen=True, slots=True)
class ColumnIntent:
    """A new column; without a type its name and its default tell what it is."""

    name: str
    type: WantedType | None = None
    null: bool | None = None
    default: Value | None = None
    unique: bool = False
    indexed: bool | None = None
    references: Refers | None = None
    length: int | None = None  # characters, at most
    precision: int | None = None
    scale: int | None = None
    check: str | None = None  # SQL
    values: tuple[str, ...] = ()  # the only ones that it may have
    native: bool = False  # the values become a type of PostgreSQL's: only where the sentence asks for that
    key: bool = False  # belongs to the primary key


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A new table; a primary key among *columns* (see `ColumnIntent.key`) takes the place of the usual one."""

    table: Name
    columns: tuple[ColumnIntent, ...] = ()
    keyed: bool | None = None  # False: without a primary key
    key_type: WantedType | None = None
    timestamps: bool | None = None
    unique: tuple[tuple[str, ...], ...] = ()  # columns that are unique together
    joins: bool = False  # a join table: nothing but references, unique together


@dataclass(frozen=True, slots=True)
class DropTable:
    """A table goes, with its rows."""

    table: Name


@dataclass(frozen=True, slots=True)
class RenameTable:
    """A table gets another name."""

    table: Name
    to: str


@dataclass(frozen=True, slots=True)
class AddColumns:
    """New columns of a table that is there."""

    table: Name
    columns: tuple[ColumnIntent, ...]


@dataclass(frozen=True, slots=True)
class AddTimestamps:
    """`inserted_at` and `updated_at` for a table that is there."""

    table: Name


@dataclass(frozen=True, slots=True)
class RemoveColumns:
    """Columns go, with their values."""

    table: Name
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """A column gets another name."""

    table: Name
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class ChangeType:
    """A column gets another type, or another length of the type that it has, for which *type* is None."""

    table: Name
    column: str
    type: WantedType | None
    length: int | None = None
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class SetRequired:
    """A column may have no NULL any more."""

    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class SetOptional:
    """A column may have NULL again."""

    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class SetDefault:
    """New rows get a value of their own accord."""

    table: Name
    column: str
    value: Value


@dataclass(frozen=True, slots=True)
class DropDefault:
    """New rows get no value of their own accord any more."""

    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class AllowValues:
    """A column that is there may have only these values from now on."""

    table: Name
    column: str
    values: tuple[str, ...]
    native: bool = False


@dataclass(frozen=True, slots=True)
class AddValues:
    """A column whose values are listed, by a check or by a type of PostgreSQL's, may have these as well."""

    table: Name
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddIndex:
    """A new index."""

    table: Name
    parts: tuple[Part, ...]
    unique: bool = False
    where: str | None = None  # SQL
    using: str | None = None  # btree, gin, gist, hash, brin, spgist
    include: tuple[str, ...] = ()
    concurrently: bool | None = None
    nulls_distinct: bool | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index goes: the one of that name, or else the one of these parts."""

    table: Name
    parts: tuple[Part, ...] = ()
    unique: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RenameIndex:
    """An index gets another name."""

    table: Name
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class AddForeignKey:
    """A column that is there begins to refer to another table, or does so with another *on_delete*."""

    table: Name
    column: str
    references: Refers


@dataclass(frozen=True, slots=True)
class DropForeignKey:
    """A column that is there, and stays, refers to nothing any more."""

    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class AddCheck:
    """Rows of a table have to fulfil a condition."""

    table: Name
    sql: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AddExclusion:
    """No two rows of a table may meet in all elements: pairs of a column or expression and an operator, `=` or `&&`."""

    table: Name
    elements: tuple[tuple[Part, str], ...]
    using: str | None = None
    where: str | None = None  # SQL
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """A check or an exclusion goes."""

    table: Name
    name: str


@dataclass(frozen=True, slots=True)
class CreateEnum:
    """A type of PostgreSQL's with values of its own."""

    name: Name
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddExtension:
    """An extension of PostgreSQL's is there."""

    name: str


@dataclass(frozen=True, slots=True)
class DropExtension:
    """An extension of PostgreSQL's goes."""

    name: str


@dataclass(frozen=True, slots=True)
class Backfill:
    """Rows that are there get other values: a step of its own, in batches."""

    table: Name
    sets: tuple[tuple[str, Value | OtherColumn], ...]
    where: str | None = None  # SQL
    batch: int | None = None  # rows at once


Intent: TypeAlias = (
    CreateTable
    | DropTable
    | RenameTable
    | AddColumns
    | AddTimestamps
    | RemoveColumns
    | RenameColumn
    | ChangeType
    | SetRequired
    | SetOptional
    | SetDefault
    | DropDefault
    | AllowValues
    | AddValues
    | AddIndex
    | DropIndex
    | RenameIndex
    | AddForeignKey
    | DropForeignKey
    | AddCheck
    | AddExclusion
    | DropConstraint
    | CreateEnum
    | AddExtension
    | DropExtension
    | Backfill
)
