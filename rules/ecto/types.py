"""The types that columns may have in a migration."""

from dataclasses import dataclass, field
from typing import TypeAlias

from rules.ecto.options import NO_OPTIONS, Options
from rules.ecto.place import Place
from rules.sql.names import Name


@dataclass(frozen=True, slots=True)
class NamedType:
    """An atom: Ecto's own name of a type (`utc_datetime`), or PostgreSQL's (`citext`)."""

    name: str


@dataclass(frozen=True, slots=True)
class ArrayType:
    """`{:array, of}`."""

    of: "ColumnType"


@dataclass(frozen=True, slots=True)
class MapType:
    """`{:map, of}`; PostgreSQL keeps nothing of *of*."""

    of: "ColumnType"


@dataclass(frozen=True, slots=True)
class UnsupportedType:
    """A tuple that Ecto queues and its adapter refuses; *inspected* is how the error prints it."""

    inspected: str


Action: TypeAlias = str  # nothing, delete_all, update_all, nilify_all, default_all, restrict, nilify, default


@dataclass(frozen=True, slots=True)
class Reference:
    """`references(table, ...)` on a column, with everything that Ecto fills in."""

    target: Name  # with the prefix in which the foreign key looks for it
    column: str  # the referenced column
    type: "ColumnType"  # as written or configured, such as bigserial; the column becomes a bigint
    constraint: str  # the foreign key's name, given or made up
    on_delete: Action = "nothing"
    on_delete_columns: tuple[str, ...] = ()  # of `{:nilify, columns}` and `{:default, columns}`
    on_update: Action = "nothing"
    validate: bool = True
    also: tuple[tuple[str, str], ...] = ()  # `with:` pairs of (own column, referenced column)
    match: str | None = None  # full, simple, partial
    options: Options = NO_OPTIONS  # as written, without the repo's configuration
    place: Place | None = field(default=None, compare=False)


ColumnType: TypeAlias = NamedType | ArrayType | MapType | UnsupportedType | Reference
