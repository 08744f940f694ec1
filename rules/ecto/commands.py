"""What Ecto queues or does at once when a migration runs: one frozen value for each, with its place.

Everything that Ecto fills in is filled in: prefixes, names of indexes and foreign keys, primary keys, timestamps, the
repo's configuration. What was written stays beside it in `options`, misspelt and doubled options included.
Two commands are equal when they do the same, wherever they stand.
"""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rules.ecto.options import NO_OPTIONS, Option, Options
from rules.ecto.place import Place
from rules.ecto.types import ColumnType
from rules.ecto.values import Value
from rules.source import Span
from rules.sql.effects import Effect as SqlEffect
from rules.sql.effects import Locked, Maintained, RowsRead, RowsWritten, SettingChanged
from rules.sql.names import Name
from rules.sql.reader import read
from rules.sql.statements import SqlStatement

SPARING: Final = (RowsRead, RowsWritten, Maintained, Locked, SettingChanged)
RAW: Final = frozenset({"query", "query_many"})  # functions of a repo that take SQL
READS: Final = frozenset(
    {"aggregate", "all", "all_by", "exists?", "get", "get_by", "load", "one", "preload", "reload", "stream"}
)

# --- what cannot be read -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unread:
    """Something happens here that reading cannot tell; it may be anything, *possible* included."""

    span: Span
    reason: str  # a noun phrase or short sentence for people, without a full stop
    tables: frozenset[str] = frozenset()  # names that are known to be concerned; empty when anything may be
    possible: tuple["Command | ColumnChange", ...] = ()  # what the branches of an undecidable condition would do
    subject: str = ""  # what the reason is about, for tables of reasons: `Oban.Migrations.up/1`


class _Placed:
    """A value that knows the call which made it."""

    __slots__ = ()
    place: Place

    @property
    def span(self) -> Span:
        """The whole call in the migration's text."""
        return self.place.span


# --- columns, inside `create table ... do` and `alter table ... do` --------------------------------------------------


class _Column(_Placed):
    """What the options of a column say."""

    __slots__ = ()
    options: Options

    @property
    def null(self) -> bool | None:
        """`null:` if it is true or false; None where it says nothing."""
        value = self.options.get("null")
        return value if isinstance(value, bool) else None

    @property
    def default(self) -> Value:
        """The value of `default:`; `"default" in options` tells an explicit nil from none."""
        return self.options.get("default")

    @property
    def primary_key(self) -> bool:
        """Tell whether the column is part of the primary key."""
        return self.options.get("primary_key") not in {None, False}


@dataclass(frozen=True, slots=True)
class AddColumn(_Column):
    """`add`, `add_if_not_exists`, each column of `timestamps()`, and the primary key that Ecto adds."""

    place: Place = field(compare=False)
    column: str
    type: ColumnType
    options: Options = NO_OPTIONS
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class Was:
    """`from:` of a modify: what the column was before."""

    type: ColumnType
    options: Options | None  # None for `from: :text`: the rollback then repeats the options of the modify


@dataclass(frozen=True, slots=True)
class ModifyColumn(_Column):
    """`modify`; *options* are without `from:`, which stands in *was* (and, as written, in *from_option*)."""

    place: Place = field(compare=False)
    column: str
    type: ColumnType
    options: Options = NO_OPTIONS
    was: Was | None = None
    from_option: Option | None = field(default=None, compare=False)  # `from:` with its places


@dataclass(frozen=True, slots=True)
class RemoveColumn(_Column):
    """`remove` and `remove_if_exists`; without a type it cannot be reversed."""

    place: Place = field(compare=False)
    column: str
    type: ColumnType | None = None
    options: Options = NO_OPTIONS
    if_exists: bool = False


ColumnChange: TypeAlias = AddColumn | ModifyColumn | RemoveColumn | Unread

# --- the objects that commands create, change and drop ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table(_Placed):
    """`table(name, ...)`."""

    place: Place = field(compare=False)
    name: Name
    comment: str | None = None
    suffix: str | None = None  # `options:`, SQL after the closing parenthesis
    modifiers: str | None = None  # SQL between CREATE and TABLE, such as UNLOGGED
    options: Options = NO_OPTIONS


@dataclass(frozen=True, slots=True)
class IndexColumn:
    """A column of an index (quoted in SQL), or an expression (sent as it is)."""

    text: str
    is_expression: bool = False
    direction: str | None = None  # asc, asc_nulls_first, ..., desc_nulls_last; anything else is refused by the adapter

    @property
    def name(self) -> str | None:
        """The column's name; None for an expression."""
        return None if self.is_expression else self.text


@dataclass(frozen=True, slots=True)
class Index(_Placed):
    """`index(table, columns, ...)` and `unique_index`."""

    place: Place = field(compare=False)
    table: Name
    columns: tuple[IndexColumn, ...]
    name: str  # given or made up by Ecto; PostgreSQL cuts it at 63 bytes
    unique: bool = False
    concurrently: bool = False
    using: str | None = None
    include: tuple[IndexColumn, ...] = ()
    only: bool = False
    nulls_distinct: bool | None = None
    where: str | None = None
    comment: str | None = None
    storage: str | None = None  # `options:`, SQL within WITH (...)
    options: Options = NO_OPTIONS


@dataclass(frozen=True, slots=True)
class Constraint(_Placed):
    """`constraint(table, name, ...)`."""

    place: Place = field(compare=False)
    table: Name
    name: str
    check: str | None = None
    exclude: str | None = None
    comment: str | None = None
    validate: bool = True
    options: Options = NO_OPTIONS


