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

from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, barred, listed
from rules.postgres.locks import Lock
from rules.rewrite.backfill import Backfill
from rules.rewrite.edit import Rewrite, Safety
from rules.rule import Context, Rule
from rules.schema.written import Writing, writings
from rules.sql.names import Name

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find rows that are changed while the same transaction keeps others from a table; of several, the first."""
    met = [context.at(command, schema) for command, schema in context.before] if migration.in_transaction else []
    found = [(one, here) for here in met for one in rows_of(here) if is_long(one, here) and stopped_for(here)]
    for one, here in found[:1]:
        stopped, changed = barred(stopped_for(here)), listed(list(dict.fromkeys(str(each.table) for each, _ in found)))
        message = f"After what stands above, nobody can {stopped} until the rows of {changed} are changed."
        yield rule.finding(one.span, context, message, context.offer(apart, one, here))


def rows_of(context: Context) -> Iterator[Writing]:
    """Yield what the command writes."""
    yield from writings(context.command) if context.command else ()


def stopped_for(context: Context) -> dict[Name, Lock]:
    """Return the tables that nobody can write to while the command runs."""
    return context.stopped_before(context.command) if context.command else {}


def is_long(one: Writing, context: Context) -> bool:
    """Tell whether a statement certainly changes rows without end; of those that delete them all, worse is said."""
    is_wiped = one.rows.how == "delete" and not one.rows.filtered
    is_endless = one.changes_rows and one.certain and not is_wiped and not one.is_bounded(context.schema)
    return is_endless and context.is_busy(one.table)


def apart(one: Writing, context: Context) -> Rewrite:
    """Change the schema here, and the rows in the next migration, a batch at a time."""
    table = context.schema.table(one.table)
    backfill = Backfill(context.migration, table, one, context.waits_for_lock)
    backfill.stands_last(context.end)
    title = "Change the rows in the next migration, a batch at a time"
    return Rewrite(title, Safety.REVIEW, backfill.moved(), (backfill.follow_up(),))
