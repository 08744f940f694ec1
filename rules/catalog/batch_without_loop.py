"""One batch of rows is changed, and the others never are.

A LIMIT keeps a statement short, so that it can be repeated until nothing is left. Without the loop it is run once: the
first rows are changed, and the rest keeps what it had, unnoticed until something requires the new value.

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
        execute \"\"\"
        UPDATE products SET stock = 0
        WHERE id IN (SELECT id FROM products WHERE stock IS NULL LIMIT 1000)
        \"\"\"
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
It is repeated until nothing is left.

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

## Sources
- https://fly.io/phoenix-files/backfilling-data/
- https://github.com/fly-apps/safe-ecto-migrations
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.written import writings

rule = Rule(__name__, Severity.RISK)


FEWEST = 10  # rows that are a batch; who means one row, or three, says so with a LIMIT, too


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find an UPDATE or DELETE of so many rows that runs once."""
    for one in writings(command):
        is_batch = one.changes_rows and one.rows.limit is not None and one.rows.limit >= FEWEST
        if is_batch and one.certain and not one.command.place.shared and context.is_live(one.table):
            message = f"This stops after {one.rows.limit} rows, and nothing runs it again for those that are left."
            yield rule.finding(one.span, context, message)
