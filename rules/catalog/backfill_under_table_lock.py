"""Rows are changed while the migration's own transaction keeps everybody from a table.

A change of a table takes a lock that lasts until the transaction ends, and a migration is one transaction. On its own
the change takes a moment; with a backfill behind it nobody reads or writes the table until the last row is changed.
Change the schema in one migration, and the rows in the next: outside a transaction, a batch at a time.

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
    defmodule Shop.Repo.Migrations.CountStock do
      use Ecto.Migration

      def up do
        alter table(:products) do
          add :sold, :integer
        end

        execute "UPDATE products SET sold = 0"
      end

      def down do
        alter table(:products) do
          remove :sold
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CountStock do
      use Ecto.Migration

      def up do
        alter table(:products) do
          add :sold, :integer
        end
      end

      def down do
        alter table(:products) do
          remove :sold
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.BackfillProductsSold do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        backfill(0)
      end

      def down do
        :ok
      end

      defp backfill(last) do
        %{rows: [[next]]} =
          repo().query!(
            \"\"\"
            WITH batch AS (
              SELECT id AS batch_id FROM products WHERE id > $1 ORDER BY id LIMIT 1000
            ), written AS (
              UPDATE products SET sold = 0
              FROM batch
              WHERE products.id = batch.batch_id
            )
            SELECT max(batch_id) FROM batch
            \"\"\",
            [last],
            log: false
          )

        if next, do: backfill(next)
      end
    end
    ```

## Safe when
The table that is changed is born in the same migration, or the rows are few.

    ```elixir
    defmodule Shop.Repo.Migrations.CountLabels do
      use Ecto.Migration

      def up do
        create table(:labels) do
          add :sold, :integer
        end

        execute "INSERT INTO labels (sold) SELECT stock FROM products"
      end

      def down do
        drop table(:labels)
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.CountFirst do
      use Ecto.Migration

      def up do
        alter table(:products) do
          add :sold, :integer
        end

        execute "UPDATE products SET sold = 0 WHERE id = 1"
      end

      def down do
        alter table(:products) do
          remove :sold
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/explicit-locking.html
- https://fly.io/phoenix-files/backfilling-data/
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.backfill import Backfill
from rules.rewrite.edit import Rewrite, Safety
from rules.rule import Context, Rule
from rules.schema.draft import key
from rules.schema.written import Writing, writings

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find rows that are changed while the same transaction keeps others from a table."""
    for one in writings(command):
        is_wiped = one.rows.how == "delete" and not one.rows.filtered  # which is said to be worse
        is_long = one.changes_rows and not is_wiped and not one.is_bounded(context.schema)
        if is_long and context.is_busy(one.table) and context.stopped_before(command):
            stopped = ", ".join(f"`{name}`" for name in context.stopped_before(command))
            message = f"What stands above has stopped {stopped}, until the rows of `{one.table}` are changed."
            yield rule.finding(one.span, context, message, context.offer(apart, one, context))


def apart(one: Writing, context: Context) -> Rewrite:
    """Change the schema here, and the rows in the next migration, a batch at a time."""
    table = context.schema.table(key(one.table))
    backfill = Backfill(context.migration, table, one, context.waits_for_lock)
    backfill.stands_last(context.end)
    title = "Change the rows in the next migration, a batch at a time"
    return Rewrite(title, Safety.REVIEW, backfill.moved(), (backfill.follow_up(),))
