"""A concurrent build waits for ever while Ecto's migration lock is held in a transaction.

The build waits for all transactions that might not see the index, and the one in which the migrator keeps other
migrators out is such a transaction; that one waits for the build. When somebody cancels it, an invalid index is left.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :code, :string
        end

        create index(:products, [:code])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      @disable_ddl_transaction true

      def change do
        create index(:products, [:title], concurrently: true)
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
The repo's configuration says `migration_lock: :pg_advisory_lock`, which needs no transaction, or the migration does
without the lock. So does a concurrent drop, whose rollback builds.

    ```elixir
    defmodule Shop.Repo.Migrations.DropCodeIndex do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop index(:products, [:code], concurrently: true)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3-adding-dropping-indexes-concurrently
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import CreateIndex, Execute
from rules.ecto.values import Atom
from rules.finding import Finding, Severity
from rules.rewrite.apart import builds_apart
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.place import outside_transaction
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE, raises=True)
TABLE_LOCKS: Final = (True, Atom("table_lock"))  # what `migration_lock` says, or does not say


@rule.on(CreateIndex, Execute)
def check(command: CreateIndex | Execute, context: Context) -> Iterator[Finding]:
    """Find concurrent builds that wait for the migrator."""
    migration = context.migration
    is_held = migration.holds_lock and not migration.in_transaction and context.repo.lock in TABLE_LOCKS
    if is_held and context.on_postgres and builds_apart(command):
        message = "This build waits for the transaction that holds the migration lock, which waits for it."
        yield rule.finding(command.span, context, message, context.offer(leave_lock, context))


def leave_lock(context: Context) -> Rewrite:
    """Run without the migrator's lock."""
    return Rewrite("Run it without the migration lock", Safety.SAFE, outside_transaction(context.migration, lock=True))
