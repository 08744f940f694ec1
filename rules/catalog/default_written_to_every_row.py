"""A new column with a default that differs from row to row makes PostgreSQL write the whole table anew.

A default that is the same for all rows is noted once, beside the table; `now()` is such a default, since it means the
time of the transaction. For `random()`, `gen_random_uuid()` and their like every row is written, and every index built
again, while nobody can read or write the table. Added without the default, the column costs nothing; a default set
afterwards holds for new rows, and the old ones are filled in batches. PostgreSQL 10 knows no such note, and writes
every default into every row.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :code, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddTokens do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :token, :uuid, default: fragment("gen_random_uuid()")
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddTokens do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :token, :uuid
        end

        execute "ALTER TABLE products ALTER COLUMN token SET DEFAULT gen_random_uuid()",
                "ALTER TABLE products ALTER COLUMN token DROP DEFAULT"
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.BackfillProductsToken do
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
              UPDATE products SET token = gen_random_uuid()
              FROM batch
              WHERE products.id = batch.batch_id AND (token IS NULL)
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
The default is the same for every row.

    ```elixir
    defmodule Shop.Repo.Migrations.AddTimes do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :seen_at, :utc_datetime, default: fragment("now()")
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/current/xfunc-volatility.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.postgres.effects.volatility import is_volatile
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.filling import Filling
from rules.rule import Context, Rule
from rules.sql.effects import ColumnAdded
from rules.sql.types import SERIALS

rule = Rule(__name__, Severity.OUTAGE, locks=True)
NOTED_ONCE = 11  # the first PostgreSQL that does not write a constant default into every row


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find new columns whose default PostgreSQL writes into every row."""
    for said in context.said(command):
        if not isinstance(said, ColumnAdded) or said.column.default is None or said.column.type in SERIALS:
            continue
        if context.is_busy(said.table) and is_written(said.column.default, context):
            change = command.added(said.column.name) if isinstance(command, AlterTable) else None
            message = f"Nobody can read or write `{said.table}` while each row gets its `{said.column.name}`."
            rewrite = context.offer(fill_in_steps, command, said, context)
            yield rule.finding(command.span if change is None else change.span, context, message, rewrite)


def is_written(default: str, context: Context) -> bool:
    """Tell whether a default certainly goes into every row."""
    if context.settings.postgres < NOTED_ONCE:
        return default.upper().partition("::")[0] != "NULL"
    return is_volatile(default, context.schema) is True


def fill_in_steps(command: AlterTable | Execute | RepoCall, said: ColumnAdded, context: Context) -> Rewrite:
    """Add the column empty, set its default for new rows, and fill the old ones a batch at a time."""
    change = command.added(said.column.name) if isinstance(command, AlterTable) else None
    if not isinstance(command, AlterTable) or change is None or said.column.default is None:
        raise CannotWriteError("the column is not added by a plain command")
    filling = Filling(context.migration, command, change, said.column.default, context.schema)
    title = "Add the column empty, and fill its rows in the next migration"
    return Rewrite(title, Safety.REVIEW, filling.edits(), filling.follow_ups(lock=context.waits_for_lock))
