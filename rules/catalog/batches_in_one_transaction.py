"""Rows are changed in batches, and all batches in one transaction.

A batch is short so that its rows are free again soon. Within the migration's transaction they are not: every row stays
locked until the last batch is done, old versions pile up, and a failure takes all of it back. Without the transaction
each statement commits by itself. `@disable_migration_lock` then lets other nodes start meanwhile: a batch has to bear
being run twice.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.EmptyStock do
      use Ecto.Migration

      def up do
        for start <- [1, 1001, 2001] do
          repo().query!("UPDATE products SET stock = 0 WHERE id BETWEEN $1 AND $1 + 999", [start])
        end
      end

      def down do
        :ok
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.EmptyStock do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        for start <- [1, 1001, 2001] do
          repo().query!("UPDATE products SET stock = 0 WHERE id BETWEEN $1 AND $1 + 999", [start])
        end
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
Each batch is committed by itself, or there is only one.

    ```elixir
    defmodule Shop.Repo.Migrations.EmptyOne do
      use Ecto.Migration

      def up do
        repo().query!("UPDATE products SET stock = 0 WHERE id BETWEEN 1 AND 1000")
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://fly.io/phoenix-files/backfilling-data/
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.place import outside_transaction
from rules.rule import Context, Rule
from rules.schema.written import writings

rule = Rule(__name__, Severity.RISK)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find batches that are changed in a loop, and committed together."""
    if not context.migration.in_transaction:
        return
    for one in writings(command):
        is_batch = one.span in context.passage.looped and one.is_known and one.is_bounded(context.schema)
        if is_batch and one.changes_rows and context.is_busy(one.table):
            message = f"The batches of `{one.table}` are committed together: each keeps its rows locked to the end."
            yield rule.finding(one.span, context, message, context.offer(apart, context))
            return


def apart(context: Context) -> Rewrite:
    """Let each batch be a transaction of its own."""
    edits = outside_transaction(context.migration, lock=context.waits_for_lock)
    return Rewrite("Let each batch be a transaction of its own", Safety.REVIEW, edits)
