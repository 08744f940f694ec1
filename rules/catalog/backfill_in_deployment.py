"""A backfill among the migrations keeps the deployment waiting until the last row is changed.

However well it is parted into batches, the release starts when all of them are done; where nodes migrate as they boot,
whoever watches them takes them for dead. A backfill can run beside the deployment: as migrations in a folder of their
own, run by `mix ecto.migrate --migrations-path`, or as a job.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :stock, :integer
        end
      end
    end
    ```

## Instead of
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
The migration lies in a folder that the deployment does not run, or changes a few rows.

    ```elixir
    # priv/repo/data_migrations/20240103000000_empty_stock.exs
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

    ```elixir
    defmodule Shop.Repo.Migrations.EmptyOne do
      use Ecto.Migration

      def up do
        repo().query!("UPDATE products SET stock = 0 WHERE id = 1")
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://fly.io/phoenix-files/backfilling-data/
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Migrate.html
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import Execute, RepoCall
from rules.ecto.files import folder_of
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.written import writings

rule = Rule(__name__, Severity.ADVICE, on_request=True)
DEPLOYED: Final = "migrations"  # the folder that a deployment runs, unless it is told another


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find rows without end that are changed while a deployment waits, in batches or at once."""
    if folder_of(context.migration.source.path).rpartition("/")[2] != DEPLOYED:
        return
    for one in writings(command):
        is_long = one.changes_rows and (one.span in context.passage.looped or not one.is_bounded(context.schema))
        if is_long and context.is_busy(one.table):
            message = f"The deployment waits until every row of `{one.table}` that this means is changed."
            yield rule.finding(one.span, context, message)
            return
