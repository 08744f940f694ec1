"""A batch outside a transaction is written again when a later one fails.

Without a transaction each batch stays, and the migration does not count as run until its last one is through: after a
failure it begins anew. What adds to a value, or inserts a row, then does so twice. Let the statement pass over what is
done, by its WHERE or with `ON CONFLICT DO NOTHING`, or keep somewhere how far it got.

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
    defmodule Shop.Repo.Migrations.RaiseStock do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        for start <- [1, 1001, 2001] do
          repo().query!("UPDATE products SET stock = stock + 1 WHERE id BETWEEN $1 AND $1 + 999", [start])
        end
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
Running it again changes nothing.

    ```elixir
    defmodule Shop.Repo.Migrations.FillStock do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        for start <- [1, 1001, 2001] do
          repo().query!("UPDATE products SET stock = 1 WHERE id BETWEEN $1 AND $1 + 999", [start])
        end
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://fly.io/phoenix-files/backfilling-data/
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.written import Writing, writings

rule = Rule(__name__, Severity.RISK)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find batches outside a transaction that do it once more when they are run again."""
    if context.migration.in_transaction:
        return
    for one in writings(command):
        if one.span in context.passage.looped and one.is_known and adds_up(one) and context.is_live(one.table):
            message = f"When a later batch fails, the next attempt writes to `{one.table}` what it has written already."
            yield rule.finding(one.span, context, message)


def adds_up(one: Writing) -> bool:
    """Tell whether the statement leaves something else when it runs twice."""
    return bool(one.rows.repeats) or (one.rows.how == "insert" and not one.rows.guarded)
