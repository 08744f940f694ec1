"""Something is created under a name that is already taken.

A table cannot have two columns or two constraints of one name, and all tables and indexes of a schema share their
names. PostgreSQL refuses the second. Ecto makes up the name of an index from its table and columns alone, so that a
unique and a plain index, or two partial ones, on the same columns clash.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :price, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexExpensiveTitles do
      use Ecto.Migration

      def change do
        create table(:copies)

        alter table(:products) do
          add :title, :text
        end
      end
    end
    ```

## Safe when
It is only made if it is not there, or has a name of its own.

    ```elixir
    defmodule Shop.Repo.Migrations.IndexPrices do
      use Ecto.Migration

      def change do
        create table(:prices) do
          add :amount, :integer
        end

        create index(:prices, [:amount])
        create index(:prices, [:amount], name: :prices_positive_index, where: "amount > 0")
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createindex.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    Execute,
    Index,
    ModifyColumn,
    RemoveColumn,
    RenameColumn,
    RenameTable,
)
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom, literal
from rules.rewrite.place import add_option, put_text
from rules.rule import Context, Rule
from rules.schema.made import index_of
from rules.schema.model import UNSURE, Table
from rules.schema.notes import Clash
from rules.sql.names import MAX_BYTES, stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)
END: Final = 16  # bytes of a long name that tell it from others of its family

Maker = AlterTable | CreateConstraint | CreateIndex | CreateTable | Execute | RenameColumn | RenameTable


@rule.on(AlterTable, CreateConstraint, CreateIndex, CreateTable, Execute, RenameColumn, RenameTable)
def check(command: Maker, context: Context) -> Iterator[Finding]:
    """Find names that the history has given away, and not taken back."""
    for part, note in context.clashes(Clash.TAKEN):
        if isinstance(part, ModifyColumn) or _is_assumed(part, command, context):
            continue  # a foreign key that is not taken away first, or a call that runs too early, has its own rule
        rewrite = context.offer(name_apart, command.index, context) if isinstance(command, CreateIndex) else None
        yield rule.finding(part.span, context, f"PostgreSQL refuses this: {note.text}.", rewrite)


def _is_assumed(part: object, command: Maker, context: Context) -> bool:
    """Tell whether a column is only there because something has named it before it is made."""
    if not isinstance(part, AddColumn) or not isinstance(command, AlterTable):
        return False
    found = context.schema.table(command.table.name).columns.get(stored(part.column))
    return found is not None and found.type is UNSURE


@rule.on(CreateTable)
def check_columns(command: CreateTable, context: Context) -> Iterator[Finding]:
    """Find columns that a new table would have twice."""
    seen: set[str] = set()
    for part in [part for part in command.columns if isinstance(part, AddColumn)]:
        if stored(part.column) in seen:
            message = f"`{command.table.name}` would have two columns `{part.column}`."
            yield rule.finding(part.span, context, message, context.offer(keep_own_key, command, part, context))
        seen.add(stored(part.column))


@rule.on(AlterTable)
def check_keys(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that would become a second primary key."""
    table = context.schema.table(alter.table.name)
    removed = {stored(change.column) for change in alter.changes if isinstance(change, RemoveColumn)}
    is_known = context.on_postgres and context.schema.whole and table.whole
    for change in alter.changes if is_known and {*table.primary_key} - removed else ():
        if isinstance(change, ModifyColumn) and change.primary_key:
            yield rule.finding(change.span, context, f"`{table.name}` already has a primary key.")


def keep_own_key(command: CreateTable, second: AddColumn, context: Context) -> Rewrite:
    """Let the author's primary key stand in the place of the one that Ecto adds."""
    first = command.columns[0]
    if not isinstance(first, AddColumn) or first.column != second.column or first.place.call is second.place.call:
        raise CannotWriteError("Ecto adds no such column")
    if not second.primary_key or "primary_key" in command.table.options:
        raise CannotWriteError("the two are no primary keys")
    edits = add_option(context.migration.source, command.table.place, "primary_key", literal(value=False))
    return Rewrite("Tell Ecto to add no primary key of its own", Safety.SAFE, edits)


def name_apart(index: Index, context: Context) -> Rewrite:
    """Give the index a name that says what sets it apart."""
    table = context.schema.table(index.table)
    if stored(index.name) != index.name:
        return keep_end(index, table, context)
    there = table.indexes.get(index.name)
    if there is None or "name" in index.options or there == index_of(index):
        raise CannotWriteError("nothing sets the two apart, or the author has chosen the name")
    word = "unique" if index.unique and not there.unique else "partial" if index.where else index.using or "other"
    name = f"{index.name.removesuffix('_index')}_{word}_index"
    if name in table.indexes or len(name.encode()) > MAX_BYTES:
        raise CannotWriteError("there is no short name that is free")
    edits = add_option(context.migration.source, index.place, "name", atom(name))
    return Rewrite(f"Name it `{name}`", Safety.SAFE, edits)


def keep_end(index: Index, table: Table, context: Context) -> Rewrite:
    """Keep the end of a name that is cut, which sets it apart, at the cost of its middle."""
    option, name = index.options.option("name"), index.name[: MAX_BYTES - END] + index.name[-END:]
    if option is None or option.value_span is None or index.place.shared:
        raise CannotWriteError("the name does not stand there")
    if stored(name) != name or name in table.indexes:
        raise CannotWriteError("there is no short name that is free")
    edits = put_text(context.migration.source, option.value_span, one_line(atom(name)))
    return Rewrite(f"Name it `{name}`, all of which is kept", Safety.REVIEW, edits)
