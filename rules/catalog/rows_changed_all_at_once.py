"""One statement changes rows without end, and keeps them all locked until it is done.

Whoever wants to change one of these rows meanwhile waits, and gives up when the request's time is over. The longer the
statement runs, the more it holds: old versions of rows that nothing may clean up, and a log that replicas have to
follow. If it is cancelled, all of it was for nothing. Go through the table by its key, a batch at a time, outside the
migration's transaction: each batch is short, and what is done stays done.

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
        execute "UPDATE products SET stock = 0 WHERE stock IS NULL"
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
              UPDATE products SET stock = 0
              FROM batch
              WHERE products.id = batch.batch_id AND (stock IS NULL)
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
A key or a LIMIT says which few rows are meant, or the table is born in the same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.FillOne do
      use Ecto.Migration

      def up do
        execute "UPDATE products SET stock = 5 WHERE id = 1"
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://fly.io/phoenix-files/backfilling-data/
- https://github.com/fly-apps/safe-ecto-migrations
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.backfill import Backfill
from rules.rewrite.edit import Rewrite, Safety
from rules.rule import Context, Rule
from rules.schema.written import Writing, writings

rule = Rule(__name__, Severity.RISK)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find an UPDATE or DELETE of however many rows there are, where nothing worse is said of it."""
    for one in writings(command):
        is_known = one.is_known and one.certain and context.is_busy(one.table)
        if is_known and one.changes_rows and not one.is_bounded(context.schema) and not is_said(one, command, context):
            message = f"Every row of `{one.table}` that this changes stays locked until all of them are changed."
            yield rule.finding(one.span, context, message, context.offer(in_batches, one, context))


def is_said(one: Writing, command: Execute | RepoCall, context: Context) -> bool:
    """Tell whether other rules speak: rows are all deleted, or a table is stopped meanwhile."""
    is_wiped = one.rows.how == "delete" and not one.rows.filtered
    return is_wiped or bool(context.stopped_before(command))


def in_batches(one: Writing, context: Context) -> Rewrite:
    """Change a batch at a time, each in a transaction of its own; in a later migration, if this one does more."""
    table = context.schema.table(one.table)
    backfill = Backfill(context.migration, table, one, context.waits_for_lock)
    title = "Change a thousand rows at a time, each batch in a transaction of its own"
    if len(context.before) == 1:
        return Rewrite(title, Safety.REVIEW, backfill.in_place())
    backfill.stands_last(context.end)
    return Rewrite(f"{title}, in the next migration", Safety.REVIEW, backfill.moved(), (backfill.follow_up(),))
