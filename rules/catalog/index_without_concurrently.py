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

from rules.ecto.commands import Command, CreateIndex, DropIndex
from rules.finding import Finding, Severity
from rules.rewrite.definition import index_call
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, literal
from rules.rewrite.follow_up import Part, concurrent_migration
from rules.rewrite.place import add_option, outside_transaction, remove_statement
from rules.rule import Context, Rule
from rules.schema.draft import key
from rules.schema.made import index_of
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find indexes built while other sessions write to the table."""
    index = command.index
    is_there = stored(index.name) in context.schema.table(key(index.table)).indexes
    if not index.concurrently and context.is_busy(index.table) and not (command.if_not_exists and is_there):
        message = f"Building `{index.name}` blocks every write to `{index.table}` until it is done."
        yield rule.finding(command.span, context, message, context.offer(build_concurrently, command, context))


def build_concurrently(command: CreateIndex, context: Context) -> Rewrite:
    """Ask for a concurrent build, outside the transaction in which it cannot run; in a file of its own if need be."""
    if context.schema.table(key(command.index.table)).suffix == "PARTITION":
        raise CannotWriteError("PostgreSQL builds no index of a partitioned table concurrently")
    if not all(_builds_index(met, context) for met, _ in context.before):
        return move(command, context)
    edits = outside_transaction(context.migration, lock=context.waits_for_lock)
    concurrently = add_option(context.migration.source, command.index.place, "concurrently", literal(value=True))
    # An interrupted build leaves an invalid index, which `create_if_not_exists` takes for a finished one.
    safety = Safety.REVIEW if command.if_not_exists else Safety.SAFE
    return Rewrite("Build the index concurrently", safety, (*concurrently, *edits))


def move(command: CreateIndex, context: Context) -> Rewrite:
    """Take the index out of this migration, and build it concurrently in the next."""
    index, migration = command.index, context.migration
    if command.place.shared or command.if_not_exists:
        raise CannotWriteError("the index is not built by one plain statement")
    edits = [remove_statement(migration.source, command.span)]
    down = migration.callback("down")
    if down is not None:
        dropped = [
            one for one in migration.down.commands if isinstance(one, DropIndex) and one.index.name == index.name
        ]
        edits += [remove_statement(migration.source, one.span) for one in dropped]
    made = index_call(index.table, index_of(index), concurrently=True)
    part = Part(migration, f"create_{index.name}", [call("create", made)])
    follow_up = concurrent_migration(part, lock=context.waits_for_lock)
    return Rewrite("Build the index concurrently, in a migration of its own", Safety.SAFE, tuple(edits), (follow_up,))


def _builds_index(command: Command, context: Context) -> bool:
    return isinstance(command, CreateIndex) and context.is_busy(command.index.table)
