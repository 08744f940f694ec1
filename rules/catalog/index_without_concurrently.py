"""An index built without `concurrently` blocks every write to its table.

PostgreSQL takes a `SHARE` lock on the table and keeps it until the last row is indexed. Reads go on; inserts, updates
and deletes wait. A concurrent build lets them through, but cannot run in a transaction. It also waits for all
transactions that are older than itself, hence for the one that holds Ecto's migration lock, unless the repo uses
`migration_lock: :pg_advisory_lock`.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      def change do
        create index(:products, [:title])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
The table is born in the same pull request: nobody writes to it yet.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end

        create index(:brands, [:name])
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3-adding-dropping-indexes-concurrently
"""

from collections.abc import Iterator

from rules.ecto.commands import Command, CreateIndex, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.apart import moved_apart
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, literal
from rules.rewrite.place import add_option, outside_transaction
from rules.rule import Context, Rule
from rules.schema.made import index_of
from rules.schema.model import key
from rules.sql.effects import IndexCreated
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)
TITLE = "Build the index concurrently"


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find indexes built while other sessions write to the table."""
    index = command.index
    if not index.concurrently and is_read(command, context):
        rewrite = context.offer(build_concurrently, command, context)
        yield rule.finding(command.span, context, message(index.name, index.table, command, context), rewrite)


@rule.on(Execute, RepoCall)
def check_sql(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find CREATE INDEX without CONCURRENTLY."""
    built = (effect for effect in context.said(execute) if isinstance(effect, IndexCreated) and not effect.concurrently)
    for effect in built:
        said = effect.name or "this index"
        if context.is_busy(effect.table) and is_read(execute, context):
            yield rule.finding(execute.span, context, message(said, effect.table, execute, context))


def is_read(command: Command, context: Context) -> bool:
    """Tell whether a table that others use is read: not where the index is there, or stands for partitions alone."""
    return any(effect.reads_table for effect in context.effects(command))


def message(index: str, table: Name, command: Command, context: Context) -> str:
    """Say who waits until when; readers wait, too, where something before has locked them out."""
    lock = context.stopped_before(command).get(key(table))
    blocked = "read and write of" if lock is not None and lock.blocks_reads else "write to"
    return f"Building `{stored(index)}` blocks every {blocked} `{table}` until it is done."


def build_concurrently(command: CreateIndex, context: Context) -> Rewrite:
    """Ask for a concurrent build, outside the transaction in which it cannot run; in a file of its own if need be."""
    if context.schema.table(command.index.table).is_partitioned:
        raise CannotWriteError("PostgreSQL builds no index of a partitioned table concurrently")
    migration, lock = context.migration, context.waits_for_lock
    if not context.is_all(CreateIndex):
        title = f"{TITLE}, in a migration of its own"
        return moved_apart(migration, command, index_of(command.index), title, lock=lock)
    edits = outside_transaction(migration, lock=lock)
    concurrently = add_option(migration.source, command.index.place, "concurrently", literal(value=True))
    # An interrupted build leaves an invalid index, which `create_if_not_exists` takes for a finished one.
    if command.if_not_exists:
        return Rewrite(f"{TITLE}, unless one of that name is there", Safety.REVIEW, (*concurrently, *edits))
    return Rewrite(TITLE, Safety.SAFE, (*concurrently, *edits))
