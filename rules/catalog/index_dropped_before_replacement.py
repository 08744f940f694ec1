"""An index that is dropped before its successor is built leaves queries without either for a while.

Outside of a transaction everybody sees the moment between: queries read the whole table, and if the index was unique
nothing keeps doubles out. Built first and dropped afterwards, one of the two is always there.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :brand, :string
        end

        create index(:products, [:title])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexBrandsToo do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop index(:products, [:title], concurrently: true)
        create index(:products, [:title, :brand], concurrently: true)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.IndexBrandsToo do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:products, [:title, :brand], concurrently: true)
        drop index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
The new index is there before the old one goes, or the new one is for other queries.

    ```elixir
    defmodule Shop.Repo.Migrations.IndexBrands do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop index(:products, [:title], concurrently: true)
        create index(:products, [:brand], concurrently: true)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/indexes-multicolumn.html
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex, DropIndex
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import remove_statement
from rules.rule import Context, Rule
from rules.schema.made import index_of
from rules.schema.model import Index
from rules.source import Span
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find indexes that are built after the one whose place they take is gone."""
    index, new = command.index, index_of(command.index)
    if context.migration.in_transaction or not context.is_busy(index.table):
        return
    left = context.schema.table(index.table).indexes.values()
    if any(begins_alike(one, new) for one in left):
        return
    for earlier, schema in context.before:
        if not isinstance(earlier, DropIndex) or earlier.span.start > command.span.start:
            continue
        known = schema.table(index.table).indexes.get(stored(earlier.index.name))
        if known is not None and begins_alike(known, new) and known.name != stored(index.name):
            message = f"Until this is built, queries do without `{stored(earlier.index.name)}`, which is gone already."
            yield rule.finding(command.span, context, message, context.offer(build_first, earlier, command, context))


def begins_alike(old: Index, new: Index) -> bool:
    """Tell whether the same queries can use both: those by their first column."""
    return isinstance(old.columns, tuple) and isinstance(new.columns, tuple) and old.columns[:1] == new.columns[:1]


def build_first(drop: DropIndex, create: CreateIndex, context: Context) -> Rewrite:
    """Drop the old index when the new one is there."""
    source = context.migration.source
    if drop.place.shared or create.place.shared or "\n" in source[drop.span]:
        raise CannotWriteError("the statements cannot be moved alone")
    margin = "\n" + " " * (source.column_at(create.span.start) - 1)
    behind = Edit(Span(create.span.end, create.span.end), margin + source[drop.span])
    edits = (remove_statement(source, drop.span), behind)
    return Rewrite("Build the new index first", Safety.SAFE, edits)