# --- raw SQL and code -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL as text, and as far as it can be read."""

    text: str
    span: Span = field(compare=False)  # the expression that gives the text; in the migration's own file
    exact: bool = True  # False where a value within is known to the running system only; `…` stands for it

    @property
    def statements(self) -> tuple[SqlStatement, ...]:
        """The text as PostgreSQL's own parser reads it; read on demand, because reading is in C and costs."""
        return read(self.text)

    @property
    def effects(self) -> tuple[SqlEffect, ...]:
        """What the statements do, one after the other."""
        return tuple(effect for statement in self.statements for effect in statement.effects)

    @property
    def spares_schema(self) -> bool:
        """Tell whether every statement only reads or writes rows, or keeps house."""
        return all(isinstance(effect, SPARING) for effect in self.effects)

    @property
    def tables(self) -> frozenset[str]:
        """The relations that the statements name."""
        return frozenset(str(name) for statement in self.statements for name in statement.tables)


@dataclass(frozen=True, slots=True)
class Code:
    """A function given to `execute`: what it does when its turn comes, as far as it can be read."""

    span: Span = field(compare=False)
    does: tuple["Command", ...] = ()  # repo calls and flushed commands
    lost: tuple["Command", ...] = ()  # commands that it queues and that never run, because nothing flushes them


# --- commands ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateTable(_Placed):
    """`create table(...)`; *columns* begin with the primary key that Ecto adds, unless there is none."""

    place: Place = field(compare=False)
    table: Table
    columns: tuple[ColumnChange, ...] = ()
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class AlterTable(_Placed):
    """`alter table(...) do`."""

    place: Place = field(compare=False)
    table: Table
    changes: tuple[ColumnChange, ...] = ()

    def modified(self, column: str) -> ModifyColumn | None:
        """Return the `modify` of *column*."""
        found = (one for one in self.changes if isinstance(one, ModifyColumn) and one.column == column)
        return next(found, None)

    def added(self, column: str) -> AddColumn | None:
        """Return the `add` of *column*."""
        return next((one for one in self.changes if isinstance(one, AddColumn) and one.column == column), None)


@dataclass(frozen=True, slots=True)
class DropTable(_Placed):
    """`drop table(...)`."""

    place: Place = field(compare=False)
    table: Table
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameTable(_Placed):
    """`rename table(a), to: table(b)`; PostgreSQL ignores the prefix of *to*."""

    place: Place = field(compare=False)
    table: Table
    to: Table


@dataclass(frozen=True, slots=True)
class RenameColumn(_Placed):
    """`rename table(t), :a, to: :b`."""

    place: Place = field(compare=False)
    table: Table
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class CreateIndex(_Placed):
    """`create index(...)`."""

    place: Place = field(compare=False)
    index: Index
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropIndex(_Placed):
    """`drop index(...)`."""

    place: Place = field(compare=False)
    index: Index
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameIndex(_Placed):
    """`rename index(...), to: name`."""

    place: Place = field(compare=False)
    index: Index
    to: str


@dataclass(frozen=True, slots=True)
class CreateConstraint(_Placed):
    """`create constraint(...)`."""

    place: Place = field(compare=False)
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class DropConstraint(_Placed):
    """`drop constraint(...)`."""

    place: Place = field(compare=False)
    constraint: Constraint
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Execute(_Placed):
    """`execute` and `execute_file`: *runs* is what runs in this direction, *reverse* what would in the other."""

    place: Place = field(compare=False)
    runs: Sql | Code
    reverse: Sql | Code | None = None
    certain: bool = True  # as in RepoCall; only SQL that spares the schema is ever uncertain

    @property
    def sql(self) -> Sql | None:
        """What runs, if it is SQL."""
        return self.runs if isinstance(self.runs, Sql) else None

    @property
    def effects(self) -> tuple[SqlEffect, ...]:
        """What its SQL does, if it is SQL."""
        return self.sql.effects if self.sql else ()


@dataclass(frozen=True, slots=True)
class RepoCall(_Placed):
    """A call of the repo: runs at once, before everything queued, and in a `change` in both directions."""

    place: Place = field(compare=False)
    function: str  # query!, insert_all, update_all, all, ...
    named: frozenset[str] = frozenset()  # tables that the call names, beside its SQL
    sql: Sql | None = None  # where the text is known
    certain: bool = True  # False in a branch or a loop that reading cannot decide: it may run any number of times

    @property
    def writes(self) -> bool:
        """Tell whether the call may change anything; raw SQL does, unless every statement only reads."""
        if self.sql is None or self.function.rstrip("!") not in RAW:
            return self.function.rstrip("!") not in READS
        return not all(isinstance(effect, RowsRead) for effect in self.sql.effects)

    @property
    def tables(self) -> frozenset[str]:
        """The tables that are known to be concerned; empty where none is known."""
        if self.sql is None or self.function.rstrip("!") not in RAW:
            return self.named
        return self.named | self.sql.tables


@dataclass(frozen=True, slots=True)
class CodeCall(_Placed):
    """A call of code outside the migration that queues no command, but may read or write data, at once."""

    place: Place = field(compare=False)
    function: str  # as `Some.Module.function/arity`
    certain: bool = True  # as in RepoCall


@dataclass(frozen=True, slots=True)
class Flush(_Placed):
    """`flush()`: what was queued before it has run when what follows is queued."""

    place: Place = field(compare=False)


TableCommand: TypeAlias = CreateTable | AlterTable | DropTable | RenameTable | RenameColumn
IndexCommand: TypeAlias = CreateIndex | DropIndex | RenameIndex
ConstraintCommand: TypeAlias = CreateConstraint | DropConstraint
Command: TypeAlias = TableCommand | IndexCommand | ConstraintCommand | Execute | RepoCall | CodeCall | Flush | Unread
